// Ways over a workflow of twelve statuses without direct ones: the fewest steps over what is known, and nothing beside the way (SPEC G3).
#include <catch2/catch.hpp>

#include <deque>
#include <map>
#include <set>

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/sync/retry_table.hpp>

#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::ServiceName;

namespace {

using Names = std::vector<std::string>;

// The stages of the world `warranty`, by their values from 1 on; its statuses have the same names.
Names const kStages{"Registered",     "Triage",  "Assessment", "Evidence Requested", "Expert Review", "Negotiation", "Offer Sent",
                    "Offer Accepted", "Payment", "Settled",    "Rejected",           "Fraud Check"};

struct Way {
  std::string from, to;
};
// What everybody may do there; two more show to alice alone.
std::vector<Way> const kOpen{{"Registered", "Triage"},
                             {"Triage", "Assessment"},
                             {"Evidence Requested", "Assessment"},
                             {"Assessment", "Evidence Requested"},
                             {"Assessment", "Expert Review"},
                             {"Assessment", "Negotiation"},
                             {"Expert Review", "Negotiation"},
                             {"Negotiation", "Offer Sent"},
                             {"Offer Sent", "Offer Accepted"},
                             {"Offer Sent", "Negotiation"},
                             {"Offer Accepted", "Payment"},
                             {"Payment", "Settled"},
                             {"Expert Review", "Rejected"},
                             {"Offer Sent", "Rejected"},
                             {"Settled", "Triage"},
                             {"Rejected", "Triage"},
                             {"Fraud Check", "Assessment"}};

// How many steps the shortest way has; -1 = there is none.
int distance(std::string const& from, std::string const& to) {
  std::map<std::string, int> steps{{from, 0}};
  for (std::deque<std::string> open{from}; !open.empty(); open.pop_front()) {
    for (auto const& way : kOpen) {
      if (way.from == open.front() && steps.emplace(way.to, steps[way.from] + 1).second) open.push_back(way.to);
    }
  }
  auto const found = steps.find(to);
  return found == steps.end() ? -1 : found->second;
}

std::string item(std::string const& more = "") {
  return fmt::format(R"({{ "name": "claims", "mode": "one-way", "jira": {{ "project": "WAR", "issueType": "Task" }},
    "dynamics": {{ "module": "custom", "entity": "new_claim" }}, "autoCreate": true, "comments": {{ "enabled": false }},
    "attachments": {{ "enabled": false }}, "status": {{ "enabled": true, "column": "new_stage"{} }},
    "mappings": [{{ "column": "new_name", "field": "summary" }}] }})",
                     more);
}

