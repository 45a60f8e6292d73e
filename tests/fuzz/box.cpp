#include "box.hpp"

#include <optional>
#include <stdexcept>

#include <tandem/base/ids/digest.hpp>

#include "entra/token.hpp"

namespace fuzz {
namespace {

tandem::Instant const kNow = *tandem::parse_instant("2026-02-10T12:00:00Z");

std::optional<sandbox::Box>& held() {
  static std::optional<sandbox::Box> one;
  return one;
}

// Searches are posted, and change nothing.
bool only_asks(sandbox::Request const& request) {
  auto const path = request.path();
  return request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS" || path.ends_with("/search/jql") ||
         path.ends_with("/jql/parse");
}

}  // namespace

sandbox::Box& box() {
  if (!held()) {
    sandbox::WorldOptions options;
    options.fixed_now = kNow;
    auto made = sandbox::make_world(options);
    if (!made) throw std::runtime_error(made.error().to_line());
    held() = std::move(*made);
  }
  return *held();
}

sandbox::Response send(sandbox::ServiceName service, sandbox::Request const& request) {
  auto outcome = box().world->send(service, request);
  box().world->forget_requests();
  if (outcome.response.status < 200 || outcome.response.status > 599) throw std::logic_error("an answer without a status");
  if (!only_asks(request) && outcome.response.status < 400) held().reset();
  return std::move(outcome.response);
}

std::string jira_authorization() {
  return "Basic " + tandem::to_base64(box().credentials.jira_email + ":" + box().credentials.jira_token);
}

std::string dataverse_authorization() {
  auto const now = tandem::epoch_millis(kNow) / 1000;
  return "Bearer " +
         sandbox::entra::write_token({box().world->urls().dataverse, box().credentials.tenant_id, box().credentials.client_id,
                                      "0e6f3a92-7c1d-4b58-8a34-d2c9b7f01e65", now, now + 3600});
}

}  // namespace fuzz
