#include "world/urls.hpp"

namespace sandbox {

std::string_view name_of(ServiceName service) {
  switch (service) {
    case ServiceName::entra: return "entra";
    case ServiceName::dataverse: return "dataverse";
    case ServiceName::jira: return "jira";
    case ServiceName::media: break;
  }
  return "media";
}

std::optional<ServiceName> service_named(std::string_view name) {
  for (auto const service : kServices) {
    if (name_of(service) == name) return service;
  }
  return std::nullopt;
}

namespace {

std::string Urls::*member_of(ServiceName service) {
  switch (service) {
    case ServiceName::entra: return &Urls::entra;
    case ServiceName::dataverse: return &Urls::dataverse;
    case ServiceName::jira: return &Urls::jira;
    case ServiceName::media: break;
  }
  return &Urls::media;
}

}  // namespace

std::string const& Urls::of(ServiceName service) const { return this->*member_of(service); }
void Urls::set(ServiceName service, std::string url) { this->*member_of(service) = std::move(url); }

std::optional<Urls::Route> Urls::route(std::string_view url) const {
  for (auto const service : kServices) {
    std::string_view const base = of(service);
    if (!url.starts_with(base)) continue;
    auto const rest = url.substr(base.size());
    if (rest.empty()) return Route{service, "/"};
    if (rest.front() == '/') return Route{service, std::string(rest)};
    if (rest.front() == '?') return Route{service, "/" + std::string(rest)};
  }
  return std::nullopt;
}

}  // namespace sandbox
