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

tl::unexpected<Error> no_home() {
  return fail(Error{ErrorKind::config,
                    "there is no home directory to keep the sealing key in",
                    {{"cure", "set TANDEM_KEY_FILE (or TANDEM_KEY)"}}});
}

// Our own key file. A next key beside it is the one in force when the secrets are sealed with it already.
Result<Secret> own_key(connection::ConnectionStore& store, std::string const& directory, std::string const& store_id) {
  TANDEM_TRY(auto key, sealed::find_own_key_file(directory, store_id));
  TANDEM_TRY(auto next, sealed::find_next_key_file(directory, store_id));
  if (next) {
    TANDEM_TRY(auto const sealed_with, store.sealing_key_id());
    TANDEM_TRY(auto const sealer, sealed::Sealer::from_key(*next));
    if (sealed_with == sealer.key_id()) {
      // Also where the directory cannot be written just now: the next run finishes it.
      [[maybe_unused]] auto const adopted = sealed::adopt_next_key_file(directory, store_id);
      return std::move(*next);
    }
  }
  if (!key) {
    return fail(Error{ErrorKind::config,
                      fmt::format("the key of this store is missing: {}/{}.key", directory, store_id),
                      {{"cure", "put it back, set TANDEM_KEY_FILE, or give the secrets again with `tandem auth set`"}}});
  }
  return std::move(*key);
}

Result<Secret> find_key(connection::ConnectionStore& store, KeyUse use, Environment const& environment, Redactor& redactor) {
  if (auto const text = environment.get("TANDEM_KEY")) {
    redactor.add(*text);
    return sealed::key_from_base64(Secret(*text));
  }
  if (auto const path = environment.get("TANDEM_KEY_FILE")) return sealed::load_key_file(*path);
  auto const directory = keys_directory(environment);
  if (!directory) return no_home();
  if (use == KeyUse::may_be_made) {
    TANDEM_TRY(auto const store_id, store.ensure_store_id());
    // Its parents too are for their owner alone; where they cannot be made, the next call says so and names the way out.
    [[maybe_unused]] auto const made = make_private_directories(*directory);
    TANDEM_TRY(auto const sealed_with, store.sealing_key_id());
    if (!sealed_with) return sealed::load_or_create_key_file(*directory, store_id);
    auto known = own_key(store, *directory, store_id);
    if (known) return known;
    return sealed::load_or_create_key_file(*directory, store_id);
  }
  TANDEM_TRY(auto const store_id, store.find_store_id());
  if (!store_id) return fail(ErrorKind::config, "this store was never connected; run `tandem auth set`");
  return own_key(store, *directory, *store_id);
}

}  // namespace

Result<sealed::Sealer> sealer_for(connection::ConnectionStore& store, KeyUse use, Environment const& environment,
                                  Redactor& redactor) {
  TANDEM_TRY(auto const key, find_key(store, use, environment, redactor));
  return sealed::Sealer::from_key(key);
}

std::string key_origin(std::string const& store_id, Environment const& environment) {
  if (environment.get("TANDEM_KEY")) return "TANDEM_KEY";
  if (auto const path = environment.get("TANDEM_KEY_FILE")) return fmt::format("TANDEM_KEY_FILE ({})", *path);
  auto const directory = keys_directory(environment);
  return directory ? fmt::format("{}/{}.key", *directory, store_id) : "none: set TANDEM_KEY_FILE";
}

Result<std::string> change_key(connection::ConnectionStore& store, std::optional<std::string> const& file,
                               Environment const& environment, Redactor& redactor) {
  TANDEM_TRY(auto const present, sealer_for(store, KeyUse::existing, environment, redactor));
  if (file) {
    TANDEM_TRY(auto const key, sealed::load_key_file(*file));
    TANDEM_TRY(auto const next, sealed::Sealer::from_key(key));
    TANDEM_CHECK(store.reseal(present, next));
    return *file;
  }
  if (environment.get("TANDEM_KEY") || environment.get("TANDEM_KEY_FILE")) {
    return fail(Error{ErrorKind::config,
                      "the key is given by TANDEM_KEY or TANDEM_KEY_FILE, which only you can change",
                      {{"cure",
                        "put the new key into a file (openssl rand -base64 32), name it with --new-key-file, then set "
                        "the variable to it"}}});
  }
  auto const directory = keys_directory(environment);
  if (!directory) return no_home();
  TANDEM_TRY(auto const store_id, store.ensure_store_id());
  TANDEM_TRY(auto const key, sealed::make_next_key_file(*directory, store_id));
  TANDEM_TRY(auto const next, sealed::Sealer::from_key(key));
  TANDEM_CHECK(store.reseal(present, next));
  TANDEM_CHECK(sealed::adopt_next_key_file(*directory, store_id));
  return fmt::format("{}/{}.key", *directory, store_id);
}

}  // namespace tandem::cli
