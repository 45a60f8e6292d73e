#include "auth/auth.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "commands.hpp"

namespace tandem::cli {

void register_auth(App& app) {
  app.describe_group("auth", "The connection: to one Dataverse organisation and one Jira site.");
  register_auth_set(app);
  register_auth_check(app);
  register_auth_show(app);
  register_auth_remove(app);
}

std::span<NamedSetting const> named_settings() {
  using connection::Settings;
  static constexpr std::array<NamedSetting, 15> all{{
      {"orgUrl", "organisation URL", &Settings::organisation_url},
      {"tenantId", "tenant ID", &Settings::tenant_id},
      {"clientId", "client ID", &Settings::client_id},
      {"authorityHost", "authority host", &Settings::authority_host},
      {"certificateAlgorithm", "certificate algorithm", &Settings::certificate_algorithm},
      {"jiraUrl", "Jira URL", &Settings::jira_url},
      {"jiraEmail", "Jira e-mail", &Settings::jira_email},
      {"jiraCloudId", "Jira cloud ID", &Settings::jira_cloud_id},
      {"jiraGatewayUrl", "Jira gateway URL", &Settings::gateway_url},
      {"mediaHost", "media host", &Settings::media_host},
      {"jiraClientId", "Jira client ID", &Settings::jira_client_id},
      {"jiraTokenUrl", "Jira token URL", &Settings::jira_token_url},
      {"caFile", "CA file", &Settings::ca_file},
      {"clientSecretExpires", "client secret expires", &Settings::client_secret_expires},
      {"jiraTokenExpires", "Jira token expires", &Settings::jira_token_expires},
  }};
  return all;
}

void print_steps(Output& output, connection::Proof const& proof) {
  using connection::Outcome;
  bool const with_items =
      std::any_of(proof.steps.begin(), proof.steps.end(), [](auto const& step) { return !step.item.empty(); });
  std::vector<Column> columns;
  if (with_items) columns.push_back({.title = "item"});
  for (auto const* const title : {"step", "outcome"}) columns.push_back({.title = title});
  for (auto const* const title : {"detail", "cure"}) columns.push_back({.title = title, .may_wrap = true});
  Table table(columns);
  for (auto const& step : proof.steps) {
    auto const style = step.outcome == Outcome::ok ? Style::good : step.outcome == Outcome::failed ? Style::bad : Style::faint;
    std::vector<Cell> row;
    if (with_items) row.emplace_back(step.item);
    row.emplace_back(step.name);
    row.push_back({std::string(name_of(step.outcome)), style});
    row.emplace_back(step.detail);
    row.emplace_back(step.cure);
    table.row(std::move(row));
  }
  output.table(table);
}

void print_identity(Output& output, connection::Proof const& proof) {
  auto const organisation = proof.organization_name.empty()
                                ? proof.settings.organisation_url
                                : fmt::format("{} ({})", proof.organization_name, proof.settings.organisation_url);
  output.line(fmt::format("Dataverse: {}, application user {}", organisation, proof.dataverse_user));
  output.line(fmt::format("Jira: {}, {}", proof.settings.jira_url, proof.jira_user));
  std::string modules;
  for (auto const& module : proof.modules) modules += (modules.empty() ? "" : ", ") + module.name;
  output.line(fmt::format("Modules: {}", modules.empty() ? "none" : modules));
  output.line(proof.readable_entities
                  ? fmt::format("Tables: {}, of which our role can read {}", proof.entities, *proof.readable_entities)
                  : fmt::format("Tables: {}; how many our role can read is not known, as it may not ask for its privileges",
                                proof.entities));
}

json::Object steps_json(connection::Proof const& proof) {
  json::Array steps;
  for (auto const& step : proof.steps) {
    json::Object one{{"step", step.name}, {"outcome", name_of(step.outcome)}, {"detail", step.detail}};
    if (!step.cure.empty()) one.set("cure", step.cure);
    if (!step.item.empty()) one.set("item", step.item);
    steps.emplace_back(std::move(one));
  }
  json::Array modules;
  for (auto const& module : proof.modules) modules.emplace_back(json::Object{{"name", module.name}, {"label", module.label}});
  json::Object all{{"ok", !proof.error.has_value()}, {"steps", std::move(steps)}, {"modules", std::move(modules)}};
  all.set("dataverse", json::Object{{"organisationUrl", proof.settings.organisation_url},
                                    {"organizationId", proof.settings.organization_id},
                                    {"name", proof.organization_name},
                                    {"userId", proof.dataverse_user}});
  all.set(
      "jira",
      json::Object{{"url", proof.settings.jira_url}, {"accountId", proof.settings.jira_account_id}, {"user", proof.jira_user}});
  all.set("tables", static_cast<std::uint64_t>(proof.entities));
  all.set("readableTables",
          proof.readable_entities ? json::Value(static_cast<std::uint64_t>(*proof.readable_entities)) : json::Value());
  return all;
}

}  // namespace tandem::cli
