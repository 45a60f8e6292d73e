#include "webhooks/outbox.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>

namespace sandbox {

namespace json = tandem::json;
using tandem::Instant;
using tandem::Millis;

namespace {

constexpr std::size_t kMostShown = 1000;

std::string identifier_from(Random& random) {
  auto const high = random(), low = random();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}", high >> 32U, (high >> 16U) & 0xFFFFU, high & 0xFFFU,
                     8U + ((low >> 60U) & 3U), (low >> 48U) & 0xFFFU, low & 0xFFFFFFFFFFFFU);
}

// The end of the window that holds `at`.
Instant end_of_window(Instant at, Millis window) {
  if (window.count() <= 0) return at;
  auto const since = at.time_since_epoch().count();
  return Instant{Millis{(since / window.count() + 1) * window.count()}};
}

// Keys are letters, digits and signs that no shell and no URL reads.
std::string with_key(std::string text, std::string_view key) {
  std::string safe;
  for (char const c : key) {
    bool const plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (plain) safe += c;
  }
  for (std::string_view const variable : {"${issue.key}", "{issue.key}"}) {
    for (auto at = text.find(variable); at != std::string::npos; at = text.find(variable, at + safe.size()))
      text.replace(at, variable.size(), safe);
  }
  return text;
}

json::Value shown(Delivery const& delivery) {
  json::Object out;
  out.append("number", delivery.number);
  out.append("hook", delivery.hook);
  out.append("event", delivery.event);
  out.append("issue", delivery.issue_key.empty() ? json::Value() : json::Value(delivery.issue_key));
  out.append("identifier", delivery.identifier);
  out.append("retry", delivery.retry);
  out.append("flow", delivery.secondary ? "Secondary" : "Primary");
  out.append("announced", tandem::to_rfc3339(delivery.announced));
  return out;
}

std::string_view name_of(Hook::Kind kind) {
  switch (kind) {
    case Hook::Kind::held: return "held";
    case Hook::Kind::directory: return "directory";
    case Hook::Kind::url: return "url";
    case Hook::Kind::command: return "command";
  }
  return "";
}

}  // namespace

void Outbox::add(Hook hook) {
  if (auto* held = find(hook.name)) {
    held->hook = std::move(hook);
    return;
  }
  hooks_.push_back({std::move(hook), defaults_, {}});
}

Outbox::Held* Outbox::find(std::string_view hook) {
  auto const found = std::find_if(hooks_.begin(), hooks_.end(), [&](Held const& held) { return held.hook.name == hook; });
  return found == hooks_.end() ? nullptr : &*found;
}

Rules const* Outbox::rules(std::string_view hook) const {
  auto const found = std::find_if(hooks_.begin(), hooks_.end(), [&](Held const& held) { return held.hook.name == hook; });
  return found == hooks_.end() ? nullptr : &found->rules;
}

tandem::Result<tandem::Unit> Outbox::apply(json::Value const& wanted) {
  if (!wanted.is_object()) return tandem::fail(tandem::ErrorKind::usage, "expected {\"order\":…,\"duplicates\":…,…}");
  auto changes = wanted.members();
  std::optional<std::int64_t> seed;
  if (auto const* sent = changes.find("seed")) {
    seed = sent->integer();
    if (!seed) return tandem::fail(tandem::ErrorKind::usage, "seed is a whole number");
    changes.erase("seed");
  }
  Held* only = nullptr;
  if (auto const* name = changes.find("hook")) {
    only = find(name->text());
    if (only == nullptr) return tandem::fail(tandem::ErrorKind::usage, "no webhook is called '" + name->scalar_text() + "'");
    changes.erase("hook");
  }
  // One good reading means that all are.
  TANDEM_CHECK(apply_rules(only == nullptr ? defaults_ : only->rules, changes));
  if (only == nullptr) {
    for (auto& held : hooks_) TANDEM_CHECK(apply_rules(held.rules, changes));
  }
  if (seed) random_.seed(static_cast<std::uint64_t>(*seed));
  return tandem::Unit{};
}

