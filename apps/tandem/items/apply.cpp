// `items apply`: create or update an item by name from its file, after checking it against both live systems (SPEC B1, B4, B7).
#include <memory>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/mapping/schema_cache.hpp>

#include "cli/context.hpp"
#include "items/check_file.hpp"
#include "items/items.hpp"
#include "items/report.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> file, baseline;
  bool dry_run = false, exit_code = false;
};

struct Held {
  std::optional<mapping::StoredItem> stored;
  std::size_t links = 0;
};

Result<Held> read_held(store::Store& store, std::string const& name) {
  Held held;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(held.stored, mapping::load_item(reader, name));
    TANDEM_TRY(held.links, link::count_links(reader, name));
    return Unit{};
  }));
  return held;
}

// Links name a record of one table and an issue of one project: under another one they would mean nothing.
Result<Unit> keep_links_meaningful(Held const& held, mapping::Item const& item) {
  if (!held.stored || held.links == 0) return Unit{};
  auto const before = mapping::item_of(*held.stored);
  if (!before) return Unit{};  // a definition that cannot be read any more is replaced
  auto const refuse = [&](char const* what, std::string const& from, std::string const& to) -> Result<Unit> {
    return fail(Error{
        ErrorKind::refused,
        fmt::format("the item {} has {} links, so its {} cannot change from {} to {}", item.name, held.links, what, from, to),
        {{"cure", "give the new item another name"}}});
  };
  if (before->entity != item.entity) return refuse("entity", before->entity, item.entity);
  if (before->project != item.project) return refuse("project", before->project, item.project);
  return Unit{};
}

void print(Output& out, mapping::PlannedItem const& plan, mapping::Item const& item, bool dry_run) {
  char const* const done = plan.created ? (dry_run ? "would be created" : "created") : dry_run ? "would be changed" : "changed";
  out.line(fmt::format("item {}: {}", item.name, plan.changed() ? done : "unchanged"), Style::strong);
  print_changes(out, plan.changes);
  if (plan.first_enabled && item.auto_create && plan.stored.baseline) {
    out.note(fmt::format("records made before {} do not become issues; `--baseline all` takes them too",
                         to_rfc3339(*plan.stored.baseline)));
  }
  if (!plan.stored.enabled) out.note(fmt::format("the item is disabled; `tandem items enable {}` starts it", item.name));
  out.result(json::Object{{"item", item.name},
                          {"action", plan.created     ? "created"
                                     : plan.changed() ? "changed"
                                                      : "unchanged"},
                          {"dryRun", dry_run},
                          {"enabled", plan.stored.enabled},
                          {"baseline", baseline_of(plan.stored)},
                          {"revision", plan.stored.revision},
                          {"changes", to_json(plan.changes)}});
}

Result<int> apply(Context& context, Options const& options) {
  if (!options.file) return fail(ErrorKind::usage, "-f FILE is missing: the item file to apply");
  mapping::BaselineChoice baseline;
  if (options.baseline) {
    TANDEM_TRY(baseline, mapping::parse_baseline(*options.baseline));
  }
  TANDEM_TRY(auto const file, read_item_file(*options.file));
  if (!file.parsed.item) return refuse(context, file.name, file.parsed.faults);
  auto const& item = *file.parsed.item;

  TANDEM_TRY(auto* const store, options.dry_run ? context.open_for_reading() : context.open_for_writing());
  std::unique_ptr<connection::Connection> connection;
  TANDEM_TRY(auto const judged, judge(context, file, connection));
  if (!judged.faults.empty()) return refuse(context, file.name, judged.faults);

  TANDEM_TRY(auto const held, read_held(*store, item.name));
  TANDEM_CHECK(keep_links_meaningful(held, item));
  TANDEM_TRY(auto const now, dataverse_time(*connection));
  auto const plan = mapping::planned_apply(held.stored, item, baseline, now);
  if (!options.dry_run) {
    TANDEM_CHECK(store->write([&](store::Writer& writer) -> Result<Unit> {
      if (plan.changed()) TANDEM_CHECK(mapping::save_item(writer, item.name, plan.stored));
      return mapping::save_schema(writer, item.name, *judged.schema);  // also when unchanged: this is how metadata are refreshed
    }));
  }
  print(context.out(), plan, item, options.dry_run);
  return options.dry_run && options.exit_code && plan.changed() ? 10 : 0;
}

}  // namespace

void register_items_apply(App& app) {
  auto options = std::make_shared<Options>();
  app.command("items apply", "Create or update an item from its file.")
      .details(
          "Checks the file against both live systems and lists every fault with its line; a rejected file changes nothing. A new "
          "item is "
          "enabled, and records made from then on become issues if it creates them.")
      .value("-f,--file", "FILE", options->file, "The item file (JSON, comments allowed); - reads stdin.")
      .value("--baseline", "TIME|all", options->baseline,
             "Records made from this time on become issues (RFC 3339), or all of them.")
      .group("Safety")
      .flag("-n,--dry-run", options->dry_run, "Check and show what would change; store nothing.")
      .flag("--exit-code", options->exit_code, "With --dry-run: exit 10 when something would change.")
      .example("tandem items apply -f support-cases.json", "Create the item, or bring it up to the file.")
      .example("tandem items apply -f support-cases.json --baseline all", "Make issues of older records too.")
      .exits({3, 4, 5, 7, 8, 10, 11})
      .run([options](Context& context) { return apply(context, *options); });
}

}  // namespace tandem::cli
