// `push-event` as receivers and cron use it: exit codes, outcomes, proof, repeated deliveries, many at once, killed (SPEC F).
#include <catch2/catch.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "background.hpp"
#include "synced.hpp"

using namespace tandem;
using namespace cli_test;
using namespace std::chrono_literals;

namespace {

json::Value told(Ran const& ran) {
  auto const parsed = json::parse(ran.out);
  INFO(ran.all());
  REQUIRE(parsed.has_value());
  return *parsed;
}

json::Value first_hint(Ran const& ran) { return told(ran)["events"].at(0)["hints"].at(0); }

}  // namespace

TEST_CASE("an event ends with its outcome and reason: nothing to do, a Jira-only edit, no link, no sense [F2][F5][F8]") {
  Synced const world;
  auto const issue = world.issue(0);
  auto const& push = [&](std::string const& body) { return world.ann.tandem({"push-event", "--output", "json", "-"}, {}, body); };

  auto const same = push(updated(issue));
  CHECK(same.code == 0);
  CHECK(first_hint(same)["outcome"].text() == "unchanged");
  CHECK(first_hint(same)["reason"].text() == "no-change");

  world.jira("PUT", "/rest/api/3/issue/" + std::string(issue["key"].text()),
             json::Object{{"fields", json::Object{{"summary", "By hand"}}}});
  auto const edited = push(updated(issue));
  CHECK(edited.code == 0);
  CHECK(first_hint(edited)["reason"].text() == "direction");

  auto const before = world.requests();
  auto const stranger = push(R"({"webhookEvent":"jira:issue_updated","issue":{"id":"999999","key":"OPS-1"}})");
  CHECK(stranger.code == 0);
  CHECK(first_hint(stranger)["reason"].text() == "not-linked");
  auto const file = push(R"({"webhookEvent":"attachment_created","attachment":{"id":"5"}})");
  CHECK(first_hint(file)["reason"].text() == "attachments-off");
  auto const user = push(R"({"webhookEvent":"user_deleted","timestamp":1})");
  CHECK(user.code == 0);
  CHECK(told(user)["events"].at(0)["reason"].text() == "unneeded-event");
  auto const unknown = push(R"({"webhookEvent":"jira:something_new","timestamp":1})");
  CHECK(unknown.code == 0);
  CHECK(told(unknown)["events"].at(0)["outcome"].text() == "ignored");
  CHECK(told(unknown)["events"].at(0)["reason"].text() == "unknown-event");
  CHECK(world.requests() == before);  // none of these cost a request
  CHECK(world.waiting() == 0);
}

TEST_CASE("an unknown structure is exit 2 and names what was expected; a wrong --issue too [F1]") {
  Synced const world;
  auto const bad = world.ann.tandem({"push-event"}, {}, R"({"hello":1})");
  CHECK(bad.code == 2);
  CHECK_THAT(bad.err, Catch::Contains("expected a Jira webhook"));
  CHECK(world.ann.tandem({"push-event", "--issue", "SUP 1"}).code == 2);
  CHECK(world.ann.tandem({"push-event", "--ndjson", "--token", "x"}).code == 2);
  CHECK(world.ann.tandem({"push-event", world.ann.folder().path("nowhere")}).code == 2);
}

TEST_CASE("an event follows a record that changed, and the next cycle has nothing left to do [F2][R4]") {
  Synced const world;
  auto const issue = world.issue(0);
  auto const record = std::string(issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text());
  world.sandbox.post("edit", json::Object{{"as", "alice"},
                                          {"side", "dataverse"},
                                          {"method", "PATCH"},
                                          {"path", "/api/data/v9.2/incidents(" + record + ")"},
                                          {"body", json::Object{{"title", "Edited by Alice"}}}});
  auto const ran = world.ann.tandem({"push-event", "--issue", std::string(issue["key"].text()), "--output", "json"});
  CHECK(ran.code == 0);
  CHECK(first_hint(ran)["outcome"].text() == "updated");
  CHECK(world.issue(0)["fields"]["summary"].text() == "Edited by Alice");
}

