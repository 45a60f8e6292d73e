// AuthTransport: adds each service's credentials, and only at that service's own address (SPEC S5).
//
// Dataverse, and Jira's service accounts: `Authorization: Bearer`, from a token source; a 401 gets one new token and one more try,
// whatever the request (a 401 was not executed). Jira otherwise: `Authorization: Basic`. A request that asks for credentials but goes to another scheme, host or port,
// or over http to anything but loopback, is refused unsent. Requests with `authorize` false pass as they are.
#pragma once

#include <map>
#include <string>

#include <tandem/base/secret.hpp>
#include <tandem/connection/http/transport.hpp>
#include <tandem/connection/tokens/token_source.hpp>

namespace tandem::http {

struct Credential {
  std::string origin;  // Url::origin() of the only address that may see it
  connection::TokenSource* tokens = nullptr;  // either a token source …
  Secret header;  // … or the whole header value: "Basic …"
};

// "Basic " and the base64 of user:password (RFC 7617, UTF-8).
Secret basic_credential(std::string_view user, Secret const& password);

class AuthTransport final : public Transport {
 public:
  AuthTransport(Transport& next, std::map<Service, Credential> credentials) : next_(next), credentials_(std::move(credentials)) {}
  // Before the first request only.
  void set(std::map<Service, Credential> credentials) { credentials_ = std::move(credentials); }
  Result<Response> send(Request const& request) override;

 private:
  Transport& next_;
  std::map<Service, Credential> credentials_;
};

}  // namespace tandem::http
