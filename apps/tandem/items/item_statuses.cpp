#include "items/item_statuses.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/connection/check_needs.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/mapping/compiled_item.hpp>
#include <tandem/mapping/status/record_change.hpp>
#include <tandem/mapping/status/route.hpp>
#include <tandem/mapping/status/screen.hpp>
#include <tandem/sync/status/known_workflow.hpp>
#include <tandem/sync/status/learn_transitions.hpp>
#include <tandem/sync/status/transition_memory.hpp>

#include "cli/context.hpp"
#include "items/discovery.hpp"
#include "items/items.hpp"

namespace tandem::cli {

namespace {

namespace status = mapping::status;

struct Bench {
  mapping::Item item;
  connection::Schema schema;
  std::vector<status::KnownTransition> known;
  std::unique_ptr<connection::Connection> connection;
  std::optional<status::StatusTable> table;
};

json::Value reason_json(status::DynamicsStatus const* one) {
  if (one == nullptr) return nullptr;
  json::Object out{{"value", one->value}, {"label", one->label}};
  if (one->state) out.append("state", *one->state);
  return json::Value(std::move(out));
}
json::Value status_json(status::JiraStatus const* one) {
  if (one == nullptr) return nullptr;
  return json::Object{{"id", one->id}, {"name", one->name}, {"category", one->category}};
}
json::Value resolution_json(jira::Resolution const* one) {
  if (one == nullptr) return nullptr;
  return json::Object{{"id", one->id}, {"name", one->name}};
}

void add_match(json::Object& row, status::Match const& match, bool has_target) {
  row.append("rule", status::name_of(match.rule));
  row.append("rank", status::name_of(match.rank));
  row.append("stateOnly", match.state_only);
  row.append("acts", has_target && !match.left);
  row.append("reason", match.left ? json::Value(code_of(match.left->reason)) : json::Value());
  row.append("detail", match.left ? json::Value(match.left->detail) : json::Value());
}

std::string remark_of(status::Match const& match) {
  if (match.left) return fmt::format("{}: {}", code_of(match.left->reason), match.left->detail);
  return match.state_only ? "only where the state differs" : "-";
}

std::string shown(status::DynamicsStatus const* one) {
  return one == nullptr ? "-" : fmt::format("{} {}", one->value, one->label);
}
std::string shown(status::JiraStatus const* one, jira::Resolution const* resolution) {
  if (one == nullptr) return "-";
  return resolution == nullptr ? one->name : fmt::format("{}, resolution {}", one->name, resolution->name);
}
Style style_of(status::Match const& match) { return match.left ? Style::warning : Style::plain; }

json::Value jira_to_dynamics(Context& context, status::StatusTable const& table) {
  Table out({{.title = "Jira status"},
             {.title = "becomes status reason"},
             {.title = "rule"},
             {.title = "rank"},
             {.title = "remark", .may_wrap = true}});
  json::Array rows;
  auto const add = [&](status::JiraStatus const& from, jira::Resolution const* resolution, status::ToDynamics const& match) {
    out.row({shown(&from, resolution),
             shown(match.target),
             status::name_of(match.rule),
             status::name_of(match.rank),
             {remark_of(match), style_of(match)}});
    json::Object row{
        {"status", status_json(&from)}, {"resolution", resolution_json(resolution)}, {"target", reason_json(match.target)}};
    add_match(row, match, match.target != nullptr);
    rows.emplace_back(std::move(row));
  };
  for (auto const& from : table.statuses()) {
    auto const plain = table.to_dynamics(from.id, "");
    add(from, nullptr, plain);
    // Resolutions are told where they lead somewhere else.
    for (auto const& resolution : table.resolutions()) {
      if (!from.closed()) break;
      auto const match = table.to_dynamics(from.id, resolution.id);
      bool const same = match.target == plain.target && match.left.has_value() == plain.left.has_value();
      if (!same) add(from, &resolution, match);
    }
  }
  context.out().table(out);
  return rows;
}

json::Value dynamics_to_jira(Context& context, status::StatusTable const& table) {
  Table out({{.title = "status reason"},
             {.title = "becomes Jira status"},
             {.title = "rule"},
             {.title = "rank"},
             {.title = "remark", .may_wrap = true}});
  json::Array rows;
  for (auto const& from : table.reasons()) {
    auto const match = table.to_jira(from.value);
    out.row({shown(&from),
             shown(match.target, match.resolution),
             status::name_of(match.rule),
             status::name_of(match.rank),
             {remark_of(match), style_of(match)}});
    json::Object row{
        {"status", reason_json(&from)}, {"target", status_json(match.target)}, {"resolution", resolution_json(match.resolution)}};
    add_match(row, match, match.target != nullptr);
    rows.emplace_back(std::move(row));
  }
  context.out().table(out);
  return rows;
}

Result<Bench> make_bench(Context& context, std::string const& name) {
  TANDEM_TRY(auto* const store, context.open_for_reading());
  TANDEM_TRY(auto held, held_item(*store, name));
  Bench bench;
  bench.item = std::move(held.item);
  TANDEM_TRY(bench.connection, context.open_connection());
  if (bench.item.issue_type.empty())
    return fail(ErrorKind::config, fmt::format("the item {} names no issue type, so its statuses are not known", name));
  TANDEM_TRY(auto const carried, mapping::carried_entity(bench.item));
  TANDEM_TRY(bench.schema,
             connection::fetch_schema(*bench.connection, bench.item.entity, bench.item.project, bench.item.issue_type, carried));
  TANDEM_CHECK(store->read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(bench.known, sync::known_transitions(reader, bench.schema));
    return Unit{};
  }));
  TANDEM_TRY(bench.table,
             status::StatusTable::compile(status::options_of(bench.item), bench.schema, sync::names_of(bench.known)));
  return bench;
}

