// metrics_text(): a run in Prometheus' text format, for node_exporter's textfile collector.
//
// All are gauges of the last run: the file is replaced by each. Names begin with tandem_ and end in their unit where there is one; each has the
// labels `connection` and `command`, so that the files of sync-once and push-event, and of several connections, can lie side by side. Time
// stamps are of this machine's clock, as the collector's are, but for a success that an earlier run had (Dataverse's clock).
// What a run did not come to is absent and not 0. Source: prometheus.io, "Exposition formats". Checked 2026-11.
#pragma once

#include <optional>
#include <string>

#include <tandem/base/time/instant.hpp>

#include "run_report/run_digest.hpp"
#include "run_report/state_counts.hpp"

namespace tandem::cli {

std::string metrics_text(RunDigest const& digest, std::optional<StateCounts> const& state, Instant now);

}  // namespace tandem::cli
