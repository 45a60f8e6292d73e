// Comments: list, read by id, create with their mark, edit (contract: jira.md §8).
#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/connection/jira/client.hpp>
#include <tandem/connection/jira/errors.hpp>
#include <tandem/connection/jira/issue_comments.hpp>
#include <tandem/connection/jira/rest.hpp>

namespace tandem::jira {
namespace {

constexpr std::size_t kPage = 100;  // the site gives no more
constexpr std::size_t kMostPages = 1000;
constexpr std::size_t kMostIds = 1000;

Result<Comment> read_comment(json::Value const& row) {
  Comment comment;
  comment.id = row["id"].scalar_text();
  if (comment.id.empty()) return fail(ErrorKind::remote, "Jira answered with a comment that has no id");
  comment.author_id = row["author"]["accountId"].text();
  comment.author = row["author"]["displayName"].text();
  comment.editor_id = row["updateAuthor"]["accountId"].text_or(comment.author_id);
  comment.created = parse_instant(row["created"].text());
  comment.updated = parse_instant(row["updated"].text());
  comment.body = row["body"];
  comment.restricted = row["visibility"].is_object() && !row["visibility"].members().empty();
  auto const* is_public = row["jsdPublic"].if_bool();
  comment.internal = is_public != nullptr && !*is_public;
  if (row["properties"].is_array()) {
    comment.properties = json::Object();
    for (auto const& property : row["properties"].items())
      comment.properties->set(std::string(property["key"].text()), property["value"]);
  }
  return comment;
}

Result<std::vector<Comment>> read_comments(json::Value const& list) {
  std::vector<Comment> comments;
  for (auto const& row : list.items()) {
    TANDEM_TRY(auto comment, read_comment(row));
    comments.push_back(std::move(comment));
  }
  return comments;
}

Result<Comment> kept(http::Response const& reply, std::string_view endpoint) {
  if (auto const parsed = json::parse(reply.body)) {
    if (auto comment = read_comment(*parsed)) return comment;
  }
  return fail(Error{ErrorKind::unknown_outcome,
                    "Jira's answer to a comment cannot be read; it will be settled",
                    {{"endpoint", std::string(endpoint)}}});
}

}  // namespace

std::optional<std::vector<Comment>> comments_of(Issue const& issue) {
  auto const* held = issue.field("comment");
  if (held == nullptr || !(*held)["comments"].is_array()) return std::nullopt;
  auto comments = read_comments((*held)["comments"]);
  auto const total = (*held)["total"].integer();
  if (!comments || !total || *total > static_cast<std::int64_t>(comments->size())) return std::nullopt;
  return std::move(*comments);
}

Result<std::vector<Comment>> Client::comments(std::string const& issue_id) {
  std::vector<Comment> all;
  // A comment that goes while the pages are read moves others between them: then they are read once more.
  for (int round = 0; round < 2; ++round) {
    all.clear();
    std::int64_t total = 0;
    for (std::size_t page = 0; page < kMostPages; ++page) {
      auto const path = fmt::format("/issue/{}/comment?startAt={}&maxResults={}&orderBy=created&expand=properties",
                                    text::percent_encoded(issue_id), all.size(), kPage);
      auto const request = make_request(base_url_, "GET", path, "/issue/{id}/comment");
      TANDEM_TRY(auto const body, read(transport_, request));
      if (!body["comments"].is_array()) {
        return fail(Error{
            ErrorKind::remote, "Jira answered with something that is no list of comments", {{"endpoint", request.endpoint}}});
      }
      TANDEM_TRY(auto rows, read_comments(body["comments"]));
      total = body["total"].integer().value_or(0);
      bool const last = rows.empty();
      std::move(rows.begin(), rows.end(), std::back_inserter(all));
      if (last || all.size() >= static_cast<std::size_t>(total)) break;
    }
    if (all.size() >= static_cast<std::size_t>(total)) break;
  }
  return all;
}

Result<std::vector<Comment>> Client::comments_by_id(std::vector<std::string> const& ids) {
  std::vector<Comment> all;
  for (std::size_t at = 0; at < ids.size(); at += kMostIds) {
    json::Array part;
    for (auto i = at; i < std::min(at + kMostIds, ids.size()); ++i) part.push_back(json::Number{ids[i]});
    auto request = make_request(base_url_, "POST", "/comment/list?expand=properties", "/comment/list");
    request.repeat = http::Repeat::safe;
    request.body = json::to_text(json::Object{{"ids", std::move(part)}});
    TANDEM_TRY(auto const body, read(transport_, request));
    TANDEM_TRY(auto rows, read_comments(body["values"]));
    std::move(rows.begin(), rows.end(), std::back_inserter(all));
  }
  return all;
}

Result<Comment> Client::add_comment(std::string const& issue_id, json::Value const& body, json::Object const& properties) {
  auto request =
      make_request(base_url_, "POST", fmt::format("/issue/{}/comment?expand=properties", text::percent_encoded(issue_id)),
                   "/issue/{id}/comment");
  json::Array marks;
  for (auto const& [key, value] : properties) marks.push_back(json::Object{{"key", key}, {"value", value}});
  request.body = json::to_text(json::Object{{"body", body}, {"properties", std::move(marks)}});
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::write));
  if (reply.status == 201 || reply.status == 200) return kept(reply, request.endpoint);
  return fail(error_of(reply, http::Access::write, request.endpoint));
}

Result<Comment> Client::edit_comment(std::string const& issue_id, std::string const& id, json::Value const& body) {
  auto request = make_request(base_url_, "PUT",
                              fmt::format("/issue/{}/comment/{}", text::percent_encoded(issue_id), text::percent_encoded(id)),
                              "/issue/{id}/comment/{id}");
  request.repeat = http::Repeat::safe;
  request.body = json::to_text(json::Object{{"body", body}});
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::write));
  if (reply.status == 200) return kept(reply, request.endpoint);
  return fail(error_of(reply, http::Access::write, request.endpoint));
}

}  // namespace tandem::jira
