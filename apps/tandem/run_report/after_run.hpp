// after_run(): what is left behind when a run is over: --metrics-file, --summary-file, --on-failure.
//
// Nothing here changes how the run ended: a file that cannot be written, a command that fails or takes too long is a warning (decision 0028).
//
//   exit | metrics            | summary | command
//   0    | yes                | yes     | no
//   8    | no: another run's  | yes     | no
//   else | yes                | yes     | where somebody must look: needs_person()
//   A dry run writes the summary alone.
#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"
#include "run_report/run_digest.hpp"

namespace tandem::cli {

struct AfterRun {
  std::string metrics_file, summary_file, on_failure;  // "" = none
  Millis on_failure_timeout{0};
};
// By the settings of sync-once.
AfterRun configured_after_run(Config const& config);

// REQUIRES: nothing of the context's store is in use. The store is closed before a command is run, so that this may use it.
void after_run(Context& context, AfterRun const& wanted, RunDigest const& digest);

}  // namespace tandem::cli
