#include <tandem/connection/settings.hpp>

#include <array>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/connection/http/url.hpp>

namespace tandem::connection {
namespace {

// Which Entra serves which cloud, by the organisation's host (entra.md §4).
struct Cloud {
  std::string_view suffix, authority;
};
constexpr std::array<Cloud, 4> kClouds{{
    {".dynamics.cn", "https://login.partner.microsoftonline.cn"},
    {".microsoftdynamics.us", "https://login.microsoftonline.us"},
    {".appsplatform.us", "https://login.microsoftonline.us"},
    {".microsoftdynamics.de", "https://login.microsoftonline.de"},
}};
constexpr std::string_view kPublicAuthority = "https://login.microsoftonline.com";
constexpr std::string_view kGateway = "https://api.atlassian.com";

// Collects every fault, so that all are told at once.
class Check {
 public:
  explicit Check(std::vector<std::string>* hints) : hints_(hints) {}
  void fault(std::string text) { faults_.push_back(std::move(text)); }
  void hint(std::string text) {
    if (hints_ != nullptr) hints_->push_back(std::move(text));
  }

  // Scheme and host only. `what` is the setting in the user's words, `option` where it is given.
  void url(std::string& value, std::string_view what, std::string_view option) {
    auto const url = usable(value, what, option);
    if (!url) return;
    if (!url->target.empty() && url->target != "/") {
      hint(fmt::format("{}: only {} is used, \"{}\" is left out", what, url->origin(), text::printable(url->target)));
    }
    value = url->origin();
  }

  // With its path.
  void address(std::string& value, std::string_view what, std::string_view option) {
    if (auto const url = usable(value, what, option)) value = url->origin() + url->target;
  }

  void guid(std::string& value, std::string_view what, std::string_view where) {
    if (auto id = normalized_uuid(text::trimmed(value))) {
      value = std::move(*id);
    } else {
      fault(fmt::format("{} \"{}\" is no GUID; {}", what, text::printable(value), where));
    }
  }

  void date(std::string& value, std::string_view option) {
    if (!value.empty() && !parse_date(value))
      fault(fmt::format("{} \"{}\" is no date; give it as 2027-01-31", option, text::printable(value)));
  }

  Result<Unit> verdict() const {
    if (faults_.empty()) return Unit{};
    std::string all;
    for (auto const& fault : faults_) all += (all.empty() ? "" : "; ") + fault;
    return fail(ErrorKind::config, std::move(all));
  }

 private:
  std::optional<http::Url> usable(std::string const& value, std::string_view what, std::string_view option) {
    auto written = std::string(text::trimmed(value));
    if (written.find("://") == std::string::npos) written = "https://" + written;
    auto url = http::parse_url(written);
    if (!url) {
      fault(fmt::format("{} \"{}\" is no URL; give it as https://host with {}", what, text::printable(value), option));
      return std::nullopt;
    }
    if (url->scheme == "http" && !url->loopback()) {
      fault(fmt::format("{} {} is not encrypted; use https (http is for this machine only)", what, url->origin()));
      return std::nullopt;
    }
    return url;
  }