// What the issue and its record hold now.
struct Present {
  jira::Issue issue;
  std::vector<jira::Transition> transitions;
  std::optional<link::Link> link;
  std::optional<std::int64_t> reason;  // of the record
  std::string may_not_jira, may_not_dynamics;  // "" while nothing is known to be missing
};

Result<std::string> missing_permission(connection::Connection& connection, std::string const& project) {
  TANDEM_TRY(auto const held, connection.jira().my_permissions(project, {"TRANSITION_ISSUES"}));
  auto const found = held.find("TRANSITION_ISSUES");
  return found == held.end() || found->second ? std::string() : std::string("the Jira account lacks \"Transition issues\"");
}

// The privilege to write the table, by name; what closing asks beyond that shows when it is tried.
Result<std::string> missing_privilege(connection::Connection& connection, dataverse::Entity const& entity) {
  TANDEM_TRY(auto const self, connection.dataverse().who_am_i());
  auto const granted = connection.dataverse().user_privileges(self.user_id);
  auto const tables = connection.dataverse().entity_names();
  if (!granted || !tables) return std::string();  // the role may not ask
  for (auto const& table : *tables) {
    auto const write = table.privileges.find("Write");
    if (table.logical_name != entity.logical_name || write == table.privileges.end()) continue;
    bool const held = std::any_of(granted->begin(), granted->end(), [&](auto const& one) { return one.id == write->second.id; });
    if (!held) return fmt::format("the application user lacks {}", write->second.name);
  }
  return std::string();
}

Result<Present> look(Context& context, Bench const& bench, std::string const& key) {
  Present out;
  TANDEM_TRY(auto issue, bench.connection->jira().get(key, {"*all"}, {}));
  if (!issue) return fail(ErrorKind::not_found, fmt::format("there is no issue {} that this Jira account may see", key));
  out.issue = std::move(*issue);
  TANDEM_TRY(auto transitions, bench.connection->jira().transitions(out.issue.id));
  if (transitions) out.transitions = std::move(*transitions);
  TANDEM_TRY(auto* const store, context.open_for_reading());
  TANDEM_CHECK(store->read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const links, link::find_by_issue(reader, out.issue.id));
    for (auto const& one : links) {
      if (one.item == bench.item.name) out.link = one;
    }
    return Unit{};
  }));
  if (out.link) {
    auto const& entity = *bench.schema.entity;
    TANDEM_TRY(auto const record,
               bench.connection->dataverse().get(entity.set_name, entity.primary_id, out.link->record, {bench.table->column()}));
    if (record && record->column(bench.table->column()) != nullptr) out.reason = record->column(bench.table->column())->integer();
  }
  TANDEM_TRY(out.may_not_jira, missing_permission(*bench.connection, bench.schema.project->key));
  TANDEM_TRY(out.may_not_dynamics, missing_privilege(*bench.connection, *bench.schema.entity));
  return out;
}

