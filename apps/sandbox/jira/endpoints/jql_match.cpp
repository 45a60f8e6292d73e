#include <algorithm>

#include "jira/endpoints/search.hpp"
#include "jira/jql/compile.hpp"

namespace sandbox::jira {

// It asks the same index as a search does, so a fresh change may be missing here too.
Response post_jql_match(Site& site, Call const& call) {
  constexpr std::size_t kMostQueries = 100, kMostIssues = 1000;
  auto const& queries = call.body["jqls"].items();
  auto const& ids = call.body["issueIds"].items();
  if (!call.body["jqls"].is_array() || !call.body["issueIds"].is_array() || queries.empty() || ids.empty())
    return refused(400, "The jqls and the issueIds are required.");
  if (queries.size() > kMostQueries || ids.size() > kMostIssues)
    return refused(400, "The maximum number of queries is 100, of issues 1000.");
  for (auto const& id : ids) {
    if (!id.integer()) return refused(400, "Issue ids are expected in issueIds, not '" + id.scalar_text() + "'.");
  }
  site.store.settle(site.now());
  json::Array matches;
  for (auto const& text : queries) {
    json::Array matched, errors;
    auto const query = jql::compile(site, call.reader, text.text());
    if (!query) {
      for (auto const& error : query.error()) errors.emplace_back(error);
    } else {
      for (auto const& id : ids) {
        auto const* issue = site.store.indexed(*id.integer());
        bool const visible = issue != nullptr && sees_project(site, call.account(), site.definition.project(issue->project));
        if (visible && query->where(*issue)) matched.push_back(id);
      }
    }
    matches.emplace_back(json::Object{{"matchedIssues", std::move(matched)}, {"errors", std::move(errors)}});
  }
  return json_answer(200, json::Object{{"matches", std::move(matches)}});
}

}  // namespace sandbox::jira
