#include "box.hpp"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/base/time/instant.hpp>

namespace bench {

namespace json = tandem::json;

namespace {

[[noreturn]] void give_up(std::string const& why) {
  fmt::print(stderr, "tandem_bench: {}\n", why);
  std::exit(1);
}

// State and configuration below the workload's folder: the disk that is measured.
Surroundings const& below(Surroundings const& around) {
  ::setenv("TANDEM_TEST_TMP", around.folder.c_str(), 1);
  return around;
}

bool is_token(std::string_view request) { return request.find("/oauth2/") != std::string_view::npos; }

bool is_write(std::string_view request) {
  if (request.starts_with("GET ") || is_token(request)) return false;
  // Reads that are posted because their questions are long.
  constexpr std::array kReads{"/search/jql", "/search/approximate-count", "/bulkfetch"};
  return std::none_of(kReads.begin(), kReads.end(), [&](auto const* end) { return request.ends_with(end); });
}

std::vector<std::string> ids_in(json::Value const& rows, std::string const& id) {
  std::vector<std::string> out;
  for (auto const& row : rows.items()) out.emplace_back(row[id].text());
  return out;
}

}  // namespace

Box::Box(Surroundings const& around, std::vector<std::string> const& options)
    : tandem_(below(around).tandem),
      sandbox_(options),
      operator_(sandbox_),
      environment_{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TANDEM_STATE_DIR=" + operator_.state(),
                   "XDG_CONFIG_HOME=" + operator_.folder().path("config"), "HOME=" + operator_.folder().path("home")} {
  // The clock is advanced by hours that the program's own does not see: it would take an expired token for a good one.
  sandbox_.configure("entra.tokenLifetime", 86'399);
  auto const connected = operator_.connect();
  if (connected.code != 0) give_up("auth set failed: " + connected.all());
  organisation_ = edit("dataverse", "GET", "/api/data/v9.2/WhoAmI")["OrganizationId"].text();
}

void Box::apply(json::Object const& item, std::vector<std::string> more) {
  more.insert(more.begin(), {"items", "apply", "-f", operator_.folder().write("item.json", json::to_text(item))});
  auto const applied = operator_.tandem(more);
  if (applied.code != 0) give_up("items apply failed: " + applied.all());
}

void Box::quick() const {
  sandbox_.configure("latencyMs", json::Object{{"jira", 0}, {"dataverse", 0}});
  sandbox_.configure("limits", "off");
}

void Box::documented() const {
  auto const millis = [](Seconds time) { return static_cast<std::int64_t>(time.count() * 1000); };
  sandbox_.configure("latencyMs", json::Object{{"jira", millis(kJira)}, {"dataverse", millis(kDataverse)}});
  sandbox_.configure("limits", "documented");
}

Measured Box::cycle(std::vector<std::string> const& more) const {
  forget_requests();
  return cycle_after(more);
}

void Box::forget_requests() const { httplib::Client(sandbox_.value("jira")).Delete("/_sandbox/requests"); }

Measured Box::cycle_after(std::vector<std::string> const& more) const {
  std::vector<std::string> args{"sync-once", "-q", "--deadline", "5h"};
  args.insert(args.end(), more.begin(), more.end());
  auto out = run_program(tandem_, args, environment_);
  auto const requests = sandbox_.get("requests?last=0");
  for (auto const& [name, count] : requests["counts"].members()) {
    out.requests[name] = static_cast<std::uint64_t>(count.integer().value_or(0));
  }
  for (auto const& [service, statuses] : requests["statuses"].members()) {
    out.throttled += static_cast<std::uint64_t>(statuses["429"].integer().value_or(0));
  }
  return out;
}

void Box::settle() const {
  quick();
  for (int i = 0; i < 2; ++i) {
    run_program(tandem_, {"sync-once", "-q", "--deadline", "5h"}, environment_);
    advance("15m");
  }
  documented();
}

void Box::advance(std::string const& by) const { sandbox_.post("clock", json::Object{{"advance", by}}); }

json::Value Box::edit(std::string const& side, std::string const& method, std::string const& path,
                      json::Value const& body) const {
  json::Object request{{"as", "alice"}, {"side", side}, {"method", method}, {"path", path}};
  if (!body.is_null()) request.set("body", body);
  return sandbox_.post("edit", request);
}

std::vector<std::string> Box::records(std::string const& set, std::string const& id) const {
  std::vector<std::string> out;
  auto path = fmt::format("/api/data/v9.2/{}?$select={}", set, id);
  while (!path.empty()) {
    auto const page = edit("dataverse", "GET", path);
    auto const some = ids_in(page["value"], id);
    out.insert(out.end(), some.begin(), some.end());
    auto const next = page["@odata.nextLink"].text();
    auto const at = next.find("/api/");
    path = at == std::string_view::npos ? "" : next.substr(at);
  }
  return out;
}

std::vector<std::string> Box::issues() const {
  std::vector<std::string> out;
  json::Object question{{"jql", "project = SUP ORDER BY key"}, {"maxResults", 5000}, {"fields", json::Array{"id"}}};
  for (;;) {
    auto const page = edit("jira", "POST", "/rest/api/3/search/jql", question);
    auto const some = ids_in(page["issues"], "id");
    out.insert(out.end(), some.begin(), some.end());
    auto const next = page["nextPageToken"].text();
    if (next.empty()) return out;
    question.set("nextPageToken", next);
  }
}

void Box::add_notes(std::vector<std::string> const& cases, std::size_t count) const {
  constexpr std::size_t kAtOnce = 500;
  json::Array targets;
  for (std::size_t i = 0; i < count; ++i) {
    targets.push_back(json::Object{{"@odata.type", "Microsoft.Dynamics.CRM.annotation"},
                                   {"subject", fmt::format("Note {}", i)},
                                   {"notetext", fmt::format("What was said in call {}: <b>the printer</b> does not print.", i)},
                                   {"objectid_incident@odata.bind", "/incidents(" + cases[i % cases.size()] + ")"}});
    if (targets.size() < kAtOnce && i + 1 < count) continue;
    edit("dataverse", "POST", "/api/data/v9.2/annotations/Microsoft.Dynamics.CRM.CreateMultiple",
         json::Object{{"Targets", std::exchange(targets, {})}});
  }
}

Seconds Box::first_request_after(std::chrono::system_clock::time_point began) const {
  auto const first = tandem::parse_instant(sandbox_.get("requests")["log"].at(0)["at"].text());
  auto const now = tandem::parse_instant(sandbox_.post("clock", json::Object{{"advance", "0s"}})["now"].text());
  if (!first || !now) return Seconds{0};
  auto const ahead = *now - std::chrono::floor<tandem::Millis>(std::chrono::system_clock::now());  // virtual time
  return *first - ahead - began;
}

json::Object bench_item(json::Object const& parts) {
  auto const maps = [](char const* column, char const* field) { return json::Object{{"column", column}, {"field", field}}; };
  auto priority = maps("prioritycode", "priority");
  priority.set("values", json::Object{{"1", "High"}, {"2", "Medium"}, {"3", "Low"}});
  json::Object item{{"name", "bench"},
                    {"mode", "two-way"},
                    {"jira", json::Object{{"project", "SUP"}, {"issueType", "Task"}}},
                    {"dynamics", json::Object{{"module", "customer-service"}, {"entity", "incident"}}},
                    {"autoCreate", true},
                    {"fields", true},
                    {"status", json::Object{{"enabled", false}}},
                    {"comments", json::Object{{"enabled", true}}},
                    {"attachments", json::Object{{"enabled", true}}},
                    {"brakes", json::Object{{"maxCreates", 100000}, {"maxUpdates", 100000}}},
                    {"timeZone", "Europe/Berlin"},
                    {"mappings", json::Array{maps("title", "summary"), maps("description", "description"), priority,
                                             maps("followupby", "duedate")}}};
  for (auto const& [name, value] : parts) item.set(name, value);
  return item;
}

std::uint64_t writes_of(Measured const& measured) {
  std::uint64_t out = 0;
  for (auto const& [request, count] : measured.requests) out += is_write(request) ? count : 0;
  return out;
}

std::uint64_t reads_of(Measured const& measured) {
  std::uint64_t out = 0;
  for (auto const& [request, count] : measured.requests) out += is_write(request) || is_token(request) ? 0 : count;
  return out;
}

}  // namespace bench
