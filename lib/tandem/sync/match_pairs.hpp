// Existing pairs: issues and records that show the same value, such as a case number that people typed into a Jira field (SPEC D3).
//
// Values are compared as texts without regard to case, accents and blanks. Only a value that exactly one issue and one record show makes a
// pair; what is left is listed with its reason. Reads only: attach_many() links what was found.
#pragma once

#include <string>
#include <vector>

#include <tandem/sync/attach.hpp>

namespace tandem::sync {

struct MatchRule {
  std::string column;  // logical name
  std::string field;  // id or name
};
// "ticketnumber=customfield_10050". Errors: usage.
Result<MatchRule> parse_match(std::string_view text);

struct MatchedPair {
  AttachRequest request;
  AttachPlan plan;
};
// An issue whose value led to no pair.
struct Unmatched {
  std::string issue_key, value;
  std::string reason;  // code: unknown-record, ambiguous, already-linked, automatic-link, wrong-type, …
  std::string detail;
};
struct Matches {
  std::vector<MatchedPair> pairs;
  std::vector<Unmatched> left;
};
// Errors: usage (no such column or field), refused (manual-links-off), what the services answer.
Result<Matches> match_pairs(RunContext& run, std::vector<RunItem> const& items, RunItem const& item, MatchRule const& rule,
                            Initial initial);

// As attach(), fifty at a time: one commit, one batch of notes. What is refused stays owed and was told to the observer.
Result<Attached> attach_many(RunContext& run, std::vector<MatchedPair> pairs, std::function<void(std::size_t)> const& progress);

}  // namespace tandem::sync
