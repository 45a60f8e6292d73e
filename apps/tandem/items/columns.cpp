// `items columns ENTITY`: what a mapping's "column" may name (SPEC B3).
#include <memory>

#include <fmt/format.h>

#include <tandem/mapping/value/kinds.hpp>

#include "cli/context.hpp"
#include "items/discovery.hpp"
#include "items/items.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> argument, entity, search;
};

std::string choices_of(dataverse::Attribute const& column) {
  std::string out;
  for (auto const& option : column.options) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", option.value, option.label);
  return out;
}

json::Value number_or_null(std::optional<std::int64_t> const& value) { return value ? json::Value(*value) : json::Value(); }
json::Value text_or_null(std::optional<std::string> const& value) { return value ? json::Value(*value) : json::Value(); }

json::Value to_json(dataverse::Attribute const& column) {
  json::Array options;
  for (auto const& option : column.options) options.push_back(json::Object{{"value", option.value}, {"label", option.label}});
  json::Array targets;
  for (auto const& target : column.targets) targets.emplace_back(target);
  auto const support = mapping::support_of(column);
  bool const usable = support.supported && column.readable && !column.secured;
  return json::Object{{"name", column.logical_name},
                      {"label", column.label},
                      {"type", column.type},
                      {"kind", support.kind},
                      {"format", column.format},
                      {"behavior", column.behavior},
                      {"maxLength", number_or_null(column.max_length)},
                      {"minValue", text_or_null(column.min_value)},
                      {"maxValue", text_or_null(column.max_value)},
                      {"precision", number_or_null(column.precision)},
                      {"required", is_required(column)},
                      {"requiredLevel", column.required},
                      {"creatable", column.creatable},
                      {"updatable", column.updatable},
                      {"secured", column.secured},
                      {"options", std::move(options)},
                      {"targets", std::move(targets)},
                      {"supported", usable},
                      {"experimental", support.experimental},
                      {"why", remark(column)}};
}

Result<int> columns(Context& context, Options const& options) {
  TANDEM_TRY(auto const name,
             named_once(options.argument, options.entity, "--entity", "the table; `tandem items entities` lists them"));
  TANDEM_TRY(auto const connection, connect(context));
  TANDEM_TRY(auto const entity, live_entity(*connection, name));
  Search const search(options.search);
  Table table({{.title = "column"},
               {.title = "label", .may_wrap = true},
               {.title = "type", .may_wrap = true},
               {.title = "required"},
               {.title = "writable"},
               {.title = "choices", .may_wrap = true},
               {.title = "remark", .may_wrap = true}});
  json::Array rows;
  for (auto const& column : entity.attributes) {
    auto const choices = choices_of(column);
    if (!search.finds({column.logical_name, column.label, type_of(column), choices})) continue;
    auto const why = remark(column);
    table.row({column.logical_name,
               column.label,
               type_of(column),
               is_required(column) ? "yes" : "-",
               writable(column),
               choices.empty() ? "-" : choices,
               {why.empty() ? "-" : why, why.empty() ? Style::plain : Style::warning}});
    rows.push_back(to_json(column));
  }
  auto& out = context.out();
  if (!table.empty()) out.table(table);
  out.note(fmt::format("{} of {} ({})", counted(rows.size(), entity.attributes.size(), "column", "columns", search.given()),
                       entity.logical_name, entity.label));
  out.result(json::Object{{"entity", entity.logical_name},
                          {"label", entity.label},
                          {"setName", entity.set_name},
                          {"primaryId", entity.primary_id},
                          {"primaryName", entity.primary_name},
                          {"columns", std::move(rows)}});
  return 0;
}

}  // namespace

void register_items_columns(App& app) {
  auto options = std::make_shared<Options>();
  app.command("items columns", "List the columns of a Dynamics table.")
      .details(
          "Type and limits, whether the table requires it, whether it may be written, its choices, and why a column cannot be "
          "mapped.")
      .argument("ENTITY", options->argument, "The table's logical name, such as incident.")
      .value("--entity", "NAME", options->entity, "The same as a flag.")
      .value("--search", "TEXT", options->search, "Only where every word occurs in name, label, type or choices.")
      .example("tandem items columns incident", "What a case has.")
      .example("tandem items columns incident --search priority", "Which number stands for High?")
      .exits({3, 4, 5, 9, 11})
      .run([options](Context& context) { return columns(context, *options); });
}

}  // namespace tandem::cli
