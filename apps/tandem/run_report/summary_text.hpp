// summary_text(): a run as Markdown, for the summary of a CI job and for the command of --on-failure: how it ended, a line per item, what failed or
// is held with its cure, and of a dry run every change. At most about 1 MiB, which is what GitHub takes for a step.
#pragma once

#include <string>

#include "run_report/run_digest.hpp"

namespace tandem::cli {

std::string summary_text(RunDigest const& digest);

}  // namespace tandem::cli
