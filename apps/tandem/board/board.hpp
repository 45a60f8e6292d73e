// Board: everything that the dashboard shows (`status` as table, JSON, page and on a watched terminal), read from the store in one snapshot.
//
// Neither service is asked. Times are the services'; `now` is this machine's and only says how long ago something was, and how far off an
// expiry is. What to do about it is `advice.hpp`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tandem/mapping/item_store.hpp>
#include <tandem/store/store.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/retry_table.hpp>
#include <tandem/sync/run_record.hpp>

#include "board/schedule.hpp"

namespace tandem::cli {

// The last part that an item took in a run.
struct ItemPart {
  std::size_t run = 0;  // index into Board::runs
  sync::ItemRun part;
};

struct BoardItem {
  std::string name;
  mapping::StoredItem stored;
  std::optional<mapping::Item> item;  // absent when this version cannot read the definition
  std::size_t links = 0;
  std::optional<Instant> watermark;
  std::vector<sync::Retry> retries;
  std::optional<ItemPart> last;  // of any run
  std::optional<ItemPart> last_read;  // of a run that read its feed, not only one issue
  std::size_t unsettled = 0;

  [[nodiscard]] bool synchronised() const { return !item || item->synchronised(); }
  [[nodiscard]] std::size_t parked() const;
  [[nodiscard]] std::size_t waiting() const;  // for another try, or to be settled
};

// A credential and the date that the operator told of it.
struct Expiry {
  std::string what;  // "the client secret"
  std::string option;  // of `auth set`, which tells the date; "" where it is read from the credential itself
  std::string renew;  // what to run
  std::string date;  // "" = not told
  std::optional<std::int64_t> days;  // left; negative = over
};

struct Board {
  std::string connection, organisation, jira;  // the URLs are "" when it is not set up
  Instant now;
  std::vector<BoardItem> items;
  std::vector<sync::Intent> intents;
  std::size_t open_conversations = 0;  // open intents of comments, notes and files
  std::vector<sync::RunRecord> runs, event_runs;  // newest first, as many as are kept
  std::vector<sync::Held> held;
  std::size_t events = 0;  // in the outbox
  std::optional<Instant> oldest_event;  // by the clock of Jira, where the payload told
  std::vector<Expiry> expiries;
  Schedule schedule;
  http::LimitSeen dataverse_limit, jira_limit;  // as last seen

  [[nodiscard]] sync::RunRecord const* last_run() const { return runs.empty() ? nullptr : &runs.front(); }
  [[nodiscard]] std::size_t parked() const;
  // What `status` ends with: 6 while something is parked or held.
  [[nodiscard]] int exit() const;
};

inline constexpr std::int64_t kWarnDays = 30;  // SPEC A10

// Errors: store.
Result<Board> read_board(store::Store& store, std::string connection, Instant now);
Instant machine_time();

}  // namespace tandem::cli
