// Settings: where the two services of a connection are and who we are there. No secret is in it (those are Credentials).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::connection {

// How we prove who we are (SPEC A6). The names are also those of the stored settings.
enum class EntraCredential : std::uint8_t { client_secret, certificate, federated_token };
enum class JiraCredential : std::uint8_t { api_token, service_account };
std::string_view name_of(EntraCredential credential);
std::string_view name_of(JiraCredential credential);

struct Settings {
  EntraCredential entra_credential = EntraCredential::client_secret;
  JiraCredential jira_credential = JiraCredential::api_token;
  std::string certificate_algorithm;  // "" = PS256; or RS256
  std::string organisation_url;   // https://org.crm4.dynamics.com: scheme and host, lower case, no trailing slash
  std::string tenant_id, client_id;
  std::string authority_host;     // "" = by the organisation's cloud (entra.md §4)
  std::string jira_url;           // the site
  std::string jira_email;
  std::string jira_cloud_id;      // with a scoped token or a service account: the gateway is used
  std::string gateway_url;        // "" = https://api.atlassian.com
  std::string jira_client_id;     // of a service account
  std::string jira_token_url;     // "" = https://auth.atlassian.com/oauth/token
  std::string media_host;         // where Jira's files may be fetched from; "" = Atlassian's own
  std::string ca_file;
  std::string client_secret_expires, jira_token_expires;  // dates that the operator told us, "" = unknown
  std::string certificate_expires;  // learnt by `auth set` from the certificate: a date
  std::string organization_id;    // learnt by `auth set`: the store belongs to it (A11)
  std::string jira_account_id;    // learnt by `auth set`

  [[nodiscard]] std::string effective_authority() const;
  [[nodiscard]] std::string jira_base_url() const;
  [[nodiscard]] json::Value to_json() const;
  static Result<Settings> from_json(json::Value const& value);
};

// Normalises and judges the URLs and ids (SPEC A1, A12): http only to loopback. Every fault in one error of kind config. What was
// put right by itself (a path cut off) is told in `hints`.
Result<Settings> checked(Settings settings, std::vector<std::string>* hints = nullptr);

// The other provider's token for workload identity federation, asked for anew each time: others replace it (entra.md §6). The
// transport is for a provider that is asked over the network. Errors: config, transient.
using FederatedToken = std::function<Result<Secret>(http::Transport&)>;

// What the settings' two kinds of credential need; the rest is empty.
struct Credentials {
  Secret client_secret{};
  Secret certificate{};  // PEM: certificate and key
  Secret certificate_passphrase{};
  FederatedToken federated_token{};
  Secret jira_token{};
  Secret jira_client_secret{};
  [[nodiscard]] Credentials clone() const;
};

// SPEC A3: a client secret shaped like a GUID is the secret's ID, not its value.
Result<Unit> refuse_secret_id(Secret const& client_secret);

}  // namespace tandem::connection
