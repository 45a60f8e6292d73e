// UUIDs as 36 lower-case characters, the form in which Dataverse prints ids.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tandem {

// Name-based (SHA-1) UUID, RFC 4122 §4.3. REQUIRES: `name_space` is a UUID.
std::string uuid5(std::string_view name_space, std::string_view name);
std::string random_uuid();
bool is_uuid(std::string_view text);
// Lower case, without braces; nothing when `text` is no UUID.
std::optional<std::string> normalized_uuid(std::string_view text);

}  // namespace tandem
