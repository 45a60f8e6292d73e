// Report files: for others to read. Unlike the files of cli/files.hpp they hold no secret, and their readers are other users.
//
// Errors: config, naming the file and the system's reason; the file is then as it was (replace), or may hold a part (append, on a full disk).
#pragma once

#include <string>
#include <string_view>

#include <tandem/base/result.hpp>

namespace tandem::cli {

// Mode 0644 whatever the umask, under another name and then renamed: a reader sees the old file or the new one. The other name does not end
// like the file's own, so that a collector of *.prom does not read it. Refused where PATH is no regular file.
Result<Unit> replace_report(std::string const& path, std::string_view text);
// At the end of what is there; made with mode 0644 but for the umask.
Result<Unit> append_report(std::string const& path, std::string_view text);

}  // namespace tandem::cli
