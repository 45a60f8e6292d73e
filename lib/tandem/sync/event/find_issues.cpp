#include <tandem/sync/event/find_issues.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace tandem::sync::event {

namespace {

// A number without quotes is epoch milliseconds, whatever zone the account is in; floored to the minute (jira.md §4).
std::string jql_of(std::string const& project, Instant from) {
  auto const minute = std::chrono::floor<std::chrono::minutes>(from - kBeforeFile);
  return fmt::format("project = {} AND updated >= {} ORDER BY updated ASC, key ASC", jira::quoted_jql(project),
                     epoch_millis(minute));
}

// Reads the files of these issues, and takes those that are sought.
Result<Unit> look_into(RunContext& run, std::vector<std::string> const& ids, std::set<std::string>& left,
                       std::map<std::string, jira::IssueRef>& found) {
  TANDEM_TRY(auto const issues, run.jira().bulk_fetch(ids, {"attachment"}, {}));
  for (auto const& issue : issues) {
    auto const* files = issue.field("attachment");
    if (files == nullptr) continue;
    for (auto const& file : files->items()) {
      auto const id = file["id"].scalar_text();
      if (left.erase(id) > 0) found[id] = {issue.id, issue.key};
    }
  }
  return Unit{};
}

}  // namespace

Result<std::map<std::string, jira::IssueRef>> find_issues_of_files(RunContext& run, std::vector<std::string> const& projects,
                                                                   std::vector<SoughtFile> const& files) {
  std::map<std::string, jira::IssueRef> found;
  if (files.empty()) return found;
  std::set<std::string> left;
  for (auto const& file : files) left.insert(file.attachment);
  auto const first =
      std::min_element(files.begin(), files.end(), [](SoughtFile const& a, SoughtFile const& b) { return a.at < b.at; });
  for (auto const& project : projects) {
    jira::Search search;
    search.jql = jql_of(project, first->at);
    search.fields = {"updated"};
    search.page_size = static_cast<int>(jira::Client::kMostFetch);
    std::string token;
    for (std::size_t read = 0; !left.empty() && read < kMostRead;) {
      TANDEM_CHECK(run.go_on());
      TANDEM_TRY(auto const page, run.jira().search(search, token));
      std::vector<std::string> ids;
      for (auto const& issue : page.issues) ids.push_back(issue.id);
      for (std::size_t at = 0; at < ids.size() && !left.empty(); at += jira::Client::kMostFetch) {
        auto const end = std::min(at + jira::Client::kMostFetch, ids.size());
        TANDEM_CHECK(look_into(
            run, {ids.begin() + static_cast<std::ptrdiff_t>(at), ids.begin() + static_cast<std::ptrdiff_t>(end)}, left, found));
      }
      read += ids.size();
      token = page.next_token;
      if (token.empty()) break;
    }
    if (left.empty()) break;
  }
  return found;
}

}  // namespace tandem::sync::event
