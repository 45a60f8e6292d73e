#include <tandem/connection/http/unreadable.hpp>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>

namespace tandem::http {
namespace {

std::string_view spoken(Service service) {
  switch (service) {
    case Service::entra: return "Microsoft Entra";
    case Service::dataverse: return "Dataverse";
    case Service::jira: return "Jira";
    case Service::media: break;
  }
  return "Jira's media host";
}

}  // namespace

bool is_page(Response const& response) {
  if (response.status < 200 || response.status > 299) return false;
  // Jira's 204 calls its nothing text/html (jira.md §1).
  if (response.status == 204 || text::trimmed(response.body).empty()) return false;
  auto const type = response.header("Content-Type").value_or("");
  return text::ascii_lower(type.substr(0, 9)) == "text/html" ||
         text::trimmed(std::string_view(response.body).substr(0, 64)).starts_with('<');
}

Error unreadable_write(Request const& request) {
  return Error{
      ErrorKind::unknown_outcome,
      fmt::format("{}'s answer to a write cannot be read; it may have been done and will be settled", spoken(request.service)),
      {{"endpoint", request.endpoint}, {"service", std::string(name_of(request.service))}}};
}

}  // namespace tandem::http
