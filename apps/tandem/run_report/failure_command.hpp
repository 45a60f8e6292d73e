// The command of --on-failure: one line for `sh -c`, as in a crontab. The run's summary is its stdin, what it prints goes to our stderr.
//
// Its environment is made anew: a short list of harmless variables, the run's facts, nothing else. Secrets may stand in ours under any name
// (--client-secret-env NAME), so nothing is passed on that is not on the list, and nothing whose value holds a known secret.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <tandem/base/log/log.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/time/clock.hpp>

#include "cli/environment.hpp"

namespace tandem::cli {

// `facts` beat what we have.
std::map<std::string, std::string> command_environment(Environment const& ours, Redactor const& redactor,
                                                       std::map<std::string, std::string> const& facts);

// Waits for its end. Errors: config — it cannot be started, ends with another code than 0, or takes longer than `timeout`: then it and what it
// started are killed; cancelled — the same after a signal.
Result<Unit> run_command(std::string const& command, std::string_view input,
                         std::map<std::string, std::string> const& environment, Millis timeout, Clock& clock);

}  // namespace tandem::cli
