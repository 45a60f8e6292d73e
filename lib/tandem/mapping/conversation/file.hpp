// Files as data: their names, and whether one may travel (SPEC I2, I3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tandem/mapping/reason.hpp>

namespace tandem::mapping::conversation {

// A name that both systems take, made of any name: its last part without a path, no control characters, none of <>:"/\|?*, at most 255 UTF-16
// units with its extension kept; "file" when nothing is left. Names need not be unique: ids tell files apart.
std::string file_name(std::string_view given);

// What a system lets in. Sizes in bytes; 0 = not known.
struct FileRules {
  bool enabled = true;
  std::uint64_t most_bytes = 0;  // of the file itself
  std::uint64_t most_base64 = 0;  // of its base64 text: Dataverse compares its limit with that
  std::string blocked_extensions;  // separated by ";", as the two below
  std::string blocked_types, allowed_types;  // media types; "" = none is blocked, all are allowed, or the service does not tell
  bool takes_empty = true;
};

// Why a file stays where it is: larger-than-limit, blocked-file, empty-file or files-disabled. From what a listing says, before any download.
std::optional<Report> refusal_of(std::string_view name, std::uint64_t size, std::uint64_t most_bytes, FileRules const& target,
                                 std::string_view mime_type = {});

inline std::uint64_t base64_length(std::uint64_t bytes) { return (bytes + 2) / 3 * 4; }
// "9.5 MB", "812 bytes"
std::string shown_size(std::uint64_t bytes);

}  // namespace tandem::mapping::conversation
