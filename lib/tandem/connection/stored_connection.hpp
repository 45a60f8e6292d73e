// ConnectionStore: one connection's settings and secrets in its store (SPEC A1, A2, A8, A11).
//
// Tables: "connection" holds settings, secret references and the binding; "sealed" holds sealed secrets and tokens. A secret is
// kept sealed, or as a reference {kind, value} which a SecretResolver of the program turns into the secret when it is used.
// Errors: config (nothing stored, key is another one), refused (another organisation or site than the store belongs to), store.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>
#include <tandem/connection/sealed/sealer.hpp>
#include <tandem/connection/settings.hpp>
#include <tandem/store/store.hpp>

namespace tandem::connection {

// Names of the secrets: record names in table "sealed", and the options' stems (--client-secret-file …).
inline constexpr std::string_view kClientSecret = "client-secret";
inline constexpr std::string_view kCertificate = "certificate";
inline constexpr std::string_view kCertificatePassphrase = "certificate-passphrase";
inline constexpr std::string_view kFederatedToken = "federated-token";  // always a reference: others renew it
inline constexpr std::string_view kJiraToken = "jira-token";
inline constexpr std::string_view kJiraClientSecret = "jira-client-secret";
inline constexpr std::string_view kWebhookSecret =
    "webhook-secret";  // belongs to no credential: it proves what comes in (SPEC F6)

// The secrets that a kind of credential uses; those of the other kinds go when it is saved.
std::vector<std::string_view> secrets_of(Settings const& settings);

struct SecretReference {
  enum class Kind { file, env, command, github_actions };
  Kind kind = Kind::file;
  std::string value;  // path, variable name, or command line; "" with github_actions
};
std::string_view name_of(SecretReference::Kind kind);
std::optional<SecretReference::Kind> reference_kind(std::string_view name);

// The program's way to files, environment and commands; a final new line is the resolver's to strip. Errors: config.
// The transport is for a place that is asked over the network (GitHub Actions); null where none is to be had.
using SecretResolver = std::function<Result<Secret>(SecretReference const&, http::Transport*)>;

// A secret as `auth set` was given it: kept sealed, or kept as a reference only.
struct SecretInput {
  Secret value;  // for sealing; ignored when there is a reference
  std::optional<SecretReference> reference;
};

struct StoredConnection {
  Settings settings;
  std::map<std::string, SecretReference, std::less<>> references;  // by secret name
};

// To which services the store's data belong. Outlives `auth remove`: links in the store still belong to them.
struct Binding {
  std::string organization_id;  // "" until `WhoAmI` told it (--no-verify)
  std::string organisation_url;
  std::string jira_url;
  [[nodiscard]] json::Value to_json() const;
  static Result<Binding> from_json(json::Value const& value);
};

class ConnectionStore {
 public:
  explicit ConnectionStore(store::Store& store) : store_(store) {}

  // A random id that names the store's key file; made once and kept.
  Result<std::optional<std::string>> find_store_id();
  Result<std::string> ensure_store_id();

  // nothing when `auth set` was never run. Opens no secret.
  Result<std::optional<StoredConnection>> load();
  Result<std::optional<Binding>> binding();
  // Names of the secrets that are there, sealed or as a reference.
  Result<std::vector<std::string>> secret_names();

  // One secret, unsealed or resolved. Errors: config when it is not there, the key is another one, or the reference leads
// nowhere.
  Result<Secret> secret(std::string_view name, sealed::Sealer const& sealer, SecretResolver const& resolve);
  // Those that the settings' kinds of credential use, but for the ones that `skip` names. A federated token is only looked up when
  // it is used.
  Result<Credentials> credentials(Settings const& settings, sealed::Sealer const& sealer, SecretResolver const& resolve,
                                  std::function<bool(std::string_view)> const& skip = {});

  // The id of the key that the secrets are sealed with (Sealer::key_id()); nothing when none is sealed.
  Result<std::optional<std::string>> sealing_key_id();

  // Would `save` refuse these settings (SPEC A11)? Ask before proving.
  Result<Unit> check_binding(Settings const& settings);
  // In one transaction: settings, the given secrets (others that these settings use stay as they are, the rest goes), the binding;
  // cached tokens are forgotten.
  // Another organisation or site is refused unless `rebind`.
  Result<Unit> save(Settings const& settings, std::map<std::string, SecretInput> const& secrets, sealed::Sealer const& sealer,
                    bool rebind = false);
  // Seals everything anew with another key, in one transaction (`auth set --new-key`). A record that `from` cannot open fails it.
  Result<Unit> reseal(sealed::Sealer const& from, sealed::Sealer const& to);
  // Settings, secrets and tokens go; binding and store id stay.
  Result<Unit> remove();

 private:
  store::Store& store_;
};

}  // namespace tandem::connection
