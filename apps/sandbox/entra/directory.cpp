#include "entra/directory.hpp"

#include <algorithm>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/utf8.hpp>

#include "entra/refusals.hpp"
#include "world/relative_time.hpp"

namespace sandbox::entra {

using tandem::ErrorKind;
using tandem::fail;
using tandem::Result;
using tandem::Unit;
using tandem::text::ascii_lower;
namespace json = tandem::json;

namespace {

Result<int> refusal_from(json::Value const& value) {
  auto const code = value.integer();
  if (!code || *code > 99'999'999 || refusal_kind(static_cast<int>(*code)) == nullptr)
    return fail(ErrorKind::config, "entra: a refusal is one of the AADSTS codes of the token endpoint");
  return static_cast<int>(*code);
}

Result<std::vector<Certificate>> certificates_from(json::Value const& list) {
  std::vector<Certificate> out;
  for (auto const& pem : list.items()) {
    TANDEM_TRY(auto certificate, Certificate::from_pem(pem.text()));
    out.push_back(std::move(certificate));
  }
  return out;
}

Result<std::vector<FederatedCredential>> federated_from(json::Value const& list) {
  std::vector<FederatedCredential> out;
  for (auto const& value : list.items()) {
    FederatedCredential credential{value["issuer"].text_or(""), value["subject"].text_or(""), {}};
    for (auto const& audience : value["audiences"].items()) credential.audiences.push_back(audience.text_or(""));
    if (credential.audiences.empty()) credential.audiences.emplace_back("api://AzureADTokenExchange");
    if (credential.issuer.empty() || credential.subject.empty())
      return fail(ErrorKind::config, "entra: a federated credential has an issuer and a subject");
    out.push_back(std::move(credential));
  }
  return out;
}

Result<std::vector<IssuerKey>> keys_from(json::Value const& list) {
  std::vector<IssuerKey> out;
  for (auto const& value : list.items()) {
    TANDEM_TRY(auto key, PublicKey::from_pem(value.is_string() ? value.text() : value["pem"].text()));
    out.push_back({value["kid"].text_or(""), std::move(key)});
  }
  return out;
}

Result<Application> application_from(json::Value const& value, tandem::Instant now) {
  Application out;
  out.client_id = ascii_lower(value["clientId"].text());
  out.object_id = value["objectId"].text_or("");
  out.name = value["name"].text_or("");
  if (!tandem::is_uuid(out.client_id)) return fail(ErrorKind::config, "entra: an application's clientId must be a GUID");
  for (auto const& entry : value["secrets"].items()) {
    ClientSecret secret{entry["id"].text_or(""), entry["value"].text_or(""), {}};
    if (auto const expires = entry["expires"].text(); !expires.empty()) {
      secret.expires = instant_or_relative(expires, now);
      if (!secret.expires) return fail(ErrorKind::config, "entra: unreadable expiry of a secret: " + std::string(expires));
    }
    out.secrets.push_back(std::move(secret));
  }
  TANDEM_TRY(out.certificates, certificates_from(value["certificates"]));
  TANDEM_TRY(out.federated, federated_from(value["federated"]));
  if (auto const* const enabled = value["enabled"].if_bool()) out.enabled = *enabled;
  out.is_public = value["public"].truthy();
  if (value.has("refusal")) {
    TANDEM_TRY(out.refusal, refusal_from(value["refusal"]));
  }
  return out;
}

}  // namespace

std::string without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return ascii_lower(url);
}

Result<Directory> Directory::load(json::Value const& part, tandem::Instant now) {
  Directory out;
  out.tenant_id = ascii_lower(part["tenantId"].text());
  out.tenant_domain = ascii_lower(part["tenantDomain"].text());
  if (!tandem::is_uuid(out.tenant_id)) return fail(ErrorKind::config, "entra.tenantId must be a GUID");
  for (auto const& value : part["applications"].items()) {
    TANDEM_TRY(auto application, application_from(value, now));
    out.applications.push_back(std::move(application));
  }
  for (auto const& value : part["otherTenants"].items()) {
    OtherTenant other{ascii_lower(value["tenantId"].text()), value["cloud"].text_or("AzureChinaCloud")};
    if (value.has("refusal")) {
      TANDEM_TRY(other.refusal, refusal_from(value["refusal"]));
    }
    out.other_tenants.push_back(std::move(other));
  }
  for (auto const& value : part["resources"].items()) {
    TANDEM_TRY(auto const code, refusal_from(value["refusal"]));
    out.refused_resources[without_slash(value["url"].text())] = code;
  }
  if (part.has("issuers")) TANDEM_CHECK(out.register_issuers(part["issuers"]));
  return out;
}

Application const* Directory::find(std::string_view client_id) const {
  auto const wanted = ascii_lower(client_id);
  auto const found =
      std::find_if(applications.begin(), applications.end(), [&](auto const& one) { return one.client_id == wanted; });
  return found == applications.end() ? nullptr : &*found;
}

namespace {

// Reads all of it before anything is changed.
template <class List, class Read>
Result<Unit> replace(std::vector<Application>& applications, List Application::*member, json::Value const& by_application,
                     Read read) {
  auto changed = applications;
  if (!by_application.is_object()) return fail(ErrorKind::usage, "expected {\"<client id>\":[…]}");
  for (auto const& [client_id, list] : by_application.members()) {
    auto const wanted = ascii_lower(client_id);
    auto const found = std::find_if(changed.begin(), changed.end(), [&](auto const& one) { return one.client_id == wanted; });
    if (found == changed.end()) return fail(ErrorKind::usage, "no application has the client id " + client_id);
    TANDEM_TRY((*found).*member, read(list));
  }
  applications = std::move(changed);
  return Unit{};
}

template <class Show>
json::Value shown(std::vector<Application> const& applications, Show show) {
  json::Object out;
  for (auto const& application : applications) {
    if (json::Array list = show(application); !list.empty()) out.append(application.client_id, std::move(list));
  }
  return out;
}

}  // namespace

Result<Unit> Directory::register_certificates(json::Value const& by_application) {
  return replace(applications, &Application::certificates, by_application, certificates_from);
}

Result<Unit> Directory::register_federated(json::Value const& by_application) {
  return replace(applications, &Application::federated, by_application, federated_from);
}

Result<Unit> Directory::register_issuers(json::Value const& by_issuer) {
  auto changed = issuers;
  if (!by_issuer.is_object()) return fail(ErrorKind::usage, "expected {\"<issuer>\":[\"PEM\",…]}");
  for (auto const& [issuer, list] : by_issuer.members()) {
    TANDEM_TRY(changed[issuer], keys_from(list));
  }
  issuers = std::move(changed);
  return Unit{};
}

json::Value Directory::certificates_json() const {
  return shown(applications, [](Application const& application) {
    json::Array list;
    for (auto const& certificate : application.certificates) list.emplace_back(tandem::to_hex(certificate.sha256));
    return list;
  });
}

json::Value Directory::federated_json() const {
  return shown(applications, [](Application const& application) {
    json::Array list;
    for (auto const& one : application.federated) {
      list.push_back(json::Object{{"issuer", one.issuer},
                                  {"subject", one.subject},
                                  {"audiences", json::Array(one.audiences.begin(), one.audiences.end())}});
    }
    return list;
  });
}

json::Value Directory::issuers_json() const {
  json::Object out;
  for (auto const& [issuer, keys] : issuers) {
    json::Array list;
    for (auto const& key : keys) list.emplace_back(key.id);
    out.append(issuer, std::move(list));
  }
  return out;
}

}  // namespace sandbox::entra
