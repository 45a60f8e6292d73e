#include <tandem/connection/http/transport.hpp>

#include <tandem/base/text/utf8.hpp>

namespace tandem::http {

std::string_view name_of(Service service) {
  switch (service) {
    case Service::entra: return "entra";
    case Service::dataverse: return "dataverse";
    case Service::jira: return "jira";
    case Service::media: break;
  }
  return "media";
}

std::optional<std::string_view> Response::header(std::string_view name) const {
  for (auto const& [key, value] : headers) {
    if (text::equal_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

std::optional<Instant> Response::date() const {
  auto const value = header("Date");
  return value ? parse_http_date(*value) : std::nullopt;
}

}  // namespace tandem::http
