#include <tandem/connection/stored_connection.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/connection/http/url.hpp>
#include <tandem/connection/sealed/tables.hpp>
#include <tandem/store/table.hpp>

namespace tandem::connection {
namespace {

struct StoreId {
  std::string id;
  [[nodiscard]] json::Value to_json() const { return json::Object{{"id", id}}; }
  static Result<StoreId> from_json(json::Value const& value) {
    if (!is_uuid(value["id"].text())) return fail(ErrorKind::store, "the store's id is damaged");
    return StoreId{std::string(value["id"].text())};
  }
};

struct StoredReference {
  SecretReference reference;
  [[nodiscard]] json::Value to_json() const {
    return json::Object{{"kind", name_of(reference.kind)}, {"value", reference.value}};
  }
  static Result<StoredReference> from_json(json::Value const& value) {
    auto const kind = reference_kind(value["kind"].text());
    if (!kind) return fail(ErrorKind::store, "a secret's reference is of an unknown kind");
    return StoredReference{{*kind, std::string(value["value"].text())}};
  }
};

// One table, told apart by key.
constexpr std::string_view kTable = "connection";
constexpr store::Table<Settings> kSettings{kTable};
constexpr store::Table<Binding> kBinding{kTable};
constexpr store::Table<StoreId> kStoreId{kTable};
constexpr store::Table<StoredReference> kReferences{kTable};
constexpr std::string_view kSettingsKey = "settings";
constexpr std::string_view kBindingKey = "binding";
constexpr std::string_view kStoreIdKey = "store-id";
constexpr std::string_view kReferencePrefix = "reference:";

std::string reference_key(std::string_view name) { return std::string(kReferencePrefix) + std::string(name); }

Result<std::vector<std::string>> keys_with(store::Reader& reader, std::string_view table, std::string_view prefix) {
  std::vector<std::string> keys;
  TANDEM_CHECK(reader.scan(table, prefix, {}, [&](std::string_view key, std::string_view) -> Result<bool> {
    keys.emplace_back(key);
    return true;
  }));
  return keys;
}

Result<Unit> erase_with(store::Writer& writer, std::string_view table, std::string_view prefix) {
  TANDEM_TRY(auto const keys, keys_with(writer, table, prefix));
  for (auto const& key : keys) TANDEM_CHECK(writer.erase(table, key));
  return Unit{};
}

std::string origin(std::string const& url) {
  auto const parsed = http::parse_url(url);
  return parsed ? parsed->origin() : url;
}

// SPEC A11. The organisation's id decides where both are known: its URL may change (a renamed organisation), and a copied one has
// another id.
Result<Unit> same_services(Binding const& bound, Settings const& settings) {
  bool const ids_known = !bound.organization_id.empty() && !settings.organization_id.empty();
  bool const same_organisation = ids_known ? bound.organization_id == settings.organization_id
                                           : origin(bound.organisation_url) == origin(settings.organisation_url);
  if (!same_organisation) {
    return fail(ErrorKind::refused,
                fmt::format("this connection's data belong to the organisation {}, not to {}; use another --connection name, "
                            "or `tandem auth set --rebind` if the data are to be used there",
                            bound.organisation_url, settings.organisation_url));
  }
  if (origin(bound.jira_url) != origin(settings.jira_url)) {
    return fail(ErrorKind::refused,
                fmt::format("this connection's data belong to the Jira site {}, not to {}; use another --connection name, "
                            "or `tandem auth set --rebind` if the data are to be used there",
                            bound.jira_url, settings.jira_url));
  }
  return Unit{};
}

tl::unexpected<Error> no_secret(std::string_view name) {
  return fail(Error{
      ErrorKind::config, fmt::format("there is no {}; give it with `tandem auth set`", name), {{"secret", std::string(name)}}});
}

}  // namespace

std::string_view name_of(SecretReference::Kind kind) {
  switch (kind) {
    case SecretReference::Kind::file: return "file";
    case SecretReference::Kind::env: return "env";
    case SecretReference::Kind::github_actions: return "github-actions";
    case SecretReference::Kind::command: break;
  }
  return "command";
}

std::optional<SecretReference::Kind> reference_kind(std::string_view name) {
  for (auto const kind : {SecretReference::Kind::file, SecretReference::Kind::env, SecretReference::Kind::command,
                          SecretReference::Kind::github_actions}) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

json::Value Binding::to_json() const {
  return json::Object{{"organizationId", organization_id}, {"organisationUrl", organisation_url}, {"jiraUrl", jira_url}};
}

Result<Binding> Binding::from_json(json::Value const& value) {
  return Binding{std::string(value["organizationId"].text()), std::string(value["organisationUrl"].text()),
                 std::string(value["jiraUrl"].text())};
}

Result<std::optional<std::string>> ConnectionStore::find_store_id() {
  std::optional<StoreId> found;
  TANDEM_CHECK(store_.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(found, kStoreId.get(reader, kStoreIdKey));
    return Unit{};
  }));
  return found ? std::optional(found->id) : std::nullopt;
}

