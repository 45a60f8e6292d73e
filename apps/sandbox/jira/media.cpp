#include "jira/media.hpp"

#include "jira/answers.hpp"
#include "jira/service.hpp"

namespace sandbox::jira {

Response MediaService::handle(Request const& request) {
  if (!request.header("Authorization").empty() || !request.header("Cookie").empty()) {
    return json_answer(403, json::Object{{"error", json::Object{{"code", "JwtAuthoriser:CredentialsRefused"},
                                                                {"title", "This host takes signed URLs only"}}}});
  }
  return json_answer(404, json::Object{{"error", json::Object{{"code", "FileNotFound"}, {"title", "Item not found"}}}});
}

tandem::Result<tandem::Unit> MediaService::load(json::Value const&) { return tandem::Unit{}; }
json::Value MediaService::state() const { return json::Object{{"files", json::Array{}}}; }
tandem::Result<bool> MediaService::configure(std::string_view, json::Value const&) { return false; }
Response MediaService::edit_as(std::string_view, Request const& request) { return handle(request); }

}  // namespace sandbox::jira
