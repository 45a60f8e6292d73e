// Microsoft Entra's token endpoint for client credentials, answering as entra.md §1-§3, §5, §6 have it.
//
// World part: directory.hpp. Switches: settings.hpp, and the registrations entra.certificates, entra.federated and entra.issuers.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>

#include "entra/directory.hpp"
#include "entra/refusals.hpp"
#include "entra/settings.hpp"
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
  struct Credentials {
    std::optional<std::string> client_id, secret, assertion, assertion_type;
  };
  struct Asked {
    tandem::Instant at;
    std::string what;  // digest of tenant and body
  };

  Response trouble() const;
  // What the request ends in: a refusal, or the application that it proved and its scope.
  struct Granted {
    Application const* application = nullptr;
    std::string scope;
  };
  std::optional<Refusal> examine(Request const& request, std::string_view tenant, Granted& granted);
  std::optional<Refusal> check_tenant(std::string_view tenant) const;
  std::optional<Refusal> check_scope(Application const& application, std::string_view scope) const;
  std::optional<Refusal> check_secret(Application const& application, std::string_view secret) const;
  std::optional<Refusal> check_credentials(Application const& application, Credentials const& credentials,
                                           Request const& request);
  bool loops(Request const& request, std::string_view tenant);
  Response grant(Granted const& granted);
  Response refuse(Refusal const& refusal, Request const& request);
  std::string next_id();  // trace and correlation ids: random-looking, the same for the same seed
  [[nodiscard]] std::int64_t now_seconds() const;

  VirtualClock& clock_;
  Urls const& urls_;
  std::uint64_t seed_, ids_ = 0;
  Directory directory_;
  Settings settings_;
  std::deque<Asked> asked_;  // of the last five minutes
  std::set<std::string> used_ids_;  // jti
};

}  // namespace sandbox::entra
