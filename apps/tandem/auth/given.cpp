#include "auth/given.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/files.hpp"
#include "cli/terminal.hpp"

namespace tandem::cli {

using connection::EntraCredential;
using connection::JiraCredential;
using connection::SecretReference;

namespace {

constexpr char const* kTokenFileVariable = "AZURE_FEDERATED_TOKEN_FILE";  // set by workload identity (entra.md §6)

bool gives_federated(CredentialOptions const& options) { return options.federated_token.sources() > 0 || options.github_actions; }

bool optional_secret(std::string_view name) { return name == connection::kCertificatePassphrase; }

// A federated token is never kept: only where it comes from is.
Result<std::optional<TakenSecret>> take_federated(CredentialOptions const& options, Environment const& environment) {
  if (options.github_actions)
    return std::optional<TakenSecret>(TakenSecret{{}, SecretReference{SecretReference::Kind::github_actions, ""}});
  if (options.federated_token.sources() > 0) return take_secret(options.federated_token, true, environment);
  if (auto const file = environment.get(kTokenFileVariable)) {
    SecretOptions from_environment{.stem = options.federated_token.stem};
    from_environment.file = *file;
    return take_secret(from_environment, true, environment);
  }
  return std::optional<TakenSecret>{};
}

Result<std::optional<TakenSecret>> take_one(std::string_view name, CredentialOptions const& options, Context const& context) {
  auto const& secret = options.of(name);
  if (name == connection::kFederatedToken) return take_federated(options, context.environment());
  return take_secret(secret, options.store_reference && !secret.from_stdin, context.environment());
}

std::string how_to_give(std::string_view name) {
  if (name == connection::kCertificate) return "name a PEM file with --certificate";
  if (name == connection::kFederatedToken)
    return "give it by --federated-token-file, --federated-token-env, --federated-token-command or --federated-github-actions";
  return fmt::format("give it by --{0}-stdin, --{0}-file, --{0}-env or --{0}-command", name);
}

}  // namespace

SecretOptions const& CredentialOptions::of(std::string_view name) const {
  for (auto const* const one : all()) {
    if (one->stem == name) return *one;
  }
  return client_secret;
}

std::vector<SecretOptions const*> CredentialOptions::all() const {
  return {&client_secret, &certificate,        &certificate_passphrase, &federated_token,
          &jira_token,    &jira_client_secret, &webhook_secret};
}

void declare_dataverse_credentials(Command& command, CredentialOptions& options) {
  declare_secret(command, options.client_secret);
  command.value("--certificate", "FILE", options.certificate.file,
                "Sign in with a certificate instead: a PEM file with the certificate and its RSA key.");
  declare_secret(command, options.certificate_passphrase);
  command.setting("certificateAlgorithm")
      .value("--federated-token-file", "FILE", options.federated_token.file,
             "Sign in with another identity provider's token instead; the file is read anew each time.")
      .value("--federated-token-env", "NAME", options.federated_token.variable, "The same, from an environment variable.")
      .value("--federated-token-command", "COMMAND", options.federated_token.command, "The same, from what a command prints.")
      .flag("--federated-github-actions", options.github_actions, "The same, from the GitHub Actions job that tandem runs in.")
      .refused("--federated-token",
               "a token is not taken from the command line, where other users can read it: use "
               "--federated-token-file, --federated-token-env or --federated-token-command");
}

void declare_jira_credentials(Command& command, CredentialOptions& options) {
  declare_secret(command, options.jira_token);
  command.setting("jiraClientId");
  declare_secret(command, options.jira_client_secret);
  command.setting("jiraTokenUrl");
}

Result<Unit> judge(CredentialOptions const& options, Config const& config) {
  TANDEM_CHECK(judge_sources(options.all()));
  int const entra = (options.client_secret.sources() > 0 ? 1 : 0) + (options.certificate.sources() > 0 ? 1 : 0) +
                    (gives_federated(options) ? 1 : 0);
  if (entra > 1) return fail(ErrorKind::usage, "choose one: a client secret, a certificate, or a federated token");
  if (options.github_actions && options.federated_token.sources() > 0)
    return fail(ErrorKind::usage, "the federated token is given in more than one way");
  if (options.jira_token.sources() > 0 && (options.jira_client_secret.sources() > 0 || config.given("jiraClientId")))
    return fail(ErrorKind::usage, "choose one: a Jira API token, or a service account (--jira-client-id and its secret)");
  return Unit{};
}

void choose_kinds(connection::Settings& settings, bool known, CredentialOptions const& options, Context const& context) {
  auto const& environment = context.environment();
  if (gives_federated(options)) {
    settings.entra_credential = EntraCredential::federated_token;
  } else if (options.certificate.sources() > 0) {
    settings.entra_credential = EntraCredential::certificate;
  } else if (options.client_secret.sources() > 0) {
    settings.entra_credential = EntraCredential::client_secret;
  } else if (!known && environment.get(kTokenFileVariable) && !environment.get("TANDEM_CLIENT_SECRET")) {
    settings.entra_credential = EntraCredential::federated_token;
  }
  if (context.config().given("jiraClientId") || options.jira_client_secret.sources() > 0) {
    settings.jira_credential = JiraCredential::service_account;
  } else if (options.jira_token.sources() > 0) {
    settings.jira_credential = JiraCredential::api_token;
  }
}

Result<std::map<std::string, TakenSecret>> take_secrets(connection::Settings const& settings, CredentialOptions const& options,
                                                        std::vector<std::string> const& stored, Context& context) {
  std::map<std::string, TakenSecret> taken;
  for (auto const name : connection::secrets_of(settings)) {
    TANDEM_TRY(auto given, take_one(name, options, context));
    bool const known = std::find(stored.begin(), stored.end(), name) != stored.end();
    bool const asked = !given && !known && can_ask() && !optional_secret(name) && name != connection::kCertificate &&
                       name != connection::kFederatedToken;
    if (asked) {
      TANDEM_TRY(auto typed, ask_secret(options.of(name).label));
      if (!typed.empty()) given = TakenSecret{std::move(typed), std::nullopt};
    }
    if (given) {
      context.log().redactor().add(given->value.expose());
      taken.emplace(name, std::move(*given));
    } else if (!known && !optional_secret(name)) {
      return fail(Error{ErrorKind::usage, fmt::format("the {} is missing", name), {{"cure", how_to_give(name)}}});
    }
  }
  // Proves what comes in, and is asked for by nobody: without it payloads are taken as they come.
  TANDEM_TRY(auto webhook, take_one(connection::kWebhookSecret, options, context));
  if (webhook) {
    context.log().redactor().add(webhook->value.expose());
    taken.emplace(connection::kWebhookSecret, std::move(*webhook));
  }
  return taken;
}

}  // namespace tandem::cli
