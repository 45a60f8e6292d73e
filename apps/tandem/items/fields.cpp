// `items issue-types PROJECT` and `items fields`: what an item's "jira" and a mapping's "field" may name (SPEC B3, C3).
#include <memory>

#include <fmt/format.h>

#include <tandem/mapping/value/kinds.hpp>

#include "cli/context.hpp"
#include "items/discovery.hpp"
#include "items/items.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> argument, project, issue_type, search;
};

Result<int> issue_types(Context& context, Options const& options) {
  TANDEM_TRY(auto const key, named_once(options.argument, options.project, "--project", "the project's key, such as SUP"));
  TANDEM_TRY(auto const connection, connect(context));
  TANDEM_TRY(auto const project, live_project(*connection, key));
  TANDEM_TRY(auto const types, connection->jira().issue_types(project.id));
  Search const search(options.search);
  Table table({{.title = "issue type"}, {.title = "id"}, {.title = "remark", .may_wrap = true}});
  json::Array rows;
  for (auto const& type : types) {
    if (!search.finds({type.name, type.id})) continue;
    table.row({type.name, type.id,
               type.subtask ? Cell("a sub-task: it needs a parent, so an item cannot make it", Style::warning) : Cell("-")});
    rows.push_back(json::Object{{"id", type.id}, {"name", type.name}, {"subtask", type.subtask}});
  }
  auto& out = context.out();
  if (!table.empty()) out.table(table);
  out.note(fmt::format("{} of {} ({})", counted(rows.size(), types.size(), "issue type", "issue types", search.given()),
                       project.key, project.name));
  out.result(json::Object{{"project", project.key}, {"name", project.name}, {"issueTypes", std::move(rows)}});
  return 0;
}

std::string allowed_of(jira::Field const& field) {
  std::string out;
  for (auto const& value : field.allowed) out += (out.empty() ? "" : ", ") + value.name;
  return out;
}

std::string required_of(jira::Field const& field) {
  if (!field.required) return "-";
  return field.has_default ? "has default" : "yes";
}

json::Value to_json(jira::Field const& field, bool on_screen) {
  json::Array allowed;
  for (auto const& value : field.allowed) allowed.push_back(json::Object{{"id", value.id}, {"name", value.name}});
  auto const support = mapping::support_of(field);
  json::Object out{{"id", field.id},       {"name", field.name},     {"type", field.type},
                   {"items", field.items}, {"custom", field.custom}, {"kind", support.kind}};
  if (on_screen) {
    json::Array operations;
    for (auto const& operation : field.operations) operations.emplace_back(operation);
    out.set("required", field.required);
    out.set("hasDefault", field.has_default);
    out.set("allowed", std::move(allowed));
    out.set("operations", std::move(operations));
  }
  out.set("supported", support.supported);
  out.set("experimental", support.experimental);
  out.set("why", support.why);
  return out;
}

void list_fields(Context& context, std::vector<jira::Field> const& fields, Options const& options, bool on_screen,
                 std::string const& where, json::Object report) {
  Search const search(options.search);
  std::vector<Column> titles{{.title = "field"}, {.title = "name", .may_wrap = true}, {.title = "type", .may_wrap = true}};
  if (on_screen) titles.insert(titles.end(), {{.title = "required"}, {.title = "allowed values", .may_wrap = true}});
  titles.push_back({.title = "remark", .may_wrap = true});
  Table table(titles);
  json::Array rows;
  for (auto const& field : fields) {
    auto const allowed = allowed_of(field);
    if (!search.finds({field.id, field.name, type_of(field), allowed})) continue;
    auto const why = mapping::support_of(field).why;
    std::vector<Cell> cells{field.id, field.name, type_of(field)};
    if (on_screen) cells.insert(cells.end(), {required_of(field), allowed.empty() ? "-" : allowed});
    cells.emplace_back(why.empty() ? "-" : why, why.empty() ? Style::plain : Style::warning);
    table.row(std::move(cells));
    rows.push_back(to_json(field, on_screen));
  }
  auto& out = context.out();
  if (!table.empty()) out.table(table);
  out.note(fmt::format("{} {}", counted(rows.size(), fields.size(), "field", "fields", search.given()), where));
  report.set("fields", std::move(rows));
  out.result(report);
}

Result<int> fields(Context& context, Options const& options) {
  bool const of_project = options.project || options.issue_type;
  if (of_project && !options.project)
    return fail(ErrorKind::usage, "--project is missing: the project whose create screen is meant");
  if (of_project && !options.issue_type) {
    return fail(ErrorKind::usage,
                fmt::format("--issue-type is missing: `tandem items issue-types {}` lists them", *options.project));
  }
  TANDEM_TRY(auto const connection, connect(context));
  if (!of_project) {
    TANDEM_TRY(auto const all, connection->jira().all_fields());
    list_fields(context, all, options, false, "of the site; --project and --issue-type list those of a create screen", {});
    return 0;
  }
  TANDEM_TRY(auto const project, live_project(*connection, *options.project));
  TANDEM_TRY(auto const type, live_issue_type(*connection, project, *options.issue_type));
  TANDEM_TRY(auto const screen, connection->jira().create_fields(project.id, type.id));
  list_fields(context, screen, options, true, fmt::format("on the create screen of {} in {}", type.name, project.key),
              {{"project", project.key}, {"issueType", type.name}});
  return 0;
}

}  // namespace

void register_items_fields(App& app) {
  auto types = std::make_shared<Options>();
  app.command("items issue-types", "List the issue types of a Jira project.")
      .details("Those that our account may create.")
      .argument("PROJECT", types->argument, "The project's key, such as SUP.")
      .value("--project", "PROJECT", types->project, "The same as a flag.")
      .value("--search", "TEXT", types->search, "Only where every word occurs in name or id.")
      .example("tandem items issue-types SUP", "What may an item of this project make?")
      .exits({3, 4, 5, 9, 11})
      .run([types](Context& context) { return issue_types(context, *types); });
  auto options = std::make_shared<Options>();
  app.command("items fields", "List Jira fields.")
      .details(
          "With a project and an issue type: the fields of its create screen, which ones Jira requires, their allowed values, "
          "and why one cannot be mapped. Without: every field of the site.")
      .value("--project", "PROJECT", options->project, "The project's key, such as SUP.")
      .value("--issue-type", "NAME", options->issue_type, "The issue type's name or id.")
      .value("--search", "TEXT", options->search, "Only where every word occurs in id, name, type or allowed values.")
      .example("tandem items fields --project SUP --issue-type Task", "What a mapping may write.")
      .example("tandem items fields --search \"story points\"", "The id of a custom field.")
      .exits({3, 4, 5, 9, 11})
      .run([options](Context& context) { return fields(context, *options); });
}

}  // namespace tandem::cli