void Outbox::post(Notice const& notice, std::function<bool(std::string_view jql)> const& passes,
                  std::function<std::string()> const& body) {
  std::shared_ptr<std::string const> made;
  static auto const empty = std::make_shared<std::string const>();
  for (auto& held : hooks_) {
    auto const& rules = held.rules;
    bool const wanted = rules.events.empty() || rules.events.count(notice.event) > 0;
    if (!wanted || !passes(rules.jql)) {
      ++counts_["filtered"];
      continue;
    }
    if (!rules.exclude_body && made == nullptr) made = std::make_shared<std::string const>(body());
    post_to(held, notice, rules.exclude_body ? empty : made);
  }
}

void Outbox::post_to(Held& held, Notice const& notice, std::shared_ptr<std::string const> const& body) {
  ++counts_["announced"];
  auto& rules = held.rules;
  Delivery delivery;
  delivery.number = ++last_number_;
  delivery.hook = held.hook.name;
  delivery.event = notice.event;
  delivery.issue_key = notice.issue_key;
  delivery.identifier = identifier_from(random_);
  delivery.secondary = notice.secondary;
  delivery.announced = notice.at;
  delivery.address = with_key(held.hook.address, notice.fills_variables ? notice.issue_key : "");
  delivery.body = body;
  delivery.forged = rules.wrong_signature.hits(random_);
  auto const delay = rules.delay.pick(random_) + (notice.secondary ? rules.secondary_delay.pick(random_) : Millis{0});
  delivery.due = end_of_window(notice.at + delay, rules.effective_window());
  if (body->size() > kMostBody) return remember(delivery, notice.at, "tooLarge");
  bool const doubled = rules.duplicates.hits(random_);
  if (rules.loss.hits(random_)) return remember(delivery, notice.at, "lost");
  auto const copies = doubled ? rules.copies : 0;
  auto copy = delivery;
  wait(held, std::move(delivery));
  for (int i = 1; i <= copies; ++i) {
    copy.number = ++last_number_;
    copy.retry = i;
    copy.due += rules.duplicate_delay.pick(random_);
    wait(held, copy);
  }
}

void Outbox::wait(Held& held, Delivery delivery) {
  if (kept_bytes_ + delivery.body->size() > room_) return remember(delivery, delivery.due, "overflow");
  kept_bytes_ += delivery.body->size();
  delivery.lot = random_();
  Place const place{delivery.due, delivery.number};
  held.waiting.emplace(place, std::move(delivery));
}

void Outbox::dress(Held& held, Delivery& delivery) const {
  auto& headers = delivery.headers;
  headers.clear();
  headers.emplace_back("Content-Type", "application/json; charset=UTF-8");
  headers.emplace_back("User-Agent", "Atlassian Webhook HTTP Client");
  headers.emplace_back("X-Atlassian-Webhook-Identifier", delivery.identifier);
  headers.emplace_back("X-Atlassian-Webhook-Flow", delivery.secondary ? "Secondary" : "Primary");
  if (delivery.retry > 0) headers.emplace_back("X-Atlassian-Webhook-Retry", std::to_string(delivery.retry));
  auto secret = held.rules.secret.value_or(secret_);
  if (!held.rules.sign || secret.empty()) return;
  if (delivery.forged) secret += "?";
  headers.emplace_back("X-Hub-Signature", "sha256=" + tandem::to_hex(tandem::hmac_sha256(secret, *delivery.body)));
}

