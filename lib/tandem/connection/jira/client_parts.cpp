// Components and versions of a project (contract: jira.md §2, schemas ProjectComponent and Version of the published description).
#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/connection/jira/client.hpp>
#include <tandem/connection/jira/errors.hpp>
#include <tandem/connection/jira/rest.hpp>

namespace tandem::jira {
namespace {

ProjectPart read_part(json::Value const& row) {
  return {row["id"].scalar_text(), std::string(row["name"].text()), row["archived"].truthy()};
}

}  // namespace

Result<std::vector<ProjectPart>> Client::parts(Project const& project, PartKind kind) {
  std::string const list = kind == PartKind::component ? "components" : "versions";
  auto const path = fmt::format("/project/{}/{}", text::percent_encoded(project.key), list);
  TANDEM_TRY(auto const body, read(transport_, make_request(base_url_, "GET", path, "/project/{key}/" + list)));
  if (!body.is_array()) return fail(not_understood("/project/{key}/" + list));
  std::vector<ProjectPart> parts;
  for (auto const& row : body.items()) {
    if (auto part = read_part(row); !part.id.empty()) parts.push_back(std::move(part));
  }
  return parts;
}

Result<ProjectPart> Client::make_part(Project const& project, PartKind kind, std::string const& name) {
  bool const component = kind == PartKind::component;
  std::string const path = component ? "/component" : "/version";
  auto request = make_request(base_url_, "POST", path, path);
  request.repeat = http::Repeat::safe;
  // A component names its project by key, a version by its number.
  request.body = component ? json::to_text(json::Object{{"name", name}, {"project", project.key}})
                           : json::to_text(json::Object{{"name", name}, {"projectId", json::Number{project.id}}});
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::write));
  if (reply.status != 201 && reply.status != 200) return fail(error_of(reply, http::Access::write, request.endpoint));
  if (auto const body = json::parse(reply.body)) {
    if (auto part = read_part(*body); !part.id.empty()) return part;
  }
  return fail(Error{ErrorKind::unknown_outcome,
                    "Jira's answer to a write cannot be read; the next look tells",
                    {{"endpoint", request.endpoint}, {"service", "jira"}}});
}

}  // namespace tandem::jira