TEST_CASE("with a stored secret only proven payloads are taken; --issue alone needs none [F6]") {
  Synced const world;
  auto const secret = world.sandbox.value("webhookSecret");
  REQUIRE(world.ann.tandem({"auth", "set", "--webhook-secret-env", "HOOK"}, {{"HOOK", secret}}).code == 0);
  auto const body = updated(world.issue(0));
  auto const signature = "sha256=" + to_hex(hmac_sha256(secret, body));
  auto const push = [&](std::vector<std::string> more, std::map<std::string, std::string> environment, std::string const& input) {
    std::vector<std::string> args{"push-event", "--enqueue-only"};
    args.insert(args.end(), more.begin(), more.end());
    return world.ann.tandem(args, environment, input);
  };
  CHECK(push({"-"}, {}, body).code == 4);
  CHECK(push({"--signature", signature, "-"}, {}, body + " ").code == 4);
  CHECK(push({"--token", "guess", "-"}, {}, body).code == 4);
  CHECK(push({"-"}, {{"TANDEM_WEBHOOK_SIGNATURE", "sha1=" + signature}}, body).code == 4);
  CHECK(push({"-"}, {}, "{ no json").code == 4);  // proof before structure
  CHECK(world.waiting() == 0);
  CHECK(push({"--signature", signature, "-"}, {}, body).code == 0);
  CHECK(push({"-"}, {{"TANDEM_WEBHOOK_SIGNATURE", signature}}, body).code == 0);
  CHECK(push({"--token", secret, "-"}, {}, body).code == 0);
  CHECK(push({"--issue", "SUP-2"}, {}, "").code == 0);
  CHECK(world.waiting() == 2);
  CHECK(push({"--token", secret, "-"}, {}, body).all().find(secret) == std::string::npos);
}

TEST_CASE("a delivery that comes again does nothing [F7]") {
  Synced const world;
  auto const body = updated(world.issue(0));
  CHECK(world.ann.tandem({"push-event", "--delivery-id", "d-1", "-"}, {}, body).code == 0);
  auto const before = world.requests();
  auto const again = world.ann.tandem({"push-event", "--delivery-id", "d-1", "--output", "json", "-"}, {}, body);
  CHECK(again.code == 0);
  CHECK(told(again)["events"].at(0)["outcome"].text() == "repeated");
  CHECK(told(again)["events"].at(0)["reason"].text() == "repeated-delivery");
  CHECK(world.requests() == before);
}

TEST_CASE("--enqueue-only makes no request and keeps no payload; sync-once handles what waits [F2][F11][E1]") {
  Synced const world;
  auto const before = world.requests();
  auto const planted = R"({"webhookEvent":"jira:issue_updated","issue":{"id":"1","fields":{"summary":"planted-words"}}})";
  CHECK(world.ann.tandem({"push-event", "--enqueue-only", "-"}, {}, planted).code == 0);
  CHECK(world.ann.tandem({"push-event", "--enqueue-only", "-"}, {}, updated(world.issue(1))).code == 0);
  CHECK(world.requests() == before);
  CHECK(world.waiting() == 2);
  std::ifstream file(world.ann.state() + "/default/data.mdb", std::ios::binary);
  std::string const bytes{std::istreambuf_iterator<char>(file), {}};
  CHECK(bytes.find("planted-words") == std::string::npos);
  auto const dry = world.ann.tandem({"sync-once", "--dry-run"});
  CHECK_THAT(dry.out, Catch::Contains("event issue 1 issue-updated: queued"));
  CHECK(world.waiting() == 2);
  auto const run = world.ann.tandem({"sync-once", "--output", "json"});
  CHECK(run.code == 0);
  CHECK(told(run)["events"].items().size() == 2);
  CHECK(world.waiting() == 0);
  CHECK(world.ann.tandem({"status", "--check"}).code == 0);
}

TEST_CASE("each line of --ndjson stands alone: good ones are kept, the others are told with their line [F6]") {
  Synced const world;
  auto const line = [](std::string const& body, std::string const& id) {
    return json::to_text(json::Object{{"headers", json::Object{{"x-atlassian-webhook-identifier", id}}}, {"body", body}}) + "\n";
  };
  auto const input = line(updated(world.issue(0)), "a") + "no json\n" + "\n" + line(updated(world.issue(0)), "a") +
                     line("{}", "b") + line(updated(world.issue(1)), "c");
  auto const ran = world.ann.tandem({"push-event", "--ndjson", "--enqueue-only", "--output", "json"}, {}, input);
  CHECK(ran.code == 2);
  std::vector<std::string> outcomes;
  auto const report = told(ran);
  for (auto const& event : report["events"].items())
    outcomes.push_back(event["line"].scalar_text() + " " + std::string(event["outcome"].text()));
  CHECK(outcomes == std::vector<std::string>{"1 queued", "2 invalid", "4 repeated", "5 invalid", "6 queued"});
  CHECK(world.waiting() == 2);
}

