#include "webhooks/rules.hpp"

#include <cstdlib>
#include <functional>
#include <map>

#include <fmt/format.h>

namespace sandbox {

namespace {

namespace json = tandem::json;
using tandem::Millis;

std::optional<double> probability_of(json::Value const& value) {
  if (!value.is_number()) return std::nullopt;
  double const out = std::strtod(value.if_number()->text.c_str(), nullptr);
  return out >= 0 && out <= 1 ? std::optional(out) : std::nullopt;
}

bool read_chance(json::Value const& value, Chance& out) {
  Chance read;
  if (value.is_bool()) {
    read.probability = value.truthy() ? 1 : 0;
  } else if (auto const plain = probability_of(value)) {
    read.probability = *plain;
  } else if (value.has("probability")) {
    auto const wanted = probability_of(value["probability"]);
    if (!wanted) return false;
    read.probability = *wanted;
  } else if (value.has("nth")) {
    auto const& nth = value["nth"];
    if (auto const one = nth.integer()) read.nth.insert(*one);
    for (auto const& item : nth.items()) {
      auto const number = item.integer();
      if (!number) return false;
      read.nth.insert(*number);
    }
    if (read.nth.empty() || *read.nth.begin() < 1) return false;
  } else if (value.has("copies")) {
    read.probability = 1;
  } else {
    return false;
  }
  out = std::move(read);
  return true;
}

bool read_span(json::Value const& value, Span& out) {
  if (value.is_object()) {
    auto const from = tandem::parse_duration(value["from"].text()), to = tandem::parse_duration(value["to"].text());
    if (!from || !to || *to < *from) return false;
    out = {*from, *to};
    return true;
  }
  auto const plain = tandem::parse_duration(value.text());
  if (!plain) return false;
  out = {*plain, *plain};
  return true;
}

bool read_duplicates(json::Value const& value, Rules& rules) {
  if (!read_chance(value, rules.duplicates)) return false;
  auto const copies = value.has("copies") ? value["copies"].integer() : std::optional<std::int64_t>(1);
  if (!copies || *copies < 1 || *copies > 100) return false;
  rules.copies = static_cast<int>(*copies);
  rules.duplicate_delay = {};
  return !value.has("delay") || read_span(value["delay"], rules.duplicate_delay);
}

bool read_secret(json::Value const& value, Rules& rules) {
  if (value.is_string() && value.text().empty()) return false;
  if (!value.is_string() && !value.is_bool() && !value.is_null()) return false;
  rules.sign = value.is_string() || value.truthy();
  rules.secret = value.is_string() ? std::optional(std::string(value.text())) : std::nullopt;
  return true;
}

bool read_flag(json::Value const& value, bool& out) {
  if (!value.is_bool()) return false;
  out = value.truthy();
  return true;
}

struct Rule {
  std::string takes;  // for the message
  std::function<bool(Rules&, json::Value const&)> read;
};

std::map<std::string, Rule, std::less<>> const& all_rules() {
  static std::string const chance = "true, false, a probability, {\"probability\":p} or {\"nth\":[1,3]}";
  static std::string const span = "a duration such as \"30s\", or {\"from\":\"1s\",\"to\":\"5m\"}";
  static std::map<std::string, Rule, std::less<>> const rules{
      {"order",
       {"\"in-order\", \"reversed\" or \"shuffled\"",
        [](Rules& out, json::Value const& value) {
          if (value.text() == "in-order") out.order = Rules::Order::in_order;
          if (value.text() == "reversed") out.order = Rules::Order::reversed;
          if (value.text() == "shuffled") out.order = Rules::Order::shuffled;
          return value.text() == "in-order" || value.text() == "reversed" || value.text() == "shuffled";
        }}},
      {"window",
       {"a duration such as \"1s\"",
        [](Rules& out, json::Value const& value) {
          out.window = tandem::parse_duration(value.text());
          return out.window.has_value();
        }}},
      {"hold", {"true or false", [](Rules& out, json::Value const& value) { return read_flag(value, out.hold); }}},
      {"delay", {span, [](Rules& out, json::Value const& value) { return read_span(value, out.delay); }}},
      {"secondaryDelay", {span, [](Rules& out, json::Value const& value) { return read_span(value, out.secondary_delay); }}},
      {"retryDelay", {span, [](Rules& out, json::Value const& value) { return read_span(value, out.retry_delay); }}},
      {"duplicates",
       {chance + ", with \"copies\" and \"delay\"",
        [](Rules& out, json::Value const& value) { return read_duplicates(value, out); }}},
      {"loss", {chance, [](Rules& out, json::Value const& value) { return read_chance(value, out.loss); }}},
      {"wrongSignature", {chance, [](Rules& out, json::Value const& value) { return read_chance(value, out.wrong_signature); }}},
      {"secret",
       {"a text, true (the world's secret) or false (not signed)",
        [](Rules& out, json::Value const& value) { return read_secret(value, out); }}},
      {"events",
       {"a list of event names",
        [](Rules& out, json::Value const& value) {
          out.events.clear();
          for (auto const& name : value.items()) out.events.insert(std::string(name.text()));
          return value.is_array() && out.events.count("") == 0;
        }}},
      {"jql",
       {"a JQL text",
        [](Rules& out, json::Value const& value) {
          out.jql = value.text();
          return value.is_string();
        }}},
      {"excludeBody", {"true or false", [](Rules& out, json::Value const& value) { return read_flag(value, out.exclude_body); }}},
      {"concurrency",
       {"a number from 1 to 20",
        [](Rules& out, json::Value const& value) {
          auto const number = value.integer();
          if (!number || *number < 1 || *number > 20) return false;
          out.concurrency = static_cast<int>(*number);
          return true;
        }}},
  };
  return rules;
}

json::Value number(double value) { return json::Number{fmt::format("{}", value)}; }

json::Value chance_json(Chance const& chance) {
  if (chance.nth.empty()) return number(chance.probability);
  json::Array nth;
  for (auto const wanted : chance.nth) nth.emplace_back(wanted);
  return json::Object{{"nth", std::move(nth)}, {"seen", chance.seen}};
}

json::Value span_json(Span const& span) {
  if (span.from == span.to) return tandem::to_text(span.from);
  return json::Object{{"from", tandem::to_text(span.from)}, {"to", tandem::to_text(span.to)}};
}

}  // namespace

bool Chance::hits(Random& random) {
  ++seen;
  if (!nth.empty()) return nth.count(seen) > 0;
  if (probability <= 0) return false;  // draws nothing: rules that are off do not disturb what a seed gives
  return probability >= 1 || static_cast<double>(random() >> 11U) * 0x1.0p-53 < probability;
}

Millis Span::pick(Random& random) const {
  auto const width = static_cast<std::uint64_t>((to - from).count());
  return width == 0 ? from : from + Millis{static_cast<std::int64_t>(random() % (width + 1))};
}

Millis Rules::effective_window() const {
  if (window) return *window;
  return order == Order::in_order ? Millis{0} : Millis{1000};
}

tandem::Result<tandem::Unit> apply_rules(Rules& rules, json::Value const& wanted) {
  Rules changed = rules;
  for (auto const& [name, value] : wanted.members()) {
    auto const found = all_rules().find(name);
    if (found == all_rules().end()) {
      std::string names;
      for (auto const& [known, rule] : all_rules()) names += (names.empty() ? "" : ", ") + known;
      return tandem::fail(tandem::ErrorKind::usage, "webhooks have no rule '" + name + "'; there are " + names);
    }
    if (!found->second.read(changed, value))
      return tandem::fail(tandem::ErrorKind::usage, "the webhooks' rule " + name + " takes " + found->second.takes);
  }
  rules = std::move(changed);
  return tandem::Unit{};
}

json::Value rules_json(Rules const& rules) {
  json::Array events;
  for (auto const& name : rules.events) events.emplace_back(name);
  auto const order = rules.order == Rules::Order::in_order   ? "in-order"
                     : rules.order == Rules::Order::reversed ? "reversed"
                                                             : "shuffled";
  json::Object out;
  out.append("order", order);
  out.append("window", tandem::to_text(rules.effective_window()));
  out.append("hold", rules.hold);
  out.append("delay", span_json(rules.delay));
  out.append("secondaryDelay", span_json(rules.secondary_delay));
  out.append("retryDelay", span_json(rules.retry_delay));
  out.append("duplicates", chance_json(rules.duplicates));
  out.append("copies", rules.copies);
  out.append("loss", chance_json(rules.loss));
  out.append("wrongSignature", chance_json(rules.wrong_signature));
  out.append("signed", rules.sign);
  out.append("events", std::move(events));
  out.append("jql", rules.jql);
  out.append("excludeBody", rules.exclude_body);
  out.append("concurrency", rules.concurrency);
  return out;
}

}  // namespace sandbox
