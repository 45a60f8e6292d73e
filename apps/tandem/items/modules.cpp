// `items modules` and `items entities`: what an item's "dynamics" may name (SPEC B3).
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/context.hpp"
#include "items/discovery.hpp"
#include "items/items.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> argument, module, search;
};

Result<int> modules(Context& context, Options const& options) {
  TANDEM_TRY(auto const connection, connect(context));
  TANDEM_TRY(auto const names, connection->dataverse().entity_names());
  TANDEM_TRY(auto const all, connection->dataverse().modules(names));
  Search const search(options.search);
  Table table({{.title = "module"}, {.title = "label"}, {.title = "tables", .may_wrap = true}});
  json::Array rows;
  for (auto const& module : all) {
    auto const tables = module.any_entity ? std::string("any") : fmt::format("{}", fmt::join(module.entities, ", "));
    if (!search.finds({module.name, module.label, tables})) continue;
    table.row({module.name, module.label, tables.empty() ? "-" : tables});
    json::Array entities;
    for (auto const& entity : module.entities) entities.emplace_back(entity);
    rows.push_back(json::Object{
        {"name", module.name}, {"label", module.label}, {"anyEntity", module.any_entity}, {"entities", std::move(entities)}});
  }
  auto& out = context.out();
  if (!table.empty()) out.table(table);
  out.note(counted(rows.size(), all.size(), "module", "modules", search.given()));
  out.result(json::Object{{"modules", std::move(rows)}});
  return 0;
}

Result<int> entities(Context& context, Options const& options) {
  std::string wanted;
  if (options.argument || options.module) {
    TANDEM_TRY(wanted, named_once(options.argument, options.module, "--module", "the module; `tandem items modules` lists them"));
  }
  TANDEM_TRY(auto const connection, connect(context));
  TANDEM_TRY(auto const names, connection->dataverse().entity_names());
  TANDEM_TRY(auto const all, connection->dataverse().modules(names));
  dataverse::Module module{"custom", "", {}, true};
  if (!wanted.empty()) {
    TANDEM_TRY(module, live_module(all, wanted, ""));
  }
  auto const contains = [](dataverse::Module const& one, std::string const& entity) {
    return std::find(one.entities.begin(), one.entities.end(), entity) != one.entities.end();
  };
  Search const search(options.search);
  Table table({{.title = "table"}, {.title = "label"}, {.title = "kind"}, {.title = "modules", .may_wrap = true}});
  json::Array rows;
  std::size_t inside = 0;
  for (auto const& entity : names) {
    if (!module.any_entity && !contains(module, entity.logical_name)) continue;
    ++inside;
    if (!search.finds({entity.logical_name, entity.label, entity.set_name})) continue;
    std::vector<std::string> of;
    json::Array listed;
    for (auto const& one : all) {
      if (!contains(one, entity.logical_name)) continue;
      of.push_back(one.name);
      listed.emplace_back(one.name);
    }
    table.row({entity.logical_name, entity.label, entity.custom ? "custom" : "standard",
               of.empty() ? std::string("custom") : fmt::format("{}", fmt::join(of, ", "))});
    rows.push_back(json::Object{{"name", entity.logical_name},
                                {"label", entity.label},
                                {"setName", entity.set_name},
                                {"custom", entity.custom},
                                {"modules", std::move(listed)}});
  }
  auto& out = context.out();
  if (!table.empty()) out.table(table);
  out.note(counted(rows.size(), inside, "table", "tables", search.given()));
  out.result(json::Object{{"module", wanted.empty() ? json::Value() : json::Value(module.name)}, {"entities", std::move(rows)}});
  return 0;
}

}  // namespace

void register_items_modules(App& app) {
  auto list = std::make_shared<Options>();
  app.command("items modules", "List the Dynamics modules with their tables.")
      .details(
          "What an item's dynamics.module may name: the known modules, the apps that our role may see, and custom, which "
          "allows any table.")
      .value("--search", "TEXT", list->search, "Only where every word occurs in name, label or tables.")
      .example("tandem items modules", "Modules and their tables.")
      .exits({3, 4, 5, 11})
      .run([list](Context& context) { return modules(context, *list); });
  auto tables = std::make_shared<Options>();
  app.command("items entities", "List the Dynamics tables, of one module or all.")
      .argument("MODULE", tables->argument, "Only the tables of this module.")
      .value("--module", "NAME", tables->module, "The same as a flag.")
      .value("--search", "TEXT", tables->search, "Only where every word occurs in name or label.")
      .example("tandem items entities customer-service", "The tables that an item of this module may use.")
      .example("tandem items entities --search order", "Where are the orders?")
      .exits({3, 4, 5, 9, 11})
      .run([tables](Context& context) { return entities(context, *tables); });
}

}  // namespace tandem::cli
