// The control API under /_sandbox/ on the Jira port (SPEC L4); the same class in process, for tests.
//
//   GET    state[?side=jira|dataverse]   both sides, for assertions
//   GET    requests[?last=N]             log, counts and greatest concurrency        DELETE requests   forget them
//   POST   clock   {"advance":"15m"}     -> {"now":…}
//   POST   faults  [ … ]                 replaces the plan (world/fault_plan.hpp); [] clears it
//   GET    faults                        the plan, each with "seen" and "hits"    DELETE faults     clears it
//   POST   config  {"name":value,…}      switches (SPEC L2), one after the other
//   GET    config                        every switch with its present value
//   POST   edit    {"as","side","method","path","body"}  -> the service's own answer
//   GET    webhooks                      what waits and what was sent (webhooks/outbox.hpp)
//   POST   webhooks {"order":…,…}        how webhooks behave (webhooks/rules.hpp) -> {"hooks":[…]}
// Errors: 400 {"error":"…"}; nothing of a refused request was done.
#pragma once

#include "world/world.hpp"

namespace sandbox {

class Control {
 public:
  explicit Control(World& world) : world_(world) {}
  static bool is_control(Request const& request);  // "/_sandbox/…"
  Response handle(Request const& request);

 private:
  Response state(Request const& request) const;
  Response requests(Request const& request) const;
  Response clock(tandem::json::Value const& body);
  Response faults(tandem::json::Value const& body);
  Response config(tandem::json::Value const& body);
  Response webhooks(tandem::json::Value const& body);
  Response edit(tandem::json::Value const& body);

  World& world_;
};

}  // namespace sandbox
