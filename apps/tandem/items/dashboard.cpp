#include "items/dashboard.hpp"

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>

#include "items/items.hpp"

namespace tandem::cli {

std::string ItemRow::last_time() const {
  return last && last->first.started_at ? to_rfc3339_seconds(*last->first.started_at) : "never";
}

std::string ItemRow::skipped() const {
  std::string out;
  if (!last) return out;
  for (auto const& [code, count] : last->second.skipped) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, code);
  return out;
}

json::Object ItemRow::to_json() const {
  json::Object out{{"name", name}};
  json::Array options;
  if (item) {
    for (auto& option : options_of(*item)) options.emplace_back(std::move(option));
    out.set("mode", mapping::name_of(item->mode));
    out.set("project", item->project);
    out.set("issueType", item->issue_type);
    out.set("module", item->module);
    out.set("entity", item->entity);
  }
  out.set("options", std::move(options));
  out.set("enabled", stored.enabled);
  out.set("baseline", baseline_of(stored));
  out.set("revision", stored.revision);
  out.set("links", static_cast<std::uint64_t>(links));
  json::Value cycle;
  if (last) {
    cycle = last->second.to_json();
    cycle.set("run", last->first.id);
    cycle.set("at", last->first.started_at ? json::Value(to_rfc3339(*last->first.started_at)) : json::Value());
    cycle.set("durationMs", static_cast<std::int64_t>(last->first.duration.count()));
  }
  out.set("lastCycle", std::move(cycle));
  return out;
}

Result<ItemRow> item_row(store::Reader& reader, std::string const& name, mapping::StoredItem stored) {
  ItemRow row;
  row.name = name;
  if (auto item = mapping::item_of(stored)) row.item = std::move(*item);
  row.stored = std::move(stored);
  TANDEM_TRY(row.links, link::count_links(reader, name));
  TANDEM_TRY(row.last, sync::last_run_of(reader, name));
  return row;
}

Result<std::vector<ItemRow>> item_rows(store::Store& store) {
  std::vector<ItemRow> rows;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto items, mapping::load_items(reader));
    for (auto& [name, stored] : items) {
      TANDEM_TRY(auto row, item_row(reader, name, std::move(stored)));
      rows.push_back(std::move(row));
    }
    return Unit{};
  }));
  return rows;
}

}  // namespace tandem::cli
