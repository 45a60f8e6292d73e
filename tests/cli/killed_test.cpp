// The real program, killed by SIGKILL while its n-th request is before or after its effect: for every n of the main job, and for some (TANDEM_LONG=1:
// all) of a run over edits, statuses and conversations of both sides (SPEC R1).
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "background.hpp"
#include "driver.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

std::string const kItem = std::string(TANDEM_SOURCE) + "/examples/items/support-cases.json";

struct Ends {
  std::size_t issues = 0, notes = 0, remote_links = 0, records = 0;
};

Ends ends(Sandbox const& sandbox) {
  auto const state = sandbox.get("state");
  Ends out;
  std::set<std::string> records;
  for (auto const& issue : state["jira"]["issues"].items()) {
    ++out.issues;
    out.remote_links += issue["remoteLinks"].items().size();
    records.insert(std::string(issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text()));
  }
  for (auto const& note : state["dataverse"]["rows"]["annotation"].items()) {
    out.notes += note["notetext"].text().find("Issue ID: ") != std::string_view::npos ? 1U : 0U;
  }
  out.records = records.size();
  return out;
}

std::uint64_t writes(Sandbox const& sandbox) {
  std::uint64_t count = 0;
  auto const requests = sandbox.get("requests");
  for (auto const& [endpoint, times] : requests["counts"].members()) {
    bool const reads = endpoint.starts_with("GET ") || endpoint.find("bulkfetch") != std::string::npos ||
                       endpoint.find("search/jql") != std::string::npos || endpoint.find("/token") != std::string::npos;
    if (!reads) count += static_cast<std::uint64_t>(times.integer().value_or(0));
  }
  return count;
}

