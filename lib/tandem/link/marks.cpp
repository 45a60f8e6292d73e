#include <tandem/link/marks.hpp>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::link {

namespace {

constexpr std::size_t kMostRemoteTitle = 255;
constexpr std::size_t kMostNoteSubject = 500;
constexpr std::string_view kIssueIdLabel = "Issue ID: ";
constexpr std::string_view kKeyLabel = "Jira issue: ";
constexpr std::string_view kByHand = "manually";
constexpr std::size_t kMostKey = 255;

}  // namespace

json::Value issue_property(Link const& link, std::string_view organisation_id) {
  json::Object const entry{{"link", link.id},
                           {"organisation", organisation_id},
                           {"entity", link.entity},
                           {"record", link.record},
                           {"kind", name_of(link.kind)}};
  return json::Object{{"v", 1}, {"links", json::Object{{link.item, entry}}}};
}

std::optional<Marked> marked(json::Value const& property, std::string_view item, std::string_view organisation_id) {
  auto const& entry = property["links"][item];
  if (entry["organisation"].text() != organisation_id || entry["record"].text().empty()) return std::nullopt;
  return Marked{std::string(entry["link"].text()), std::string(entry["entity"].text()), std::string(entry["record"].text()),
                entry["kind"].text() == "manual" ? Kind::manual : Kind::automatic};
}

json::Value with_mark(json::Value const& property, Link const& link, std::string_view organisation_id) {
  auto whole = property.is_object() ? property : json::Value(json::Object{{"v", 1}});
  auto links = whole["links"].members();
  links.set(link.item, issue_property(link, organisation_id)["links"][link.item]);
  whole.set("links", std::move(links));
  return whole;
}

std::optional<json::Value> without_mark(json::Value const& property, std::string_view item, std::string_view organisation_id) {
  if (!marked(property, item, organisation_id)) return std::nullopt;
  auto links = property["links"].members();
  links.erase(item);
  if (links.empty()) return json::Value();
  auto left = property;
  left.set("links", std::move(links));
  return left;
}

std::string remote_link_global_id(std::string_view link_id) { return fmt::format("system=tandem&link={}", link_id); }

json::Object remote_link(Link const& link, RecordFace const& record) {
  auto const title =
      record.title.empty() || record.title == record.number ? record.number : fmt::format("{}: {}", record.number, record.title);
  return json::Object{{"globalId", remote_link_global_id(link.id)},
                      {"application", json::Object{{"type", "com.microsoft.dynamics365"}, {"name", "Dynamics 365"}}},
                      {"relationship", "synced with"},
                      {"object", json::Object{{"url", record.url},
                                              {"title", std::string(text::cut_utf16(title, kMostRemoteTitle))},
                                              {"summary", record.entity_label},
                                              {"status", json::Object{{"resolved", record.resolved}}}}}};
}

bool shows(json::Value const& held, Link const& link, RecordFace const& record) {
  json::Value const wanted(remote_link(link, record));
  auto const& now = held["object"];
  auto const& then = wanted["object"];
  return now["title"].text() == then["title"].text() && now["url"].text() == then["url"].text() &&
         now["status"]["resolved"].truthy() == then["status"]["resolved"].truthy();
}

LinkNote link_note(Link const& link, std::string_view issue_url) {
  auto const how = link.kind == Kind::automatic ? std::string_view("automatically") : kByHand;
  return LinkNote{
      std::string(text::cut_utf16(fmt::format("Linked to Jira issue {}", link.issue_key), kMostNoteSubject)),
      fmt::format("{}{}\nURL: {}\n{}{}\nItem: {}\nLinked {} by tandem. This note marks the link; it is not synchronised.",
                  kKeyLabel, link.issue_key, issue_url, kIssueIdLabel, link.issue, link.item, how)};
}

json::Object link_note_body(LinkNote const& note, std::string_view navigation, std::string_view set_name,
                            std::string_view record) {
  return json::Object{{"subject", note.subject},
                      {"notetext", note.text},
                      {fmt::format("{}@odata.bind", navigation), fmt::format("/{}({})", set_name, record)}};
}

std::optional<std::string> issue_named_by(std::string_view note_text) {
  auto const at = note_text.find(kIssueIdLabel);
  if (at == std::string_view::npos) return std::nullopt;
  std::string id;
  for (char const c : note_text.substr(at + kIssueIdLabel.size())) {
    if (c < '0' || c > '9') break;
    id += c;
  }
  return id.empty() || id.size() > 20 ? std::nullopt : std::optional(id);
}

std::optional<std::string> key_named_by(std::string_view note_text) {
  auto const at = note_text.find(kKeyLabel);
  if (at == std::string_view::npos) return std::nullopt;
  std::string key;
  for (char const c : note_text.substr(at + kKeyLabel.size())) {
    bool const fits = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!fits) break;
    key += c;
  }
  return key.empty() || key.size() > kMostKey ? std::nullopt : std::optional(key);
}

Kind kind_named_by(std::string_view note_text) {
  return note_text.find(fmt::format("Linked {} by tandem", kByHand)) == std::string_view::npos ? Kind::automatic : Kind::manual;
}

std::string content_hash(json::Value const& content) { return to_hex(sha256(json::to_canonical(content)).substr(0, 16)); }
std::string content_hash(LinkNote const& note) {
  return content_hash(json::Value(json::Object{{"subject", note.subject}, {"text", note.text}}));
}

}  // namespace tandem::link
