// `auth set`: take what is given, prove it, and only then keep it (SPEC A1–A4, A11).
//
// Order: sources of secrets -> what is stored already -> ask for what is missing -> shapes -> binding -> proof -> save. A new connection
// gets its directory, store and key only at the last step, so a failure leaves nothing behind.
#include <sys/stat.h>
#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/connection/prove.hpp>
#include <tandem/connection/stored_connection.hpp>
#include <tandem/connection/tokens/token_cache.hpp>

#include "auth/auth.hpp"
#include "auth/given.hpp"
#include "cli/context.hpp"
#include "cli/key.hpp"
#include "cli/secrets.hpp"
#include "cli/terminal.hpp"

namespace tandem::cli {

namespace {

struct Options {
  CredentialOptions credentials;
  bool no_verify = false, rebind = false, new_key = false;
  std::optional<std::string> new_key_file;
};

struct Required {
  char const* key;
  char const* question;
};
constexpr std::array<Required, 6> kRequired{{{"orgUrl", "Organisation URL (https://ORG.crm4.dynamics.com)"},
                                             {"tenantId", "Tenant ID"},
                                             {"clientId", "Client (application) ID"},
                                             {"jiraUrl", "Jira site (https://SITE.atlassian.net)"},
                                             {"jiraEmail", "E-mail address of the Jira account"},
                                             {"jiraClientId", "Client ID of the Jira service account"}}};

bool is_needed(std::string_view key, connection::Settings const& settings) {
  bool const by_token = settings.jira_credential == connection::JiraCredential::api_token;
  if (key == "jiraEmail") return by_token;
  if (key == "jiraClientId") return !by_token;
  return true;
}

// What workload identity puts into the environment beside its token file (entra.md §4, §6): where nothing else says it.
void take_from_azure(connection::Settings& settings, Environment const& environment) {
  auto const fill = [&](std::string& value, char const* variable) {
    if (value.empty()) value = environment.get(variable).value_or("");
  };
  fill(settings.authority_host, "AZURE_AUTHORITY_HOST");
  if (settings.entra_credential != connection::EntraCredential::federated_token) return;
  fill(settings.tenant_id, "AZURE_TENANT_ID");
  fill(settings.client_id, "AZURE_CLIENT_ID");
}

// What was stored before, or nothing for a new connection.
struct Before {
  store::Store* store = nullptr;
  std::optional<connection::StoredConnection> connection;
  std::optional<sealed::Sealer> sealer;  // when there is a key already
};

Result<Before> what_is_there(Context& context) {
  Before before;
  TANDEM_TRY(auto const paths, context.paths());
  struct stat seen {};
  // A directory without a store: made by hand or left by another program; the store is then made at the last step.
  if (::stat((paths.directory + "/data.mdb").c_str(), &seen) != 0) return before;
  TANDEM_TRY(before.store, context.open_for_writing());
  connection::ConnectionStore kept(*before.store);
  TANDEM_TRY(before.connection, kept.load());
  return before;
}

Result<connection::Settings> gather(Context& context, Before const& before, Options const& options) {
  connection::Settings settings = before.connection ? before.connection->settings : connection::Settings{};
  for (auto const& named : named_settings()) {
    if (context.config().given(named.key))
      settings.*(named.member) = std::string(text::trimmed(context.config().text(named.key)));
  }
  choose_kinds(settings, before.connection.has_value(), options.credentials, context);
  take_from_azure(settings, context.environment());
  std::string missing;
  for (auto const& [key, question] : kRequired) {
    if (!is_needed(key, settings)) continue;
    auto const named = std::find_if(named_settings().begin(), named_settings().end(),
                                    [&](auto const& one) { return std::string_view(one.key) == key; });
    auto& value = settings.*(named->member);
    if (!value.empty()) continue;
    if (can_ask()) {
      TANDEM_TRY(auto const answer, ask(question));
      value = std::string(text::trimmed(answer));
    }
    if (value.empty()) missing += (missing.empty() ? "" : ", ") + flag_of(key);
  }
  if (!missing.empty()) return fail(Error{ErrorKind::usage, "missing: " + missing, {{"cure", "see tandem auth set --help"}}});
  for (auto const* const key : {"clientSecretExpires", "jiraTokenExpires"}) {
    auto const& date = context.config().text(key);
    if (!date.empty() && !parse_date(date))
      return fail(ErrorKind::usage, fmt::format("{} is \"{}\", but takes a date such as 2026-12-31", flag_of(key), date));
  }
  std::vector<std::string> hints;
  auto judged = connection::checked(std::move(settings), &hints);
  for (auto const& hint : hints) context.out().note(hint);
  return judged;
}

// The secrets as they would be used: those given now, the others as they are stored.
Result<connection::Credentials> gather_credentials(connection::Settings const& settings,
                                                   std::map<std::string, TakenSecret> const& taken, Before& before,
                                                   Context& context) {
  connection::Credentials out;
  auto const resolve = secret_resolver(context.environment());
  auto const names = connection::secrets_of(settings);
  bool const all_given = std::all_of(names.begin(), names.end(), [&](auto const name) {
    return name == connection::kCertificatePassphrase || taken.contains(std::string(name));
  });
  if (!all_given) {
    connection::ConnectionStore kept(*before.store);
    if (!before.sealer) {
      TANDEM_TRY(auto sealer, sealer_for(kept, KeyUse::existing, context.environment(), context.log().redactor()));
      before.sealer.emplace(std::move(sealer));
    }
    TANDEM_TRY(out, kept.credentials(settings, *before.sealer, resolve,
                                     [&](std::string_view name) { return taken.contains(std::string(name)); }));
  }
  for (auto const& [name, secret] : taken) {
    if (name == connection::kClientSecret) out.client_secret = secret.value.clone();
    if (name == connection::kCertificate) out.certificate = secret.value.clone();
    if (name == connection::kCertificatePassphrase) out.certificate_passphrase = secret.value.clone();
    if (name == connection::kJiraToken) out.jira_token = secret.value.clone();
    if (name == connection::kJiraClientSecret) out.jira_client_secret = secret.value.clone();
    if (name == connection::kFederatedToken) {
      out.federated_token = [resolve, place = *secret.reference](http::Transport& transport) {
        return resolve(place, &transport);
      };
    }
  }
  hide(out, context.log().redactor());
  return out;
}

// A site refuses scoped tokens, which only the gateway takes (jira.md §1): one that the site refuses is tried there.
bool may_be_scoped(connection::Settings const& settings, connection::Proof const& proof) {
  auto const refused = std::find_if(proof.steps.begin(), proof.steps.end(), [](auto const& step) {
    return step.name == "jira" && step.outcome == connection::Outcome::failed;
  });
  return settings.jira_credential == connection::JiraCredential::api_token && settings.jira_cloud_id.empty() &&
         refused != proof.steps.end();
}

Result<connection::Proof> prove(connection::Settings const& settings, connection::Credentials credentials, Context& context) {
  TANDEM_TRY(auto const opened, connection::Connection::open(settings, std::move(credentials), connection::memory_token_cache(),
                                                             context.surroundings()));
  context.out().status_line("asking both systems who we are ...");
  auto proof = connection::prove(*opened);
  context.out().status_line("");
  return proof;
}

Result<connection::Proof> prove_either_way(connection::Settings settings, connection::Credentials const& credentials,
                                           Context& context) {
  TANDEM_TRY(auto proof, prove(settings, credentials.clone(), context));
  if (!proof.error || !may_be_scoped(settings, proof)) return proof;
  auto const cloud_id = connection::find_cloud_id(settings, context.surroundings());
  if (!cloud_id) return proof;
  settings.jira_cloud_id = *cloud_id;
  TANDEM_TRY(auto by_gateway, prove(settings, credentials.clone(), context));
  if (by_gateway.error) return proof;
  context.out().note(fmt::format("the Jira token is a scoped one: it is used at {}", settings.jira_base_url()));
  return by_gateway;
}

// The gateway's addresses are made of the site's cloud ID; a service account can only go there.
Result<Unit> find_gateway(connection::Settings& settings, Before const& before, Context& context) {
  bool const other_site = before.connection && before.connection->settings.jira_url != settings.jira_url;
  if (other_site && !context.config().given("jiraCloudId")) settings.jira_cloud_id.clear();
  if (settings.jira_credential != connection::JiraCredential::service_account || !settings.jira_cloud_id.empty()) return Unit{};
  TANDEM_TRY(settings.jira_cloud_id, connection::find_cloud_id(settings, context.surroundings()));
  return Unit{};
}

Result<int> renew_key(std::optional<std::string> const& file, Context& context) {
  TANDEM_TRY(auto* const store, context.open_for_writing());
  connection::ConnectionStore kept(*store);
  TANDEM_TRY(auto const place, change_key(kept, file, context.environment(), context.log().redactor()));
  context.out().line(fmt::format("The secrets of \"{}\" are sealed with the new key in {}{}", context.connection_name(), place,
                                 file ? "; let TANDEM_KEY_FILE name it from now on." : "."));
  context.out().result(json::Object{{"connection", context.connection_name()}, {"sealingKey", place}, {"resealed", true}});
  return 0;
}

Result<int> set(Options const& options, Context& context) {
  if (options.new_key || options.new_key_file) return renew_key(options.new_key_file, context);
  TANDEM_CHECK(judge(options.credentials, context.config()));
  TANDEM_TRY(auto before, what_is_there(context));
  TANDEM_TRY(auto settings, gather(context, before, options));

  std::vector<std::string> stored;
  if (before.connection) {
    connection::ConnectionStore kept(*before.store);
    TANDEM_TRY(stored, kept.secret_names());
  }
  TANDEM_TRY(auto taken, take_secrets(settings, options.credentials, stored, context));
  if (auto const given = taken.find(std::string(connection::kClientSecret)); given != taken.end()) {
    TANDEM_CHECK(connection::refuse_secret_id(given->second.value));
  }
  if (before.store != nullptr && !options.rebind) {
    connection::ConnectionStore kept(*before.store);
    TANDEM_CHECK(kept.check_binding(settings));
  }
  TANDEM_CHECK(context.open_trace());
  TANDEM_CHECK(find_gateway(settings, before, context));

  std::optional<connection::Proof> proof;
  if (!options.no_verify) {
    TANDEM_TRY(auto const credentials, gather_credentials(settings, taken, before, context));
    TANDEM_TRY(proof, prove_either_way(settings, credentials, context));
    if (proof->error) return fail(*proof->error);
    settings = proof->settings;
  }

  TANDEM_TRY(auto* const store, context.create_for_writing());
  connection::ConnectionStore kept(*store);
  TANDEM_TRY(auto const sealer, sealer_for(kept, KeyUse::may_be_made, context.environment(), context.log().redactor()));
  std::map<std::string, connection::SecretInput> secrets;
  for (auto& [name, secret] : taken)
    secrets.emplace(name, connection::SecretInput{std::move(secret.value), std::move(secret.reference)});
  TANDEM_CHECK(kept.save(settings, secrets, sealer, options.rebind));

  auto& out = context.out();
  if (proof) print_identity(out, *proof);
  out.line(fmt::format("Saved as connection \"{}\"{}", context.connection_name(),
                       proof ? "." : ", unproved: run `tandem auth check`."));
  json::Object report = proof ? steps_json(*proof) : json::Object{{"ok", json::Value()}};
  report.set("connection", context.connection_name());
  report.set("saved", true);
  report.set("verified", proof.has_value());
  out.result(report);
  return 0;
}

}  // namespace

void register_auth_set(App& app) {
  auto options = std::make_shared<Options>();
  auto& command =
      app.command("auth set", "Take the credentials of both systems, prove them, and keep them sealed.")
          .details("Asked for on a terminal when missing. Given again, it changes only what is given; a failure saves nothing.")
          .group("Dynamics 365 / Dataverse")
          .setting("orgUrl")
          .setting("tenantId")
          .setting("clientId")
          .setting("authorityHost");
  declare_dataverse_credentials(command, options->credentials);
  command.setting("clientSecretExpires")
      .group("Jira")
      .setting("jiraUrl")
      .setting("jiraEmail")
      .setting("jiraCloudId")
      .setting("jiraGatewayUrl")
      .setting("mediaHost");
  declare_jira_credentials(command, options->credentials);
  command.setting("jiraTokenExpires")
      .group("Both")
      .setting("caFile")
      .flag("--store-reference", options->credentials.store_reference,
            "Keep where a secret is (file, variable, command) instead of the secret.")
      .flag("--no-verify", options->no_verify, "Save without asking the systems.")
      .flag("--rebind", options->rebind, "Let the store belong to another organisation or site from now on.")
      .flag("--new-key", options->new_key, "Seal the secrets with a new key; nothing else is done.")
      .value("--new-key-file", "FILE", options->new_key_file,
             "The same, with the key in FILE (32 bytes, or their base64), which TANDEM_KEY_FILE must name from then on.");
  command.group("Webhooks");
  declare_secret(command, options->credentials.webhook_secret);
  command.hush()
      .example(
          "tandem auth set --org-url https://contoso.crm4.dynamics.com --tenant-id TENANT --client-id CLIENT "
          "--jira-url https://contoso.atlassian.net --jira-email sync@contoso.com",
          "Give what is no secret; both secrets are asked for without echo.")
      .example("pass show tandem/client-secret | tandem auth set --client-secret-stdin",
               "Renew one secret; everything else stays.")
      .example("tandem auth set --certificate tandem.pem --certificate-passphrase-command 'pass show tandem/pem'",
               "Sign in to Dataverse with a certificate from now on.")
      .example("tandem auth set --jira-client-id ID --jira-client-secret-file /run/secrets/jira",
               "Use a Jira service account from now on.")
      .example("tandem auth set --webhook-secret-file /run/secrets/jira-webhook",
               "From now on `push-event` takes only payloads that are signed with this secret.")
      .exits({3, 4, 5, 7, 8, 11})
      .run([options](Context& context) { return set(*options, context); });
}

}  // namespace tandem::cli
