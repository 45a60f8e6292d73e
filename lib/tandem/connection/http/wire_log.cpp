#include <tandem/connection/http/wire_log.hpp>

#include <algorithm>
#include <array>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/http/url.hpp>

namespace tandem::http {
namespace {

constexpr std::string_view kHidden = "(hidden)";

// What says nothing about who we are and nothing of customers' data.
constexpr std::array<std::string_view, 32> kShownHeaders{
    "Accept",
    "Content-Type",
    "Content-Length",
    "Content-Encoding",
    "Prefer",
    "Preference-Applied",
    "If-Match",
    "If-None-Match",
    "ETag",
    "OData-Version",
    "OData-MaxVersion",
    "Consistency",
    "MSCRM.SuppressDuplicateDetection",
    "X-Atlassian-Token",
    "Date",
    "Server",
    "Retry-After",
    "RateLimit-Reason",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-RateLimit-NearLimit",
    "X-Seraph-LoginReason",
    "401_error_reason",
    "x-ms-service-request-id",
    "x-ms-request-id",
    "x-ms-dop-hint",
    "x-ms-ratelimit-time-remaining-xrm-requests",
    "x-ms-ratelimit-burst-remaining-xrm-requests",
    "REQ_ID",
    "Atl-Traceid",
    "X-Arequestid",
};
// Names of columns and fields, and page sizes.
constexpr std::array<std::string_view, 13> kShownParameters{
    "$select",     "$expand",     "$orderby", "$top",       "$count",      "fields",
    "expand",      "permissions", "startAt",  "maxResults", "api-version", "overrideEditableFlag",
    "notifyUsers",
};

template <std::size_t N>
bool listed(std::array<std::string_view, N> const& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(), [&](auto const one) { return text::equal_ignoring_case(one, name); });
}

json::Value headers_of(std::vector<Header> const& headers) {
  json::Object out;
  for (auto const& [name, value] : headers)
    out.set(text::printable(name), listed(kShownHeaders, name) ? text::printable(value) : std::string(kHidden));
  return out;
}

json::Value query_of(std::string_view query) {
  json::Object out;
  while (!query.empty()) {
    auto const end = query.find('&');
    auto const one = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    auto const equals = one.find('=');
    auto const name = text::percent_decoded(one.substr(0, equals));
    auto const value = equals == std::string_view::npos ? std::string() : text::percent_decoded(one.substr(equals + 1));
    out.set(text::printable(name), listed(kShownParameters, name) ? text::printable(value) : std::string(kHidden));
  }
  return out;
}

}  // namespace

Result<Response> WireLogTransport::send(Request const& request) {
  if (!sink_) return next_.send(request);
  auto const start = clock_.now();
  auto reply = next_.send(request);
  auto const end = clock_.now();
  auto const millis = [](auto const span) { return std::int64_t{std::chrono::duration_cast<Millis>(span).count()}; };

  json::Object line{{"at", std::int64_t{0}}, {"service", name_of(request.service)}, {"method", request.method}};
  if (auto const url = parse_url(request.url)) {
    auto const question = url->target.find('?');
    line.set("host", url->origin());
    line.set("path", text::printable(url->target.substr(0, question)));
    if (question != std::string::npos) line.set("query", query_of(std::string_view(url->target).substr(question + 1)));
  }
  line.set("request", headers_of(request.headers));
  line.set("sent", static_cast<std::uint64_t>(request.source ? request.source->size() : request.body.size()));
  if (reply) {
    line.set("status", std::int64_t{reply->status});
    line.set("answer", headers_of(reply->headers));
    line.set("got", static_cast<std::uint64_t>(reply->body.size()));
  } else {
    line.set("error", name_of(reply.error().kind));
    line.set("message", reply.error().message);
  }
  line.set("ms", millis(end - start));

  std::lock_guard const hold(mutex_);
  if (!first_) first_ = start;
  line.set("at", millis(start - *first_));
  sink_(json::to_text(json::Value(std::move(line))));
  return reply;
}

}  // namespace tandem::http
