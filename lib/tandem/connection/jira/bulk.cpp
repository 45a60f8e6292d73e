#include <tandem/connection/jira/bulk.hpp>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <tandem/connection/jira/errors.hpp>

namespace tandem::jira {
namespace {

tl::unexpected<Error> does_not_add_up(std::size_t issues, std::size_t errors, std::size_t elements) {
  return fail(Error{ErrorKind::unknown_outcome,
                    fmt::format("Jira's answer to a bulk create of {} names {} issues and {} failures; it will be settled",
                                elements, issues, errors),
                    {}});
}

}  // namespace

Result<BulkCreated> map_bulk(json::Value const& body, std::size_t elements) {
  auto const& issues = body["issues"].items();
  auto const& errors = body["errors"].items();
  if (!body.is_object() || issues.size() + errors.size() != elements)
    return does_not_add_up(issues.size(), errors.size(), elements);

  std::map<std::int64_t, json::Value const*> failed;
  for (auto const& error : errors) {
    auto const number = error["failedElementNumber"].integer();
    if (!number || !failed.emplace(*number, &error).second) return does_not_add_up(issues.size(), errors.size(), elements);
  }
  auto const count = static_cast<std::int64_t>(elements);
  std::int64_t const first = !failed.empty() && failed.rbegin()->first == count && failed.begin()->first >= 1 ? 1 : 0;

  BulkCreated out;
  out.elements.resize(elements);
  std::size_t next_issue = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    auto& element = out.elements[static_cast<std::size_t>(i)];
    if (auto const found = failed.find(i + first); found != failed.end()) {
      auto const& error = *found->second;
      element.rejection = read_rejection(static_cast<int>(error["status"].integer().value_or(400)), error["elementErrors"]);
      failed.erase(found);
      continue;
    }
    if (next_issue >= issues.size()) return does_not_add_up(issues.size(), errors.size(), elements);
    auto const& issue = issues[next_issue++];
    element.issue = IssueRef{issue["id"].scalar_text(), std::string(issue["key"].text())};
    if (element.issue->id.empty() || element.issue->key.empty()) return does_not_add_up(issues.size(), errors.size(), elements);
  }
  // A number outside the request leaves a failure that belongs to nobody.
  if (!failed.empty() || next_issue != issues.size()) return does_not_add_up(issues.size(), errors.size(), elements);
  return out;
}

}  // namespace tandem::jira
