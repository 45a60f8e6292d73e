// The key that seals a store's secrets: from text that the program was given, or from a file (SPEC A8).
//
// The library reads no environment: the program decides which of these it calls, in the order of SPEC A8:
//   TANDEM_KEY (key_from_base64) -> TANDEM_KEY_FILE (load_key_file) -> CONFIG/tandem/keys/<store id>.key
//   (load_or_create_key_file).
// A file holds 32 raw bytes or their base64 text. Errors: config, with what to do.
#pragma once

#include <optional>
#include <string>

#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>

namespace tandem::sealed {

Result<Secret> key_from_base64(Secret const& text);

// Refused when others may write to it.
Result<Secret> load_key_file(std::string const& path);

// nothing when the file does not exist. Refused when others may read or write it.
Result<std::optional<Secret>> find_own_key_file(std::string const& directory, std::string const& store_id);

// As before, but made on first use: directory 0700, file 0600, exclusively (two programs at once agree on one key).
// A directory that cannot be written is config and names TANDEM_KEY_FILE.
Result<Secret> load_or_create_key_file(std::string const& directory, std::string const& store_id);

// Changing the key (`auth set --new-key`) takes three steps, so that a crash between any two of them loses nothing:
// the next key is made beside the present one, everything is sealed anew with it, then it takes the present one's place.
Result<Secret> make_next_key_file(std::string const& directory, std::string const& store_id);
Result<std::optional<Secret>> find_next_key_file(std::string const& directory, std::string const& store_id);
Result<Unit> adopt_next_key_file(std::string const& directory, std::string const& store_id);

}  // namespace tandem::sealed
