#include "support/sandbox_transport.hpp"

#include <tandem/store/lmdb_store.hpp>

namespace tandem::test {

Result<http::Response> SandboxTransport::send(http::Request const& request) {
  if (store::transaction_open_on_this_thread()) return fail(ErrorKind::internal, "a request while a transaction is open");
  if (crash_ != nullptr && crash_->dead()) return fail(ErrorKind::internal, "the process is dead");
  auto const route = world_.urls().route(request.url);
  if (!route) return fail(Error{ErrorKind::transient, "no such host: " + request.url, {{"reason", "dns"}}});
  if (watch) watch(request);

  sandbox::Request sent{request.method, route->target, request.headers, request.body};
  if (crash_ != nullptr && !crash_->step()) {
    late.push_back({route->service, std::move(sent)});
    return fail(ErrorKind::internal, "died before a request");
  }
  auto outcome = world_.send(route->service, sent);
  if (crash_ != nullptr && !crash_->step()) return fail(ErrorKind::internal, "died after a request");
  if (outcome.kind != sandbox::Outcome::Kind::answered) {
    return fail(ErrorKind::unknown_outcome, "the connection was closed before the answer was complete");
  }
  http::Response response;
  response.status = outcome.response.status;
  response.headers = std::move(outcome.response.headers);
  response.body = std::move(outcome.response.body);
  return response;
}

}  // namespace tandem::test