  std::vector<std::string>* hints_;
  std::vector<std::string> faults_;
};

bool is_domain(std::string_view value) {
  return value.find('.') != std::string_view::npos && !value.starts_with('.') && !value.ends_with('.') &&
         value.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string_view::npos;
}

void check_tenant(std::string& value, Check& check) {
  auto const lower = text::ascii_lower(text::trimmed(value));
  if (auto id = normalized_uuid(lower)) {
    value = std::move(*id);
  } else if (is_domain(lower)) {
    value = lower;
  } else if (lower == "common" || lower == "organizations" || lower == "consumers") {
    check.fault(fmt::format("tenant ID \"{}\" names no tenant; give the Directory (tenant) ID shown in Entra, Overview", lower));
  } else {
    check.fault(
        fmt::format("tenant ID \"{}\" is neither a GUID nor a domain; give the Directory (tenant) ID shown in Entra, Overview",
                    text::printable(value)));
  }
}

// A host name alone: files are fetched over https only, at the address that Jira gives.
void check_media_host(std::string& value, Check& check) {
  value = text::ascii_lower(text::trimmed(value));
  if (value.empty()) return;
  auto const url = http::parse_url("https://" + value);
  if (!url || url->host != value || url->port != 443 || !url->target.empty()) {
    check.fault(
        fmt::format("--media-host is \"{}\", but takes a host name such as api.media.atlassian.com", text::printable(value)));
  }
}

void check_email(std::string& value, Check& check) {
  value = std::string(text::trimmed(value));
  auto const at = value.find('@');
  auto const domain = at == std::string::npos ? std::string() : value.substr(at + 1);
  bool const fits = at != 0 && is_domain(text::ascii_lower(domain)) && value.find_first_of(" \t\r\n:,;<>\"") == std::string::npos;
  if (!fits)
    check.fault(
        fmt::format("Jira e-mail \"{}\" is no e-mail address; give the account's own with --jira-email", text::printable(value)));
}

// The two URLs are easily swapped.
void check_sides(Settings const& settings, Check& check) {
  auto const organisation = http::parse_url(settings.organisation_url);
  auto const site = http::parse_url(settings.jira_url);
  if (organisation && organisation->host.ends_with(".atlassian.net")) {
    check.fault(
        fmt::format("organisation URL {} is a Jira site; give the Dataverse organisation, such as https://org.crm4.dynamics.com",
                    settings.organisation_url));
  }
  if (site && site->host.ends_with(".dynamics.com")) {
    check.fault(fmt::format("Jira site URL {} is a Dataverse organisation; give the site, such as https://site.atlassian.net",
                            settings.jira_url));
  }
  if (!settings.tenant_id.empty() && settings.tenant_id == settings.client_id) {
    check.fault(
        "tenant ID and client ID are the same; Entra, App registrations shows both: Directory (tenant) ID and Application "
        "(client) ID");
  }
}

}  // namespace

std::string Settings::effective_authority() const {
  if (!authority_host.empty()) return authority_host;
  auto const url = http::parse_url(organisation_url);
  for (auto const& cloud : kClouds) {
    if (url && url->host.ends_with(cloud.suffix)) return std::string(cloud.authority);
  }
  return std::string(kPublicAuthority);
}

std::string Settings::jira_base_url() const {
  if (jira_cloud_id.empty()) return jira_url;
  return fmt::format("{}/ex/jira/{}", gateway_url.empty() ? kGateway : std::string_view(gateway_url), jira_cloud_id);
}

std::string_view name_of(EntraCredential credential) {
  switch (credential) {
    case EntraCredential::client_secret: return "client-secret";
    case EntraCredential::certificate: return "certificate";
    case EntraCredential::federated_token: break;
  }
  return "federated-token";
}

std::string_view name_of(JiraCredential credential) {
  return credential == JiraCredential::api_token ? "jira-token" : "jira-client-secret";
}

json::Value Settings::to_json() const {
  return json::Object{{"entraCredential", name_of(entra_credential)},
                      {"jiraCredential", name_of(jira_credential)},
                      {"certificateAlgorithm", certificate_algorithm},
                      {"certificateExpires", certificate_expires},
                      {"jiraClientId", jira_client_id},
                      {"jiraTokenUrl", jira_token_url},
                      {"organisationUrl", organisation_url},
                      {"tenantId", tenant_id},
                      {"clientId", client_id},
                      {"authorityHost", authority_host},
                      {"jiraUrl", jira_url},
                      {"jiraEmail", jira_email},
                      {"jiraCloudId", jira_cloud_id},
                      {"gatewayUrl", gateway_url},
                      {"mediaHost", media_host},
                      {"caFile", ca_file},
                      {"clientSecretExpires", client_secret_expires},
                      {"jiraTokenExpires", jira_token_expires},
                      {"organizationId", organization_id},
                      {"jiraAccountId", jira_account_id}};
}

Result<Settings> Settings::from_json(json::Value const& value) {
  if (!value.is_object()) return fail(ErrorKind::config, "the stored settings are no object");
  auto const text = [&](std::string_view key) { return std::string(value[key].text()); };
  Settings out;
  for (auto const kind : {EntraCredential::certificate, EntraCredential::federated_token}) {
    if (text("entraCredential") == name_of(kind)) out.entra_credential = kind;
  }
  if (text("jiraCredential") == name_of(JiraCredential::service_account)) out.jira_credential = JiraCredential::service_account;
  out.certificate_algorithm = text("certificateAlgorithm");
  out.certificate_expires = text("certificateExpires");
  out.jira_client_id = text("jiraClientId");
  out.jira_token_url = text("jiraTokenUrl");
  out.organisation_url = text("organisationUrl");
  out.tenant_id = text("tenantId");
  out.client_id = text("clientId");
  out.authority_host = text("authorityHost");
  out.jira_url = text("jiraUrl");
  out.jira_email = text("jiraEmail");
  out.jira_cloud_id = text("jiraCloudId");
  out.gateway_url = text("gatewayUrl");
  out.media_host = text("mediaHost");
  out.ca_file = text("caFile");
  out.client_secret_expires = text("clientSecretExpires");
  out.jira_token_expires = text("jiraTokenExpires");
  out.organization_id = text("organizationId");
  out.jira_account_id = text("jiraAccountId");
  return out;
}

Result<Settings> checked(Settings settings, std::vector<std::string>* hints) {
  Check check(hints);
  check.url(settings.organisation_url, "organisation URL", "--org-url");
  check.url(settings.jira_url, "Jira site URL", "--jira-url");
  if (!settings.authority_host.empty()) check.url(settings.authority_host, "authority host", "--authority-host");
  if (!settings.gateway_url.empty()) check.url(settings.gateway_url, "Jira gateway URL", "--jira-gateway-url");
  check_media_host(settings.media_host, check);
  check_tenant(settings.tenant_id, check);
  check.guid(settings.client_id, "client ID", "give the Application (client) ID shown in Entra, App registrations");
  if (!settings.jira_cloud_id.empty()) {
    check.guid(settings.jira_cloud_id, "Jira cloud ID", "https://SITE.atlassian.net/_edge/tenant_info shows it");
  }
  if (settings.jira_credential == JiraCredential::api_token) check_email(settings.jira_email, check);
  if (settings.jira_credential == JiraCredential::service_account && settings.jira_client_id.empty()) {
    check.fault("the service account has no client ID; give it with --jira-client-id");
  }
  if (!settings.jira_token_url.empty()) check.address(settings.jira_token_url, "Jira token URL", "--jira-token-url");
  if (!settings.certificate_algorithm.empty() && settings.certificate_algorithm != "PS256" &&
      settings.certificate_algorithm != "RS256") {
    check.fault(fmt::format("--certificate-algorithm is \"{}\", but takes PS256 or RS256",
                            text::printable(settings.certificate_algorithm)));
  }
  check.date(settings.client_secret_expires, "--client-secret-expires");
  check.date(settings.jira_token_expires, "--jira-token-expires");
  check_sides(settings, check);
  TANDEM_CHECK(check.verdict());
  return settings;
}

Credentials Credentials::clone() const {
  return {client_secret.clone(), certificate.clone(), certificate_passphrase.clone(),
          federated_token,       jira_token.clone(),  jira_client_secret.clone()};
}

Result<Unit> refuse_secret_id(Secret const& client_secret) {
  if (!is_uuid(text::trimmed(client_secret.expose()))) return Unit{};
  return fail(ErrorKind::config,
              "the client secret has the form of a GUID: that is the Secret ID, not the secret; in Entra, App registrations, "
              "Certificates & secrets, "
              "make a new client secret and give its Value");
}

}  // namespace tandem::connection