// One change and what it would do; `reason` null: it would be done.
struct Effect {
  std::string what;
  std::optional<Report> refused;
  json::Object detail;
};

Effect effect_on_record(Bench const& bench, Present const& present, status::ToDynamics const& match) {
  if (match.left || match.target == nullptr) return {"nothing", match.left, {}};
  if (!present.reason) return {fmt::format("status reason {}", shown(match.target)), std::nullopt, {}};
  auto const* now = bench.table->reason(*present.reason);
  if (match.state_only && now != nullptr && now->state == match.target->state)
    return {"nothing: the record is in that state", std::nullopt, {}};
  auto const change = status::change_of(*bench.table, bench.item.entity, *present.reason, *match.target);
  if (change.refused) return {"nothing", change.refused, {}};
  if (change.way == status::Way::none) return {"nothing: the record shows it already", std::nullopt, {}};
  json::Object detail{{"way", status::name_of(change.way)}};
  if (!present.may_not_dynamics.empty())
    return {"nothing", Report{Reason::status_privilege, present.may_not_dynamics}, std::move(detail)};
  return {fmt::format("{} to {}", status::name_of(change.way), shown(match.target)), std::nullopt, std::move(detail)};
}

Effect effect_on_issue(Bench const& bench, Present const& present, status::DynamicsStatus const& from,
                       status::ToJira const& match) {
  if (match.left || match.target == nullptr) return {"nothing", match.left, {}};
  auto const* held = present.issue.field("status");
  auto const now = held == nullptr ? std::string() : (*held)["id"].scalar_text();
  auto const* shown_now = bench.table->status(now);
  if (now == match.target->id) return {"nothing: the issue shows it already", std::nullopt, {}};
  if (match.state_only && shown_now != nullptr && shown_now->closed() == match.target->closed())
    return {"nothing: the issue's category agrees", std::nullopt, {}};
  if (!present.may_not_jira.empty()) return {"nothing", Report{Reason::status_privilege, present.may_not_jira}, {}};
  status::ScreenValues values{bench.table->options().fields,        {},  present.issue.fields, std::nullopt,
                              from.kind == status::Kind::cancelled, true};
  if (match.resolution != nullptr) values.resolution = *match.resolution;
  status::RouteQuestion question{now,
                                 match.target->id,
                                 present.transitions,
                                 bench.known,
                                 {},
                                 {},
                                 bench.table->options().explore,
                                 {},
                                 [&](jira::Transition const& one) { return status::fill_screen(one, values).missing; }};
  for (auto const& name : bench.table->options().path) {
    if (auto const* one = bench.table->status_named(name)) question.path.push_back(one->id);
  }
  auto const route = status::plan_route(question);
  if (!route.first) return {"nothing", route.refused, {}};
  std::string way = fmt::format("\"{}\"", route.first->name);
  json::Array statuses;
  for (auto const& id : route.statuses) {
    auto const* one = bench.table->status(id);
    statuses.emplace_back(one == nullptr ? id : one->name);
  }
  if (route.blind) way += ", blindly";
  if (statuses.size() > 1) {
    way += ", by way of";
    for (std::size_t i = 0; i + 1 < statuses.size(); ++i) way += fmt::format("{} {}", i == 0 ? "" : ",", statuses[i].text());
  }
  json::Object detail{{"transition", json::Object{{"id", route.first->id}, {"name", route.first->name}}},
                      {"statuses", std::move(statuses)}};
  return {fmt::format("transition {} to {}", way, shown(match.target, match.resolution)), std::nullopt, std::move(detail)};
}