Result<std::string> ConnectionStore::ensure_store_id() {
  TANDEM_TRY(auto found, find_store_id());
  if (found) return std::move(*found);
  std::string id;
  TANDEM_CHECK(store_.write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(auto const raced, kStoreId.get(writer, kStoreIdKey));
    id = raced ? raced->id : random_uuid();
    return raced ? Result<Unit>(Unit{}) : kStoreId.put(writer, kStoreIdKey, {id});
  }));
  return id;
}

Result<std::optional<StoredConnection>> ConnectionStore::load() {
  std::optional<StoredConnection> out;
  TANDEM_CHECK(store_.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto settings, kSettings.get(reader, kSettingsKey));
    if (!settings) return Unit{};
    out = StoredConnection{std::move(*settings), {}};
    return kReferences.scan(reader, kReferencePrefix, {}, [&](std::string_view key, StoredReference stored) -> Result<bool> {
      out->references.emplace(key.substr(kReferencePrefix.size()), std::move(stored.reference));
      return true;
    });
  }));
  return out;
}

Result<std::optional<Binding>> ConnectionStore::binding() {
  std::optional<Binding> out;
  TANDEM_CHECK(store_.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(out, kBinding.get(reader, kBindingKey));
    return Unit{};
  }));
  return out;
}

Result<std::vector<std::string>> ConnectionStore::secret_names() {
  std::set<std::string> names;
  TANDEM_CHECK(store_.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const sealed_keys, keys_with(reader, sealed::kSealed.name(), {}));
    for (auto const& key : sealed_keys) {
      if (!key.starts_with(sealed::kTokenPrefix)) names.insert(key);
    }
    TANDEM_TRY(auto const references, keys_with(reader, kTable, kReferencePrefix));
    for (auto const& key : references) names.insert(key.substr(kReferencePrefix.size()));
    return Unit{};
  }));
  return std::vector<std::string>(names.begin(), names.end());
}

Result<Secret> ConnectionStore::secret(std::string_view name, sealed::Sealer const& sealer, SecretResolver const& resolve) {
  std::optional<StoredReference> reference;
  std::optional<sealed::Record> record;
  TANDEM_CHECK(store_.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(reference, kReferences.get(reader, reference_key(name)));
    TANDEM_TRY(record, sealed::kSealed.get(reader, name));
    return Unit{};
  }));
  if (reference) {
    if (!resolve) return no_secret(name);
    auto value = resolve(reference->reference, nullptr);
    if (!value) return fail(std::move(value).error().with("secret", std::string(name)));
    if (value->empty()) {
      return fail(
          Error{ErrorKind::config,
                fmt::format("the {} is kept as a {} reference, which gives nothing", name, name_of(reference->reference.kind)),
                {}});
    }
    return value;
  }
  if (!record) return no_secret(name);
  return sealer.open(name, *record);
}

std::vector<std::string_view> secrets_of(Settings const& settings) {
  std::vector<std::string_view> out;
  switch (settings.entra_credential) {
    case EntraCredential::client_secret: out = {kClientSecret}; break;
    case EntraCredential::certificate: out = {kCertificate, kCertificatePassphrase}; break;
    case EntraCredential::federated_token: out = {kFederatedToken}; break;
  }
  out.push_back(settings.jira_credential == JiraCredential::api_token ? kJiraToken : kJiraClientSecret);
  return out;
}

