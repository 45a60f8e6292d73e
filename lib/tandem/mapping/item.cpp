#include <tandem/mapping/item.hpp>

namespace tandem::mapping {

std::string_view name_of(Mode mode) {
  switch (mode) {
    case Mode::display_only: return "display-only";
    case Mode::one_way: return "one-way";
    case Mode::two_way: return "two-way";
  }
  return "";
}

std::string_view name_of(Direction direction) {
  switch (direction) {
    case Direction::both: return "both";
    case Direction::to_jira: return "to-jira";
    case Direction::to_dynamics: return "to-dynamics";
  }
  return "";
}

json::Value StoredItem::to_json() const {
  json::Object out{
      {"text", text},         {"enabled", enabled},        {"everEnabled", ever_enabled}, {"baselineChosen", baseline_chosen},
      {"revision", revision}, {"filterMark", filter_mark}, {"mappingMark", mapping_mark}};
  if (baseline) out.set("baseline", to_rfc3339(*baseline));
  return out;
}

Result<StoredItem> StoredItem::from_json(json::Value const& value) {
  if (!value["text"].is_string()) return fail(ErrorKind::store, "an item without a definition");
  StoredItem item;
  item.text = value["text"].text();
  item.enabled = value["enabled"].truthy();
  item.ever_enabled = value["everEnabled"].truthy();
  item.baseline_chosen = value["baselineChosen"].truthy();
  item.revision = value["revision"].integer().value_or(0);
  item.filter_mark = value["filterMark"].text();
  item.mapping_mark = value["mappingMark"].text();
  if (value.has("baseline")) {
    item.baseline = parse_instant(value["baseline"].text());
    if (!item.baseline) return fail(ErrorKind::store, "an item with an unreadable baseline");
  }
  return item;
}

}  // namespace tandem::mapping
