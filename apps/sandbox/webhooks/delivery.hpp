// One webhook request, as it goes out (contract §12). Duplicates and retries are deliveries of their own with the same identifier.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/time/instant.hpp>

#include "world/service.hpp"

namespace sandbox {

// Where the deliveries of a webhook go.
struct Hook {
  enum class Kind { held, directory, url, command };  // held: they wait for somebody in process
  std::string name;  // "dir", "url", "exec", or a test's own word
  Kind kind = Kind::held;
  std::string address;  // folder, URL or command; `{issue.key}` and `${issue.key}` are replaced in the last two
};

struct Delivery {
  std::uint64_t number = 0;  // ascending in the order of announcing, retries as they come
  std::string hook, event, issue_key;
  std::string identifier;
  int retry = 0;  // X-Atlassian-Webhook-Retry, absent when 0
  bool secondary = false;
  bool forged = false;  // signed with another secret, by rule
  std::uint64_t lot = 0;  // its place where deliveries are shuffled
  tandem::Instant announced, due;
  std::string address;
  std::vector<Header> headers;  // complete once it is taken
  std::shared_ptr<std::string const> body;

  [[nodiscard]] std::string header(std::string_view name) const;  // "" when absent
};

// {"headers":{…},"body":"raw text"}: one line of `push-event --ndjson` (SPEC F1), with its line end.
std::string ndjson_line(Delivery const& delivery);

// What the receiver said.
struct Answer {
  enum class Kind { status, refused, timed_out };
  Kind kind = Kind::status;
  int status = 200;  // HTTP; a command's exit code 0 is 200, any other 500
  std::string note;  // for `GET /_sandbox/webhooks`: "exit 4", "No space left on device"
};
bool is_success(Answer const& answer);
bool is_repeatable(Answer const& answer);  // 408, 409, 425, 429, 5xx, a refused connection, a time-out

}  // namespace sandbox
