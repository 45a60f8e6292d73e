// Where the four services of the box are reached, as their own answers print it (links, audiences). Scheme and host, no trailing slash.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

enum class ServiceName { entra, dataverse, jira, media };

constexpr ServiceName kServices[] = {ServiceName::entra, ServiceName::dataverse, ServiceName::jira, ServiceName::media};

std::string_view name_of(ServiceName service);
std::optional<ServiceName> service_named(std::string_view name);

// The defaults are used in process; nothing listens there.
struct Urls {
  std::string entra = "http://127.0.0.1:18400";
  std::string dataverse = "http://127.0.0.1:18401";
  std::string jira = "http://127.0.0.1:18402";
  std::string media = "http://127.0.0.1:18403";

  [[nodiscard]] std::string const& of(ServiceName service) const;
  void set(ServiceName service, std::string url);
  // The service that an absolute URL belongs to, and what is left of it ("/path?query").
  struct Route {
    ServiceName service;
    std::string target;
  };
  [[nodiscard]] std::optional<Route> route(std::string_view url) const;
};

}  // namespace sandbox
