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
#include <tandem/connection/entra/token_cache.hpp>
#include <tandem/connection/prove.hpp>
#include <tandem/connection/stored_connection.hpp>

#include "auth/auth.hpp"
#include "cli/context.hpp"
#include "cli/key.hpp"
#include "cli/secrets.hpp"
#include "cli/terminal.hpp"

namespace tandem::cli {

namespace {

struct Options {
  SecretOptions client_secret{.stem = std::string(connection::kClientSecret), .label = "Client secret (its value, not its ID)"};
  SecretOptions jira_token{.stem = std::string(connection::kJiraToken), .label = "Jira API token"};
  bool store_reference = false, no_verify = false, rebind = false;
};

struct Required {
  char const* key;
  char const* question;
};
constexpr std::array<Required, 5> kRequired{{{"orgUrl", "Organisation URL (https://ORG.crm4.dynamics.com)"},
                                             {"tenantId", "Tenant ID"},
                                             {"clientId", "Client (application) ID"},
                                             {"jiraUrl", "Jira site (https://SITE.atlassian.net)"},
                                             {"jiraEmail", "E-mail address of the Jira account"}}};

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

Result<connection::Settings> gather(Context& context, Before const& before, bool& missing_secret_may_be_asked) {
  connection::Settings settings = before.connection ? before.connection->settings : connection::Settings{};
  for (auto const& named : named_settings()) {
    if (context.config().given(named.key))
      settings.*(named.member) = std::string(text::trimmed(context.config().text(named.key)));
  }
  missing_secret_may_be_asked = can_ask();
  std::string missing;
  for (auto const& [key, question] : kRequired) {
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

// The secrets that are given now: from their sources, else (when none is stored) from the person.
Result<std::map<std::string, TakenSecret>> take_secrets(Options const& options, std::vector<std::string> const& stored,
                                                        bool may_ask, Context& context) {
  std::map<std::string, TakenSecret> taken;
  for (auto const* const secret : {&options.client_secret, &options.jira_token}) {
    TANDEM_TRY(auto given, take_secret(*secret, options.store_reference && !secret->from_stdin, context.environment()));
    bool const known = std::find(stored.begin(), stored.end(), secret->stem) != stored.end();
    if (!given && !known && may_ask) {
      TANDEM_TRY(auto typed, ask_secret(secret->label));
      if (!typed.empty()) given = TakenSecret{std::move(typed), std::nullopt};
    }
    if (given) {
      context.log().redactor().add(given->value.expose());
      taken.emplace(secret->stem, std::move(*given));
    } else if (!known) {
      return fail(Error{ErrorKind::usage,
                        fmt::format("the {} is missing", secret->stem),
                        {{"cure", fmt::format("give it by --{0}-stdin, --{0}-file, --{0}-env or --{0}-command", secret->stem)}}});
    }
  }
  return taken;
}

Result<Secret> current(std::string_view stem, std::map<std::string, TakenSecret> const& taken, Before& before, Context& context) {
  if (auto const found = taken.find(std::string(stem)); found != taken.end()) return found->second.value.clone();
  connection::ConnectionStore kept(*before.store);
  if (!before.sealer) {
    TANDEM_TRY(auto const store_id, kept.ensure_store_id());
    TANDEM_TRY(auto sealer, sealer_for(store_id, KeyUse::existing, context.environment(), context.log().redactor()));
    before.sealer.emplace(std::move(sealer));
  }
  TANDEM_TRY(auto secret, kept.secret(stem, *before.sealer, secret_resolver(context.environment())));
  context.log().redactor().add(secret.expose());
  return secret;
}

Result<int> set(Options const& options, Context& context) {
  TANDEM_CHECK(judge_sources({&options.client_secret, &options.jira_token}));
  TANDEM_TRY(auto before, what_is_there(context));
  bool may_ask = false;
  TANDEM_TRY(auto settings, gather(context, before, may_ask));

  std::vector<std::string> stored;
  if (before.connection) {
    connection::ConnectionStore kept(*before.store);
    TANDEM_TRY(stored, kept.secret_names());
  }
  TANDEM_TRY(auto taken, take_secrets(options, stored, may_ask, context));
  if (auto const given = taken.find(std::string(connection::kClientSecret)); given != taken.end()) {
    TANDEM_CHECK(connection::refuse_secret_id(given->second.value));
  }
  if (before.store != nullptr && !options.rebind) {
    connection::ConnectionStore kept(*before.store);
    TANDEM_CHECK(kept.check_binding(settings));
  }

  std::optional<connection::Proof> proof;
  if (!options.no_verify) {
    connection::Credentials credentials;
    TANDEM_TRY(credentials.client_secret, current(connection::kClientSecret, taken, before, context));
    TANDEM_TRY(credentials.jira_token, current(connection::kJiraToken, taken, before, context));
    TANDEM_TRY(auto const opened, connection::Connection::open(settings, std::move(credentials), connection::memory_token_cache(),
                                                               context.surroundings()));
    context.out().status_line("asking both systems who we are …");
    proof = connection::prove(*opened);
    context.out().status_line("");
    if (proof->error) return fail(*proof->error);
    settings = proof->settings;
  }

  TANDEM_TRY(auto* const store, context.create_for_writing());
  connection::ConnectionStore kept(*store);
  TANDEM_TRY(auto const store_id, kept.ensure_store_id());
  TANDEM_TRY(auto const sealer, sealer_for(store_id, KeyUse::may_be_made, context.environment(), context.log().redactor()));
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
  declare_secret(command, options->client_secret);
  command.setting("clientSecretExpires")
      .group("Jira")
      .setting("jiraUrl")
      .setting("jiraEmail")
      .setting("jiraCloudId")
      .setting("jiraGatewayUrl");
  declare_secret(command, options->jira_token);
  command.setting("jiraTokenExpires")
      .group("Both")
      .setting("caFile")
      .flag("--store-reference", options->store_reference,
            "Keep where a secret is (file, variable, command) instead of the secret.")
      .flag("--no-verify", options->no_verify, "Save without asking the systems.")
      .flag("--rebind", options->rebind, "Let the store belong to another organisation or site from now on.");
  for (std::string const later : {"certificate-passphrase", "webhook-secret", "jira-client-secret"})
    declare_later_secret(command, later);
  for (std::string const later : {"certificate", "federated-token-file", "jira-client-id", "jira-token-url", "media-host"}) {
    command.refused("--" + later, fmt::format("--{} is not in this version", later));
  }
  command.hush()
      .example(
          "tandem auth set --org-url https://contoso.crm4.dynamics.com --tenant-id TENANT --client-id CLIENT "
          "--jira-url https://contoso.atlassian.net --jira-email sync@contoso.com",
          "Give what is no secret; both secrets are asked for without echo.")
      .example("pass show tandem/client-secret | tandem auth set --client-secret-stdin",
               "Renew one secret; everything else stays.")
      .exits({3, 4, 5, 7, 8, 11})
      .run([options](Context& context) { return set(*options, context); });
}

}  // namespace tandem::cli
