#include "cli/key.hpp"

#include <fmt/format.h>

#include <tandem/connection/sealed/key_file.hpp>

#include "cli/files.hpp"

namespace tandem::cli {

namespace {
std::optional<std::string> keys_directory(Environment const& environment) {
  auto const home = environment.config_home();
  if (!home) return std::nullopt;
  return *home + "/tandem/keys";
}

Result<Secret> find_key(std::string const& store_id, KeyUse use, Environment const& environment, Redactor& redactor) {
  if (auto const text = environment.get("TANDEM_KEY")) {
    redactor.add(*text);
    return sealed::key_from_base64(Secret(*text));
  }
  if (auto const path = environment.get("TANDEM_KEY_FILE")) return sealed::load_key_file(*path);
  auto const directory = keys_directory(environment);
  if (!directory) {
    return fail(Error{ErrorKind::config,
                      "there is no home directory to keep the sealing key in",
                      {{"cure", "set TANDEM_KEY_FILE (or TANDEM_KEY)"}}});
  }
  if (use == KeyUse::may_be_made) {
    // Its parents too are for their owner alone; where they cannot be made, the next call says so and names the way out.
    [[maybe_unused]] auto const made = make_private_directories(*directory);
    return sealed::load_or_create_key_file(*directory, store_id);
  }
  TANDEM_TRY(auto key, sealed::find_own_key_file(*directory, store_id));
  if (!key) {
    return fail(Error{ErrorKind::config,
                      fmt::format("the key of this store is missing: {}/{}.key", *directory, store_id),
                      {{"cure", "put it back, set TANDEM_KEY_FILE, or give both secrets again with `tandem auth set`"}}});
  }
  return std::move(*key);
}
}  // namespace

Result<sealed::Sealer> sealer_for(std::string const& store_id, KeyUse use, Environment const& environment, Redactor& redactor) {
  TANDEM_TRY(auto const key, find_key(store_id, use, environment, redactor));
  return sealed::Sealer::from_key(key);
}

std::string key_origin(std::string const& store_id, Environment const& environment) {
  if (environment.get("TANDEM_KEY")) return "TANDEM_KEY";
  if (auto const path = environment.get("TANDEM_KEY_FILE")) return fmt::format("TANDEM_KEY_FILE ({})", *path);
  auto const directory = keys_directory(environment);
  return directory ? fmt::format("{}/{}.key", *directory, store_id) : "none: set TANDEM_KEY_FILE";
}

}  // namespace tandem::cli
