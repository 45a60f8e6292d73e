#include "jira/auth.hpp"

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/text/utf8.hpp>

namespace sandbox::jira {

Identity identify(Site const& site, Request const& request, bool gateway) {
  auto const header = request.header("Authorization");
  if (header.empty()) return {};
  constexpr std::string_view kBasic = "Basic ";
  if (site.settings.dead_token || !tandem::text::equal_ignoring_case(header.substr(0, kBasic.size()), kBasic))
    return {nullptr, true};
  auto const pair = tandem::from_base64(tandem::text::trimmed(header.substr(kBasic.size())));
  auto const colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return {nullptr, true};
  auto const email = std::string_view(*pair).substr(0, colon);
  auto const token = std::string_view(*pair).substr(colon + 1);
  for (auto const& account : site.definition.accounts) {
    auto const& secret = gateway ? account.scoped_token : account.token;
    bool const matches = !secret.empty() && tandem::text::equal_ignoring_case(account.email, email) &&
                         tandem::equal_in_constant_time(secret, token);
    if (matches && account.active) return {&account, false};
  }
  return {nullptr, true};
}

}  // namespace sandbox::jira
