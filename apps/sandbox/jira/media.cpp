#include "jira/media.hpp"

#include "jira/files.hpp"
#include "jira/service.hpp"

namespace sandbox::jira {

namespace {

Response media_refused(int status, std::string code, std::string title) {
  return json_answer(status, json::Object{{"error", json::Object{{"code", std::move(code)}, {"title", std::move(title)}}}});
}

// "/file/{id}/binary" -> id; "" for any other path.
std::string_view media_id_of(std::string_view path) {
  constexpr std::string_view kFile = "/file/", kBinary = "/binary";
  if (!path.starts_with(kFile) || !path.ends_with(kBinary) || path.size() < kFile.size() + kBinary.size()) return {};
  return path.substr(kFile.size(), path.size() - kFile.size() - kBinary.size());
}

}  // namespace

Response MediaService::handle(Request const& request) {
  if (!request.header("Authorization").empty() || !request.header("Cookie").empty())
    return media_refused(403, "JwtAuthoriser:CredentialsRefused", "This host takes signed URLs only");
  auto const path = request.raw_path();
  std::string const id(media_id_of(path));
  if (id.empty()) return media_refused(404, "ResourceNotFound", "No such resource");
  if (request.method != "GET" && request.method != "HEAD") return media_refused(405, "MethodNotAllowed", "Method not allowed");
  auto& site = site_.site();
  auto const token = request.query("token");
  if (!token) return media_refused(403, "JwtAuthoriser:AuthorizationMissing", "A token is required");
  switch (check_media_token(site, id, *token)) {
    case MediaToken::bad: return media_refused(403, "JwtAuthoriser:InvalidJwtError", "The token is not valid for this file");
    case MediaToken::expired: return media_refused(403, "JwtAuthoriser:TokenExpiredError", "The token has expired");
    case MediaToken::good: break;
  }
  auto const* file = site.store.by_media_id(id);
  if (file == nullptr) return media_refused(404, "FileNotFound", "Item not found");
  return file_answer(request, *file);
}

tandem::Result<tandem::Unit> MediaService::load(json::Value const&) { return tandem::Unit{}; }

json::Value MediaService::state() const {
  json::Array files;
  for (auto const& [id, issue] : site_.site().store.all()) {
    for (auto const& file : issue.attachments) files.emplace_back(file.media_id);
  }
  return json::Object{{"files", std::move(files)}};
}

tandem::Result<bool> MediaService::configure(std::string_view, json::Value const&) { return false; }
Response MediaService::edit_as(std::string_view, Request const& request) { return handle(request); }

}  // namespace sandbox::jira
