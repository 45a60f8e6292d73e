#include "world/world.hpp"

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

namespace sandbox {

using tandem::ErrorKind;
using tandem::fail;
using tandem::Instant;
using tandem::Millis;
using tandem::Result;
using tandem::Unit;
namespace json = tandem::json;

namespace {

constexpr std::string_view kDataverseSkew = "dataverse.clockSkew", kJiraSkew = "jira.clockSkew";

// "90s" ahead, "-1m30s" behind; nothing for what is no duration or more than a day.
std::optional<Millis> skew_of(json::Value const& value) {
  auto text = value.text();
  bool const behind = text.starts_with('-');
  if (behind) text.remove_prefix(1);
  auto const by = tandem::parse_duration(text);
  if (!by || by->count() < 0 || *by > std::chrono::hours{24}) return std::nullopt;
  return behind ? -*by : *by;
}

std::string skew_text(Millis ahead) { return ahead.count() < 0 ? "-" + tandem::to_text(-ahead) : tandem::to_text(ahead); }

}  // namespace

World::World(VirtualClock clock, Urls urls) : clock_(clock), urls_(std::move(urls)) {}

void World::add(ServiceName name, std::unique_ptr<Service> service) { services_[name] = std::move(service); }

Result<Unit> World::load(json::Value const& world_file) {
  std::lock_guard const guard(mutex_);
  for (auto& [name, service] : services_) {
    if (name == ServiceName::media) continue;  // shares the Jira part
    auto loaded = service->load(world_file[name_of(name)]);
    if (!loaded) return fail(std::move(loaded).error().with("part", std::string(name_of(name))));
  }
  return Unit{};
}

VirtualClock& World::clock(ServiceName service) {
  switch (service) {
    case ServiceName::dataverse: return dataverse_clock_;
    case ServiceName::jira:
    case ServiceName::media: return jira_clock_;
    default: return clock_;
  }
}

Response World::execute(ServiceName service, Request const& request) {
  auto response = services_.at(service)->handle(request);
  std::erase_if(response.headers, [](Header const& header) { return tandem::text::equal_ignoring_case(header.first, "Date"); });
  response.with("Date", tandem::to_http_date(clock(service).now()));
  if (observer_) observer_({service, request, response});
  return response;
}

Outcome World::send(ServiceName service, Request const& request) {
  std::lock_guard const guard(mutex_);
  run_due();
  auto& entry = log_.begin(service, request, clock_.now());
  auto const fault = faults_.take(service, request.method, request.path());
  auto const finish = [&](Outcome outcome, std::string name) {
    entry.outcome = std::move(name);
    entry.executed = outcome.executed;
    entry.status = outcome.kind == Outcome::Kind::answered || outcome.kind == Outcome::Kind::cut ? outcome.response.status : 0;
    if (entry.status != 0) log_.count_answer(service, entry.status);
    return outcome;
  };
  auto const scripted = [&] {
    Response response{fault->status, fault->headers, fault->body};
    return response.with("Date", tandem::to_http_date(clock(service).now()));
  };
  auto const part_of = [&](Response const& response) {
    return std::min(fault->bytes.value_or(response.body.size() / 2), response.body.size());
  };

  if (fault && fault->when == Fault::When::before) {
    switch (fault->what) {
      case Fault::Do::drop: return finish({Outcome::Kind::lost, false, {}, 0, {}}, "lost");
      case Fault::Do::status: return finish({Outcome::Kind::answered, false, scripted(), 0, {}}, "answered");
      case Fault::Do::hold: {
        Instant const due = clock_.now() + fault->hold_for;
        held_.push_back({due, service, request, entry.number});
        return finish({Outcome::Kind::held, false, {}, 0, due}, "held");
      }
    }
  }
  auto response = execute(service, request);
  if (!fault) return finish({Outcome::Kind::answered, true, std::move(response), 0, {}}, "answered");
  switch (fault->what) {
    case Fault::Do::status: return finish({Outcome::Kind::answered, true, scripted(), 0, {}}, "answered");
    case Fault::Do::hold: {
      Outcome held{Outcome::Kind::held, true, {}, 0, clock_.now() + fault->hold_for};
      if (fault->when == Fault::When::body) {
        held.body_bytes = part_of(response);
        held.response = std::move(response);
      }
      return finish(std::move(held), "held");
    }
    case Fault::Do::drop: break;
  }
  if (fault->when == Fault::When::after) return finish({Outcome::Kind::lost, true, {}, 0, {}}, "lost");
  auto const bytes = part_of(response);
  return finish({Outcome::Kind::cut, true, std::move(response), bytes, {}}, "cut");
}

void World::run_due() {
  while (true) {
    auto const first = std::min_element(held_.begin(), held_.end(), [](Held const& a, Held const& b) { return a.due < b.due; });
    if (first == held_.end() || first->due > clock_.now()) return;
    Held const held = std::move(*first);
    held_.erase(first);
    auto const response = execute(held.service, held.request);
    log_.mark_executed(held.number, response.status);
  }
}

void World::advance(Millis by) {
  std::lock_guard const guard(mutex_);
  clock_.advance(by);
  run_due();
}

void World::tick() {
  std::lock_guard const guard(mutex_);
  run_due();
}

Response World::edit(std::string_view as, ServiceName side, Request const& request) {
  std::lock_guard const guard(mutex_);
  run_due();
  return services_.at(side)->edit_as(as, request);
}

Result<Unit> World::set_latencies(json::Value const& latencies) {
  auto by_service = latency_;
  auto by_pattern = pattern_latency_;
  constexpr std::int64_t kMost = 600'000;
  if (!latencies.is_object()) return fail(ErrorKind::usage, "latencyMs is {\"jira\":80,\"POST /rest/api/3/issue/bulk\":500}");
  for (auto const& [name, millis] : latencies.members()) {
    auto const service = service_named(name);
    auto const pattern = RequestPattern::parse(name);
    auto const wait = millis.integer();
    if ((!service && (!pattern || name.empty())) || !wait || *wait < 0 || *wait > kMost) {
      return fail(ErrorKind::usage,
                  "latencyMs names a service or \"METHOD path\", with milliseconds from 0 to 600000; not " + name);
    }
    if (service) {
      by_service[*service] = Millis{*wait};
      continue;
    }
    std::erase_if(by_pattern, [&](auto const& known) { return known.first.to_text() == pattern->to_text(); });
    if (*wait > 0) by_pattern.emplace_back(*pattern, Millis{*wait});
  }
  latency_ = std::move(by_service);
  pattern_latency_ = std::move(by_pattern);
  return Unit{};
}

json::Value World::switches() const {
  std::lock_guard const guard(mutex_);
  std::map<std::string, json::Value> all;
  json::Object latencies;
  for (auto const& [service, wait] : latency_) latencies.append(std::string(name_of(service)), wait.count());
  for (auto const& [pattern, wait] : pattern_latency_) latencies.append(pattern.to_text(), wait.count());
  all.emplace("latencyMs", std::move(latencies));
  all.emplace(kDataverseSkew, skew_text(dataverse_clock_.skew()));
  all.emplace(kJiraSkew, skew_text(jira_clock_.skew()));
  for (auto const& [name, service] : services_) {
    for (auto const& [key, value] : service->switches()) all.emplace(key, value);
  }
  json::Object out;
  for (auto& [key, value] : all) out.append(key, std::move(value));
  return out;
}

Result<bool> World::configure(std::string_view name, json::Value const& value) {
  std::lock_guard const guard(mutex_);
  if (name == "urls") {
    for (auto const& [service_name, url] : value.members()) {
      auto const service = service_named(service_name);
      if (!service || url.text().find("://") == std::string_view::npos)
        return fail(ErrorKind::usage, "urls is {\"dataverse\":\"https://…\",…}: where clients reach each service");
      urls_.set(*service, std::string(url.text()));
      if (*service == ServiceName::jira) {
        for (auto& [own_name, own] : services_) TANDEM_CHECK(own->configure("jira.baseUrl", url));
      }
    }
    return true;
  }
  if (name == "latencyMs") {
    TANDEM_CHECK(set_latencies(value));
    return true;
  }
  if (name == kDataverseSkew || name == kJiraSkew) {
    auto const ahead = skew_of(value);
    if (!ahead)
      return fail(ErrorKind::usage, std::string(name) + " is how far that clock is ahead, up to a day: \"90s\" or \"-90s\"");
    (name == kJiraSkew ? jira_clock_ : dataverse_clock_).set_skew(*ahead);
    return true;
  }
  bool known = false;
  for (auto& [service_name, service] : services_) {
    TANDEM_TRY(bool const taken, service->configure(name, value));
    known = known || taken;
  }
  return known;
}

json::Value World::state() const {
  std::lock_guard const guard(mutex_);
  json::Object out{{"now", tandem::to_rfc3339(clock_.now())}};
  for (auto const name : {ServiceName::dataverse, ServiceName::jira}) {
    if (auto const found = services_.find(name); found != services_.end()) {
      out.append(std::string(name_of(name)), found->second->state());
    }
  }
  return out;
}

Instant World::now() const {
  std::lock_guard const guard(mutex_);
  return clock_.now();
}

void World::set_faults(std::vector<Fault> faults) {
  std::lock_guard const guard(mutex_);
  faults_.set(std::move(faults));
}

Outbox* World::outbox() const {
  auto const found = services_.find(ServiceName::jira);
  return found == services_.end() ? nullptr : found->second->webhooks();
}

void World::add_webhook(Hook hook) {
  std::lock_guard const guard(mutex_);
  if (auto* const held = outbox()) held->add(std::move(hook));
}

std::vector<Delivery> World::due_webhooks(Take const& take) {
  std::lock_guard const guard(mutex_);
  auto* const held = outbox();
  return held == nullptr ? std::vector<Delivery>{} : held->due(jira_clock_.now(), take);
}

std::optional<Instant> World::report_webhook(Delivery const& delivery, Answer const& answer) {
  std::lock_guard const guard(mutex_);
  auto* const held = outbox();
  return held == nullptr ? std::nullopt : held->report(delivery, answer, jira_clock_.now());
}

json::Value World::webhooks_json() const {
  std::lock_guard const guard(mutex_);
  auto const* const held = outbox();
  return held == nullptr ? json::Value() : held->to_json();
}

json::Value World::faults_json() const {
  std::lock_guard const guard(mutex_);
  return faults_.to_json();
}

int World::webhook_concurrency(std::string_view hook) const {
  std::lock_guard const guard(mutex_);
  auto const* const held = outbox();
  auto const* const rules = held == nullptr ? nullptr : held->rules(hook);
  return rules == nullptr ? 1 : rules->concurrency;
}

std::uint64_t World::webhook_losses() const {
  std::lock_guard const guard(mutex_);
  auto const* const held = outbox();
  std::uint64_t out = 0;
  for (auto const* name : {"overflow", "tooLarge"}) {
    if (held == nullptr) break;
    if (auto const found = held->counts().find(name); found != held->counts().end()) out += found->second;
  }
  return out;
}

json::Value World::requests() const {
  std::lock_guard const guard(mutex_);
  auto out = log_.to_json();
  out.set("greatestConcurrency", concurrency_.to_json());
  return out;
}

void World::forget_requests() {
  std::lock_guard const guard(mutex_);
  log_.forget();
  concurrency_.forget();
}

Millis World::latency(ServiceName service, Request const& request) const {
  std::lock_guard const guard(mutex_);
  for (auto const& [pattern, wait] : pattern_latency_) {
    if (pattern.matches(request.method, request.path())) return wait;
  }
  auto const found = latency_.find(service);
  return found == latency_.end() ? Millis{0} : found->second;
}

}  // namespace sandbox
