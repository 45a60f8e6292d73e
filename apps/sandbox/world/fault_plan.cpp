#include "world/fault_plan.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace sandbox {

using tandem::ErrorKind;
using tandem::fail;
namespace json = tandem::json;

namespace {

constexpr std::string_view kKeys[] = {"when", "service", "match", "nth",    "every",   "times", "probability",
                                      "seed", "do",      "for",   "status", "headers", "body",  "bytes"};
constexpr std::string_view kWhen[] = {"before", "after", "body"};
constexpr std::string_view kDo[] = {"drop", "hold", "status"};

// The index of a word in a list; the list's size when it is not there.
template <std::size_t N>
std::size_t index_of(std::string_view const (&words)[N], std::string_view word) {
  return static_cast<std::size_t>(std::find(words, words + N, word) - words);
}

tandem::Result<Fault> fault_from_json(json::Value const& value, std::size_t index) {
  auto const bad = [index](std::string_view what) { return fail(ErrorKind::usage, fmt::format("fault {}: {}", index, what)); };
  if (!value.is_object()) return bad("expected an object");
  for (auto const& [key, ignored] : value.members()) {
    if (index_of(kKeys, key) == std::size(kKeys))
      return bad(fmt::format("unknown key '{}'; known are {}", key, fmt::join(kKeys, ", ")));
  }
  Fault fault;
  auto const when = index_of(kWhen, value["when"].text_or("before"));
  if (when == std::size(kWhen)) return bad("\"when\" is before, after or body");
  fault.when = static_cast<Fault::When>(when);
  auto const what = index_of(kDo, value["do"].text_or("drop"));
  if (what == std::size(kDo)) return bad("\"do\" is drop, hold or status");
  fault.what = static_cast<Fault::Do>(what);
  if (value.has("service")) {
    fault.service = service_named(value["service"].text());
    if (!fault.service) return bad("\"service\" is entra, dataverse, jira or media");
  }
  auto const match = RequestPattern::parse(value["match"].text());
  if (!match) return bad("\"match\" is \"METHOD path\", for example \"POST /rest/api/3/issue/bulk\"");
  fault.match = *match;
  struct Count {
    std::string_view name;
    std::optional<std::int64_t>* target;
  };
  for (auto const& [name, target] : {Count{"nth", &fault.nth}, Count{"every", &fault.every}, Count{"times", &fault.times}}) {
    if (!value.has(name)) continue;
    *target = value[name].integer();
    if (!*target || **target < 1) return bad(fmt::format("\"{}\" is a number from 1", name));
  }
  if (value.has("probability")) {
    auto const text = value["probability"].is_number() ? value["probability"].scalar_text() : "-1";
    fault.probability = std::strtod(text.c_str(), nullptr);
    if (!(fault.probability >= 0 && fault.probability <= 1)) return bad("\"probability\" is a number from 0 to 1");
  }
  if (value.has("seed")) {
    auto const seed = value["seed"].integer();
    if (!seed || *seed < 0) return bad("\"seed\" is a number from 0");
    fault.seed = static_cast<std::uint64_t>(*seed);
  }
  if (value.has("for")) {
    auto const duration = tandem::parse_duration(value["for"].text());
    if (!duration) return bad("\"for\" is a duration such as \"1m\"");
    fault.hold_for = *duration;
  }
  if (value.has("status")) {
    auto const status = value["status"].integer();
    if (!status || *status < 200 || *status > 599) return bad("\"status\" is an HTTP status from 200");
    fault.status = static_cast<int>(*status);
  }
  if (value.has("bytes")) {
    auto const bytes = value["bytes"].integer();
    if (!bytes || *bytes < 0) return bad("\"bytes\" is a number from 0");
    fault.bytes = static_cast<std::size_t>(*bytes);
  }
  for (auto const& [name, text] : value["headers"].members()) fault.headers.emplace_back(name, text.scalar_text());
  fault.body = value["body"].text_or("");
  return fault;
}

json::Object to_json(Fault const& fault) {
  json::Object out{{"when", kWhen[static_cast<std::size_t>(fault.when)]}, {"do", kDo[static_cast<std::size_t>(fault.what)]}};
  if (fault.service) out.append("service", name_of(*fault.service));
  out.append("match", fault.match.to_text());
  if (fault.nth) out.append("nth", *fault.nth);
  if (fault.every) out.append("every", *fault.every);
  if (fault.times) out.append("times", *fault.times);
  if (fault.probability < 1) {
    out.append("probability", json::Number{fmt::format("{}", fault.probability)});
    out.append("seed", fault.seed);
  }
  if (fault.what == Fault::Do::hold) out.append("for", fmt::format("{}ms", fault.hold_for.count()));
  if (fault.what == Fault::Do::status) out.append("status", fault.status);
  return out;
}

// A number in [0, 1) that depends on seed and index alone (splitmix64).
double chance(std::uint64_t seed, std::int64_t index) {
  std::uint64_t mixed = seed * 0x9e3779b97f4a7c15U + static_cast<std::uint64_t>(index) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  mixed ^= mixed >> 31U;
  return static_cast<double>(mixed >> 11U) * 0x1p-53;
}

}  // namespace

tandem::Result<std::vector<Fault>> faults_from_json(json::Value const& list) {
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

void FaultPlan::add(Fault fault) { entries_.push_back({std::move(fault), 0, 0}); }

bool FaultPlan::is_due(Entry const& entry) {
  auto const& fault = entry.fault;
  auto const first = fault.nth.value_or(fault.every.value_or(1));
  if (entry.seen < first) return false;
  if (fault.times && entry.hits >= *fault.times) return false;
  // `nth` alone means that very request, also when another fault took it first.
  bool const only_that_one = fault.nth && !fault.every && !fault.times;
  if (only_that_one && entry.seen != first) return false;
  if ((entry.seen - first) % fault.every.value_or(1) != 0) return false;
  return fault.probability >= 1 || chance(fault.seed, entry.seen) < fault.probability;
}

std::optional<Fault> FaultPlan::take(ServiceName service, std::string_view method, std::string_view path) {
  std::optional<Fault> hit;
  for (auto& entry : entries_) {
    if (entry.fault.service.value_or(service) != service || !entry.fault.match.matches(method, path)) continue;
    ++entry.seen;
    if (hit || !is_due(entry)) continue;
    ++entry.hits;
    hit = entry.fault;
  }
  return hit;
}

json::Value FaultPlan::to_json() const {
  json::Array out;
  for (auto const& entry : entries_) {
    auto fault = sandbox::to_json(entry.fault);
    fault.append("seen", entry.seen);
    fault.append("hits", entry.hits);
    out.push_back(std::move(fault));
  }
  return out;
}

}  // namespace sandbox
