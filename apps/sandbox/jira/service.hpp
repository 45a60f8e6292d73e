// JiraService: Jira Cloud's REST v3 as the contract has it, over one in-memory site. Start here; routes.hpp lists the endpoints.
//
// `handle` is a pure function of request, state and clock: edge (a GET with a body) → who calls → route → body → limits → endpoint → headers.
// Not thread-safe; the world serialises calls, adds `Date`, and applies faults.
#pragma once

#include <memory>
#include <string>

#include "jira/site_change.hpp"
#include "world/service.hpp"

namespace sandbox::jira {

struct Site;
struct Caller;
class Limits;

class JiraService final : public Service {
 public:
  JiraService(VirtualClock& clock, std::uint64_t seed);
  ~JiraService() override;

  Response handle(Request const& request) override;
  tandem::Result<tandem::Unit> load(tandem::json::Value const& part) override;
  [[nodiscard]] tandem::json::Value state() const override;
  // Also "jira.baseUrl": where `self` links and pages point (default: the world's site URL), "jira.mediaUrl": the media host, and
  // "webhooks": {rule: value} (webhooks/rules.hpp).
  tandem::Result<bool> configure(std::string_view name, tandem::json::Value const& value) override;
  [[nodiscard]] tandem::json::Object switches() const override;
  Response edit_as(std::string_view as, Request const& request) override;
  Outbox* webhooks() override;

  // What a connector signs in with, for the sandbox's ready line: the account marked "connector" in the world.
  struct Credentials {
    std::string email, token, scoped_token, cloud_id;
  };
  [[nodiscard]] Credentials connector() const;
  [[nodiscard]] Site& site() { return *site_; }

 private:
  Response answer(Request const& request, std::string_view path, Caller const& caller);
  void finish(Response& response, Caller const& caller);
  std::unique_ptr<Site> site_;
  std::unique_ptr<Limits> limits_;
  SiteChanges changes_;
};

}  // namespace sandbox::jira
