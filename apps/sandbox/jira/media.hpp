// The host that serves attachment bytes: another origin than the site, to which no credentials may ever be sent (contract §9).
//
// It refuses every request that carries any (403) and knows no file as long as the site holds none (404).
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
  [[maybe_unused]] JiraService& site_;
};

}  // namespace sandbox::jira
