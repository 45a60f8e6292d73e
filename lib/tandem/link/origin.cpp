#include <tandem/link/origin.hpp>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

namespace tandem::link {

namespace {

constexpr std::size_t kMostSubject = 500;
constexpr std::string_view kCopySubject = "[Jira ";
constexpr std::string_view kLinkSubject = "Linked to Jira issue ";
constexpr std::size_t kVersionDigit = 14;  // of a GUID's text: 5 = derived from a name

// "SUP-12" at the start of `text`: letters, digits and low lines, a hyphen, digits.
std::size_t key_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && ((text[at] >= 'A' && text[at] <= 'Z') || (text[at] >= '0' && text[at] <= '9') || text[at] == '_'))
    ++at;
  if (at == 0 || at == text.size() || text[at] != '-') return 0;
  auto const digits = ++at;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at == digits ? 0 : at;
}

}  // namespace

json::Value comment_property(Origin const& origin) {
  json::Object out{{"v", 1}, {"organisation", origin.organisation}, {"record", origin.record}, {"note", origin.note}};
  if (origin.part > 1) out.set("part", static_cast<std::int64_t>(origin.part));
  return out;
}

std::optional<Origin> origin_of(json::Value const& property) {
  if (property.is_null()) return std::nullopt;
  auto const part = property["part"].integer().value_or(1);
  return Origin{std::string(property["organisation"].text()), std::string(property["record"].text()),
                std::string(property["note"].text()), part > 1 ? static_cast<std::size_t>(part) : 1};
}

std::string note_subject(std::string_view issue_key, std::string_view about) {
  return std::string(text::cut_utf16(fmt::format("{}{}] {}", kCopySubject, issue_key, about), kMostSubject));
}

bool is_connector_note(std::string_view note_id, std::string_view subject) {
  if (note_id.size() <= kVersionDigit || note_id[kVersionDigit] != '5') return false;
  for (auto const start : {kCopySubject, kLinkSubject}) {
    if (!subject.starts_with(start)) continue;
    auto const rest = subject.substr(start.size());
    auto const key = key_length(rest);
    if (key > 0) return start == kCopySubject ? rest.substr(key).starts_with("] ") : key == rest.size();
  }
  return false;
}

}  // namespace tandem::link
