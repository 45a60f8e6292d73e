// Key: which key seals this store's secrets (SPEC A8): TANDEM_KEY, else TANDEM_KEY_FILE, else
// $XDG_CONFIG_HOME/tandem/keys/STORE-ID.key, made on first use.
#pragma once

#include <string>

#include <tandem/base/log/log.hpp>
#include <tandem/base/result.hpp>
#include <tandem/connection/sealed/sealer.hpp>

#include "cli/environment.hpp"

namespace tandem::cli {

enum class KeyUse { existing, may_be_made };

// Errors: config, naming TANDEM_KEY_FILE where there is no home to keep a key in.
Result<sealed::Sealer> sealer_for(std::string const& store_id, KeyUse use, Environment const& environment, Redactor& redactor);
// Where the key comes from, for `auth show`: "TANDEM_KEY", "TANDEM_KEY_FILE (path)" or the key file's path.
std::string key_origin(std::string const& store_id, Environment const& environment);

}  // namespace tandem::cli
