// How the deliveries of a webhook behave (SPEC L3, L4): order, repetition, loss, delay, filters, signature. Set by
// `POST /_sandbox/webhooks`, by the switch "webhooks" of `config`, or in process.
//
//   order           "in-order" | "reversed" | "shuffled"   of what becomes due together
//   window          "1s"    what is announced within one window becomes due together, at its end. 0 in order, else 1s unless named
//   hold            true    nothing becomes due until it is false again; then all of it does
//   delay           "30s" or {"from":"1s","to":"5m"}       on the virtual clock; a range differs from delivery to delivery
//   secondaryDelay  the same, on top, for the Secondary flow
//   retryDelay      default {"from":"5m","to":"15m"} (contract §12)
//   duplicates      CHANCE, or CHANCE's members with "copies" (1) and "delay" ("0s"): sent again with the same identifier and a retry count
//   loss            CHANCE  never sent
//   wrongSignature  CHANCE  signed with another secret
//   secret          true = the world's, "text" = this one, false or null = not signed
//   events          ["comment_created", …]   [] = all
//   jql             the filter of an admin webhook; "" = none
//   excludeBody     true    the body is empty
//   concurrency     1 to 20 primary requests at once (a URL alone); half of it for the Secondary flow
//
// CHANCE: true, false, a probability from 0 to 1, {"probability":0.2} or {"nth":[1,3]}, counted from when the rule is set.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>

namespace sandbox {

using Random = std::mt19937_64;

// Which deliveries something befalls.
struct Chance {
  double probability = 0;
  std::set<std::int64_t> nth;
  std::int64_t seen = 0;
  bool hits(Random& random);  // counts this delivery
};

struct Span {
  tandem::Millis from{0}, to{0};
  [[nodiscard]] tandem::Millis pick(Random& random) const;
};

struct Rules {
  enum class Order { in_order, reversed, shuffled };
  Order order = Order::in_order;
  std::optional<tandem::Millis> window;
  bool hold = false;
  Span delay, secondary_delay, retry_delay{tandem::Millis{300'000}, tandem::Millis{900'000}}, duplicate_delay;
  Chance duplicates, loss, wrong_signature;
  int copies = 1;
  bool sign = true;
  std::optional<std::string> secret;  // instead of the world's
  std::set<std::string, std::less<>> events;
  std::string jql;
  bool exclude_body = false;
  int concurrency = 20;

  [[nodiscard]] tandem::Millis effective_window() const;
};

// Changes the rules that `wanted` names. Errors: usage, naming the rule and what it takes; nothing is changed then.
tandem::Result<tandem::Unit> apply_rules(Rules& rules, tandem::json::Value const& wanted);
// All rules, secrets left out (signed: true|false).
tandem::json::Value rules_json(Rules const& rules);

}  // namespace sandbox
