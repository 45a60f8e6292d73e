// Runs a command for each delivery (SPEC L3): `/bin/sh -c CMD` with the raw body on its standard input, and in its environment
// TANDEM_WEBHOOK_SIGNATURE ("sha256=…", unset when it is not signed) and TANDEM_DELIVERY_ID (X-Atlassian-Webhook-Identifier).
//
// Its standard output goes to our standard error, since ours carries the ready line. It starts with default signals, its own process group and no
// files of ours. Exit code 0 is a success; any other, or a signal, counts as a receiver's 500. It is ended after two minutes.
// `deliver` waits for it; `stop` may be called from another thread and ends it at once.
#pragma once

#include <atomic>
#include <chrono>

#include "webhooks/delivery.hpp"

namespace sandbox {

class CommandCourier {
 public:
  explicit CommandCourier(std::chrono::milliseconds longest = std::chrono::minutes{2}) : longest_(longest) {}
  Answer deliver(Delivery const& delivery);  // delivery.address is the command
  void stop() { stopping_ = true; }

 private:
  std::chrono::milliseconds longest_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace sandbox
