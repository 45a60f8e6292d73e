// `items show NAME`: everything about one item.
#include <memory>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>

#include "cli/context.hpp"
#include "items/dashboard.hpp"
#include "items/items.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> name;
};

std::string values_of(mapping::Mapping const& mapping) {
  std::string out;
  for (auto const& [from, to] : mapping.values) out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", from, to);
  if (mapping.default_value) out += fmt::format("{}empty = {}", out.empty() ? "" : ", ", mapping.default_value->scalar_text());
  if (mapping.on_create_only) out += fmt::format("{}on create only", out.empty() ? "" : "; ");
  return out;
}

void print(Output& out, ItemRow const& row) {
  auto const& item = *row.item;
  Table facts({{.title = "setting"}, {.title = "value", .may_wrap = true}});
  facts.row({"item", row.name})
      .row({"mode", mapping::name_of(item.mode)})
      .row({"enabled", row.stored.enabled ? "yes" : "no"})
      .row({"Jira", fmt::format("project {}, {}", item.project, item.issue_type.empty() ? "any issue type" : item.issue_type)})
      .row({"Dynamics", fmt::format("{}, table {}", item.module.empty() ? "any module" : item.module, item.entity)})
      .row({"filter", item.filter.empty() ? "none" : item.filter})
      .row({"options", fmt::format("{}", fmt::join(options_of(item), ", "))})
      .row({"baseline", baseline_of(row.stored)})
      .row({"brakes", fmt::format("{} creates, {} updates", item.brakes.max_creates, item.brakes.max_updates)})
      .row({"time zone", item.time_zone.empty() ? "none" : item.time_zone})
      .row({"links", std::to_string(row.links)})
      .row({"revision", std::to_string(row.stored.revision)})
      .row({"last cycle", row.last_time()});
  if (row.last) {
    auto const& stats = row.last->second;
    facts.row({"its result", fmt::format("{} created, {} updated, {} unchanged, {} failed, took {}", stats.created, stats.updated,
                                         stats.unchanged, stats.failed, to_text(row.last->first.duration))});
    if (!row.skipped().empty()) facts.row({"skipped", row.skipped()});
    if (stats.behind) facts.row({"behind", to_text(std::chrono::floor<std::chrono::seconds>(*stats.behind))});
    if (!stats.error.empty()) facts.row({"error", {stats.error, Style::bad}});
  }
  out.table(facts);
  if (item.mappings.empty()) return;
  Table mappings({{.title = "column"}, {.title = "field"}, {.title = "direction"}, {.title = "values", .may_wrap = true}});
  for (auto const& mapping : item.mappings) {
    auto const direction = item.mode == mapping::Mode::one_way ? mapping::Direction::to_jira : mapping.direction;
    mappings.row({mapping.column, mapping.field, mapping::name_of(direction), values_of(mapping)});
  }
  out.line("");
  out.table(mappings);
}

Result<int> show(Context& context, Options const& options) {
  TANDEM_TRY(auto* const store, context.open_for_reading());
  TANDEM_TRY(auto held, held_item(*store, *options.name));
  ItemRow row;
  TANDEM_CHECK(store->read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(row, item_row(reader, *options.name, std::move(held.stored)));
    return Unit{};
  }));
  auto report = row.to_json();
  report.set("definition", row.item->definition);
  print(context.out(), row);
  context.out().result(report);
  return 0;
}

}  // namespace

void register_items_show(App& app) {
  auto options = std::make_shared<Options>();
  app.command("items show", "Show one item: its definition, links and last cycle.")
      .argument("ITEM", options->name, "The item's name.", true)
      .example("tandem items show support-cases", "Mappings, baseline, what the last cycle did.")
      .exits({3, 9, 11})
      .run([options](Context& context) { return show(context, *options); });
}

}  // namespace tandem::cli
