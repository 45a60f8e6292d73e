// Projects, issue types, fields, statuses, permissions (contract: jira.md §2, §3, §6).
#include <fmt/format.h>

#include <tandem/base/text/percent.hpp>
#include <tandem/connection/jira/client.hpp>
#include <tandem/connection/jira/errors.hpp>
#include <tandem/connection/jira/rest.hpp>

namespace tandem::jira {
namespace {

constexpr int kPage = 50;
constexpr int kMostPages = 200;  // a screen has not got 10,000 fields: something turns in circles

// An offset-paged list under `member`: advances by the count received, since the server may lower maxResults.
Result<std::vector<json::Value>> read_pages(http::Transport& transport, std::string_view base_url, std::string const& path,
                                            std::string_view endpoint, std::string_view member) {
  std::vector<json::Value> rows;
  for (int page = 0; page < kMostPages; ++page) {
    auto const request =
        make_request(base_url, "GET", fmt::format("{}?startAt={}&maxResults={}", path, rows.size(), kPage), endpoint);
    TANDEM_TRY(auto const body, read_optional(transport, request));
    if (!body) return rows;  // what does not exist has no rows
    auto const& list = body->has(member) ? (*body)[member] : (*body)["values"];
    // Something else than Jira answered; "no rows" would say that what is there has gone.
    if (!list.is_array()) return fail(not_understood(endpoint));
    auto const& got = list.items();
    rows.insert(rows.end(), got.begin(), got.end());
    auto const total = (*body)["total"].integer();
    if (got.empty() || (*body)["isLast"].truthy() || (total && static_cast<std::int64_t>(rows.size()) >= *total)) return rows;
    if (!total && !body->has("isLast")) return rows;  // no envelope: it was everything
  }
  return fail(Error{ErrorKind::remote, fmt::format("Jira's list {} does not end", endpoint), {}});
}

IssueType read_issue_type(json::Value const& row) {
  return {row["id"].scalar_text(), std::string(row["name"].text()), row["subtask"].truthy()};
}

}  // namespace

Result<std::optional<Project>> Client::project(std::string const& id_or_key) {
  TANDEM_TRY(auto const body,
             read_optional(transport_,
                           make_request(base_url_, "GET", "/project/" + text::percent_encoded(id_or_key), "/project/{key}")));
  if (!body) return std::optional<Project>{};
  if ((*body)["id"].scalar_text().empty() || (*body)["key"].text().empty()) return fail(not_understood("/project/{key}"));
  return std::optional<Project>(Project{(*body)["id"].scalar_text(), std::string((*body)["key"].text()),
                                        std::string((*body)["name"].text()), std::string((*body)["projectTypeKey"].text())});
}

Result<std::vector<IssueType>> Client::issue_types(std::string const& project_id_or_key) {
  TANDEM_TRY(auto const rows, read_pages(transport_, base_url_,
                                         fmt::format("/issue/createmeta/{}/issuetypes", text::percent_encoded(project_id_or_key)),
                                         "/issue/createmeta/{key}/issuetypes", "issueTypes"));
  std::vector<IssueType> types;
  for (auto const& row : rows) types.push_back(read_issue_type(row));
  return types;
}

Result<std::vector<Field>> Client::create_fields(std::string const& project_id_or_key, std::string const& issue_type_id) {
  TANDEM_TRY(auto const rows,
             read_pages(transport_, base_url_,
                        fmt::format("/issue/createmeta/{}/issuetypes/{}", text::percent_encoded(project_id_or_key),
                                    text::percent_encoded(issue_type_id)),
                        "/issue/createmeta/{key}/issuetypes/{id}", "fields"));
  std::vector<Field> fields;
  for (auto const& row : rows) fields.push_back(read_field(row));
  return fields;
}

Result<std::vector<Field>> Client::all_fields() {
  TANDEM_TRY(auto const body, read(transport_, make_request(base_url_, "GET", "/field", "/field")));
  if (!body.is_array()) return fail(not_understood("/field"));
  std::vector<Field> fields;
  for (auto const& row : body.items()) fields.push_back(read_field(row));
  return fields;
}

Result<std::vector<Status>> Client::statuses(std::string const& project_id_or_key, std::string const& issue_type_id) {
  auto const path = fmt::format("/project/{}/statuses", text::percent_encoded(project_id_or_key));
  TANDEM_TRY(auto const body, read_optional(transport_, make_request(base_url_, "GET", path, "/project/{key}/statuses")));
  std::vector<Status> statuses;
  if (!body) return statuses;
  if (!body->is_array()) return fail(not_understood("/project/{key}/statuses"));
  for (auto const& type : body->items()) {
    if (type["id"].scalar_text() != issue_type_id) continue;
    for (auto const& row : type["statuses"].items()) {
      statuses.push_back(
          {row["id"].scalar_text(), std::string(row["name"].text()), std::string(row["statusCategory"]["key"].text())});
    }
  }
  return statuses;
}

Result<std::map<std::string, bool>> Client::my_permissions(std::string const& project_key,
                                                           std::vector<std::string> const& names) {
  auto const path =
      fmt::format("/mypermissions?projectKey={}&permissions={}", text::percent_encoded(project_key), comma_list(names));
  TANDEM_TRY(auto const body, read(transport_, make_request(base_url_, "GET", path, "/mypermissions")));
  std::map<std::string, bool> permissions;
  for (auto const& [name, row] : body["permissions"].members()) permissions.emplace(name, row["havePermission"].truthy());
  return permissions;
}

}  // namespace tandem::jira