TEST_CASE("without a libcurl and a libxml2 that can be loaded an event is kept; what makes requests says what to install [F11]") {
  Synced const world;
  auto const folder = world.ann.folder().path("broken");
  std::filesystem::create_directories(folder);
  for (auto const* const library : {"/libcurl.so.4", "/libxml2.so.2"}) std::ofstream(folder + library) << "no library";
  std::map<std::string, std::string> const broken{{"LD_LIBRARY_PATH", folder}};
  auto const kept = world.ann.tandem({"push-event", "--enqueue-only", "-"}, broken, updated(world.issue(0)));
  INFO(kept.all());
  CHECK(kept.code == 0);
  CHECK(world.waiting() == 1);
  auto const cycle = world.ann.tandem({"sync-once"}, broken);
  CHECK(cycle.code == 3);
  CHECK_THAT(cycle.err, Catch::Contains("libcurl.so.4 cannot be loaded") && Catch::Contains("libcurl4"));
  CHECK(world.ann.tandem({"sync-once"}).code == 0);
  CHECK(world.waiting() == 0);
}

TEST_CASE("with a system that cannot be reached an event waits, exit 0, and is handled later [F3]") {
  Synced const world;
  world.sandbox.post(
      "faults",
      json::Array{json::Object{
          {"when", "before"}, {"match", "POST /rest/api/3/issue/bulkfetch"}, {"nth", 1}, {"do", "status"}, {"status", 403}}});
  auto const ran = world.ann.tandem({"push-event", "--output", "json", "-"}, {}, updated(world.issue(0)));
  INFO(ran.all());
  CHECK(ran.code == 0);
  CHECK(first_hint(ran)["outcome"].text() == "queued");
  CHECK(first_hint(ran)["reason"].text() == "unreachable");
  CHECK(world.waiting() == 1);
  world.sandbox.post("faults", json::Array{});
  CHECK(world.ann.tandem({"sync-once"}).code == 0);
  CHECK(world.waiting() == 0);
}

TEST_CASE("a deleted issue breaks its link, and nothing is made anew [F9][D12]") {
  Synced const world;
  auto const issue = world.issue(0);
  world.jira("DELETE", "/rest/api/3/issue/" + std::string(issue["id"].text()), json::Value());
  auto const payload = json::to_text(
      json::Object{{"webhookEvent", "jira:issue_deleted"}, {"issue", json::Object{{"id", issue["id"]}, {"key", issue["key"]}}}});
  auto const ran = world.ann.tandem({"push-event", "--output", "json", "-"}, {}, payload);
  CHECK(first_hint(ran)["outcome"].text() == "broken");
  CHECK(world.ann.tandem({"sync-once"}).code == 0);
  auto const state = world.sandbox.get("state");
  CHECK(state["jira"]["issues"].items().size() == 11);
  CHECK(first_hint(world.ann.tandem({"push-event", "--output", "json", "-"}, {}, payload))["outcome"].text() == "broken");
}

TEST_CASE("a push-event that is killed at any moment leaves its event whole or not at all [F2][R1]") {
  Synced const world;
  auto const issue = world.issue(0);
  for (int i = 0; i < 25; ++i) {
    Background push(TANDEM_PROGRAM, Call{{"push-event", world.file("payload", updated(issue))}, world.environment(), ""});
    std::this_thread::sleep_for(std::chrono::milliseconds{i * 4});
    push.kill();
    CHECK(world.ann.tandem({"status", "--check"}).code == 0);
  }
  CHECK(world.waiting() <= 1);
  CHECK(world.ann.tandem({"sync-once"}).code == 0);
  CHECK(world.waiting() == 0);
  CHECK(world.issue(0)["fields"]["summary"] == issue["fields"]["summary"]);
}
