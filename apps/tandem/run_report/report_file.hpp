// Report files that grow: the summary of `--summary-file`, which holds no secret and is for others to read. One that is replaced is written by
// cli/replace_file.hpp.
//
// Errors: config, naming the file and the system's reason; on a full disk the file may hold a part.
#pragma once

#include <string>
#include <string_view>

#include <tandem/base/result.hpp>

namespace tandem::cli {

// At the end of what is there; made with mode 0644 but for the umask.
Result<Unit> append_report(std::string const& path, std::string_view text);

}  // namespace tandem::cli
