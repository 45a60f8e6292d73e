#include <tandem/link/panel.hpp>

namespace tandem::link {

namespace {

json::Value time_json(std::optional<Instant> const& at) { return at ? json::Value(to_rfc3339(*at)) : json::Value(); }

json::Array notes_json(std::vector<PanelNote> const& notes) {
  json::Array out;
  for (auto const& note : notes) out.push_back(json::Object{{"code", note.code}, {"text", note.text}});
  return out;
}

}  // namespace

std::vector<std::string> owed_marks(Link const& link) {
  std::vector<std::string> out;
  if (link.owed.property) out.emplace_back("issue property");
  if (link.owed.link_note) out.emplace_back("link note");
  if (link.owed.remote_link) out.emplace_back("remote link");
  return out;
}

json::Object to_json(PanelLink const& link) {
  json::Array columns;
  for (auto const& column : link.columns) {
    columns.push_back(
        json::Object{{"column", column.column}, {"label", column.label}, {"value", column.raw}, {"shown", column.shown}});
  }
  json::Array owed;
  for (auto const& mark : link.owed) owed.emplace_back(mark);
  return json::Object{
      {"item", link.link.item},
      {"mode", link.mode},
      {"enabled", link.enabled},
      {"kind", name_of(link.link.kind)},
      {"state", link.link.state == State::active ? "active" : "broken"},
      {"issue", link.link.issue_key},
      {"entity", link.link.entity},
      {"record", link.link.record},
      {"number", link.link.record_number},
      {"url", link.record_url},
      {"trouble", link.trouble},
      {"columns", std::move(columns)},
      {"status", json::Object{{"enabled", link.status.enabled}, {"dynamics", link.status.dynamics}, {"jira", link.status.jira}}},
      {"madeAt", time_json(link.link.made_at)},
      {"syncedAt", time_json(link.link.synced_at)},
      {"rebuiltAt", time_json(link.link.rebuilt_at)},
      {"pending", notes_json(link.pending)},
      {"conflicts", notes_json(link.conflicts)},
      {"owed", std::move(owed)}};
}

json::Object Panel::to_json() const {
  json::Array applying;
  for (auto const& item : items) {
    applying.push_back(json::Object{{"name", item.name},
                                    {"mode", item.mode},
                                    {"enabled", item.enabled},
                                    {"applies", item.applies},
                                    {"reason", item.why_not},
                                    {"manualLinks", item.manual_links},
                                    {"linked", item.linked}});
  }
  json::Array all;
  for (auto const& link : links) all.push_back(link::to_json(link));
  return json::Object{
      {"issue", key},           {"id", issue},  {"url", url},         {"summary", summary},    {"status", status},
      {"project", project},     {"type", type}, {"trouble", trouble}, {"now", time_json(now)}, {"items", std::move(applying)},
      {"links", std::move(all)}};
}

}  // namespace tandem::link
