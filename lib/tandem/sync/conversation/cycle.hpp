// The conversations of one item in a run: what the feeds and events put on the list is looked at, decided and written, link by link.
//
// Links that were made since, or whose options changed, are on the list too. What fails keeps its entry, with its tries and its pause.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <tandem/link/conversations.hpp>
#include <tandem/sync/conversation/apply.hpp>

namespace tandem::sync::conversation {

// By item: links that were found in this run. A dry run writes nothing, so it has them here only.
using Found = std::map<std::string, std::set<std::string>, std::less<>>;

class Cycle {
 public:
  Cycle(RunContext& run, RunItem const& item, ItemRun& stats);
  // Everything that is due. Nothing happens for an item without comments and attachments.
  Result<Unit> run(Found const& found);
  // Only these links, whatever was due.
  Result<Unit> run_links(std::vector<std::string> const& link_ids);
  Result<Unit> run_issue(std::string const& issue_id);

 private:
  Result<Unit> queue_all_once();
  // How many conversations are due; nothing where they were not counted.
  Result<std::optional<std::uint64_t>> check_brake() const;
  void advance(std::uint64_t done);
  // Looks at those of some links that listings show something new of; the others are done with.
  Result<Unit> handle_news(std::vector<link::DueConversation> const& entries);
  // Looks at some links until nothing moves in between, at most three times.
  Result<Unit> handle(std::vector<link::DueConversation> const& due);
  Result<Unit> finish(link::DueConversation const& due, link::Link const& link, Outcome const& outcome,
                      std::optional<Error> failed, std::vector<std::string>& done);
  Result<Unit> take_off(std::vector<std::string> const& done);  // the list
  void tell(link::Link const& link, Plan const& plan);
  void tell_waiting(link::Link const& link);

  RunContext& run_;
  RunItem const& item_;
  mapping::CompiledItem const& compiled_;
  ItemRun& stats_;
  Progress progress_;
  std::optional<Rules> rules_;
};

}  // namespace tandem::sync::conversation
