// Finding the issue of a file whose event names none (SPEC F8; jira.md §12 "Finding the issue of an attachment event").
//
// One search per project for issues that were updated since shortly before the file came, then a direct read of their `attachment` lists: the
// search only says where to look, as its index may lag. Nothing is known of a file that was deleted.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync::event {

struct SoughtFile {
  std::string attachment;  // id
  Instant at;  // when it was attached, by Jira's clock
};

// Searches begin that much before the file: `updated` and the attachment's time are not one moment.
inline constexpr Millis kBeforeFile = std::chrono::minutes{2};
// Issues that are read per project at most: more were updated since only where events waited for long, and the sweep is for these.
inline constexpr std::size_t kMostRead = 1000;

// By attachment id, those that were found. `projects`: keys of Jira projects with items that mirror files.
Result<std::map<std::string, jira::IssueRef>> find_issues_of_files(RunContext& run, std::vector<std::string> const& projects,
                                                                   std::vector<SoughtFile> const& files);

}  // namespace tandem::sync::event
