#include "world/fault_plan.hpp"

#include <fmt/format.h>

namespace sandbox {

using tandem::ErrorKind;
using tandem::fail;

namespace {

tandem::Result<Fault> fault_from_json(tandem::json::Value const& value, std::size_t index) {
  auto const bad = [index](std::string_view what) { return fail(ErrorKind::usage, fmt::format("fault {}: {}", index, what)); };
  if (!value.is_object()) return bad("expected an object");
  for (auto const& [key, ignored] : value.members()) {
    constexpr std::string_view kKnown[] = {"when", "match", "nth", "do", "for", "status", "headers", "body"};
    bool known = false;
    for (auto const name : kKnown) known = known || key == name;
    if (!known) return bad("unknown key '" + key + "'; known are when, match, nth, do, for, status, headers, body");
  }
  Fault fault;
  auto const when = value["when"].text_or("before");
  if (when == "after")
    fault.when = Fault::When::after;
  else if (when == "body")
    fault.when = Fault::When::body;
  else if (when != "before")
    return bad("\"when\" is before, after or body");

  auto const what = value["do"].text_or("drop");
  if (what == "hold")
    fault.what = Fault::Do::hold;
  else if (what == "status")
    fault.what = Fault::Do::status;
  else if (what != "drop")
    return bad("\"do\" is drop, hold or status");

  auto const match = value["match"].text();
  if (!match.empty()) {
    auto const blank = match.find(' ');
    if (blank == std::string_view::npos) return bad("\"match\" is \"METHOD path\", for example \"POST /rest/api/3/issue/bulk\"");
    fault.method = std::string(match.substr(0, blank));
    fault.path = std::string(match.substr(match.find_first_not_of(' ', blank)));
  }
  if (value.has("nth")) {
    fault.nth = value["nth"].integer();
    if (!fault.nth || *fault.nth < 1) return bad("\"nth\" is a number from 1");
  }
  if (value.has("for")) {
    auto const duration = tandem::parse_duration(value["for"].text());
    if (!duration) return bad("\"for\" is a duration such as \"1m\"");
    fault.hold_for = *duration;
  }
  if (value.has("status")) {
    auto const status = value["status"].integer();
    if (!status || *status < 100 || *status > 599) return bad("\"status\" is an HTTP status");
    fault.status = static_cast<int>(*status);
  }
  for (auto const& [name, text] : value["headers"].members()) fault.headers.emplace_back(name, text.scalar_text());
  fault.body = value["body"].text_or("");
  return fault;
}

bool matches(Fault const& fault, std::string_view method, std::string_view path) {
  if (fault.method != "*" && fault.method != method) return false;
  if (fault.path.find('*') != std::string::npos) return matches_glob(fault.path, path);
  return path.starts_with(fault.path);
}

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

tandem::Result<std::vector<Fault>> faults_from_json(tandem::json::Value const& list) {
  if (!list.is_array()) return fail(ErrorKind::usage, "expected a list of faults");
  std::vector<Fault> out;
  for (auto const& value : list.items()) {
    TANDEM_TRY(auto fault, fault_from_json(value, out.size()));
    out.push_back(std::move(fault));
  }
  return out;
}

void FaultPlan::set(std::vector<Fault> faults) {
  entries_.clear();
  for (auto& fault : faults) add(std::move(fault));
}

void FaultPlan::add(Fault fault) { entries_.push_back({std::move(fault), 0, false}); }

std::optional<Fault> FaultPlan::take(std::string_view method, std::string_view path) {
  std::optional<Fault> hit;
  for (auto& entry : entries_) {
    if (entry.spent || !matches(entry.fault, method, path)) continue;
    ++entry.seen;
    if (hit || (entry.fault.nth && entry.seen != *entry.fault.nth)) continue;
    hit = entry.fault;
    entry.spent = entry.fault.nth.has_value();
  }
  return hit;
}

}  // namespace sandbox
