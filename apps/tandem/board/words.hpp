// Words: the dashboard's facts as people read them, the same on a terminal and on the page. ASCII only, so that any locale shows them.
#pragma once

#include <string>

#include "board/board.hpp"

namespace tandem::cli {

// "45s", "3m", "2h 5m", "4d 3h": two units at most.
std::string coarse(Millis duration);
// "3m ago"; "just now" within five seconds; "" for a moment that this machine's clock has not reached: then the clocks differ.
std::string ago(Instant then, Instant now);
// "1 event", "3 events".
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

std::string last_cycle_text(Board const& board);
std::string next_cycle_text(Board const& board);
std::string outbox_text(Board const& board);
std::string parked_text(Board const& board);
std::string held_text(Board const& board);
std::string expiry_text(Expiry const& expiry);
// What was left of a service's limits when it last told; "not told" where it never did.
std::string dataverse_limit_text(Board const& board);
std::string jira_limit_text(Board const& board);
// How far an item's last reading lagged behind its service: "none", "12m", "unknown" where it was stopped, "" where nothing is read.
std::string lag_text(Board const& board, BoardItem const& item);
std::optional<Millis> lag_of(BoardItem const& item);
std::string baseline_text(BoardItem const& item);
// Of all that is kept: "288 cycles since …: 12 created, …".
std::string history_text(Board const& board);

struct Totals {
  std::uint64_t created = 0, updated = 0, records = 0, copied = 0, failed = 0;
  [[nodiscard]] std::uint64_t changes() const { return created + updated + records + copied; }
  void add(sync::RunRecord const& run);
  Totals& operator+=(Totals const& more);
};
Totals totals_of(Board const& board);

}  // namespace tandem::cli
