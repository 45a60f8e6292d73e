// World: the box. It holds the clock, the fault plan, the request log and the services, and puts one request after the other.
//
// `send` is the heart (SPEC L5): in process it is deterministic and needs no socket; the server only carries bytes to it.
// Thread-safe: a mutex serialises everything. Held requests (FaultPlan) are executed when the virtual clock has passed their
// time, looked at before each request, by `advance` and by `tick`.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "webhooks/outbox.hpp"
#include "world/concurrency.hpp"
#include "world/fault_plan.hpp"
#include "world/request_log.hpp"
#include "world/service.hpp"
#include "world/urls.hpp"

namespace sandbox {

// What became of a request.
struct Outcome {
  enum class Kind {
    answered,  // `response` reached the client
    lost,      // the connection was closed without a byte of answer
    cut,       // the headers and `body_bytes` of the body arrived, then the connection was closed
    held,  // no answer (or only `body_bytes` of one) until `held_until`, then none either: for a client in process the same as lost
  };
  Kind kind = Kind::answered;
  bool executed = true;
  Response response;
  std::size_t body_bytes = 0;
  std::optional<tandem::Instant> held_until;
};

// One request that a service executed, and what it answered, whether or not the answer arrived.
struct Exchange {
  ServiceName service;
  Request const& request;
  Response const& response;
};

class World {
 public:
  explicit World(VirtualClock clock = {}, Urls urls = {});

  // Services are added before the first request; the order is the order in which `load` fills them.
  void add(ServiceName name, std::unique_ptr<Service> service);
  tandem::Result<tandem::Unit> load(tandem::json::Value const& world_file);  // parts "entra", "dataverse", "jira"

  Outcome send(ServiceName service, Request const& request);
  void advance(tandem::Millis by);
  void tick();  // executes held requests that are due by now
  // A request as another person: not logged, never faulted.
  Response edit(std::string_view as, ServiceName side, Request const& request);
  // A switch of SPEC L2. false: no service knows the name.
  tandem::Result<bool> configure(std::string_view name, tandem::json::Value const& value);
  // {"now":…,"dataverse":{…},"jira":{…}}
  [[nodiscard]] tandem::json::Value state() const;
  // Every switch by name with its present value, sorted.
  [[nodiscard]] tandem::json::Value switches() const;
  [[nodiscard]] tandem::Instant now() const;

  // Called for each executed request of `send` (also late ones), under the world's lock: it must not call the world.
  void observe(std::function<void(Exchange const&)> observer) { observer_ = std::move(observer); }

  void set_faults(std::vector<Fault> faults);
  [[nodiscard]] tandem::json::Value faults_json() const;
  // Log, counts per endpoint, and the greatest concurrency per service.
  [[nodiscard]] tandem::json::Value requests() const;
  void forget_requests();
  // How long the server waits before it answers: real milliseconds, 0 in process. The first pattern that matches, else the service's.
  [[nodiscard]] tandem::Millis latency(ServiceName service, Request const& request) const;
  // A request is on its way, until the result dies: whoever lets several threads send calls this, for the greatest concurrency.
  [[nodiscard]] Concurrency::InFlight enter(ServiceName service) { return concurrency_.enter(service); }

  // --- Jira's webhooks (webhooks/outbox.hpp); rules are set by configure("webhooks", {…}). A box without Jira has none ---
  void add_webhook(Hook hook);
  std::vector<Delivery> due_webhooks(Take const& take);
  std::optional<tandem::Instant> report_webhook(Delivery const& delivery, Answer const& answer);
  [[nodiscard]] tandem::json::Value webhooks_json() const;
  [[nodiscard]] int webhook_concurrency(std::string_view hook) const;  // Primary requests at once; 1 for an unknown hook
  [[nodiscard]] std::uint64_t webhook_losses() const;  // deliveries that were too large or too many to be kept

  // Direct access for single-threaded tests; `clock().advance` alone does not run held requests, `advance` does.
  VirtualClock& clock() { return clock_; }
  // A service's own: the box's, but for what the switches `jira.clockSkew` and `dataverse.clockSkew` say. Media shares Jira's.
  VirtualClock& clock(ServiceName service);
  FaultPlan& faults() { return faults_; }
  RequestLog& log() { return log_; }
  Urls& urls() { return urls_; }
  Outbox& webhooks() { return *outbox(); }  // REQUIRES: the box has Jira
  Service& service(ServiceName name) { return *services_.at(name); }
  Service& dataverse() { return service(ServiceName::dataverse); }
  Service& jira() { return service(ServiceName::jira); }

 private:
  struct Held {
    tandem::Instant due;
    ServiceName service;
    Request request;
    std::uint64_t number;
  };
  [[nodiscard]] Outbox* outbox() const;  // null in a box without Jira
  Response execute(ServiceName service, Request const& request);
  void run_due();
  tandem::Result<tandem::Unit> set_latencies(tandem::json::Value const& latencies);

  VirtualClock clock_;
  VirtualClock dataverse_clock_{&clock_}, jira_clock_{&clock_};
  Urls urls_;
  FaultPlan faults_;
  RequestLog log_;
  std::map<ServiceName, std::unique_ptr<Service>> services_;
  std::vector<Held> held_;
  std::function<void(Exchange const&)> observer_;
  std::map<ServiceName, tandem::Millis> latency_;
  std::vector<std::pair<RequestPattern, tandem::Millis>> pattern_latency_;
  Concurrency concurrency_;
  mutable std::mutex mutex_;
};

}  // namespace sandbox
