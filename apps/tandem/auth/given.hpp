// What `auth set` was given: which kinds of credential, and where their secrets are (SPEC A1, A2, A6).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/result.hpp>
#include <tandem/connection/settings.hpp>
#include <tandem/connection/stored_connection.hpp>

#include "cli/app.hpp"
#include "cli/context.hpp"
#include "cli/secrets.hpp"

namespace tandem::cli {

// The options of one `auth set`.
struct CredentialOptions {
  SecretOptions client_secret{.stem = std::string(connection::kClientSecret), .label = "Client secret (its value, not its ID)"};
  SecretOptions certificate{.stem = std::string(connection::kCertificate), .label = "Certificate"};  // --certificate FILE
  SecretOptions certificate_passphrase{.stem = std::string(connection::kCertificatePassphrase),
                                       .label = "Passphrase of the certificate's key"};
  SecretOptions federated_token{.stem = std::string(connection::kFederatedToken), .label = "Federated token"};
  SecretOptions jira_token{.stem = std::string(connection::kJiraToken), .label = "Jira API token"};
  SecretOptions jira_client_secret{.stem = std::string(connection::kJiraClientSecret),
                                   .label = "Client secret of the Jira service account"};
  SecretOptions webhook_secret{.stem = std::string(connection::kWebhookSecret), .label = "Secret of the Jira webhook"};
  bool github_actions = false;
  bool store_reference = false;

  [[nodiscard]] SecretOptions const& of(std::string_view name) const;
  [[nodiscard]] std::vector<SecretOptions const*> all() const;
};

void declare_dataverse_credentials(Command& command, CredentialOptions& options);
void declare_jira_credentials(Command& command, CredentialOptions& options);

// Errors: usage — two kinds at once, a secret given twice, two secrets from stdin.
Result<Unit> judge(CredentialOptions const& options, Config const& config);
// Sets the kinds of credential: what is given now, else what was stored, else what the environment speaks for (a token file of
// workload identity), else secret and token.
void choose_kinds(connection::Settings& settings, bool known, CredentialOptions const& options, Context const& context);

// The secrets of those kinds that are given now: from their sources, else (when none is stored) from the person. Errors: usage when
// one is nowhere.
Result<std::map<std::string, TakenSecret>> take_secrets(connection::Settings const& settings, CredentialOptions const& options,
                                                        std::vector<std::string> const& stored, Context& context);

}  // namespace tandem::cli
