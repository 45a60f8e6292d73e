#include <tandem/connection/http/pacing.hpp>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <tandem/connection/http/retry_after.hpp>

namespace tandem::http {
namespace {

std::string service_door(Request const& request) { return std::string(name_of(request.service)); }
std::string endpoint_door(Request const& request) { return service_door(request) + "|" + request.endpoint; }
std::string issue_door(std::string const& issue) { return "issue|" + issue; }

std::string door(Request const& request, LimitScope scope) {
  switch (scope) {
    case LimitScope::endpoint: return endpoint_door(request);
    case LimitScope::issue:
      if (auto const issue = issue_in(request.url); !issue.empty()) return issue_door(issue);
      return endpoint_door(request);
    case LimitScope::service: break;
  }
  return service_door(request);
}

}  // namespace

class PacingTransport::Slot {
 public:
  Slot(PacingTransport& owner, Service service) : owner_(owner), service_(service) {}
  Slot(Slot const&) = delete;
  Slot& operator=(Slot const&) = delete;
  ~Slot() { owner_.leave(service_); }

 private:
  PacingTransport& owner_;
  Service service_;
};

PacingTransport::PacingTransport(Transport& next, int jobs, Clock& clock, RunLimits limits, Traffic* traffic)
    : next_(next), jobs_(std::max(1, jobs)), clock_(clock), limits_(std::move(limits)), traffic_(traffic) {
  for (auto& lane : lanes_) lane.most = jobs_;
}

Result<Unit> PacingTransport::wait_for_open_door(Request const& request) {
  // Only writes count towards Jira's limit per issue.
  auto const issue = request.service == Service::jira && request.method != "GET" ? issue_in(request.url) : std::string();
  for (;;) {
    auto const now = clock_.now();
    auto open = now;
    bool closed = false;
    {
      std::lock_guard const hold(mutex_);
      auto const look = [&](std::string const& name) {
        if (auto const found = closed_until_.find(name); found != closed_until_.end()) open = std::max(open, found->second);
      };
      look(service_door(request));
      look(endpoint_door(request));
      if (!issue.empty()) look(issue_door(issue));
      closed = open > now;
      if (!closed) open = now + rates_.take(request, now);
    }
    if (open <= now) return Unit{};
    auto const wait = std::chrono::ceil<Millis>(open - now);
    if (auto const left = limits_.left(clock_); left && wait >= *left) {
      return fail(Error{ErrorKind::throttled,
                        fmt::format("{} must not be asked again for {}, longer than this run may take; the next run continues",
                                    name_of(request.service), to_text(wait)),
                        {{"endpoint", request.endpoint}}});
    }
    if (closed && traffic_ != nullptr) traffic_->waited(request.service, wait);
    if (!clock_.sleep_for(wait, limits_.stop)) {
      return fail(Error{ErrorKind::cancelled, "stopped while waiting for a throttled service", {{"endpoint", request.endpoint}}});
    }
  }
}

Result<Unit> PacingTransport::enter(Request const& request) {
  auto& lane = lanes_[static_cast<std::size_t>(request.service)];
  std::unique_lock hold(mutex_);
  while (lane.running >= lane.most) {
    freed_.wait_for(hold, Millis{100});  // wakes to look at stop(), which may be set by a signal
    if (limits_.stopped()) {
      return fail(Error{ErrorKind::cancelled, "stopped before the request was sent", {{"endpoint", request.endpoint}}});
    }
  }
  ++lane.running;
  return Unit{};
}

void PacingTransport::leave(Service service) {
  {
    std::lock_guard const hold(mutex_);
    --lanes_[static_cast<std::size_t>(service)].running;
  }
  freed_.notify_all();
}

void PacingTransport::learn(Request const& request, Response const& response) {
  std::lock_guard const hold(mutex_);
  if (auto const hint = response.header("x-ms-dop-hint"); hint && request.service == Service::dataverse) {
    int most = 0;
    std::from_chars(hint->data(), hint->data() + hint->size(), most);
    if (most > 0) lanes_[static_cast<std::size_t>(request.service)].most = std::min(jobs_, most);
  }
  rates_.learn(request, response);
  if (auto const pause = low_for(request, response); pause && response.status != 429) {
    auto& until = closed_until_[service_door(request)];
    until = std::max(until, clock_.now() + *pause);
  }
  if (response.status != 429) return;
  auto& until = closed_until_[door(request, limit_scope(request, response))];
  until = std::max(until, clock_.now() + asked_wait(response).value_or(kUnstatedPause));
}

Result<Response> PacingTransport::send(Request const& request) {
  TANDEM_CHECK(enter(request));
  Slot const slot(*this, request.service);
  TANDEM_CHECK(wait_for_open_door(request));
  auto reply = next_.send(request);
  if (reply) learn(request, *reply);
  return reply;
}

}  // namespace tandem::http
