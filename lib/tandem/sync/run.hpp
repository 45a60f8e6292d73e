// One run of the cycle: settle what the last one left open, then each item in turn (SPEC E).
//
// REQUIRES: the caller holds the connection's run lock (not for a dry run, which opens the store read-only).
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/log/log.hpp>
#include <tandem/base/time/clock.hpp>
#include <tandem/connection/connection.hpp>
#include <tandem/mapping/compiled_item.hpp>
#include <tandem/store/store.hpp>
#include <tandem/sync/observer.hpp>
#include <tandem/sync/retry_table.hpp>
#include <tandem/sync/run_record.hpp>

namespace tandem::sync {

struct RunItem {
  std::shared_ptr<mapping::CompiledItem const> compiled;
  mapping::StoredItem stored;
  [[nodiscard]] std::string const& name() const { return compiled->item.name; }
};

struct RunOptions {
  bool dry_run = false;
  bool retry_parked = false;
  bool allow_mass_change = false;
  std::optional<std::string> only_issue{};  // key: only the links of this issue are looked at, the feed is not read
  bool some_items = false;  // the items are a choice of those that are enabled
  bool drain_events = false;  // what waits in the outbox is handled before the items (SPEC E1)
  bool only_events = false;  // and nothing else: the feeds are not read
  std::optional<std::chrono::steady_clock::time_point> drain_until{};  // no further events are begun then; by RunInput's clock
  bool sweep = false;        // every link is read again, whether or not something told of a change (SPEC E7)
  std::map<std::string, Side> take{};  // by field id, field name or column: a person decided which side's value counts (SPEC D14)
  FirstContact first_contact = FirstContact::dynamics;  // of fields without a base (SPEC D3)
  int jobs = 8;
  Millis overlap{std::chrono::minutes{10}};
  Millis settle_after{std::chrono::seconds{120}};
  RetryPolicy retries{};
  int max_flips = 6;  // an hour, of one field (SPEC R6)
  Millis sweep_every{std::chrono::hours{24}};
  Millis history{std::chrono::days{90}};
};

struct RunInput {
  connection::Connection& connection;
  store::Store& store;
  Log const& log;
  Clock& clock;
  Observer& observer;
  std::function<bool()> stop;  // a signal or the deadline: what is open is finished, nothing new is begun
  std::string organisation_id;  // of the connection's binding: part of every derived id
};

// `items` in the order in which they are to be run. The record is kept in the store unless this is a dry run, or only for events that led to
// nothing.
// An error is returned only for what makes the whole run impossible before it began; everything else is in the record (`exit`, `error`).
Result<RunRecord> run_cycle(RunInput const& input, RunOptions const& options, std::vector<RunItem> const& items);

// The exit code for several outcomes of one run: 11, 1, 4, 3, 2, 5, 7, 9, 6, 0 in this order.
int worse_exit(int a, int b);

}  // namespace tandem::sync
