// Outbox: what the site's webhooks have to send, when, and in which order. Pure and deterministic: time comes from the caller, chance
// from a seed; it knows neither Jira's bodies nor sockets.
//
// An event is posted once and becomes a delivery for every hook whose filters it passes. `due` hands deliveries out, signed over the raw
// bytes; a receiver's answer is reported, which ends the delivery or lets it wait to be repeated (at most 5 times, same identifier).
// Nobody needs to report in process: a delivery that was taken is then done.
// Bounds: bodies over 25 MB are not sent (contract §12); what waits is kept up to `room` bytes, later events are counted as overflow.
// Not thread-safe; the World serialises calls.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "webhooks/delivery.hpp"
#include "webhooks/rules.hpp"

namespace sandbox {

struct Notice {
  std::string event, issue_key;
  tandem::Instant at;
  bool secondary = false;
  bool fills_variables = true;  // {issue.key} in the address; else it becomes empty
};

// What is asked of `due`.
struct Take {
  std::string hook;  // "" = of all
  std::optional<bool> secondary;  // only this flow
  std::size_t most = SIZE_MAX;
};

class Outbox {
 public:
  explicit Outbox(std::uint64_t seed = 1) : random_(seed) {}

  // False until a hook is added: then events need not be made at all.
  [[nodiscard]] bool listening() const { return !hooks_.empty(); }
  void add(Hook hook);  // with the rules that hold for all; replaces one of the same name
  void set_secret(std::string secret) { secret_ = std::move(secret); }  // the world's; "" = none
  void set_room(std::size_t bytes) { room_ = bytes; }
  // Rules of all hooks, later ones too, or of {"hook":"dir"}. {"seed":n} restarts chance. Errors: usage; nothing is changed then.
  tandem::Result<tandem::Unit> apply(tandem::json::Value const& wanted);
  [[nodiscard]] Rules const* rules(std::string_view hook) const;  // null: no such hook

  // `passes` tells whether the event's issue passes a JQL filter; `body` is made at most once, and only if somebody wants it.
  void post(Notice const& notice, std::function<bool(std::string_view jql)> const& passes,
            std::function<std::string()> const& body);

  std::vector<Delivery> due(tandem::Instant now, Take const& take = {});
  // When the next delivery becomes due; nothing when none waits (or all are held).
  [[nodiscard]] std::optional<tandem::Instant> next_due() const;
  // What becomes of a delivery whose receiver answered: done, given up, or tried again at the time returned.
  std::optional<tandem::Instant> report(Delivery const& delivery, Answer const& answer, tandem::Instant now);

  // {"hooks":[…],"counts":{…},"waiting":[…],"sent":[…]}: the first 1000 that wait, the last 1000 that went.
  [[nodiscard]] tandem::json::Value to_json() const;
  [[nodiscard]] std::map<std::string, std::uint64_t> const& counts() const { return counts_; }

  static constexpr int kMostRetries = 5;
  static constexpr std::size_t kMostBody = 25U << 20U;

 private:
  using Place = std::pair<tandem::Instant, std::uint64_t>;  // due, number
  struct Held {
    Hook hook;
    Rules rules;
    std::map<Place, Delivery> waiting;
  };
  struct Past {
    Delivery delivery;  // without headers and body
    tandem::Instant at;
    std::string outcome, note;
  };
  void post_to(Held& held, Notice const& notice, std::shared_ptr<std::string const> const& body);
  void wait(Held& held, Delivery delivery);
  void dress(Held& held, Delivery& delivery) const;
  void remember(Delivery const& delivery, tandem::Instant at, std::string outcome, std::string note = {});
  Held* find(std::string_view hook);

  std::vector<Held> hooks_;
  Rules defaults_;
  std::string secret_;
  Random random_;
  std::uint64_t last_number_ = 0;
  std::size_t room_ = 256U << 20U, kept_bytes_ = 0;
  std::deque<Past> past_;
  std::map<std::string, std::uint64_t>
      counts_;  // announced, filtered, lost, sent, delivered, retried, failed, overflow, tooLarge
};

}  // namespace sandbox
