// Key: which key seals this store's secrets (SPEC A8): TANDEM_KEY, else TANDEM_KEY_FILE, else
// $XDG_CONFIG_HOME/tandem/keys/STORE-ID.key, made on first use.
#pragma once

#include <optional>
#include <string>

#include <tandem/base/log/log.hpp>
#include <tandem/base/result.hpp>
#include <tandem/connection/sealed/sealer.hpp>
#include <tandem/connection/stored_connection.hpp>

#include "cli/environment.hpp"

namespace tandem::cli {

enum class KeyUse { existing, may_be_made };

// A change of key that was broken off after everything was sealed anew is finished here. Errors: config, naming TANDEM_KEY_FILE
// where there is no home to keep a key in.
Result<sealed::Sealer> sealer_for(connection::ConnectionStore& store, KeyUse use, Environment const& environment,
                                  Redactor& redactor);
// Where the key comes from, for `auth show`: "TANDEM_KEY", "TANDEM_KEY_FILE (path)" or the key file's path.
std::string key_origin(std::string const& store_id, Environment const& environment);

// Seals everything with another key: the one in `file`, else a fresh one in our own key file. Tells where it is now.
// Errors: config — the key is given by TANDEM_KEY or TANDEM_KEY_FILE and no file is named.
Result<std::string> change_key(connection::ConnectionStore& store, std::optional<std::string> const& file,
                               Environment const& environment, Redactor& redactor);

}  // namespace tandem::cli
