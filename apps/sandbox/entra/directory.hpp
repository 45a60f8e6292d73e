// What the tenant holds: applications with their credentials, foreign tenants, issuers that are trusted for federation, resources.
//
// World part "entra": {"tenantId","tenantDomain",
//   "applications":[{"clientId","objectId","name","secrets":[{"id","value","expires"}],"certificates":["PEM",…],
//                    "federated":[{"issuer","subject","audiences":["api://AzureADTokenExchange"]}],
//                    "enabled":true,"public":false,"refusal":53003}],
//   "otherTenants":[{"tenantId","cloud":"AzureChinaCloud","refusal":90038}],
//   "issuers":{"https://issuer.example":["PEM",…] or [{"kid","pem"}]},
//   "resources":[{"url","refusal":50001}]}
// `expires` is an instant or relative to the start ("+365d", "-1d"). `refusal` is a row of refusals.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>

#include "entra/key.hpp"

namespace sandbox::entra {

struct ClientSecret {
  std::string id, value;
  std::optional<tandem::Instant> expires;
};

struct FederatedCredential {
  std::string issuer, subject;
  std::vector<std::string> audiences;
};

struct Application {
  std::string client_id, object_id, name;
  std::vector<ClientSecret> secrets;
  std::vector<Certificate> certificates;
  std::vector<FederatedCredential> federated;
  bool enabled = true, is_public = false;
  int refusal = 0;  // AADSTS code that every request with right credentials ends in, 0 none
};

struct IssuerKey {
  std::string id;  // kid; "" fits every token
  PublicKey key;
};

struct OtherTenant {
  std::string id, cloud;
  int refusal = 90038;
};

struct Directory {
  std::string tenant_id, tenant_domain;  // lower case
  std::vector<Application> applications;
  std::vector<OtherTenant> other_tenants;
  std::map<std::string, std::vector<IssuerKey>> issuers;
  std::map<std::string, int> refused_resources;  // URL without slash at its end, lower case -> AADSTS code

  // Errors: config, naming what is wrong.
  static tandem::Result<Directory> load(tandem::json::Value const& part, tandem::Instant now);
  [[nodiscard]] Application const* find(std::string_view client_id) const;

  // Registrations while running: {"<client id>":["PEM",…]} and so on, each replacing what that application or issuer had.
  tandem::Result<tandem::Unit> register_certificates(tandem::json::Value const& by_application);
  tandem::Result<tandem::Unit> register_federated(tandem::json::Value const& by_application);
  tandem::Result<tandem::Unit> register_issuers(tandem::json::Value const& by_issuer);
  // What is registered, as it can be shown: thumbprints (hex SHA-256), credentials, key ids.
  [[nodiscard]] tandem::json::Value certificates_json() const;
  [[nodiscard]] tandem::json::Value federated_json() const;
  [[nodiscard]] tandem::json::Value issuers_json() const;
};

std::string without_slash(std::string_view url);  // lower case, without slashes at its end

}  // namespace sandbox::entra
