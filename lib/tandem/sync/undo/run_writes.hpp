// RunWrites: what one run wrote, by link, side and field, as the history tells it (SPEC R7). Pure.
//
// Several writes of one field in one run count as one where each began at what the one before had left; where somebody else came in between,
// only the last unbroken row of them does. What cannot be taken back is told with its reason: issues, comments, notes, files and links that were
// made, values that the history does not hold whole, writes that gave way to a person's edit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/sync/history.hpp>
#include <tandem/sync/plan.hpp>

namespace tandem::sync::undo {

// One field or status of one side, over the whole run.
struct WrittenValue {
  Side side = Side::jira;
  std::string rule;  // FieldRule::key(), or kStatusRule
  std::string field;  // the field's id, or the column's name where the record was written
  json::Value before;  // raw, whole
  std::string table;  // of a lookup: to which `before` points
  std::string before_shown, after_shown;
  std::string kept;  // value_print() of what the last write left
  Instant at;  // of the last write, by the clock of the service that was written to
  std::optional<Report> barred;  // why it cannot be taken back, whatever both sides show
};

struct WrittenLink {
  std::string item, link, record, number, issue, issue_key;
  std::vector<WrittenValue> values;  // in the order in which they were written first
};

// Something else that the run did, and that stays.
struct Stays {
  std::string item, record, number, issue_key;
  std::string action, what;  // "added-comment", and what of it people are shown
  Report report;
};

struct RunWrites {
  std::string run;
  std::optional<Instant> began;
  std::vector<WrittenLink> links;  // in the order in which they were written first
  std::vector<Stays> stays;
  std::string undoes;  // the run that it took back itself
  [[nodiscard]] bool empty() const { return links.empty() && stays.empty(); }
};

// Whether an entry tells of more than the marks that follow every link.
bool is_of_note(HistoryEntry const& entry);

// `entries`: all of one run, oldest first.
RunWrites writes_of(std::vector<HistoryEntry> const& entries);

}  // namespace tandem::sync::undo
