// The host that serves attachment bytes: another origin than the site, to which no credentials may ever be sent (contract §9).
//
// GET /file/{media UUID}/binary?token=…: signed for that one file and for a short time. A request that carries credentials is refused (403), as is
// a token that is wrong (403) or has expired (403); a file that is gone is a 404. `Range` is served.
#pragma once

#include "world/service.hpp"

namespace sandbox::jira {

class JiraService;

class MediaService final : public Service {
 public:
  explicit MediaService(JiraService& site) : site_(site) {}
  Response handle(Request const& request) override;
  tandem::Result<tandem::Unit> load(tandem::json::Value const& part) override;
  [[nodiscard]] tandem::json::Value state() const override;
  tandem::Result<bool> configure(std::string_view name, tandem::json::Value const& value) override;
  Response edit_as(std::string_view as, Request const& request) override;

 private:
  JiraService& site_;
};

}  // namespace sandbox::jira
