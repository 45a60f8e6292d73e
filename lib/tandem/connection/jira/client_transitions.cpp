// Transitions and resolutions (contract: jira.md §2, §7).
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/connection/http/unreadable.hpp>
#include <tandem/connection/jira/client.hpp>
#include <tandem/connection/jira/errors.hpp>
#include <tandem/connection/jira/rest.hpp>

namespace tandem::jira {
namespace {

constexpr int kMostPages = 200;

Transition read_transition(json::Value const& row) {
  Transition out;
  out.id = row["id"].scalar_text();
  out.name = row["name"].text();
  auto const& to = row["to"];
  out.to = {to["id"].scalar_text(), std::string(to["name"].text()), std::string(to["statusCategory"]["key"].text())};
  out.conditional = row["isConditional"].truthy();
  out.available = row["isAvailable"].if_bool() == nullptr || row["isAvailable"].truthy();
  for (auto const& [id, meta] : row["fields"].members()) {
    auto field = read_field(meta);
    field.id = id;
    out.fields.push_back(std::move(field));
  }
  return out;
}

// Fields that a transition's validators require, by id.
std::vector<Field> required_fields(json::Value const& transition) {
  std::vector<Field> out;
  for (auto const& validator : transition["validators"].items()) {
    auto const& parameters = validator["parameters"];
    if (parameters["ruleType"].text() != "fieldRequired") continue;
    std::string rest(parameters["fieldsRequired"].text());
    while (!rest.empty()) {
      auto const end = std::min(rest.find(','), rest.size());
      Field field;
      field.id = field.name = rest.substr(0, end);
      field.required = true;
      rest.erase(0, end + 1);
      // Which resolution fits is seen on the screen itself.
      if (!field.id.empty() && field.id != "resolution") out.push_back(std::move(field));
    }
  }
  return out;
}

std::vector<WorkflowStep> read_workflow(json::Value const& body) {
  std::map<std::string, Status, std::less<>> statuses;  // by reference
  for (auto const& row : body["statuses"].items()) {
    auto const reference = row["statusReference"].scalar_text();
    auto const category = row["statusCategory"].text();
    statuses[reference] = {row["id"].scalar_text(), std::string(row["name"].text()),
                           category == "DONE"   ? "done"
                           : category == "TODO" ? "new"
                                                : "indeterminate"};
  }
  std::vector<WorkflowStep> steps;
  for (auto const& row : body["workflows"].at(0)["transitions"].items()) {
    auto const to = statuses.find(row["toStatusReference"].scalar_text());
    if (to == statuses.end() || to->second.id.empty() || row["type"].text() == "INITIAL") continue;
    Transition one;
    one.id = row["id"].scalar_text();
    one.name = row["name"].text();
    one.to = to->second;
    one.conditional = !row["conditions"]["conditions"].items().empty() || !row["conditions"]["conditionGroups"].items().empty();
    one.fields = required_fields(row);
    if (row["type"].text() == "GLOBAL") {
      for (auto const& [reference, status] : statuses) {
        if (status.id != one.to.id) steps.push_back({status.id, one});
      }
      continue;
    }
    for (auto const& link : row["links"].items()) {
      auto const from = statuses.find(link["fromStatusReference"].scalar_text());
      if (from != statuses.end()) steps.push_back({from->second.id, one});
    }
  }
  return steps;
}

}  // namespace

Result<std::optional<std::vector<WorkflowStep>>> Client::workflow(std::string const& project_id,
                                                                  std::string const& issue_type_id) {
  using Steps = std::optional<std::vector<WorkflowStep>>;
  auto request = make_request(base_url_, "POST", "/workflows", "/workflows");
  request.repeat = http::Repeat::safe;  // it only reads
  json::Array const pairs{json::Object{{"projectId", project_id}, {"issueTypeId", issue_type_id}}};
  request.body = json::to_text(json::Object{{"projectAndIssueTypes", pairs}});
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::read));
  if (reply.status >= 400 && reply.status < 500 && reply.status != 408 && reply.status != 429) return Steps{};
  if (reply.status != 200) return fail(error_of(reply, http::Access::read, request.endpoint));
  auto const body = read_body(reply, request.endpoint);
  if (!body || (*body)["workflows"].items().size() != 1) return Steps{};
  return Steps{read_workflow(*body)};
}

Result<std::optional<std::vector<Transition>>> Client::transitions(std::string const& issue_id) {
  auto const path = fmt::format("/issue/{}/transitions?expand=transitions.fields", text::percent_encoded(issue_id));
  TANDEM_TRY(auto const body, read_optional(transport_, make_request(base_url_, "GET", path, "/issue/{id}/transitions")));
  if (!body) return std::optional<std::vector<Transition>>{};
  if (!(*body)["transitions"].is_array()) return fail(not_understood("/issue/{id}/transitions"));
  std::vector<Transition> transitions;
  for (auto const& row : (*body)["transitions"].items()) {
    auto one = read_transition(row);
    if (!one.id.empty() && !one.to.id.empty() && one.available) transitions.push_back(std::move(one));
  }
  return std::optional(std::move(transitions));
}

Result<Unit> Client::transition(std::string const& issue_id, json::Object const& body) {
  auto request = make_request(base_url_, "POST", fmt::format("/issue/{}/transitions", text::percent_encoded(issue_id)),
                              "/issue/{id}/transitions");
  request.body = json::to_text(body);
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::write));
  if (reply.status == 204) return Unit{};
  if (reply.status == 200) return fail(http::unreadable_write(request));
  return fail(error_of(reply, http::Access::write, request.endpoint));
}

Result<std::vector<Resolution>> Client::resolutions() {
  std::vector<Resolution> out;
  for (int page = 0; page < kMostPages; ++page) {
    auto const request = make_request(base_url_, "GET", fmt::format("/resolution/search?startAt={}&maxResults=50", out.size()),
                                      "/resolution/search");
    TANDEM_TRY(auto const body, read_optional(transport_, request));
    if (!body) return out;  // a site that does not have it: statuses are matched without
    if (!(*body)["values"].is_array()) return fail(not_understood("/resolution/search"));
    auto const& rows = (*body)["values"].items();
    for (auto const& row : rows) out.push_back({row["id"].scalar_text(), std::string(row["name"].text())});
    auto const total = (*body)["total"].integer();
    bool const all = total && static_cast<std::int64_t>(out.size()) >= *total;
    if (rows.empty() || all || (*body)["isLast"].truthy() || (!total && !body->has("isLast"))) return out;
  }
  return fail(Error{ErrorKind::remote, "Jira's list of resolutions does not end", {}});
}

}  // namespace tandem::jira
