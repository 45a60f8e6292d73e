// `items enable` and `items disable`. The first enabling sets the baseline to Dataverse's time (SPEC B7); disabling keeps links and state (B10).
#include <memory>

#include <fmt/format.h>

#include <tandem/mapping/schema_cache.hpp>

#include "cli/context.hpp"
#include "items/check_file.hpp"
#include "items/items.hpp"
#include "items/report.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> name;
};

Result<int> finish(Context& context, store::Store& store, std::string const& name, mapping::PlannedItem const& plan,
                   std::optional<connection::Schema> const& schema) {
  TANDEM_CHECK(store.write([&](store::Writer& writer) -> Result<Unit> {
    if (plan.changed()) TANDEM_CHECK(mapping::save_item(writer, name, plan.stored));
    return schema ? mapping::save_schema(writer, name, *schema) : Result<Unit>{Unit{}};
  }));
  char const* const state = plan.stored.enabled ? "enabled" : "disabled";
  context.out().line(fmt::format("item {}: {}{}", name, plan.changed() ? "" : "already ", state), Style::strong);
  print_changes(context.out(), plan.changes);
  context.out().result(json::Object{{"item", name},
                                    {"enabled", plan.stored.enabled},
                                    {"baseline", baseline_of(plan.stored)},
                                    {"changes", to_json(plan.changes)}});
  return 0;
}

Result<int> enable(Context& context, std::string const& name) {
  TANDEM_TRY(auto* const store, context.open_for_writing());
  TANDEM_TRY(auto const held, held_item(*store, name));
  if (held.stored.ever_enabled)
    return finish(context, *store, name, mapping::planned_enable(held.stored, held.item, true, {}), std::nullopt);
  // The first time: the metadata may have changed since the file was applied, and the baseline is the server's time.
  std::unique_ptr<connection::Connection> connection;
  ItemFile const file{"item " + name, held.stored.text, mapping::parse_item(held.stored.text)};
  TANDEM_TRY(auto const judged, judge(context, file, connection));
  if (!judged.faults.empty()) return refuse(context, file.name, judged.faults);
  TANDEM_TRY(auto const now, dataverse_time(*connection));
  return finish(context, *store, name, mapping::planned_enable(held.stored, held.item, true, now), judged.schema);
}

Result<int> disable(Context& context, std::string const& name) {
  TANDEM_TRY(auto* const store, context.open_for_writing());
  TANDEM_TRY(auto const held, held_item(*store, name));
  return finish(context, *store, name, mapping::planned_enable(held.stored, held.item, false, {}), std::nullopt);
}

}  // namespace

void register_items_enable(App& app) {
  auto on = std::make_shared<Options>();
  app.command("items enable", "Let cycles work on an item.")
      .argument("ITEM", on->name, "The item's name.", true)
      .details("The first time this also sets the item's baseline to Dataverse's current time, unless one was given.")
      .example("tandem items enable support-cases", "From the next cycle on it is synchronised.")
      .exits({3, 4, 5, 8, 9, 11})
      .run([on](Context& context) { return enable(context, *on->name); });
  auto off = std::make_shared<Options>();
  app.command("items disable", "Keep cycles from an item; links and state stay.")
      .argument("ITEM", off->name, "The item's name.", true)
      .example("tandem items disable support-cases", "Pause it; enable continues where it stopped.")
      .exits({3, 8, 9, 11})
      .run([off](Context& context) { return disable(context, *off->name); });
}

}  // namespace tandem::cli
