// Transitions and resolutions (contract: jira.md §2, §7).
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

}  // namespace

Result<std::optional<std::vector<Transition>>> Client::transitions(std::string const& issue_id) {
  auto const path = fmt::format("/issue/{}/transitions?expand=transitions.fields", text::percent_encoded(issue_id));
  TANDEM_TRY(auto const body, read_optional(transport_, make_request(base_url_, "GET", path, "/issue/{id}/transitions")));
  if (!body) return std::optional<std::vector<Transition>>{};
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
    auto const& rows = (*body)["values"].items();
    for (auto const& row : rows) out.push_back({row["id"].scalar_text(), std::string(row["name"].text())});
    auto const total = (*body)["total"].integer();
    bool const all = total && static_cast<std::int64_t>(out.size()) >= *total;
    if (rows.empty() || all || (*body)["isLast"].truthy() || (!total && !body->has("isLast"))) return out;
  }
  return fail(Error{ErrorKind::remote, "Jira's list of resolutions does not end", {}});
}

}  // namespace tandem::jira