// Runs until its n-th request is held, and kills it there; false where it ended before.
bool kill_at(Sandbox const& sandbox, Operator const& ann, std::string const& when, std::int64_t nth, std::string const& jobs) {
  sandbox.post("faults", json::Array{json::Object{{"when", when}, {"match", ""}, {"nth", nth}, {"do", "hold"}, {"for", "1m"}}});
  auto const before = sandbox.get("requests")["total"].integer().value_or(0);
  std::map<std::string, std::string> const environment{
      {"TANDEM_STATE_DIR", ann.state()}, {"XDG_CONFIG_HOME", ann.folder().path("config")}, {"HOME", ann.folder().path("home")}};
  Background program(TANDEM_PROGRAM, {{"sync-once", "--jobs", jobs}, environment, ""});
  bool held = false;
  auto const until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (program.running() && !held && std::chrono::steady_clock::now() < until) {
    held = sandbox.get("requests")["total"].integer().value_or(0) - before >= nth;
    if (!held) std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  if (held) std::this_thread::sleep_for(std::chrono::milliseconds{5});  // after "after": its effect
  bool const alive = program.running();
  program.kill();
  sandbox.post("faults", json::Array{});
  return alive;
}

// True when the n-th request was reached and the program was killed there.
bool killed_at(std::string const& when, int nth) {
  Sandbox const sandbox;
  Operator const ann(sandbox);
  REQUIRE(ann.connect().code == 0);
  REQUIRE(ann.tandem({"items", "apply", "-f", kItem, "--baseline", "all"}).code == 0);
  sandbox.post("config", json::Object{{"jira.searchLag", "10m"}});
  if (!kill_at(sandbox, ann, when, nth, "1")) return false;

  sandbox.post("clock", json::Object{{"advance", "4m"}});
  auto const resumed = ann.tandem({"sync-once"});
  CAPTURE(when, nth, resumed.out, resumed.err);
  CHECK(resumed.code == 0);
  auto const end = ends(sandbox);
  CHECK(end.issues == 12);
  CHECK(end.records == 12);
  CHECK(end.notes == 12);
  CHECK(end.remote_links == 12);
  auto const written = writes(sandbox);
  CHECK(ann.tandem({"sync-once"}).code == 0);
  CHECK(writes(sandbox) == written);
  CHECK(ann.tandem({"status", "--check"}).code == 0);
  return true;
}

// Four cases under an item that mirrors everything, linked, with what people did since on both sides.
struct Busy {
  Sandbox sandbox;
  Operator ann{sandbox};

  Busy() {
    REQUIRE(ann.connect().code == 0);
    std::ofstream(ann.folder().path("busy.json")) << R"({ "name": "busy", "mode": "two-way",
      "jira": { "project": "SUP", "issueType": "Task" },
      "dynamics": { "module": "customer-service", "entity": "incident", "filter": "ticketnumber lt 'CAS-01005'" },
      "autoCreate": true, "fields": true, "status": { "enabled": true }, "comments": { "enabled": true }, "attachments": { "enabled": true },
      "mappings": [ { "column": "title", "field": "summary" }, { "column": "description", "field": "description" } ] })";
    REQUIRE(ann.tandem({"items", "apply", "-f", ann.folder().path("busy.json"), "--baseline", "all"}).code == 0);
    for (int i = 0; i < 2; ++i) {
      REQUIRE(ann.tandem({"sync-once"}).code == 0);
      sandbox.post("clock", json::Object{{"advance", "20m"}});
    }
    auto const state = sandbox.get("state");
    for (auto const& issue : state["jira"]["issues"].items()) {
      auto const record = std::string(issue["properties"]["tandem.link"]["links"]["busy"]["record"].text());
      for (auto const& row : state["dataverse"]["rows"]["incident"].items()) {
        if (row["incidentid"].text() == record)
          pairs_[std::string(row["ticketnumber"].text()).substr(0, 9)] = {record, std::string(issue["key"].text())};
      }
    }
    REQUIRE(pairs_.size() == 4);
    edit("jira", "PUT", issue(1), json::Object{{"fields", json::Object{{"summary", "Retitled in Jira"}}}});
    edit("dataverse", "PATCH", record(1), json::Object{{"description", "Described in Dynamics"}});
    edit("dataverse", "PATCH", record(2), json::Object{{"title", "Retitled in Dynamics"}});
    say_and_attach();
    edit("jira", "POST", issue(3) + "/transitions", json::Object{{"transition", json::Object{{"id", "31"}}}});
    auto const& [id, key] = pairs_.at("CAS-01004");
    edit("dataverse", "POST", "/api/data/v9.2/CloseIncident",
         json::Object{
             {"Status", 5},
             {"IncidentResolution", json::Object{{"subject", "By Alice"}, {"incidentid@odata.bind", "/incidents(" + id + ")"}}}});
  }

  // Both sides as people see them, without numbers: those are times and ids.
  [[nodiscard]] std::string seen() const {
    std::vector<std::string> lines;
    auto const state = sandbox.get("state");
    for (auto const& one : state["jira"]["issues"].items()) {
      auto const& fields = one["fields"];
      auto const of = "issue " + std::string(fields["summary"].text()) + ": ";
      lines.push_back(of + json::to_text(fields["description"]) + " " + std::string(fields["status"]["name"].text()) + " " +
                      std::string(fields["resolution"]["name"].text()));
      for (auto const& comment : one["comments"].items()) lines.push_back(of + json::to_text(comment["body"]));
      for (auto const& file : one["attachments"].items())
        lines.push_back(of + std::string(file["filename"].text()) + " " + std::string(file["sha256"].text()));
      for (auto const& link : one["remoteLinks"].items()) lines.push_back(of + json::to_text(link["object"]["title"]));
      for (auto const& entry : one["changelog"].items()) {
        for (auto const& item : entry["items"].items()) {
          if (item["field"].text() == "status") lines.push_back(of + "became " + std::string(item["toString"].text()));
        }
      }
    }
    auto const& rows = state["dataverse"]["rows"];
    for (auto const& row : rows["incident"].items())
      lines.push_back("case " + std::string(row["title"].text()) + " " + std::string(row["description"].text()) + " state " +
                      (row["statecode"].integer() == 0 ? "open" : "closed"));
    for (auto const& row : rows["annotation"].items())
      lines.push_back("note " + std::string(row["subject"].text()) + std::string(row["notetext"].text()) +
                      std::string(row["filename"].text()) + std::string(row["documentbody"].text()));
    for (auto const& row : rows["incidentresolution"].items())
      lines.push_back("resolution " + std::string(row["subject"].text()));
    for (auto& line : lines) std::erase_if(line, [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
    std::sort(lines.begin(), lines.end());
    std::string out;
    for (auto const& line : lines) out += line + "\n";
    return out;
  }
  [[nodiscard]] std::int64_t requests() const { return sandbox.get("requests")["total"].integer().value_or(0); }

 private:
  [[nodiscard]] std::string issue(int which) const {
    return "/rest/api/3/issue/" + pairs_.at("CAS-0100" + std::to_string(which)).second;
  }
  [[nodiscard]] std::string record(int which) const {
    return "/api/data/v9.2/incidents(" + pairs_.at("CAS-0100" + std::to_string(which)).first + ")";
  }
  void edit(std::string const& side, std::string const& method, std::string const& path, json::Value const& body) const {
    sandbox.post("edit", json::Object{{"as", "alice"}, {"side", side}, {"method", method}, {"path", path}, {"body", body}});
  }
  void say_and_attach() const {
    auto const words = *json::parse(
        R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Said in Jira"}]}]})");
    edit("jira", "POST", issue(2) + "/comment", json::Object{{"body", words}});
    json::Object const file{{"filename", "of jira.txt"}, {"base64", "amlyYQ=="}};
    edit("jira", "POST", issue(2) + "/attachments", json::Object{{"files", json::Array{file}}});
    auto const bound = "/incidents(" + pairs_.at("CAS-01002").first + ")";
    edit("dataverse", "POST", "/api/data/v9.2/annotations",
         json::Object{{"notetext", "Said in Dynamics"}, {"objectid_incident@odata.bind", bound}});
    edit("dataverse", "POST", "/api/data/v9.2/annotations",
         json::Object{{"subject", "A file"},
                      {"filename", "of dynamics.txt"},
                      {"documentbody", "ZHluYW1pY3M="},
                      {"objectid_incident@odata.bind", bound}});
  }

  std::map<std::string, std::pair<std::string, std::string>> pairs_;  // by the number's beginning: record, key
};

}  // namespace

