// The undo of what a run wrote to one link: which values go back, and why the others do not. Pure: no I/O, no clock.
//
//   the side shows                 | its source                        | result
//   what the run left              | as it was when both last agreed   | goes back
//   what the run left              | edited since, and copied that way | edited-since: the next run copies that edit anyway
//   what was there before the run  | -                                 | nothing
//   anything else                  | -                                 | edited-since: somebody's edit is never overwritten
// Afterwards the base holds what both sides show then. So no run copies the difference, until either side is edited (decision 0030).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tandem/sync/pair.hpp>
#include <tandem/sync/undo/run_writes.hpp>

namespace tandem::sync::undo {

// Which value it is about.
struct Subject {
  std::string item, link, record, number, issue_key;
  Side side = Side::jira;
  std::string rule, field;  // as of WrittenValue
  friend bool operator==(Subject const& a, Subject const& b) { return a.link == b.link && a.side == b.side && a.rule == b.rule; }
};

struct Step {
  Subject of;
  std::string now, back;  // for people
  std::string goal;  // value_print() of the value that goes back
};

struct Left {
  Subject of;
  std::string now, back;
  Report report;
};

struct LinkPlan {
  Pair pair;  // ready for the writers of a cycle
  std::vector<Step> steps;
  std::vector<Left> left;
  std::size_t already = 0;  // values that stand as before the run
};

// Later runs that wrote the same value, by side and rule: the newest.
using LaterRuns = std::map<std::pair<Side, std::string>, std::string>;

// How the service calls the rows of a table in a reference ("incidents"), by table; "" where no such table can be read.
using SetNames = std::map<std::string, std::string>;
// The table whose set name plan_undo() must be told, since the value is a lookup's and goes back to a row of it.
std::optional<std::string> unusual_table(mapping::CompiledItem const& item, WrittenValue const& value);

// `pair`: row and issue as read just now. REQUIRES: pair.row.link.
LinkPlan plan_undo(mapping::CompiledItem const& item, std::string const& run, WrittenLink const& written, Pair pair,
                   LaterRuns const& later, SetNames const& sets);

Subject subject_of(WrittenLink const& written, WrittenValue const& value);

}  // namespace tandem::sync::undo
