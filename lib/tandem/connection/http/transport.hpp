// Transport: one virtual call between the typed clients and the network; decorators wrap it.
//
// Order, outermost first: trace -> deadline -> retry -> pacing -> auth -> trace again -> curl.
// Each request says itself whether it may be repeated; the transport never guesses.
// Errors of send(): `transient` = surely not executed (no name, no connection, TLS failure before the first byte was sent);
// `unknown_outcome` = it may have been executed (reset, time-out, cut answer); `throttled`, `auth`, `cancelled` by the
// decorators. An answer with any HTTP status is a Response: judging it is the typed client's work.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>

namespace tandem::http {

using Header = std::pair<std::string, std::string>;

enum class Service : std::uint8_t { entra, dataverse, jira, media };
std::string_view name_of(Service service);

enum class Repeat : std::uint8_t {
  safe,  // reading, or idempotent by nature: may be sent again after any failure
  only_if_unsent,  // again only when it was surely not executed (429 counts as not executed)
};

// A body that can be read again from the start for another try; for files. `read` gives at most `most` bytes, "" at the end.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual Result<Unit> rewind() = 0;
  virtual Result<std::string> read(std::size_t most) = 0;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
};

struct Request {
  std::string method;
  std::string url;
  std::vector<Header> headers;
  std::string body;
  Repeat repeat = Repeat::only_if_unsent;
  Service service = Service::jira;
  bool authorize = true;  // the auth decorator adds the service's credentials
  std::string endpoint;  // template for logs and counts: "POST /rest/api/3/issue/bulk"
  std::shared_ptr<BodySource> source;  // instead of `body`
  std::function<Result<Unit>(std::string_view)> sink;  // instead of Response::body, for 2xx answers
  std::size_t most_answer_bytes = 64U << 20U;
};

struct Response {
  int status = 0;
  std::vector<Header> headers;
  std::string body;

  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;  // names ignore case
  [[nodiscard]] std::optional<Instant> date() const;  // the server's clock
};

class Transport {
 public:
  virtual ~Transport() = default;
  virtual Result<Response> send(Request const& request) = 0;  // thread-safe
};

}  // namespace tandem::http
