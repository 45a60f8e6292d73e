// Putting a rehearsed pair back: both statuses as they were before the rehearsal's first write (SPEC G8, R1, R2).
//
// The rehearsal's journal entry tells how the pair stood; it stays open until both sides are back, whoever comes to do it: the rehearsal itself,
// a later one, or a cycle's settling. A side that somebody else has moved since is left as it is: the base is the one from before the rehearsal,
// so the next look finds that move. What a system refuses keeps the entry open, and the pair is synchronised no further until it is done, by a
// later try or by hand.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <tandem/sync/link_items.hpp>
#include <tandem/sync/pair.hpp>

namespace tandem::sync {

enum class BackEnd : std::uint8_t {
  put_back,  // it was moved, and stands as before
  untouched,  // it stood there already
  foreign,  // somebody else has moved it meanwhile: left as it is
  gone,  // it does not exist any more
  refused
};
std::string_view name_of(BackEnd end);  // "put-back"

struct SideBack {
  BackEnd end = BackEnd::untouched;
  std::optional<Report> refused;
  std::vector<Hop> hops;  // of the issue
};
struct PutBack {
  SideBack dynamics, jira;
  std::string resolution;  // the issue's resolution by now where it is not what it was; "" else
  [[nodiscard]] bool complete() const { return dynamics.end != BackEnd::refused && jira.end != BackEnd::refused; }
};

// REQUIRES: the run lock; the journal holds this rehearsal, and none of its writes is open. Once complete, link, base and retry list are as they
// were and the entry is gone. Errors: unknown_outcome (a write of its own is open), or what ends the run.
Result<PutBack> put_back(RunContext& run, mapping::CompiledItem const& item, Intent const& intent);

// Puts back what a rehearsal of this pair left; nothing when none is open. What became of its last write is found out first, and waited for as long
// as it may still be executed. Errors: unknown_outcome (it is not known even then), or what ends the run.
// `waits` is called once, before the first wait, with its longest time.
using Waits = std::function<void(Millis)>;
Result<std::optional<PutBack>> put_back_earlier(RunContext& run, RunItem const& item, link::Link const& link,
                                                Waits const& waits = {});

// Finds out what became of the rehearsal's last write, waiting as above. True once it is known.
Result<bool> settle_write(RunContext& run, RunItem const& item, std::string const& link, Waits const& waits = {});

// The pair as both systems show it now, for the writers of status; a side that is gone is empty (no id). The link is the store's.
struct Look {
  Pair pair;
  bool record_there = false, issue_there = false;
  std::string issue_status, resolution;  // ids
  json::Value record_status, record_state;
};
Result<Look> look_at_pair(RunContext& run, mapping::CompiledItem const& item, link::Link const& link, Rehearsal const* rehearsal);

}  // namespace tandem::sync
