// `items statuses`: the statuses of both sides, which an item's "status.map" pairs (SPEC B3); with an item, how they are matched (G2).
#include <memory>

#include <fmt/format.h>

#include "cli/context.hpp"
#include "items/discovery.hpp"
#include "items/item_statuses.hpp"
#include "items/items.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> item, issue, project, issue_type, entity, search;
};

// As Jira's own pages call them.
std::string category_name(std::string const& key) {
  if (key == "new") return "To Do";
  if (key == "indeterminate") return "In Progress";
  return key == "done" ? "Done" : key;
}

Result<json::Value> jira_side(Context& context, connection::Connection& connection, Options const& options) {
  TANDEM_TRY(auto const project, live_project(connection, *options.project));
  std::vector<jira::IssueType> types;
  if (options.issue_type) {
    TANDEM_TRY(auto type, live_issue_type(connection, project, *options.issue_type));
    types.push_back(std::move(type));
  } else {
    TANDEM_TRY(types, connection.jira().issue_types(project.id));
  }
  Search const search(options.search);
  Table table({{.title = "issue type"}, {.title = "Jira status"}, {.title = "id"}, {.title = "category"}});
  json::Array all;
  for (auto const& type : types) {
    TANDEM_TRY(auto const statuses, connection.jira().statuses(project.id, type.id));
    json::Array rows;
    for (auto const& status : statuses) {
      if (!search.finds({status.name, category_name(status.category)})) continue;
      table.row({type.name, status.name, status.id, category_name(status.category)});
      rows.push_back(json::Object{{"id", status.id}, {"name", status.name}, {"category", status.category}});
    }
    all.push_back(json::Object{{"id", type.id}, {"name", type.name}, {"statuses", std::move(rows)}});
  }
  if (!table.empty()) context.out().table(table);
  return json::Value(json::Object{{"project", project.key}, {"issueTypes", std::move(all)}});
}

Result<json::Value> dynamics_side(Context& context, connection::Connection& connection, Options const& options) {
  TANDEM_TRY(auto const entity, live_entity(connection, *options.entity));
  auto const* const states = entity.attribute("statecode");
  auto const* const reasons = entity.attribute("statuscode");
  json::Object out{{"entity", entity.logical_name}, {"states", json::Array{}}};
  if (states == nullptr || reasons == nullptr) {
    context.out().line(
        fmt::format("{} has no state and status; an item may name a choice column in status.column", entity.logical_name));
    return json::Value(std::move(out));
  }
  Search const search(options.search);
  Table table({{.title = "state"}, {.title = "status reason"}, {.title = "value", .right = true}, {.title = "remark"}});
  json::Array all;
  for (auto const& state : states->options) {
    json::Array rows;
    for (auto const& reason : reasons->options) {
      if (reason.state != state.value || !search.finds({reason.label, state.label})) continue;
      bool const is_default = state.default_status == reason.value;
      table.row({fmt::format("{} {}", state.value, state.label), reason.label, std::to_string(reason.value),
                 is_default ? "default of its state" : "-"});
      rows.push_back(json::Object{{"value", reason.value}, {"label", reason.label}, {"default", is_default}});
    }
    all.push_back(json::Object{
        {"value", state.value}, {"label", state.label}, {"name", state.invariant_name}, {"reasons", std::move(rows)}});
  }
  if (!table.empty()) context.out().table(table);
  out.set("states", std::move(all));
  return json::Value(std::move(out));
}

Result<int> statuses(Context& context, Options const& options) {
  if (options.item) {
    if (options.project || options.issue_type || options.entity || options.search)
      return fail(ErrorKind::usage, "an item names its project and table itself; leave the other options out");
    return item_statuses(context, *options.item, options.issue.value_or(""));
  }
  if (options.issue) return fail(ErrorKind::usage, "--issue needs the item: `tandem items statuses ITEM --issue KEY`");
  if (!options.project && !options.entity)
    return fail(ErrorKind::usage, "--project or --entity is missing: whose statuses are meant; both may be given, or an item");
  if (options.issue_type && !options.project) return fail(ErrorKind::usage, "--issue-type needs --project");
  TANDEM_TRY(auto const connection, connect(context));
  json::Object report{{"jira", json::Value()}, {"dynamics", json::Value()}};
  if (options.project) {
    TANDEM_TRY(auto side, jira_side(context, *connection, options));
    report.set("jira", std::move(side));
  }
  if (options.project && options.entity) context.out().line("");
  if (options.entity) {
    TANDEM_TRY(auto side, dynamics_side(context, *connection, options));
    report.set("dynamics", std::move(side));
  }
  context.out().result(report);
  return 0;
}

}  // namespace

void register_items_statuses(App& app) {
  auto options = std::make_shared<Options>();
  app.command("items statuses", "List the statuses of both sides.")
      .details(
          "With an item: how the statuses of both sides are matched, both ways, with the rule that chose each pair and its rank "
          "(certain, strong, good, fair, weak); weak pairs do nothing unless status.allowLowest is set. Without one: Jira's "
          "statuses "
          "with their category, and the table's states with their status reasons. Nothing is written.")
      .argument("ITEM", options->item, "An item's name.")
      .value("--issue", "KEY", options->issue, "Say what each change of status would do from this issue and its record on.")
      .value("--project", "PROJECT", options->project, "The Jira project's key.")
      .value("--issue-type", "NAME", options->issue_type, "Only this issue type.")
      .value("--entity", "NAME", options->entity, "The Dynamics table.")
      .value("--search", "TEXT", options->search, "Only where every word occurs.")
      .example("tandem items statuses support-cases", "Which status becomes which, and why?")
      .example("tandem items statuses support-cases --issue SUP-7", "Which transition would be taken, or what is in the way?")
      .example("tandem items statuses --project SUP --issue-type Task --entity incident", "What can be paired with what.")
      .exits({3, 4, 5, 9, 11})
      .run([options](Context& context) { return statuses(context, *options); });
}

}  // namespace tandem::cli