class Claims {
 public:
  explicit Claims(std::string const& text = item()) : story({.item_text = text, .world = "warranty"}) {
    story.run_well();
    pass(20min);
  }
  void pass(Millis time) { story.world().advance(time); }
  json::Value issue() { return story.issues().at(0); }
  std::string status() { return std::string(issue()["fields"]["status"]["name"].text()); }
  // The statuses that the issue has had, in order.
  Names visited() {
    Names out;
    auto const whole = issue();  // outlives the references below
    for (auto const& entry : whole["changelog"].items()) {
      for (auto const& one : entry["items"].items()) {
        if (one["fieldId"].text() == "status") out.emplace_back(one["toString"].text());
      }
    }
    return out;
  }
  // A person puts the claim there, and a cycle follows.
  sync::RunRecord claim_to(std::string const& stage) {
    stage_ = stage;
    auto const value = std::find(kStages.begin(), kStages.end(), stage) - kStages.begin() + 1;
    std::string id;
    auto const state = story.world().dataverse().state();
    for (auto const& row : state["rows"]["new_claim"].items()) id = row["new_claimid"].text();
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/new_claims(" + id + ")",
               fmt::format(R"({{"new_stage":{}}})", value));
    return cycle();
  }
  sync::RunRecord cycle() {
    story.forget_requests();
    auto ran = story.run();
    REQUIRE(ran.record.has_value());
    for (auto const& one : ran.told.failures) UNSCOPED_INFO("failed: " << code_of(one.reason) << " " << one.detail);
    if (!ran.record->error.empty()) UNSCOPED_INFO(ran.record->error);
    for (auto const& one : ran.record->items) UNSCOPED_INFO(json::to_text(one.to_json()));
    return *ran.record;
  }
  void let_workflow_be_read() { story.configure("jira.grantPermission", "VIEW_READONLY_WORKFLOW"); }
  std::size_t asked_for_workflow() {
    std::size_t count = 0;
    auto const all = story.world().requests();
    for (auto const& one : all["log"].items()) {
      if (one["path"].text() == "/rest/api/3/workflows") ++count;
    }
    return count;
  }
  // How often Jira was asked what may be done on an issue.
  std::size_t looks() {
    std::size_t count = 0;
    auto const all = story.world().requests();
    for (auto const& one : all["log"].items()) {
      auto const target = std::string(one["target"].text());
      if (one["method"].text() == "GET" && target.find("/transitions?") != std::string::npos) ++count;
    }
    return count;
  }
  std::string reason() {
    std::string out;
    REQUIRE(story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const all, sync::retries_of(reader, "claims", "", 10));
      for (auto const& one : all) out = one.reason;
      return Unit{};
    }));
    return out;
  }
  // One issue in each status, put there by somebody who may do everything: so Jira shows us the ways from there.
  void stand_everywhere() {
    std::vector<Names> const ways{{"11"},
                                  {"11", "21"},
                                  {"11", "21", "31"},
                                  {"11", "21", "41"},
                                  {"11", "21", "51"},
                                  {"11", "21", "51", "61"},
                                  {"11", "21", "51", "61", "71"},
                                  {"11", "21", "51", "61", "71", "91"},
                                  {"11", "21", "51", "61", "71", "91", "101"},
                                  {"11", "21", "41", "111"},
                                  {"11", "131"}};
    for (auto const& way : ways) {
      auto const made = story.edit("alice", ServiceName::jira, "POST", "/rest/api/3/issue",
                                   R"({"fields":{"project":{"key":"WAR"},"issuetype":{"id":"10002"},"summary":"Other"}})");
      for (auto const& id : way) {
        auto const* const fields = id == "101" || id == "111" ? R"({"resolution":{"name":"Done"}})" : "{}";
        story.edit("alice", ServiceName::jira, "POST", "/rest/api/3/issue/" + std::string(made["key"].text()) + "/transitions",
                   fmt::format(R"({{"transition":{{"id":"{}"}},"fields":{}}})", id, fields));
      }
    }
    pass(1min);
  }

  Story story;

 private:
  std::string stage_;
};

// Each status lies on a shortest way from the first to the last: it is one step further and one step nearer.
void check_way(Names const& visited, std::string const& from, std::string const& to) {
  auto const whole = distance(from, to);
  CAPTURE(from, to, visited);
  CHECK(static_cast<int>(visited.size()) == whole);
  for (std::size_t i = 0; i < visited.size(); ++i) {
    CHECK(distance(from, visited[i]) == static_cast<int>(i) + 1);
    CHECK(distance(visited[i], to) == whole - static_cast<int>(i) - 1);
  }
}

}  // namespace

TEST_CASE("over ways that are known each status is reached by the fewest steps; one behind a hidden way costs nothing [G3]") {
  auto const target = GENERATE(from_range(kStages.begin() + 1, kStages.end()));
  CAPTURE(target);
  Claims claims;
  claims.stand_everywhere();
  auto const way = distance("Registered", target);
  claims.claim_to(target);
  if (way < 0) {  // Fraud Check: its only transition has a condition that does not show it to us
    CHECK(claims.visited().empty());
    CHECK(claims.status() == "Registered");
    CHECK(claims.reason() == "no-transition");
    return;
  }
  CHECK(claims.status() == target);
  check_way(claims.visited(), "Registered", target);
  if (target == "Settled" || target == "Rejected") CHECK_FALSE(claims.issue()["fields"]["resolution"].is_null());
  claims.pass(20min);
  claims.cycle();
  CHECK(claims.story.writes().empty());
}

TEST_CASE("walks from status to status take the fewest steps each, and what was learned is not asked for again [G3]") {
  Claims claims;
  claims.stand_everywhere();
  std::string at = "Registered";
  std::size_t seen = 0;
  for (auto const* next : {"Rejected", "Evidence Requested", "Settled", "Expert Review", "Offer Sent", "Negotiation", "Triage"}) {
    claims.claim_to(next);
    if (at != "Registered") CHECK(claims.looks() == static_cast<std::size_t>(distance(at, next)));  // once a step
    CHECK(claims.status() == next);
    auto const all = claims.visited();
    check_way(Names(all.begin() + static_cast<std::ptrdiff_t>(seen), all.end()), at, next);
    seen = all.size();
    at = next;
    claims.pass(20min);
  }
}

TEST_CASE("where nothing is known beyond the next step, nothing is walked, and the reason says so [G3]") {
  Claims claims;
  claims.claim_to("Settled");
  CHECK(claims.visited().empty());
  CHECK(claims.reason() == "no-transition");
  CHECK(claims.story.writes().empty());
  claims.pass(20min);
  claims.claim_to("Triage");  // a direct way
  CHECK(claims.visited() == Names{"Triage"});
}

