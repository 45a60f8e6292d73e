#include "support/sandbox_transport.hpp"

#include <algorithm>

#include <tandem/store/lmdb_store.hpp>

namespace tandem::test {

Result<http::Response> SandboxTransport::send(http::Request const& request) {
  if (store::transaction_open_on_this_thread()) return fail(ErrorKind::internal, "a request while a transaction is open");
  if (crash_ != nullptr && crash_->dead()) return fail(ErrorKind::internal, "the process is dead");
  auto const route = world_.urls().route(request.url);
  if (!route) return fail(Error{ErrorKind::transient, "no such host: " + request.url, {{"reason", "dns"}}});
  if (watch) watch(request);

  sandbox::Request sent{request.method, route->target, request.headers, request.body};
  if (request.source) {
    TANDEM_CHECK(request.source->rewind());
    for (;;) {
      TANDEM_TRY(auto const piece, request.source->read(64U << 10U));
      if (piece.empty()) break;
      sent.body += piece;
    }
    if (sent.body.size() != request.source->size()) return fail(ErrorKind::internal, "a body is not of the size that it says");
  }
  if (crash_ != nullptr && !crash_->step(Moment::before_request)) {
    late.push_back({route->service, std::move(sent)});
    return fail(ErrorKind::internal, "died before a request");
  }
  auto outcome = world_.send(route->service, sent);
  if (crash_ != nullptr && !crash_->step(Moment::after_request)) return fail(ErrorKind::internal, "died after a request");
  if (crash_ != nullptr && crash_->cuts()) outcome.kind = sandbox::Outcome::Kind::cut;
  if (outcome.kind != sandbox::Outcome::Kind::answered) {
    // As curl_errors.cpp words it.
    return fail(Error{ErrorKind::unknown_outcome,
                      "the connection broke before its answer was complete",
                      {{"service", std::string(http::name_of(request.service))}, {"endpoint", request.endpoint}}});
  }
  http::Response response;
  response.status = outcome.response.status;
  response.headers = std::move(outcome.response.headers);
  if (outcome.response.body.size() > request.most_answer_bytes) return fail(ErrorKind::remote, "the answer is too large");
  if (request.sink && response.status >= 200 && response.status < 300) {
    // In pieces of an odd size, as a network gives them.
    for (std::string_view rest = outcome.response.body; !rest.empty();
         rest.remove_prefix(std::min<std::size_t>(rest.size(), 8191)))
      TANDEM_CHECK(request.sink(rest.substr(0, 8191)));
  } else {
    response.body = std::move(outcome.response.body);
  }
  return response;
}

}  // namespace tandem::test