void add_effect(Table& table, json::Array& rows, std::string from, json::Value side, Effect effect) {
  table.row({std::move(from),
             effect.what,
             {effect.refused ? fmt::format("{}: {}", code_of(effect.refused->reason), effect.refused->detail) : "-",
              effect.refused ? Style::warning : Style::plain}});
  effect.detail.set("if", std::move(side));
  effect.detail.set("then", effect.what);
  effect.detail.set("reason", effect.refused ? json::Value(code_of(effect.refused->reason)) : json::Value());
  effect.detail.set("detail", effect.refused ? json::Value(effect.refused->detail) : json::Value());
  rows.emplace_back(std::move(effect.detail));
}

Result<int> what_would_happen(Context& context, Bench const& bench, std::string const& key) {
  TANDEM_TRY(auto const present, look(context, bench, key));
  auto& out = context.out();
  auto const* held = present.issue.field("status");
  auto const status_now = held == nullptr ? std::string() : (*held)["name"].text_or("");
  auto const* reason_now = present.reason ? bench.table->reason(*present.reason) : nullptr;
  out.line(fmt::format("{} is {}; {}", present.issue.key, status_now,
                       !present.link ? fmt::format("it has no link under {}", bench.item.name)
                                     : fmt::format("its record {} is {}", present.link->record_number,
                                                   reason_now == nullptr ? "unknown" : shown(reason_now))),
           Style::strong);
  std::vector<Column> const columns{
      {.title = "if it becomes"}, {.title = "then", .may_wrap = true}, {.title = "reason", .may_wrap = true}};
  json::Array to_dynamics, to_jira;
  Table record(columns);
  for (auto const& from : bench.table->statuses()) {
    add_effect(record, to_dynamics, from.name, status_json(&from),
               effect_on_record(bench, present, bench.table->to_dynamics(from.id, "")));
  }
  out.line("");
  out.line("in Jira, the record would get:");
  out.table(record);
  Table issue(columns);
  for (auto const& from : bench.table->reasons()) {
    add_effect(issue, to_jira, shown(&from), reason_json(&from),
               effect_on_issue(bench, present, from, bench.table->to_jira(from.value)));
  }
  out.line("");
  out.line("in Dynamics, the issue would get:");
  out.table(issue);
  out.result(json::Object{{"item", bench.item.name},
                          {"issue", present.issue.key},
                          {"status", status_now},
                          {"record", present.link ? json::Value(present.link->record) : json::Value()},
                          {"statusReason", reason_json(reason_now)},
                          {"jiraToDynamics", std::move(to_dynamics)},
                          {"dynamicsToJira", std::move(to_jira)}});
  return 0;
}

}  // namespace

Result<int> item_statuses(Context& context, std::string const& item, std::string const& issue) {
  TANDEM_TRY(auto bench, make_bench(context, item));
  if (!issue.empty()) {
    // As a run does where no way is known: here nothing is remembered.
    TANDEM_TRY(auto learned, sync::ask_for_workflow(bench.connection->jira(), bench.schema));
    if (!learned) {
      TANDEM_TRY(learned, sync::ask_around(bench.connection->jira(), bench.schema, *bench.table, bench.known, ""));
    }
    bench.known.insert(bench.known.end(), learned->begin(), learned->end());
    return what_would_happen(context, bench, issue);
  }
  auto to_dynamics = jira_to_dynamics(context, *bench.table);
  context.out().line("");
  auto to_jira = dynamics_to_jira(context, *bench.table);
  if (!bench.table->options().enabled)
    context.out().note(fmt::format("status.enabled is off in {}: nothing of this is done", item));
  context.out().result(json::Object{{"item", item},
                                    {"enabled", bench.table->options().enabled},
                                    {"jiraToDynamics", std::move(to_dynamics)},
                                    {"dynamicsToJira", std::move(to_jira)}});
  return 0;
}

}  // namespace tandem::cli