Result<Credentials> ConnectionStore::credentials(Settings const& settings, sealed::Sealer const& sealer,
                                                 SecretResolver const& resolve,
                                                 std::function<bool(std::string_view)> const& skip) {
  Credentials out;
  TANDEM_TRY(auto const names, secret_names());
  for (auto const name : secrets_of(settings)) {
    if (skip && skip(name)) continue;
    if (name == kFederatedToken) {
      TANDEM_TRY(auto const stored, load());
      if (!stored || !resolve) return no_secret(name);
      auto const reference = stored->references.find(name);
      if (reference == stored->references.end()) return no_secret(name);
      out.federated_token = [resolve, place = reference->second](http::Transport& transport) {
        return resolve(place, &transport);
      };
      continue;
    }
    // A key need not be encrypted.
    if (name == kCertificatePassphrase && std::find(names.begin(), names.end(), name) == names.end()) continue;
    TANDEM_TRY(auto value, secret(name, sealer, resolve));
    if (name == kClientSecret) out.client_secret = std::move(value);
    if (name == kCertificate) out.certificate = std::move(value);
    if (name == kCertificatePassphrase) out.certificate_passphrase = std::move(value);
    if (name == kJiraToken) out.jira_token = std::move(value);
    if (name == kJiraClientSecret) out.jira_client_secret = std::move(value);
  }
  return out;
}

Result<std::optional<std::string>> ConnectionStore::sealing_key_id() {
  std::optional<std::string> out;
  TANDEM_CHECK(store_.read([&](store::Reader& reader) -> Result<Unit> {
    return sealed::kSealed.scan(reader, {}, {}, [&](std::string_view name, sealed::Record const& record) -> Result<bool> {
      bool const secret = !name.starts_with(sealed::kTokenPrefix);
      if (secret) out = record.key_id;
      return !secret;
    });
  }));
  return out;
}

Result<Unit> ConnectionStore::check_binding(Settings const& settings) {
  TANDEM_TRY(auto const bound, binding());
  return bound ? same_services(*bound, settings) : Result<Unit>(Unit{});
}

Result<Unit> ConnectionStore::save(Settings const& settings, std::map<std::string, SecretInput> const& secrets,
                                   sealed::Sealer const& sealer, bool rebind) {
  return store_.write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(auto const bound, kBinding.get(writer, kBindingKey));
    if (bound && !rebind) TANDEM_CHECK(same_services(*bound, settings));
    Binding binding{settings.organization_id, settings.organisation_url, settings.jira_url};
    // Saved unproved: what an earlier proof learnt of the same organisation still holds.
    if (binding.organization_id.empty() && bound && !rebind) binding.organization_id = bound->organization_id;
    TANDEM_CHECK(kBinding.put(writer, kBindingKey, binding));
    TANDEM_CHECK(kSettings.put(writer, kSettingsKey, settings));
    for (auto const& [name, input] : secrets) {
      if (input.reference) {
        TANDEM_CHECK(kReferences.put(writer, reference_key(name), {*input.reference}));
        TANDEM_CHECK(sealed::kSealed.erase(writer, name));
      } else {
        TANDEM_TRY(auto const record, sealer.seal(name, input.value.expose()));
        TANDEM_CHECK(sealed::kSealed.put(writer, name, record));
        TANDEM_CHECK(kReferences.erase(writer, reference_key(name)));
      }
    }
    auto const used = secrets_of(settings);
    for (auto const name :
         {kClientSecret, kCertificate, kCertificatePassphrase, kFederatedToken, kJiraToken, kJiraClientSecret}) {
      if (std::find(used.begin(), used.end(), name) != used.end()) continue;
      TANDEM_CHECK(sealed::kSealed.erase(writer, name));
      TANDEM_CHECK(kReferences.erase(writer, reference_key(name)));
    }
    return erase_with(writer, sealed::kSealed.name(), sealed::kTokenPrefix);
  });
}

Result<Unit> ConnectionStore::reseal(sealed::Sealer const& from, sealed::Sealer const& to) {
  return store_.write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(auto const names, keys_with(writer, sealed::kSealed.name(), {}));
    for (auto const& name : names) {
      TANDEM_TRY(auto const record, sealed::kSealed.get(writer, name));
      if (!record) continue;
      TANDEM_TRY(auto const plain, from.open(name, *record));
      TANDEM_TRY(auto const fresh, to.seal(name, plain.expose()));
      TANDEM_CHECK(sealed::kSealed.put(writer, name, fresh));
    }
    return Unit{};
  });
}

Result<Unit> ConnectionStore::remove() {
  return store_.write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(kSettings.erase(writer, kSettingsKey));
    TANDEM_CHECK(erase_with(writer, kTable, kReferencePrefix));
    return erase_with(writer, sealed::kSealed.name(), {});
  });
}

}  // namespace tandem::connection