TEST_CASE("SIGKILL in the middle of edits, statuses and a conversation with files ends as if nothing had happened [R1]") {
  std::string expected;
  std::int64_t requests = 0;
  {
    Busy const busy;
    auto const before = busy.requests();
    auto const ran = busy.ann.tandem({"sync-once", "--jobs", "1"});
    INFO(ran.all());
    REQUIRE(ran.code == 0);
    requests = busy.requests() - before;
    expected = busy.seen();
    for (auto const* words : {"case Retitled in Jira", "issue Retitled in Dynamics", "Said in Jira", "Said in Dynamics"}) {
      CAPTURE(expected, words);
      CHECK(expected.find(words) != std::string::npos);
    }
  }
  // Every third request, or each: one of them before its effect, the next after it; the services are asked one by one or by four at once.
  int points = 0;
  std::int64_t const step = std::getenv("TANDEM_LONG") != nullptr ? 1 : 5;
  for (std::int64_t nth = 2; nth <= requests; nth += step) {
    auto const* when = nth % 2 == 0 ? "after" : "before";
    auto const* jobs = nth % 3 == 0 ? "4" : "1";
    Busy const busy;
    if (!kill_at(busy.sandbox, busy.ann, when, nth, jobs)) continue;
    ++points;
    busy.sandbox.post("clock", json::Object{{"advance", "4m"}});
    auto const resumed = busy.ann.tandem({"sync-once"});
    CAPTURE(when, nth, jobs, resumed.all());
    CHECK(resumed.code == 0);
    CHECK(busy.seen() == expected);
    auto const written = writes(busy.sandbox);
    CHECK(busy.ann.tandem({"sync-once"}).code == 0);
    CHECK(writes(busy.sandbox) == written);
    CHECK(busy.ann.tandem({"status", "--check"}).code == 0);
  }
  std::printf("SIGKILL at %d points of edits, statuses and a conversation, each resumed and compared\n", points);
  CHECK(points >= 5);
}

TEST_CASE("SIGKILL before and after every request of the main job ends with exactly twelve issues and link notes [R1]") {
  int points = 0;
  for (auto const* when : {"before", "after"}) {
    int nth = 1;
    while (killed_at(when, nth)) ++nth;
    points += nth - 1;
  }
  std::printf("SIGKILL at %d points, each resumed and compared\n", points);
  CHECK(points >= 30);
}

TEST_CASE(
    "marks that are written beside the making of further issues are neither lost nor doubled, also by a SIGKILL meanwhile "
    "[D9][D10][R1]") {
  auto const nth = GENERATE(0, 30, 90, 180);  // request that it is killed at; 0 = not at all
  Sandbox const sandbox({"--records", "288", "--latency-ms", "jira=4,dataverse=4"});
  Operator const ann(sandbox);
  REQUIRE(ann.connect().code == 0);
  REQUIRE(ann.tandem({"items", "apply", "-f", kItem, "--baseline", "all"}).code == 0);
  if (nth > 0) {
    REQUIRE(kill_at(sandbox, ann, "after", nth, "8"));
    sandbox.post("clock", json::Object{{"advance", "4m"}});
  }
  auto const ran = ann.tandem({"sync-once"});
  CAPTURE(nth, ran.all());
  CHECK(ran.code == 0);
  auto const end = ends(sandbox);
  CHECK(end.issues == 300);
  CHECK(end.records == 300);
  CHECK(end.notes == 300);
  CHECK(end.remote_links == 300);
  auto const written = writes(sandbox);
  CHECK(ann.tandem({"sync-once"}).code == 0);
  CHECK(writes(sandbox) == written);
  CHECK(ann.tandem({"status", "--check"}).code == 0);
}

TEST_CASE("link notes that are refused beside the making of further issues are counted one by one, and cost no issue [D9]") {
  Sandbox const sandbox({"--records", "188"});
  Operator const ann(sandbox);
  REQUIRE(ann.connect().code == 0);
  REQUIRE(ann.tandem({"items", "apply", "-f", kItem, "--baseline", "all"}).code == 0);
  sandbox.configure("dataverse.revokePrivilege", "prvCreateNote");
  auto const ran = ann.tandem({"sync-once", "--output", "json"});
  INFO(ran.all());
  auto const told = *json::parse(ran.out);
  auto const& item = told["items"].at(0);
  CHECK(item["created"].integer() == 200);
  CHECK(item["marks"].integer() == 200);  // remote links
  CHECK(item["skipped"]["link-note-refused"].integer() == 200);
  CHECK(ends(sandbox).remote_links == 200);
}
