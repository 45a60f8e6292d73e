// Microsoft Entra's token endpoint for client credentials, answering as entra.md §3 has it.
//
// World part: {"tenantId","tenantDomain","applications":[{"clientId","objectId","name","secrets":[{"id","value","expires"}]}]};
// `expires` is an instant, or relative to the start ("365d", "-1d").
// Switches: entra.secretExpired (bool: every secret counts as expired), entra.tokenLifetime (seconds, default 3599).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "world/service.hpp"
#include "world/urls.hpp"

namespace sandbox::entra {

class EntraService final : public Service {
 public:
  EntraService(VirtualClock& clock, Urls const& urls, std::uint64_t seed);

  Response handle(Request const& request) override;
  tandem::Result<tandem::Unit> load(tandem::json::Value const& part) override;
  [[nodiscard]] tandem::json::Value state() const override;
  tandem::Result<bool> configure(std::string_view name, tandem::json::Value const& value) override;
  [[nodiscard]] tandem::json::Object switches() const override;
  Response edit_as(std::string_view as, Request const& request) override;

 private:
  struct ClientSecret {
    std::string id, value;
    std::optional<tandem::Instant> expires;
  };
  struct Application {
    std::string client_id, object_id;
    std::vector<ClientSecret> secrets;
  };
  struct Refusal {
    int code;           // AADSTS number
    std::string text;   // without the trailer
  };
  Response token(Request const& request, std::string_view tenant);
  std::optional<Refusal> check_tenant(std::string_view tenant) const;
  std::optional<Refusal> check_scope(std::string_view scope) const;
  std::optional<Refusal> check_secret(Application const& application, std::string_view secret) const;
  Response refuse(Refusal const& refusal);
  std::string next_id();  // trace and correlation ids: random-looking, the same for the same seed

  VirtualClock& clock_;
  Urls const& urls_;
  std::uint64_t seed_, ids_ = 0;
  std::string tenant_id_, tenant_domain_;
  std::vector<Application> applications_;
  bool secret_expired_ = false;
  std::int64_t lifetime_ = 3599;
};

}  // namespace sandbox::entra
