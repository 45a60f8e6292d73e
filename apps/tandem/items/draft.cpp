// `items draft`: a first item file from live metadata (SPEC B2).
#include <memory>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/mapping/draft.hpp>

#include "cli/context.hpp"
#include "items/discovery.hpp"
#include "items/item_output.hpp"
#include "items/items.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> project, issue_type, entity, module, name, file;
};

// A day that is meant on the wall of the Jira account; UTC where that is not told.
std::string zone_of(connection::Connection& connection) {
  auto const self = connection.jira().myself();
  return self ? self->time_zone : std::string();
}

Result<int> draft(Context& context, Options const& options) {
  std::optional<std::string> const none;
  TANDEM_TRY(auto const key, named_once(none, options.project, "--project", "the project's key, such as SUP"));
  TANDEM_TRY(auto const type, named_once(none, options.issue_type, "--issue-type",
                                         fmt::format("the issue type; `tandem items issue-types {}` lists them", key)));
  TANDEM_TRY(auto const entity, named_once(none, options.entity, "--entity", "the table; `tandem items entities` lists them"));
  TANDEM_TRY(auto const connection, connect(context));
  // Each by itself first, so that what is misspelt is told as in discovery.
  TANDEM_TRY(auto const project, live_project(*connection, key));
  TANDEM_TRY(auto const issue_type, live_issue_type(*connection, project, type));
  TANDEM_TRY(auto const table, live_entity(*connection, entity));
  TANDEM_TRY(auto const schema, connection::fetch_schema(*connection, table.logical_name, project.key, issue_type.id));
  if (!schema.entity || !schema.project || !schema.issue_type)
    return fail(ErrorKind::remote, "the metadata changed while it was read; run the command again");
  if (options.module) {
    TANDEM_TRY([[maybe_unused]] auto const module, live_module(schema.modules, *options.module, table.logical_name));
  }
  TANDEM_TRY(auto const made,
             mapping::draft({options.name.value_or(""), options.module.value_or(""), zone_of(*connection)}, schema));
  auto& out = context.out();
  for (auto const& note : made.notes) out.note("look at: " + note);
  json::Limits limits;
  limits.comments = true;
  TANDEM_TRY(auto const definition, json::parse(made.text, limits));
  if (!options.file) {
    out.line(std::string_view(made.text).substr(0, made.text.size() - 1));  // line() ends it
    out.result(definition);
    return 0;
  }
  TANDEM_CHECK(write_item_file(*options.file, made.text));
  out.line(fmt::format("wrote {}: look through it, then `tandem items apply -f {} --dry-run`", *options.file, *options.file));
  json::Array notes;
  for (auto const& note : made.notes) notes.emplace_back(note);
  out.result(json::Object{{"item", made.name}, {"file", *options.file}, {"notes", std::move(notes)}, {"definition", definition}});
  return 0;
}

}  // namespace

void register_items_draft(App& app) {
  auto options = std::make_shared<Options>();
  app.command("items draft", "Write a first item file from what is in both systems.")
      .details(
          "Maps title, description, priority and due date, and what is called alike on both sides; gives what Jira requires a "
          "default. Knows cases, tasks, leads and opportunities best, and takes any table. The file has comments on what was "
          "chosen and can be applied as it is. Nothing is stored.")
      .value("--project", "PROJECT", options->project, "The Jira project's key.")
      .value("--issue-type", "NAME", options->issue_type, "The issue type's name or id.")
      .value("--entity", "NAME", options->entity, "The Dynamics table, such as incident.")
      .value("--module", "NAME", options->module, "The Dynamics module [the first that has the table].")
      .value("--name", "NAME", options->name, "The item's name [PROJECT-ENTITY].")
      .value("-f,--file", "FILE", options->file, "Write a new file, and its JSON Schema beside it, instead of printing.")
      .example("tandem items draft --project SUP --issue-type Task --entity incident -f cases.json", "Cases become tasks in SUP.")
      .example("tandem items draft --project SUP --issue-type Task --entity lead > leads.json", "The same by redirection.")
      .exits({3, 4, 5, 7, 9, 11})
      .run([options](Context& context) { return draft(context, *options); });
}

}  // namespace tandem::cli
