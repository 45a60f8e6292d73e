// The heart of the sandbox: a service is a function from request to response (SPEC L5), over one in-memory world and one virtual clock.
// Own types, on purpose: the sandbox is a second opinion about the contracts and shares only lib/tandem/base with the product.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>

namespace sandbox {

using Header = std::pair<std::string, std::string>;

struct Request {
  std::string method;
  std::string target;  // path and query as sent: "/rest/api/3/issue/SUP-1?fields=summary"
  std::vector<Header> headers;
  std::string body;

  [[nodiscard]] std::string_view header(std::string_view name) const;  // "" when absent; names ignore case
  [[nodiscard]] std::string path() const;  // percent-decoded, without query
  [[nodiscard]] std::string raw_path() const;  // as sent, without query
  // Decoded query parameters in order ("+" is a blank).
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> query() const;
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
  Response& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

// Real time plus an offset, or (in deterministic tests) a fixed start plus an offset. Drives every `Date` header and time stamp.
class VirtualClock {
 public:
  VirtualClock() = default;
  explicit VirtualClock(tandem::Instant fixed) : fixed_(fixed) {}
  // The clock of a service: that of the box and how far it is off. REQUIRES: `box` outlives it.
  explicit VirtualClock(VirtualClock const* box) : box_(box) {}
  [[nodiscard]] tandem::Instant now() const;
  void advance(tandem::Millis by) { offset_ += by; }
  // How far it is ahead of the box's, or behind it.
  [[nodiscard]] tandem::Millis skew() const { return offset_; }
  void set_skew(tandem::Millis ahead) { offset_ = ahead; }

 private:
  VirtualClock const* box_ = nullptr;
  std::optional<tandem::Instant> fixed_;
  tandem::Millis offset_{0};
};

class Outbox;

// One of the services of the box. Not thread-safe: the World serialises calls.
class Service {
 public:
  virtual ~Service() = default;
  virtual Response handle(Request const& request) = 0;
  // Loads this service's part of a world file ("entra", "dataverse", "jira").
  virtual tandem::Result<tandem::Unit> load(tandem::json::Value const& part) = 0;
  // Everything that it holds, for assertions (`GET /_sandbox/state`): deterministic, without secrets.
  [[nodiscard]] virtual tandem::json::Value state() const = 0;
  // A switch of SPEC L2 by name; false when this service has none of that name.
  virtual tandem::Result<bool> configure(std::string_view name, tandem::json::Value const& value) = 0;
  // Every switch by name with its present value (`GET /_sandbox/config`). Of a pair of opposites (revoke, grant) the first holds the list.
  [[nodiscard]] virtual tandem::json::Object switches() const { return {}; }
  // The same request as another person (`POST /_sandbox/edit`): `as` is a login name from the world file.
  virtual Response edit_as(std::string_view as, Request const& request) = 0;
  // What it has to tell its webhooks; null for a service without any.
  virtual Outbox* webhooks() { return nullptr; }
};

}  // namespace sandbox
