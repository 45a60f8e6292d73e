// Connection: both services under one name, ready to be spoken with. Composes transports, credentials and typed clients.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <tandem/base/log/log.hpp>
#include <tandem/base/secret.hpp>
#include <tandem/base/time/clock.hpp>
#include <tandem/connection/dataverse/client.hpp>
#include <tandem/connection/http/limits_seen.hpp>
#include <tandem/connection/http/server_times.hpp>
#include <tandem/connection/http/traffic.hpp>
#include <tandem/connection/jira/client.hpp>
#include <tandem/connection/schema.hpp>
#include <tandem/connection/settings.hpp>
#include <tandem/connection/tokens/token_source.hpp>

namespace tandem::connection {

// What a run gives to its connection. The library reads no environment: proxy and CA come from here.
struct Surroundings {
  Clock& clock;
  Log const& log;
  // The innermost transport: curl in production, the sandbox in tests. Null: curl is made from the settings.
  std::shared_ptr<http::Transport> wire;
  std::function<bool()> stop;  // a signal or the deadline: waiting ends, requests fail as cancelled
  std::function<std::optional<std::chrono::steady_clock::time_point>()> deadline;  // none = no limit
  int jobs = 8;
  std::function<double()> jitter;  // 0…1
  std::string proxy, no_proxy;
  std::function<Instant()> wall{};  // this machine's time, only for the life of a cached token; none = the system's
  Millis connect_timeout{10'000}, request_timeout{120'000};
  std::function<void(std::string_view)> wire_log{};  // gets one JSON line per try (http/wire_log.hpp); none = nothing is written
};

class TokenCache;  // tokens/token_cache.hpp: in the store (sealed) or in memory

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(Settings settings, Credentials credentials, std::shared_ptr<TokenCache> tokens,
                                                  Surroundings surroundings);
  virtual ~Connection() = default;
  virtual dataverse::Client& dataverse() = 0;
  virtual jira::Client& jira() = 0;
  virtual http::ServerTimes& times() = 0;
  virtual TokenSource& tokens() = 0;  // Dataverse's, for diagnosis: the clients are authorised by themselves
  virtual Settings const& settings() const = 0;
  virtual std::optional<Instant> certificate_expires() const = 0;  // none when we do not sign in with one
  [[nodiscard]] virtual std::uint64_t requests() const = 0;  // sent so far, tries included
  [[nodiscard]] virtual http::TrafficCounts traffic() const { return {}; }  // the same by service and answer
  [[nodiscard]] virtual http::LimitsSeen const& limits() const = 0;  // what the answers told of the services' limits
};

// The cloud ID of the settings' Jira site (jira/cloud_id.hpp), asked without credentials.
Result<std::string> find_cloud_id(Settings const& settings, Surroundings surroundings);

// Live metadata for one item (all faults can then be told at once). Errors: auth, transient, throttled: the services could not be
// asked.
// `carried`: the table as an item file describes it, taken where our role may not read metadata (SPEC B11).
Result<Schema> fetch_schema(Connection& connection, std::string const& entity, std::string const& project,
                            std::string const& issue_type, std::optional<dataverse::Entity> const& carried = std::nullopt);

}  // namespace tandem::connection
