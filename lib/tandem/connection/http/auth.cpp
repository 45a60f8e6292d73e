#include <tandem/connection/http/auth.hpp>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/connection/http/url.hpp>

namespace tandem::http {
namespace {

Result<Unit> may_see_credential(Request const& request, Credential const& credential) {
  auto const url = parse_url(request.url);
  if (!url) {
    return fail(
        Error{ErrorKind::remote, "a request to an address that is no URL was not sent", {{"endpoint", request.endpoint}}});
  }
  if (url->origin() != credential.origin) {
    return fail(Error{ErrorKind::remote,
                      fmt::format("a request to {} was not sent: the credentials of {} belong to {} only", url->origin(),
                                  name_of(request.service), credential.origin),
                      {{"endpoint", request.endpoint}}});
  }
  if (url->scheme != "https" && !url->loopback()) {
    return fail(Error{ErrorKind::config, fmt::format("credentials are not sent over http to {}; use https", url->host), {}});
  }
  return Unit{};
}

Request with_authorization(Request const& request, std::string value) {
  auto copy = request;
  copy.headers.emplace_back("Authorization", std::move(value));
  return copy;
}

}  // namespace

Secret basic_credential(std::string_view user, Secret const& password) {
  std::string pair(user);
  pair += ':';
  pair += password.expose();
  Secret const joined(std::move(pair));
  return Secret("Basic " + to_base64(joined.expose()));
}

Result<Response> AuthTransport::send(Request const& request) {
  if (!request.authorize) return next_.send(request);
  auto const found = credentials_.find(request.service);
  if (found == credentials_.end()) {
    return fail(Error{
        ErrorKind::internal, fmt::format("no credentials for {}", name_of(request.service)), {{"endpoint", request.endpoint}}});
  }
  auto const& credential = found->second;
  TANDEM_CHECK(may_see_credential(request, credential));
  if (credential.tokens == nullptr) return next_.send(with_authorization(request, std::string(credential.header.expose())));

  TANDEM_TRY(auto token, credential.tokens->token());
  auto reply = next_.send(with_authorization(request, fmt::format("Bearer {}", token.expose())));
  if (!reply || reply->status != 401) return reply;
  TANDEM_TRY(auto fresh, credential.tokens->renewed(token));
  return next_.send(with_authorization(request, fmt::format("Bearer {}", fresh.expose())));
}

}  // namespace tandem::http
