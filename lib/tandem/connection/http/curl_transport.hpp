// CurlTransport: the wire. A pool of easy handles (one per request in flight, kept alive), HTTP/2 where a TLS server
// offers it, else HTTP/1.1, TLS verified.
//
// libcurl repeats any request by itself, POST too, when a reused connection dies before the first byte of an answer. A request
// that is not Repeat::safe therefore sends its body through a reader that cannot be rewound (libcurl gives up with
// CURLE_SEND_FAIL_REWIND: unknown outcome), and goes over a fresh connection when it has no body. Redirects are not followed,
// cookies not kept, proxy and no-proxy always set explicitly and never used for loopback, http spoken to loopback only. Errors:
// `transient` with context reason = dns | connect | tls | certificate | proxy when nothing was sent; `unknown_outcome` when it
// may have arrived; `cancelled` when stop() ended a transfer that is safe to repeat; `remote` when an answer is larger than the
// request allows. Source: DEPENDENCIES row 2 (libcurl 7.88.1).
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

struct CurlSettings {
  std::string ca_file;  // adds a private CA to the system's directory; "" = system's bundle
  std::string proxy, no_proxy;  // "" = none
  Millis connect_timeout{10'000}, total_timeout{120'000};
  Millis grace{10'000};  // after stop(): a write that is under way may still get its answer
  std::function<bool()> stop;
};

class CurlTransport final : public Transport {
 public:
  // Errors: config when the CA file cannot be read; internal when libcurl cannot start.
  static Result<std::shared_ptr<CurlTransport>> make(CurlSettings settings);
  ~CurlTransport() override;
  CurlTransport(CurlTransport const&) = delete;
  CurlTransport& operator=(CurlTransport const&) = delete;
  Result<Response> send(Request const& request) override;

 private:
  explicit CurlTransport(CurlSettings settings) : settings_(std::move(settings)) {}
  void* borrow();  // a CURL*, so that curl.h stays in one file
  void give_back(void* easy);

  CurlSettings settings_;
  std::mutex mutex_;
  std::vector<void*> idle_;
};

}  // namespace tandem::http