TEST_CASE("a workflow that may be read tells every way at once, and is asked for once a day [G3]") {
  Claims claims;
  claims.let_workflow_be_read();
  std::string at = "Registered";
  std::size_t seen = 0, asked = 0;
  for (auto const* next : {"Rejected", "Evidence Requested", "Settled", "Expert Review", "Offer Sent", "Negotiation", "Triage"}) {
    claims.claim_to(next);
    asked += claims.asked_for_workflow();
    CHECK(claims.status() == next);
    auto const all = claims.visited();
    check_way(Names(all.begin() + static_cast<std::ptrdiff_t>(seen), all.end()), at, next);
    seen = all.size();
    at = next;
    claims.pass(20min);
  }
  CHECK(asked == 1);
  // The two ways with a condition count for nothing: neither is planned over.
  claims.claim_to("Fraud Check");
  CHECK(claims.visited().size() == seen);
  CHECK(claims.reason() == "no-transition");
}

TEST_CASE("what a refused workflow looks like does not matter, and it is not asked for again within a day [G3]") {
  auto const status = GENERATE(0, 400, 401, 403, 404);  // 0: as the sandbox refuses
  CAPTURE(status);
  Claims claims;
  if (status != 0) {
    Fault fault;
    fault.match = {"POST", "/rest/api/3/workflows"};
    fault.when = Fault::When::before;
    fault.what = Fault::Do::status;
    fault.status = status;
    fault.body = R"({"errorMessages":["no"]})";
    claims.story.world().set_faults({fault});
  }
  claims.claim_to("Settled");
  CHECK(claims.asked_for_workflow() >= 1);
  CHECK(claims.reason() == "no-transition");
  claims.pass(7h);
  claims.cycle();
  claims.pass(7h);
  claims.cycle();
  CHECK(claims.asked_for_workflow() == 0);
  CHECK(claims.visited().empty());
  // An administrator grants it: from the next day on the way is known.
  claims.story.world().set_faults({});
  claims.let_workflow_be_read();
  claims.pass(25h);
  claims.story.run_well({.retry_parked = true});
  CHECK(claims.status() == "Settled");
  check_way(claims.visited(), "Registered", "Settled");
}

TEST_CASE("the item's own path is followed where nothing else is known [G3]") {
  Claims claims(item(R"(, "path": ["Triage", "Assessment", "Expert Review"])"));
  claims.claim_to("Rejected");
  CHECK(claims.visited() == Names{"Triage", "Assessment", "Expert Review", "Rejected"});
}

TEST_CASE("a record that is set back while its issue is on the way has moved all the same [G1][R2]") {
  Story story({.item_text = R"({ "name": "support-cases", "mode": "one-way", "jira": { "project": "SUP", "issueType": "Task" },
    "dynamics": { "module": "customer-service", "entity": "incident", "filter": "casetypecode eq 2" }, "autoCreate": true,
    "status": { "enabled": true, "path": ["To Do"] }, "mappings": [{ "column": "title", "field": "summary" }] })"});
  story.run_well();
  auto const record = story.cases().front().id;
  auto const issue = [&] {
    return story.issue_of(record);
    return json::Value();
  };
  auto const in_dynamics = [&](std::string const& body) {
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + record + ")", body);
  };
  auto const status = [&] { return std::string(issue()["fields"]["status"]["name"].text()); };
  auto const transitions = fmt::format("/rest/api/3/issue/{}/transitions", issue()["id"].text());
  story.world().advance(20min);
  story.edit("bob", ServiceName::jira, "POST", transitions,
             R"({"transition":{"id":"31"},"fields":{"resolution":{"name":"Won't Do"}}})");
  story.world().advance(20min);
  story.run_well();
  REQUIRE(story.cases().front().row["statuscode"].integer().value_or(0) == 6);
  story.world().advance(20min);
  in_dynamics(R"({"statecode":0,"statuscode":1})");
  Fault lost;
  lost.when = Fault::When::before;
  lost.match = {"POST", transitions};
  lost.nth = 2;
  story.world().set_faults({lost});
  static_cast<void>(story.run());
  story.world().set_faults({});
  REQUIRE(status() == "To Do");  // one of two steps
  in_dynamics(R"({"statecode":2,"statuscode":6})");
  for (int i = 0; i < 3; ++i) {
    story.world().advance(20min);
    static_cast<void>(story.run());
  }
  CHECK(status() == "Done");
  CHECK(story.cases().front().row["statuscode"].integer().value_or(0) == 6);
}
