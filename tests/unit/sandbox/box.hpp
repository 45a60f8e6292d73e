// A box with Entra and Dataverse of the support world, its clock standing still, and short ways to ask it.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "dataverse/service.hpp"
#include "dataverse/world_rows.hpp"
#include "entra/service.hpp"
#include "entra/token.hpp"
#include "world/world.hpp"
#include "world/world_file.hpp"

namespace sandbox_test {

namespace json = tandem::json;
using sandbox::Header;
using sandbox::Outcome;
using sandbox::Request;
using sandbox::Response;
using sandbox::ServiceName;
using sandbox::World;

inline constexpr char const* kTenant = "8a2c1f60-4b7e-4d19-9c35-e0f6a7b8c912";
inline constexpr char const* kClient = "5b1de0c4-3f7a-4c52-9e1b-7a0c62d4f8a1";
inline constexpr char const* kSecret = "sbx8Q~contoso-support-client-secret.value";
inline tandem::Instant const kStart = *tandem::parse_instant("2026-02-10T12:00:00Z");

struct Box {
  explicit Box(std::string_view world_text = {}) : world(sandbox::VirtualClock(kStart)) {
    auto service =
        std::make_unique<sandbox::dataverse::DataverseService>(world.clock(sandbox::ServiceName::dataverse), world.urls(), 7);
    dataverse = service.get();
    world.add(ServiceName::entra, std::make_unique<sandbox::entra::EntraService>(world.clock(), world.urls(), 7));
    world.add(ServiceName::dataverse, std::move(service));
    auto file = world_text.empty() ? sandbox::built_in_world("support") : sandbox::parse_world(world_text);
    auto const loaded = file ? world.load(*file) : tandem::Result<tandem::Unit>(tandem::fail(file.error()));
    if (!loaded) throw std::runtime_error(loaded.error().to_line());
  }

  std::string token(std::string const& application = kClient, std::string audience = {}, std::int64_t lifetime = 3599) {
    auto const now = tandem::epoch_millis(world.clock().now()) / 1000;
    if (audience.empty()) audience = world.urls().dataverse;
    return sandbox::entra::write_token(
        {audience, kTenant, application, "0e6f3a92-7c1d-4b58-8a34-d2c9b7f01e65", now, now + lifetime});
  }

  // A Dataverse request below /api/data/v9.2/, with a good token. Blanks in `path` are encoded.
  Outcome send(std::string const& method, std::string const& path, std::string body = {}, std::vector<Header> headers = {}) {
    std::string target = "/api/data/v9.2/";
    for (char const c : path) target += c == ' ' ? std::string("%20") : std::string(1, c);
    headers.emplace_back("Authorization", "Bearer " + token());
    return world.send(ServiceName::dataverse, Request{method, target, std::move(headers), std::move(body)});
  }
  Response ask(std::string const& method, std::string const& path, std::string body = {}, std::vector<Header> headers = {}) {
    return send(method, path, std::move(body), std::move(headers)).response;
  }
  Response get(std::string const& path, std::vector<Header> headers = {}) { return ask("GET", path, {}, std::move(headers)); }
  json::Value get_json(std::string const& path, std::vector<Header> headers = {}) {
    auto const response = get(path, std::move(headers));
    auto parsed = json::parse(response.body);
    if (!parsed) throw std::runtime_error("not JSON: " + response.body);
    return *parsed;
  }

  World world;
  sandbox::dataverse::DataverseService* dataverse = nullptr;
};

inline std::string header_of(Response const& response, std::string_view name) {
  for (auto const& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

inline json::Value body_of(Response const& response) {
  auto parsed = json::parse(response.body);
  return parsed ? *parsed : json::Value{};
}

inline std::string error_code(Response const& response) { return body_of(response)["error"]["code"].text_or("(none)"); }

inline std::string case_id(int number) {
  return sandbox::dataverse::id_of_alias("incident", "case-" + std::string(number < 10 ? "0" : "") + std::to_string(number));
}

}  // namespace sandbox_test
