// Apply: the changes of one link's conversation, one after the other, each with its intent or its derived id (SPEC R1, R2, H2).
//
// In order within a link: while the outcome of a new comment or attachment is not known, nothing newer is written into it. A change that a
// service refuses costs that change, not the others. Thread-safe for different links.
#pragma once

#include <cstdint>
#include <optional>

#include <tandem/sync/conversation/look.hpp>

namespace tandem::sync::conversation {

// What became of one link's conversation.
struct Outcome {
  std::uint64_t comments = 0, notes = 0, files = 0;  // written: to Jira, to Dynamics, to either
  std::uint64_t waiting = 0;  // writes whose outcome is not known
  bool of_earlier_run = false;  // what waits was written by an earlier run
  bool again = false;  // something moved in between: it must be looked at once more
  std::optional<Report> failure;  // the first refusal
  std::vector<Report> left;  // what the other system does not take: no failure, it stays where it is
  std::optional<Error> fatal;  // ends the run
};

Outcome apply(RunContext& run, mapping::CompiledItem const& item, Looked const& looked, Plan const& plan, bool verify_files);

// Finds out what became of open intents: the comment that carries the mark, the new file with the same name, size and content (SPEC R2).
// Commits what is found, closes what was surely not executed. Outcome::waiting counts those that are neither yet.
Outcome settle(RunContext& run, mapping::CompiledItem const& item, Looked const& looked);

}  // namespace tandem::sync::conversation
