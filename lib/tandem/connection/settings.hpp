// Settings: where the two services of a connection are and who we are there. No secret is in it (those are Credentials).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>

namespace tandem::connection {

struct Settings {
  std::string organisation_url;   // https://org.crm4.dynamics.com: scheme and host, lower case, no trailing slash
  std::string tenant_id, client_id;
  std::string authority_host;     // "" = by the organisation's cloud (entra.md §4)
  std::string jira_url;           // the site
  std::string jira_email;
  std::string jira_cloud_id;      // with a scoped token: the gateway is used
  std::string gateway_url;        // "" = https://api.atlassian.com
  std::string ca_file;
  std::string client_secret_expires, jira_token_expires;  // dates that the operator told us, "" = unknown
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

struct Credentials {
  Secret client_secret;
  Secret jira_token;
  [[nodiscard]] Credentials clone() const { return {client_secret.clone(), jira_token.clone()}; }
};

// SPEC A3: a client secret shaped like a GUID is the secret's ID, not its value.
Result<Unit> refuse_secret_id(Secret const& client_secret);

}  // namespace tandem::connection
