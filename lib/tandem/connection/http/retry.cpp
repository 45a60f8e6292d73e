#include <tandem/connection/http/retry.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tandem/connection/http/retry_after.hpp>

namespace tandem::http {
namespace {

bool is_server_fault(int status) { return status == 408 || (status >= 500 && status != 501 && status != 505); }

bool worth_repeating(Request const& request, Result<Response> const& reply) {
  bool const safe = request.repeat == Repeat::safe;
  if (reply) return reply->status == 429 || (safe && is_server_fault(reply->status));
  auto const& error = reply.error();
  if (!error.find("tries").empty()) return false;              // an inner chain (the token's) has already tried
  if (error.find("reason") == "certificate") return false;     // will not change by asking again
  return error.kind == ErrorKind::transient || (safe && error.kind == ErrorKind::unknown_outcome);
}

std::string_view spoken(Service service) {
  switch (service) {
    case Service::entra: return "Microsoft Entra";
    case Service::dataverse: return "Dataverse";
    case Service::jira: return "Jira";
    case Service::media: break;
  }
  return "Jira's media host";
}

Error too_long(Request const& request, Response const& reply, Millis wait) {
  auto error = Error{ErrorKind::throttled,
                     fmt::format("{} asks to wait {}, longer than this run may take; nothing is lost, the next run continues",
                                 spoken(request.service), to_text(wait)),
                     {}};
  error.context.emplace_back("endpoint", request.endpoint);
  error.context.emplace_back("status", fmt::to_string(reply.status));
  if (auto const reason = reply.header("RateLimit-Reason")) error.context.emplace_back("reason", std::string(*reason));
  return error;
}

// A sink cannot be rewound: once it was given bytes, the answer cannot be asked for again.
Request watched(Request request, bool& delivered) {
  if (!request.sink) return request;
  request.sink = [&delivered, sink = std::move(request.sink)](std::string_view bytes) {
    delivered = true;
    return sink(bytes);
  };
  return request;
}

}  // namespace

Millis RetryPolicy::backoff(int next, bool throttled, double jitter) const {
  auto const doublings = std::clamp(next - 2, 0, 20);
  auto const plain = std::min<Millis>(cap, (throttled ? throttled_base : base) * (std::int64_t{1} << doublings));
  return Millis{std::llround(static_cast<double>(plain.count()) * (0.7 + 0.6 * std::clamp(jitter, 0.0, 1.0)))};
}

Result<Response> RetryTransport::send(Request const& original) {
  bool delivered = false;
  auto const request = watched(original, delivered);
  for (int attempt = 1;; ++attempt) {
    auto reply = next_.send(request);
    if (attempt >= policy_.most_tries || delivered || !worth_repeating(request, reply)) {
      if (!reply && attempt > 1) return fail(std::move(reply).error().with("tries", fmt::to_string(attempt)));
      return reply;
    }
    auto const asked = reply ? asked_wait(*reply) : std::nullopt;
    auto const throttled = reply && reply->status == 429;
    double const jitter = jitter_ ? jitter_() : 0.5;
    // What is asked is a minimum; a little more keeps eight workers from coming back in the same instant.
    auto const wait =
        asked ? *asked + Millis{static_cast<std::int64_t>(jitter * 250)} : policy_.backoff(attempt + 1, throttled, jitter);

    auto const left = limits_.left(clock_);
    if (wait >= left.value_or(policy_.most_without_deadline)) {
      if (asked || throttled) return fail(too_long(request, *reply, asked.value_or(wait)));
      return reply;  // no time for another try: what happened stands
    }
    log_(Level::info, "waits_for_service",
         {{"service", std::string(name_of(request.service))},
          {"endpoint", request.endpoint},
          {"because", reply ? fmt::format("status {}", reply->status) : std::string(name_of(reply.error().kind))},
          {"wait", to_text(wait)},
          {"try", fmt::to_string(attempt)}});
    if (traffic_ != nullptr && (asked || throttled)) traffic_->waited(request.service, wait);
    if (!clock_.sleep_for(wait, limits_.stop)) {
      return fail(Error{ErrorKind::cancelled, "stopped while waiting to send a request again", {{"endpoint", request.endpoint}}});
    }
  }
}

}  // namespace tandem::http
