// Files: reading a whole file with a limit, and writing one that nobody else may read. Files for others to read: cli/replace_file.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tandem/base/result.hpp>

namespace tandem::cli {

// Nothing when it does not exist. Errors: config (cannot be read, too large).
Result<std::optional<std::string>> read_file_if_there(std::string const& path, std::size_t most_bytes);
// As above; absence is config too.
Result<std::string> read_file(std::string const& path, std::size_t most_bytes);
// Everything from an open descriptor. `what` names it in errors ("stdin").
Result<std::string> read_descriptor(int descriptor, std::string const& what, std::size_t most_bytes);
// Makes a file of mode 0600 that did not exist, durably. False when it already exists.
Result<bool> make_private_file(std::string const& path, std::string_view bytes);
// Makes a directory and its parents with mode 0700 where they are missing.
Result<Unit> make_private_directories(std::string const& path);
// Why others than its owner (this user or root) could write there; "" when they cannot.
std::string writable_by_others(std::string const& path);

}  // namespace tandem::cli
