// RunRecord: what one run of sync-once did, kept for the dashboard (SPEC B9, E11). Times are the services' clocks; `duration` is ours.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/connection/http/limits_seen.hpp>
#include <tandem/store/table.hpp>

namespace tandem::sync {

// One item's part of a run.
struct ItemRun {
  std::string item{};
  std::uint64_t seen = 0;  // rows of the feed and due retries that were looked at
  std::uint64_t created = 0, adopted = 0, unchanged = 0;
  std::uint64_t updated = 0, records = 0;  // issues and records that were written
  std::uint64_t held = 0;  // fields that wait for a person since this run
  std::uint64_t broken = 0;  // links whose issue or record was found to be deleted
  std::uint64_t failed = 0;  // in this run: rejected, not convertible as a whole, …
  std::uint64_t waiting = 0;  // unknown outcome, to be settled
  std::uint64_t marks = 0;  // remote links and link notes written
  std::uint64_t comments = 0, notes = 0, files = 0;  // written to Jira, to Dynamics, to either
  std::uint64_t values_left = 0;  // values that could not be written, each with its reason (C4)
  std::map<std::string, std::uint64_t> skipped{};  // by reason code
  std::uint64_t older = 0;  // records before the baseline, counted when the feed was read for the first time
  bool complete = false;  // the feed was read to its end
  std::optional<Millis> behind{};  // server time minus watermark, where not complete
  std::string error{};  // why the item stopped, "" if it did not
  [[nodiscard]] json::Value to_json() const;
  static Result<ItemRun> from_json(json::Value const& value);
};

// What a run was started for. A schedule starts runs of all that is enabled.
enum class RunScope : std::uint8_t { all, items, issue };
std::string_view name_of(RunScope scope);

struct RunRecord {
  std::string id;  // "20261123-054400-1a2b"
  RunScope scope = RunScope::all;
  std::optional<Instant> started_at;  // Dataverse's clock, else Jira's
  Millis duration{0};
  std::uint64_t requests = 0;
  int exit = 0;
  bool stopped = false;  // by the deadline or a signal: the next run continues
  http::LimitSeen dataverse, jira;  // what the services told of their limits
  std::string error;
  std::vector<ItemRun> items;
  [[nodiscard]] json::Value to_json() const;
  static Result<RunRecord> from_json(json::Value const& value);
};

// Keeps the record under the next number and forgets all but the newest `keep`.
Result<Unit> keep_run(store::Store& store, RunRecord const& run, std::size_t keep = 1000);
// The same for a run that only handled events: in a table of its own, so that busy webhooks push no cycle out (decision 0013).
Result<Unit> keep_event_run(store::Store& store, RunRecord const& run, std::size_t keep = 1000);
// Newest first.
Result<std::vector<RunRecord>> last_event_runs(store::Reader& reader, std::size_t most);
Result<std::vector<RunRecord>> last_runs(store::Reader& reader, std::size_t most);
// The last run in which this item took part.
Result<std::optional<std::pair<RunRecord, ItemRun>>> last_run_of(store::Reader& reader, std::string_view item);

}  // namespace tandem::sync
