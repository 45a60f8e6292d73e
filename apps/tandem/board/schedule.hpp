// Schedule: how often cycles come and when the next is due, as far as the past tells. Nobody tells tandem what starts it (cron, a timer,
// a CI runner), so that the interval is read off the runs of all items: the middle one of their distances, where most agree with it.
//
// By the services' clocks, as the runs were dated. Only whether the next one is late is judged by this machine's clock (`now`): a warning, no
// decision about data (SPEC R8).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/time/instant.hpp>
#include <tandem/sync/run_record.hpp>

namespace tandem::cli {

struct Schedule {
  std::optional<Instant> last;  // start of the last run of all items
  std::optional<Millis> every;  // the usual distance; none = unknown
  std::optional<Instant> next;  // when the next one is due
  std::optional<Millis> late;  // for how long it has been missing, once it is a whole distance late
  std::size_t agreeing = 0;  // distances that agree with `every`
  std::string unknown;  // why there is no `every`, "" else
};

// `runs`: newest first.
Schedule schedule_of(std::vector<sync::RunRecord> const& runs, Instant now);

}  // namespace tandem::cli