std::vector<Delivery> Outbox::due(Instant now, Take const& take) {
  std::vector<Delivery> out;
  for (auto& held : hooks_) {
    if (held.rules.hold || (!take.hook.empty() && take.hook != held.hook.name)) continue;
    std::vector<Place> ready;
    auto const order = held.rules.order;
    for (auto const& [place, delivery] : held.waiting) {
      if (place.first > now || (order == Rules::Order::in_order && out.size() + ready.size() >= take.most)) break;
      if (!take.secondary || *take.secondary == delivery.secondary) ready.push_back(place);
    }
    if (order == Rules::Order::reversed)
      std::reverse(ready.begin(), ready.end());
    else if (order == Rules::Order::shuffled)
      std::sort(ready.begin(), ready.end(),
                [&](Place const& a, Place const& b) { return held.waiting.at(a).lot < held.waiting.at(b).lot; });
    ready.resize(std::min(ready.size(), take.most - std::min(take.most, out.size())));
    for (auto const& place : ready) {
      auto taken = held.waiting.extract(place);
      auto& delivery = taken.mapped();
      kept_bytes_ -= delivery.body->size();
      dress(held, delivery);
      remember(delivery, now, "sent");
      out.push_back(std::move(delivery));
    }
  }
  return out;
}

std::optional<Instant> Outbox::next_due() const {
  std::optional<Instant> out;
  for (auto const& held : hooks_) {
    if (held.rules.hold || held.waiting.empty()) continue;
    auto const first = held.waiting.begin()->first.first;
    out = out ? std::min(*out, first) : first;
  }
  return out;
}

std::optional<Instant> Outbox::report(Delivery const& delivery, Answer const& answer, Instant now) {
  auto const past = std::find_if(past_.rbegin(), past_.rend(), [&](Past const& held) {
    return held.delivery.number == delivery.number && held.outcome == "sent";
  });
  auto const settle = [&](std::string const& outcome) {
    ++counts_[outcome];
    if (past == past_.rend()) return;
    past->outcome = outcome;
    past->note = answer.note.empty() && answer.kind == Answer::Kind::status ? std::to_string(answer.status) : answer.note;
  };
  auto* held = find(delivery.hook);
  if (is_success(answer) || held == nullptr) {
    settle("delivered");
    return std::nullopt;
  }
  if (!is_repeatable(answer) || delivery.retry >= kMostRetries) {
    settle("failed");
    return std::nullopt;
  }
  settle("retried");
  auto again = delivery;
  again.number = ++last_number_;
  ++again.retry;
  again.due = now + held->rules.retry_delay.pick(random_);
  auto const due = again.due;
  wait(*held, std::move(again));
  return due;
}

void Outbox::remember(Delivery const& delivery, Instant at, std::string outcome, std::string note) {
  ++counts_[outcome];
  auto kept = delivery;
  kept.headers.clear();
  kept.body.reset();
  past_.push_back({std::move(kept), at, std::move(outcome), std::move(note)});
  if (past_.size() > kMostShown) past_.pop_front();
}

json::Value Outbox::to_json() const {
  json::Array hooks, waiting, sent;
  std::uint64_t waits = 0;
  for (auto const& held : hooks_) {
    waits += held.waiting.size();
    json::Object hook;
    hook.append("name", held.hook.name);
    hook.append("kind", name_of(held.hook.kind));
    hook.append("address", held.hook.address);
    hook.append("rules", rules_json(held.rules));
    hooks.emplace_back(std::move(hook));
    for (auto const& [place, delivery] : held.waiting) {
      if (waiting.size() >= kMostShown) break;
      auto row = shown(delivery);
      row.set("due", tandem::to_rfc3339(delivery.due));
      waiting.push_back(std::move(row));
    }
  }
  for (auto const& past : past_) {
    auto row = shown(past.delivery);
    row.set("at", tandem::to_rfc3339(past.at));
    row.set("outcome", past.outcome);
    row.set("note", past.note.empty() ? json::Value() : json::Value(past.note));
    sent.push_back(std::move(row));
  }
  json::Object counts;
  for (auto const& [name, count] : counts_) counts.append(name, count);
  counts.append("waiting", waits);
  return json::Object{
      {"hooks", std::move(hooks)}, {"counts", std::move(counts)}, {"waiting", std::move(waiting)}, {"sent", std::move(sent)}};
}

}  // namespace sandbox
