// Subprocess: what another program prints on stdout. No shell: the words are its argv.
//
// Errors: config — it cannot be started, fails, prints too much or takes too long (it is then killed); cancelled after a signal.
#pragma once

#include <string>
#include <vector>

#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>

namespace tandem::cli {

Result<std::string> output_of(std::vector<std::string> const& words, Millis timeout, std::size_t most_bytes);

}  // namespace tandem::cli
