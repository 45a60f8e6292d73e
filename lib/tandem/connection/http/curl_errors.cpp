#include <tandem/connection/http/curl_errors.hpp>

#include <fmt/format.h>

#include <tandem/connection/http/curl_library.hpp>

namespace tandem::http {
namespace {

Error unsent(std::string reason, std::string message) {
  return Error{ErrorKind::transient, std::move(message), {{"reason", std::move(reason)}}};
}

Error judge(CURLcode code, bool sent, std::string const& host, std::string const& why) {
  // These happen before the first byte of a request can be sent.
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return unsent("dns",
                    fmt::format("the name {} does not resolve; check the URL for a typing error, or this machine's DNS", host));
    case CURLE_COULDNT_RESOLVE_PROXY:
      return unsent("proxy", fmt::format("the proxy's name does not resolve ({}); check the proxy setting", why));
    case CURLE_PROXY:
      return unsent("proxy", fmt::format("the proxy refused to connect to {} ({}); check the proxy setting", host, why));
    case CURLE_COULDNT_CONNECT:
      return unsent("connect", fmt::format("cannot connect to {} ({}); check the URL, the network and the firewall", host, why));
    case CURLE_PEER_FAILED_VERIFICATION:
      return unsent(
          "certificate",
          fmt::format("the certificate of {} is not trusted ({}); with a private CA or an inspecting proxy give --ca-file", host,
                      why));
    case CURLE_SSL_CACERT_BADFILE:
      return unsent("certificate", fmt::format("the CA file cannot be used ({}); check --ca-file", why));
    case CURLE_SSL_CONNECT_ERROR:
      return unsent("tls", fmt::format("no TLS connection to {} ({}); check that the URL and port speak https", host, why));
    default: break;
  }
  if (!sent) {
    auto const timed_out = code == CURLE_OPERATION_TIMEDOUT;
    return unsent("connect", fmt::format("{} {} ({}); check the network and the firewall",
                                         timed_out ? "no connection in time to" : "no connection to", host, why));
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return Error{ErrorKind::unknown_outcome, fmt::format("{} did not answer in time ({})", host, why), {{"reason", "time-out"}}};
  }
  return Error{ErrorKind::unknown_outcome,
               fmt::format("the connection to {} broke before its answer was complete ({})", host, why),
               {{"reason", "broken"}}};
}

}  // namespace

Error curl_error(int code, bool sent, std::string const& host, std::string const& detail, Request const& request) {
  auto const rc = static_cast<CURLcode>(code);
  auto error = judge(rc, sent, host, detail.empty() ? curl().strerror(rc) : detail);
  error.context.emplace_back("service", std::string(name_of(request.service)));
  error.context.emplace_back("endpoint", request.endpoint);
  error.context.emplace_back("curl", fmt::to_string(code));
  return error;
}

Error proxy_error(int status, std::string const& host, Request const& request) {
  auto error =
      unsent("proxy", status == 407 ? fmt::format("the proxy wants credentials to connect to {}; put them into the proxy "
                                                  "setting: HTTPS_PROXY=http://user:password@proxy:port",
                                                  host)
                                    : fmt::format("the proxy refuses to connect to {} (status {}); check HTTPS_PROXY, let the "
                                                  "proxy allow this host, or name it in NO_PROXY",
                                                  host, status));
  error.context.emplace_back("service", std::string(name_of(request.service)));
  error.context.emplace_back("endpoint", request.endpoint);
  return error;
}

}  // namespace tandem::http
