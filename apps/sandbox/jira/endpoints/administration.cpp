#include <algorithm>

#include "jira/endpoints/metadata.hpp"

namespace sandbox::jira {

namespace {

struct Counted {
  char const* name;
  std::int64_t Settings::*most;
  std::size_t (*count)(Issue const&);
};
constexpr Counted kCounted[] = {
    {"comment", &Settings::most_comments, [](Issue const& issue) { return issue.comments.size(); }},
    {"worklog", &Settings::most_worklogs, [](Issue const& issue) { return issue.worklogs.size(); }},
    {"attachment", &Settings::most_attachments, [](Issue const& issue) { return issue.attachments.size(); }},
    {"issuelinks", &Settings::most_links, [](Issue const& issue) { return issue.links.size(); }},
    {"remoteIssueLinks", &Settings::most_remote_links, [](Issue const& issue) { return issue.remote_links.size(); }},
};

}  // namespace

Response get_issue_limit_report(Site& site, Call const& call) {
  bool const keys = call.flag("isReturningKeys");
  json::Object approaching, breaching, limits;
  for (auto const& [name, most, count] : kCounted) {
    json::Object near, full;
    auto const limit = site.settings.*most;
    for (auto const& [id, issue] : site.store.all()) {
      auto const held = static_cast<std::int64_t>(count(issue));
      if (held * 10 < limit * 9 || held == 0 || !sees_project(site, call.account(), site.definition.project(issue.project)))
        continue;
      (held >= limit ? full : near).append(keys ? issue.key : std::to_string(id), held);
    }
    approaching.append(name, std::move(near));
    breaching.append(name, std::move(full));
    limits.append(name, limit);
  }
  json::Object out;
  out.append("issuesApproachingLimit", std::move(approaching));
  out.append("issuesBreachingLimit", std::move(breaching));
  out.append("limits", std::move(limits));
  return json_answer(200, std::move(out));
}

Response refuse_dynamic_webhooks(Site&, Call const&) {
  return refused(403, "Only Connect and OAuth 2.0 apps can use this operation.");
}

}  // namespace sandbox::jira
