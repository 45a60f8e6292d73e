// The marks of one item's links that both systems hold (SPEC D9, D10), by the links' derived ids, read without the store.
//
// Notes are found by their subject and, for those that a person edited, by the ids that the properties name; issues by the project, by the keys
// after the newest that the search shows, since its index lags, and those that moved by the ids that the notes name. Reads only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/link/link.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

struct NoteMark {
  std::string issue, issue_key;  // as its text tells; "" where a person rewrote it
  std::string subject, text;
};
struct LinkMarks {
  std::string record;
  std::optional<NoteMark> note;
  std::map<std::string, link::Kind> issues;  // ids, of those that name it in their property
};
struct FoundMarks {
  std::map<std::string, LinkMarks> links;
  std::map<std::string, jira::Issue> issues;  // by id: those with an entry, and those that exist of what the notes name
  std::vector<jira::Issue> misfits;  // whose entry's parts do not belong together
};

// An item that writes no notes has the property alone; its derived id still proves record, item and organisation.
bool has_link_notes(mapping::CompiledItem const& item);
Result<FoundMarks> find_marks(RunContext& run, RunItem const& item, std::function<void(std::size_t)> const& progress);

}  // namespace tandem::sync
