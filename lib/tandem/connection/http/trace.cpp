#include <tandem/connection/http/trace.hpp>

#include <array>

#include <fmt/format.h>

#include <tandem/store/lmdb_store.hpp>

namespace tandem::http {
namespace {

// Support ids and throttling facts; everything else an answer carries stays out of the log.
constexpr std::array<std::string_view, 11> kShownHeaders{"x-ms-service-request-id",
                                                         "REQ_ID",
                                                         "x-ms-dop-hint",
                                                         "x-ms-request-id",
                                                         "Atl-Traceid",
                                                         "X-Arequestid",
                                                         "Retry-After",
                                                         "RateLimit-Reason",
                                                         "X-RateLimit-Reset",
                                                         "X-RateLimit-NearLimit",
                                                         "X-Seraph-LoginReason"};

}  // namespace

Result<Response> TraceTransport::send(Request const& request) {
  // A transaction that waits for a network would block every writer and pin the map's old pages.
  if (store::transaction_open_on_this_thread()) {
    return fail(
        Error{ErrorKind::internal, "a request was made while a store transaction is open", {{"endpoint", request.endpoint}}});
  }
  if (sinks_.requests != nullptr) sinks_.requests->fetch_add(1, std::memory_order_relaxed);
  auto const start = clock_.now();
  auto reply = next_.send(request);
  auto const took = std::chrono::duration_cast<Millis>(clock_.now() - start);
  if (sinks_.traffic != nullptr)
    reply ? sinks_.traffic->answered(request.service, reply->status) : sinks_.traffic->unanswered(request.service);
  if (reply && sinks_.times != nullptr) {
    if (auto const date = reply->date()) sinks_.times->observe(request.service, *date, took);
  }
  if (reply && sinks_.limits != nullptr) sinks_.limits->observe(request, *reply);
  if (!log_.wants(Level::debug)) return reply;

  std::vector<LogField> fields{{"service", std::string(name_of(request.service))},
                               {"endpoint", request.endpoint.empty() ? request.method : request.endpoint}};
  if (reply) {
    fields.emplace_back("status", fmt::to_string(reply->status));
  } else {
    fields.emplace_back("error", std::string(name_of(reply.error().kind)));
  }
  fields.emplace_back("ms", fmt::to_string(took.count()));
  fields.emplace_back("sent_bytes", fmt::to_string(request.source ? request.source->size() : request.body.size()));
  if (reply) {
    fields.emplace_back("got_bytes", fmt::to_string(reply->body.size()));
    for (auto const name : kShownHeaders) {
      if (auto const value = reply->header(name)) fields.emplace_back(std::string(name), std::string(*value));
    }
  } else {
    fields.emplace_back("message", reply.error().message);
  }
  log_(Level::debug, event_, std::move(fields));
  return reply;
}

}  // namespace tandem::http
