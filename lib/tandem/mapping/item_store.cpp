#include <tandem/mapping/item_store.hpp>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>

namespace tandem::mapping {

namespace {

constexpr char const* kSchemaName = "tandem-item.schema.json";

json::Value baseline_text(std::optional<Instant> const& baseline) {
  return baseline ? to_rfc3339(*baseline) : std::string("all");
}

// The file without what is state rather than definition.
json::Object definition_of(json::Value const& file) {
  auto definition = file.members();
  definition.erase("enabled");
  return definition;
}

// Where an editor finds the schema says nothing about the item: it is kept, but is no change.
json::Value without_schema_name(json::Value const& definition) {
  auto members = definition.members();
  members.erase("$schema");
  return members;
}

json::Value parsed(std::string const& text) {
  auto value = json::parse(text);
  return value ? std::move(*value) : json::Value(json::Object{});
}

std::string hash(json::Object parts) { return to_hex(sha256(json::to_canonical(std::move(parts)))); }

void mark(StoredItem& stored, Item const& item) {
  stored.filter_mark = filter_mark(item, stored.baseline);
  stored.mapping_mark = mapping_mark(item);
}

// State changes after the definition's, marks, and the revision.
void finish(PlannedItem& plan, std::optional<StoredItem> const& held, Item const& item) {
  bool const known = held && held->ever_enabled;
  if (held && held->enabled != plan.stored.enabled) plan.changes.push_back({"enabled", held->enabled, plan.stored.enabled});
  bool const had_baseline = known || (held && held->baseline_chosen);
  bool const has_baseline = plan.stored.ever_enabled || plan.stored.baseline_chosen;
  if (had_baseline != has_baseline || (had_baseline && held->baseline != plan.stored.baseline)) {
    plan.changes.push_back(
        {"baseline", had_baseline ? baseline_text(held->baseline) : json::Value(), baseline_text(plan.stored.baseline)});
  }
  mark(plan.stored, item);
  if (plan.changed()) ++plan.stored.revision;
}

void enable(PlannedItem& plan, bool enabled, Instant server_time) {
  plan.stored.enabled = enabled;
  if (!enabled || plan.stored.ever_enabled) return;
  plan.stored.ever_enabled = true;
  plan.first_enabled = true;
  if (!plan.stored.baseline_chosen) plan.stored.baseline = floor_seconds(server_time);
}

}  // namespace

Result<BaselineChoice> parse_baseline(std::string_view text) {
  if (text == "all") return BaselineChoice{BaselineChoice::Kind::all, {}};
  if (auto const at = parse_instant(text)) return BaselineChoice{BaselineChoice::Kind::at, floor_seconds(*at)};
  return fail(ErrorKind::usage,
              fmt::format("--baseline: found \"{}\", expected a time such as 2026-01-31T00:00:00Z, or all", text));
}

PlannedItem planned_apply(std::optional<StoredItem> const& held, Item const& item, BaselineChoice const& baseline,
                          Instant server_time) {
  PlannedItem plan;
  plan.created = !held;
  if (held) plan.stored = *held;
  auto const definition = definition_of(item.definition);
  plan.changes =
      diff(without_schema_name(held ? parsed(held->text) : json::Value(json::Object{})), without_schema_name(definition));
  // An equal file in another order or layout is no change, and is not rewritten.
  if (plan.changed()) plan.stored.text = json::to_pretty(definition) + "\n";
  if (baseline.kind != BaselineChoice::Kind::keep) {
    plan.stored.baseline_chosen = true;
    plan.stored.baseline = baseline.kind == BaselineChoice::Kind::at ? std::optional(baseline.at) : std::nullopt;
  }
  // An item that somebody disabled stays disabled by an apply that does not speak of it.
  enable(plan, item.enabled.value_or(held ? held->enabled : true), server_time);
  finish(plan, held, item);
  return plan;
}

PlannedItem planned_enable(StoredItem const& held, Item const& item, bool enabled, Instant server_time) {
  PlannedItem plan;
  plan.stored = held;
  enable(plan, enabled, server_time);
  finish(plan, held, item);
  return plan;
}

std::string filter_mark(Item const& item, std::optional<Instant> const& baseline) {
  return hash({{"autoCreate", item.auto_create}, {"baseline", baseline_text(baseline)}, {"filter", item.filter}});
}

std::string mapping_mark(Item const& item) {
  json::Object parts{{"fields", item.fields},
                     {"mappings", item.definition["mappings"]},
                     {"mode", name_of(item.mode)},
                     {"timeZone", item.time_zone}};
  if (item.definition.has("users")) parts.set("users", item.definition["users"]);
  return hash(std::move(parts));
}

Result<Item> item_of(StoredItem const& stored) {
  auto read = parse_item(stored.text);
  if (!read.item || !read.faults.empty()) {
    auto const why =
        read.faults.empty() ? std::string("unreadable") : read.faults.front().path + ": " + read.faults.front().message;
    return fail(ErrorKind::store, fmt::format("a stored item cannot be read by this version ({}); apply its file again", why));
  }
  return std::move(*read.item);
}

std::string exported(StoredItem const& stored) {
  auto const held = parsed(stored.text);
  // First, as in every draft: an editor then finds the schema that lies beside the file.
  json::Object definition{{"$schema", held.has("$schema") ? held["$schema"] : json::Value(kSchemaName)}};
  for (auto const& [key, value] : held.members()) definition.set(key, value);
  if (!stored.enabled) definition.set("enabled", false);
  return json::to_pretty(definition) + "\n";
}

Result<std::vector<std::pair<std::string, StoredItem>>> load_items(store::Reader& reader) {
  std::vector<std::pair<std::string, StoredItem>> items;
  TANDEM_CHECK(kItems.scan(reader, "", "", [&](std::string_view name, StoredItem stored) -> Result<bool> {
    items.emplace_back(name, std::move(stored));
    return true;
  }));
  return items;
}

Result<std::optional<StoredItem>> load_item(store::Reader& reader, std::string_view name) { return kItems.get(reader, name); }

Result<Unit> save_item(store::Writer& writer, std::string_view name, StoredItem const& stored) {
  return kItems.put(writer, name, stored);
}

}  // namespace tandem::mapping
