#include "jira/endpoints/changelog.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

struct BulkRequest {
  std::set<std::int64_t> issues;
  std::set<std::string> fields;  // empty = all
  std::size_t most = 1000;
  std::string bound;             // what must not change from page to page
};

Checked<BulkRequest> read_request(Site const& site, Call const& call) {
  constexpr std::size_t kMostIssues = 1000, kMostFields = 10;
  constexpr std::int64_t kMostRows = 10000;
  BulkRequest out;
  auto const& wanted = call.body["issueIdsOrKeys"].items();
  if (wanted.empty()) return refuse(400, "No issue IDs/keys were present.");
  if (wanted.size() > kMostIssues) return refuse(400, "More than 1000 issue IDs/keys were requested.");
  if (call.body["fieldIds"].items().size() > kMostFields) return refuse(400, "More than 10 field IDs were requested.");
  for (auto const& item : wanted) {
    if (auto const* issue = visible_issue(site, call, item.scalar_text())) out.issues.insert(issue->id);
  }
  for (auto const& item : call.body["fieldIds"].items()) out.fields.insert(item.scalar_text());
  auto const most = call.body["maxResults"].integer().value_or(1000);
  if (most < 1 || most > kMostRows) return refuse(400, "The maxResults must be between 1 and 10000.");
  out.most = static_cast<std::size_t>(most);
  out.bound = tandem::to_hex(tandem::sha256(json::to_canonical(json::Array{call.body["issueIdsOrKeys"], call.body["fieldIds"]})))
                  .substr(0, 16);
  return out;
}

// A history with only the items of the wanted fields; nothing when none is left.
std::optional<History> narrowed(History const& history, std::set<std::string> const& fields) {
  if (fields.empty()) return history;
  History out = history;
  std::erase_if(out.items, [&](Change const& change) { return fields.count(change.field_id) == 0; });
  return out.items.empty() ? std::nullopt : std::optional(std::move(out));
}

std::optional<std::size_t> start_of(std::string_view token, std::string_view bound) {
  if (token.empty()) return 0;
  auto const bytes = tandem::from_base64(token);
  auto const inside = bytes ? json::parse(*bytes) : json::parse("");
  if (!inside || (*inside)["q"].text() != bound) return std::nullopt;
  auto const start = (*inside)["s"].integer();
  return start && *start >= 0 ? std::optional(static_cast<std::size_t>(*start)) : std::nullopt;
}

}  // namespace

Response get_changelog(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const offset = offset_of(call, 100, 100);
  if (!offset) return refused(offset.error());
  json::Array values;
  for (auto const& history : issue->histories) values.push_back(history_json(site, call.reader, history));
  return json_answer(200, page_of(site, "issue/" + issue->key + "/changelog", *offset, std::move(values)));
}

Response post_changelog_list(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const& ids = call.body["changelogIds"].items();
  if (ids.empty()) return refused(400, "The changelogIds must hold at least one id.");
  json::Array histories;
  for (auto const& history : issue->histories) {
    bool const asked = std::any_of(ids.begin(), ids.end(), [&](json::Value const& id) { return id.integer() == history.id; });
    if (asked) histories.push_back(history_json(site, call.reader, history));
  }
  json::Object out;
  out.append("startAt", 0);
  out.append("maxResults", static_cast<std::uint64_t>(histories.size()));
  out.append("total", static_cast<std::uint64_t>(histories.size()));
  out.append("histories", std::move(histories));
  return json_answer(200, std::move(out));
}

Response post_changelog_bulk_fetch(Site& site, Call const& call) {
  auto const request = read_request(site, call);
  if (!request) return refused(request.error());
  auto const start = start_of(call.body["nextPageToken"].text(), request->bound);
  if (!start) return refused(400, "The provided nextPageToken is invalid or has expired.");
  // Histories of all issues in one row, by issue and time; a page is a cut of it.
  std::size_t at = 0;
  bool more = false;
  std::map<std::int64_t, json::Array> by_issue;
  for (auto const id : request->issues) {
    for (auto const& history : site.store.find(id)->histories) {
      auto const shown = narrowed(history, request->fields);
      if (!shown) continue;
      if (at >= *start && at < *start + request->most) by_issue[id].push_back(history_json(site, call.reader, *shown));
      if (at >= *start + request->most) more = true;
      ++at;
    }
  }
  json::Array rows;
  for (auto& [id, histories] : by_issue) {
    rows.emplace_back(json::Object{{"issueId", std::to_string(id)}, {"changeHistories", std::move(histories)}});
  }
  json::Object out;
  out.append("issueChangeLogs", std::move(rows));
  if (more) {
    json::Object inside{{"q", request->bound}, {"s", static_cast<std::uint64_t>(*start + request->most)}};
    out.append("nextPageToken", tandem::to_base64(json::to_text(inside)));
  }
  return json_answer(200, std::move(out));
}

}  // namespace sandbox::jira
