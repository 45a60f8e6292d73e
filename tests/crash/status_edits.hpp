// People who edit pairs and move them through their statuses, and what must be equal at the end however a run was interrupted.
#pragma once

#include <string>

#include <fmt/format.h>

#include "support/story.hpp"

namespace tandem::test {

// The default world's cases in both directions, with their statuses and titles.
inline constexpr char const* kStatusItem =
    R"({ "name": "support-cases", "mode": "two-way", "jira": { "project": "SUP", "issueType": "Task" },
  "dynamics": { "module": "customer-service", "entity": "incident", "filter": "casetypecode eq 2" }, "autoCreate": true,
  "status": { "enabled": true, "map": [{ "dynamics": "On Hold", "jira": "Waiting" }] },
  "mappings": [{ "column": "title", "field": "summary" }] })";

inline void in_dynamics(Story& story, std::string const& record, std::string const& body) {
  story.edit("alice", sandbox::ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + record + ")", body);
}

inline std::string issue_path(Story& story, std::string const& record) {
  return "/rest/api/3/issue/" + std::string(story.issue_of(record)["key"].text());
}

inline void in_jira(Story& story, std::string const& record, std::string const& fields) {
  story.edit("bob", sandbox::ServiceName::jira, "PUT", issue_path(story, record), R"({"fields":)" + fields + "}");
}

inline void transit(Story& story, std::string const& record, std::string const& transition, std::string const& fields = "{}") {
  story.edit("bob", sandbox::ServiceName::jira, "POST", issue_path(story, record) + "/transitions",
             fmt::format(R"({{"transition":{{"id":"{}"}},"fields":{}}})", transition, fields));
}

// Records with an issue, in the order of the world.
inline std::vector<std::string> linked(Story& story) {
  std::vector<std::string> out;
  for (auto const& one : story.cases()) {
    if (!story.issue_of(one.id).is_null()) out.push_back(one.id);
  }
  return out;
}

// Per pair: statuses, resolutions, and how often each was changed.
inline std::string statuses(Story& story) {
  std::string out;
  auto const state = story.world().dataverse().state();
  for (auto const& one : story.cases()) {
    auto const issue = story.issue_of(one.id);
    if (issue.is_null()) continue;
    std::size_t closings = 0, moves = 0;
    for (auto const& activity : state["rows"]["incidentresolution"].items())
      closings += activity["_incidentid_value"].text() == one.id ? 1 : 0;
    for (auto const& entry : issue["changelog"].items()) {
      for (auto const& item : entry["items"].items()) moves += item["field"].text() == "status" ? 1 : 0;
    }
    out += fmt::format("{} {} {} | {} {} {}\n", one.title, one.row["statuscode"].scalar_text(), closings,
                       issue["fields"]["status"]["name"].text(), issue["fields"]["resolution"]["name"].text(), moves);
  }
  return out;
}

}  // namespace tandem::test
