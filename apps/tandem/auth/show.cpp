// `auth show`: everything of a connection but its secrets (SPEC A10).
#include <fmt/format.h>

#include <tandem/connection/stored_connection.hpp>

#include "auth/auth.hpp"
#include "cli/context.hpp"
#include "cli/key.hpp"

namespace tandem::cli {

namespace {

// "file /etc/tandem/secret" or "sealed in the store".
std::string place_of(connection::StoredConnection const& stored, std::string const& name) {
  auto const reference = stored.references.find(name);
  if (reference == stored.references.end()) return "sealed in the store";
  return fmt::format("{} {}", name_of(reference->second.kind), reference->second.value);
}

Result<int> show(Context& context) {
  TANDEM_TRY(auto* const store, context.open_for_reading());
  connection::ConnectionStore kept(*store);
  TANDEM_TRY(auto const stored, kept.load());
  if (!stored) {
    return fail(Error{ErrorKind::config,
                      fmt::format("the connection \"{}\" has no settings", context.connection_name()),
                      {{"cure", "give them with `tandem auth set`"}}});
  }
  TANDEM_TRY(auto const secrets, kept.secret_names());
  TANDEM_TRY(auto const store_id, kept.find_store_id());
  TANDEM_TRY(auto const paths, context.paths());

  Table table({{.title = "setting"}, {.title = "value"}});
  json::Object report{{"connection", context.connection_name()}, {"stateDirectory", paths.directory}};
  table.row({"connection", context.connection_name()}).row({"state directory", paths.directory});
  for (auto const& named : named_settings()) {
    auto const& value = stored->settings.*(named.member);
    report.set(named.key, value.empty() ? json::Value() : json::Value(value));
    if (!value.empty()) table.row({named.label, value});
  }
  auto const entra = std::string(name_of(stored->settings.entra_credential));
  auto const jira = std::string(name_of(stored->settings.jira_credential));
  report.set("entraCredential", entra);
  report.set("jiraCredential", jira);
  table.row({"Dataverse by", entra}).row({"Jira by", jira});
  if (!stored->settings.certificate_expires.empty()) {
    report.set("certificateExpires", stored->settings.certificate_expires);
    table.row({"certificate expires", stored->settings.certificate_expires});
  }
  auto const authority = stored->settings.effective_authority();
  report.set("effectiveAuthorityHost", authority);
  if (stored->settings.authority_host.empty()) table.row({"authority host", authority + " (by the organisation URL)"});
  report.set("organizationId",
             stored->settings.organization_id.empty() ? json::Value() : json::Value(stored->settings.organization_id));
  report.set("jiraAccountId",
             stored->settings.jira_account_id.empty() ? json::Value() : json::Value(stored->settings.jira_account_id));
  table.row(
      {"organisation ID", stored->settings.organization_id.empty() ? "unknown: never proved" : stored->settings.organization_id});
  json::Object places;
  for (auto const& name : secrets) {
    places.set(name, place_of(*stored, name));
    table.row({name, place_of(*stored, name)});
  }
  report.set("secrets", std::move(places));
  auto const origin = store_id ? key_origin(*store_id, context.environment()) : std::string("none");
  report.set("sealingKey", origin);
  table.row({"sealing key", origin});
  context.out().table(table);
  context.out().result(report);
  return 0;
}

}  // namespace

void register_auth_show(App& app) {
  app.command("auth show", "Print everything about the connection but its secrets.")
      .example("tandem auth show", "Which organisation, which site, where the secrets are kept.")
      .exits({3, 11})
      .run(show);
}

}  // namespace tandem::cli
