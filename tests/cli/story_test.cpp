// The main job as an operator runs it: apply, dry run, sync, edit, sync; and how a run ends when something is in its way.
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <tandem/base/json/parse.hpp>

#include "connected.hpp"

using namespace tandem;
using namespace cli_test;
namespace fs = std::filesystem;

namespace {

struct Story : Connected {
  using Connected::Connected;
  void apply_all() const { REQUIRE(tandem({"items", "apply", "-f", kSupportCases, "--baseline", "all"}).code == 0); }
};

std::size_t count_of(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size())) ++count;
  return count;
}

}  // namespace

TEST_CASE("a dry run prints every field of every issue and changes not one byte [E9]") {
  Story const story;
  story.apply_all();
  auto const data = story.store_hash();
  auto const before = story.both_sides();
  auto const dry = story.tandem({"sync-once", "--dry-run"});
  CAPTURE(dry.out, dry.err);
  CHECK(dry.code == 0);
  CHECK(count_of(dry.out, "create issue for CAS-") == 12);
  CHECK(count_of(dry.out, "\n    summary = ") == 12);
  CHECK(count_of(dry.out, "\n    priority = ") == 12);
  CHECK(story.tandem({"sync-once", "--dry-run", "--exit-code"}).code == 10);
  auto const report = story.json_of({"sync-once", "--dry-run"});
  CHECK(report["dryRun"].truthy());
  CHECK(report["plans"].items().size() == 12);
  CHECK(story.store_hash() == data);
  CHECK(story.both_sides() == before);
}

TEST_CASE("twelve cases become twelve issues, once; an edit changes one issue; then nothing is left to do [E4] [R4]") {
  Story const story;
  story.apply_all();
  auto const first = story.json_of({"sync-once"});
  CHECK(first["items"].at(0)["created"].integer() == 12);
  CHECK(first["exit"].integer() == 0);
  auto const after = story.both_sides();
  CHECK(after["jira"]["issues"].items().size() == 12);
  std::set<std::string> records;
  for (auto const& issue : after["jira"]["issues"].items()) {
    CHECK(issue["remoteLinks"].items().size() == 1);
    records.insert(std::string(issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text()));
  }
  CHECK(records.size() == 12);

  CHECK(story.json_of({"sync-once"})["items"].at(0)["updated"].integer() == 0);
  CHECK(story.both_sides() == after);

  story.edit_case(story.case_id("CAS-01003"), {{"title", "Invoice 4711 shows no tax at all"}});
  auto const second = story.tandem({"sync-once"});
  CAPTURE(second.out, second.err);
  CHECK(second.code == 0);
  CHECK(second.out.find("support-cases: 0 created, 1 updated") == 0);
  std::size_t changed = 0;
  auto const end = story.both_sides();
  for (auto const& issue : end["jira"]["issues"].items()) {
    if (issue["fields"]["summary"].text() == "Invoice 4711 shows no tax at all") ++changed;
  }
  CHECK(changed == 1);
  auto const quiet = story.tandem({"sync-once", "-q"});
  CHECK(quiet.code == 0);
  CHECK(quiet.err.empty());
}

TEST_CASE("records older than the baseline become no issues, and it says so [B7]") {
  Story const story;
  REQUIRE(story.tandem({"items", "apply", "-f", kSupportCases}).code == 0);
  auto const run = story.tandem({"sync-once"});
  CAPTURE(run.out);
  CHECK(run.code == 0);
  CHECK(run.out.find("12 older records are before-baseline") != std::string::npos);
  CHECK(run.out.find("--baseline all") != std::string::npos);
  CHECK(story.both_sides()["jira"]["issues"].items().empty());
}

TEST_CASE("a broken item file is refused with every fault at its line and changes nothing [B4]") {
  Story const story;
  auto const file = story.ann.folder().write("broken.json", R"({
  "name": "broken",
  "mode": "one-way",
  "jira": { "project": "SUP", "issueType": "Tusk" },
  "dynamics": { "module": "customer-service", "entity": "incidnet" },
  "autoCreate": true,
  "when": "labels = urgent",
  "mappings": [
    { "column": "title", "field": "sumary" }
  ]
})");
  auto const before = story.both_sides();
  auto const applied = story.tandem({"items", "apply", "-f", file});
  CAPTURE(applied.out, applied.err);
  CHECK(applied.code == 3);
  auto const all = applied.all();
  for (auto const* const line : {":4:", ":5:", ":7:", ":9:"}) CHECK(all.find(line) != std::string::npos);
  CHECK(all.find("Tusk") != std::string::npos);
  CHECK(all.find("incidnet") != std::string::npos);
  CHECK(all.find("not in this version") != std::string::npos);
  CHECK(story.json_of({"items", "list"})["items"].items().empty());
  CHECK(story.both_sides() == before);

  auto const torn = story.ann.folder().write("torn.json", "{\n  \"name\": \"x\",\n  oops\n}");
  auto const syntax = story.tandem({"items", "apply", "-f", torn});
  CHECK(syntax.code == 3);
  CHECK(syntax.all().find(":3:") != std::string::npos);
}

TEST_CASE("one run at a time: writers end with 8, readers and dry runs do not wait [R6]") {
  Story const story;
  story.apply_all();
  int const lock = ::open((story.ann.state() + "/default/run.lock").c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(lock >= 0);
  REQUIRE(::flock(lock, LOCK_EX | LOCK_NB) == 0);
  auto const run = story.tandem({"sync-once"});
  CHECK(run.code == 8);
  CHECK(run.err.find("tandem: error: another run holds this connection's lock") == 0);
  CHECK(story.tandem({"items", "disable", "support-cases", "--lock-timeout", "0"}).code == 8);
  CHECK(story.tandem({"sync-once", "--dry-run"}).code == 0);
  CHECK(story.tandem({"status"}).code == 0);
  CHECK(story.tandem({"items", "list"}).code == 0);
  CHECK(story.tandem({"auth", "show"}).code == 0);
  ::close(lock);
  CHECK(story.tandem({"sync-once"}).code == 0);
}

TEST_CASE("what is in the way of a run has its own exit code and one line") {
  Story const story;
  story.apply_all();
  SECTION("an expired secret: 4") {
    // A token that is still good goes on being used; giving the credentials again forgets it.
    REQUIRE(story.ann.connect().code == 0);
    story.sandbox.configure("entra.secretExpired", true);
    auto const run = story.tandem({"sync-once"});
    CAPTURE(run.out, run.err);
    CHECK(run.code == 4);
    CHECK(run.err.find("AADSTS7000222") != std::string::npos);
  }
  SECTION("a dead Jira token: 4, and no issue") {
    story.sandbox.configure("jira.deadToken", true);
    auto const run = story.tandem({"sync-once"});
    CAPTURE(run.out, run.err);
    CHECK(run.code == 4);
    CHECK(story.both_sides()["jira"]["issues"].items().empty());
  }
  SECTION("an unknown item: 9") { CHECK(story.tandem({"sync-once", "--item", "nope"}).code == 9); }
  SECTION("no item enabled: 0, and it says so") {
    REQUIRE(story.tandem({"items", "disable", "support-cases"}).code == 0);
    auto const run = story.tandem({"sync-once"});
    CHECK(run.code == 0);
    CHECK(run.err.find("nothing to synchronise") != std::string::npos);
    CHECK(story.both_sides()["jira"]["issues"].items().empty());
  }
  SECTION("a deadline that is over: 0, with what is left stated") {
    auto const run = story.tandem({"sync-once", "--deadline", "1ms"});
    CAPTURE(run.out, run.err);
    CHECK(run.code == 0);
    CHECK(run.err.find("the next run continues") != std::string::npos);
    CHECK(story.json_of({"sync-once"})["items"].at(0)["created"].integer() == 12);
  }
  SECTION("more than the brake allows: 7, and nothing was made [E12]") {
    auto const file = story.ann.folder().write(
        "braked.json", R"({"name": "support-cases", "mode": "one-way", "jira": {"project": "SUP", "issueType": "Task"},
      "dynamics": {"module": "customer-service", "entity": "incident", "filter": "casetypecode eq 2"}, "autoCreate": true,
      "brakes": {"maxCreates": 11}, "mappings": [{"column": "title", "field": "summary"}]})");
    REQUIRE(story.tandem({"items", "apply", "-f", file}).code == 0);
    auto const run = story.tandem({"sync-once"});
    CAPTURE(run.out, run.err);
    CHECK(run.code == 7);
    CHECK(run.all().find("--allow-mass-change") != std::string::npos);
    CHECK(story.both_sides()["jira"]["issues"].items().empty());
    CHECK(story.tandem({"sync-once", "--allow-mass-change"}).code == 0);
    CHECK(story.both_sides()["jira"]["issues"].items().size() == 12);
  }
}

TEST_CASE("a system that cannot be reached is exit 5, and nothing is lost") {
  auto story = std::make_unique<Story>();
  story->apply_all();
  Folder const kept;
  fs::copy(story->ann.folder().path(), kept.path("ann"), fs::copy_options::recursive);
  story.reset();  // the sandbox is gone
  fs::permissions(kept.path("ann"), fs::perms::owner_all);
  auto const run = cli_test::run(
      TANDEM_PROGRAM,
      {{"sync-once"}, {{"TANDEM_STATE_DIR", kept.path("ann/state")}, {"XDG_CONFIG_HOME", kept.path("ann/config")}}, {}});
  CAPTURE(run.out, run.err);
  CHECK(run.code == 5);
  CHECK(run.err.find("cannot connect") != std::string::npos);
}

TEST_CASE("status tells what is there, and its check finds the store sound [R9]") {
  Story const story;
  story.apply_all();
  REQUIRE(story.tandem({"sync-once"}).code == 0);
  auto const status = story.json_of({"status"});
  CHECK(status["items"].at(0)["links"].integer() == 12);
  CHECK(status["parked"].integer() == 0);
  CHECK(status["exit"].integer() == 0);
  CHECK(story.json_of({"status", "--check"})["sound"].truthy());
  auto const copy = story.ann.folder().path("copy.mdb");
  CHECK(story.tandem({"status", "--backup", copy}).code == 0);
  CHECK(fs::file_size(copy) > 0);
}

TEST_CASE("status lists a comment that could not be written, with the reason, until it is [E8]") {
  Story const story;
  auto const file = story.ann.folder().write(
      "talking.json", R"({"name": "support-cases", "mode": "one-way", "jira": {"project": "SUP", "issueType": "Task"},
      "dynamics": {"module": "customer-service", "entity": "incident", "filter": "casetypecode eq 2"}, "autoCreate": true,
      "comments": {"enabled": true}, "mappings": [{"column": "title", "field": "summary"}]})");
  REQUIRE(story.tandem({"items", "apply", "-f", file, "--baseline", "all"}).code == 0);
  REQUIRE(story.tandem({"sync-once"}).code == 0);
  story.sandbox.configure("jira.revokePermission", "ADD_COMMENTS");
  auto const record = story.case_id("CAS-01004");
  story.sandbox.post("edit",
                     json::Object{{"as", "alice"},
                                  {"side", "dataverse"},
                                  {"method", "POST"},
                                  {"path", "/api/data/v9.2/annotations"},
                                  {"body", json::Object{{"notetext", "Call back"},
                                                        {"objectid_incident@odata.bind", "/incidents(" + record + ")"}}}});
  story.sandbox.post("clock", json::Object{{"advance", "15m"}});
  CHECK(story.tandem({"sync-once"}).code == 6);
  auto const shown = story.tandem({"status"});
  CAPTURE(shown.out, shown.err);
  CHECK(shown.code == 0);  // it waits: nothing is parked
  CHECK(shown.out.find("CAS-01004") != std::string::npos);
  CHECK(shown.out.find("comments and files:") != std::string::npos);
  CHECK(story.json_of({"status"})["items"].at(0)["retries"].items().size() == 1);
  story.sandbox.configure("jira.grantPermission", "ADD_COMMENTS");
  story.sandbox.post("clock", json::Object{{"advance", "15m"}});
  CHECK(story.tandem({"sync-once"}).code == 0);
  CHECK(story.json_of({"status"})["items"].at(0)["retries"].items().empty());
}

TEST_CASE("no secret and no token is printed or stored by a whole story at the highest log level [S1]") {
  Story const story;
  std::string printed;
  for (auto const& args : std::vector<std::vector<std::string>>{{"items", "apply", "-f", kSupportCases, "--baseline", "all"},
                                                                {"sync-once", "--dry-run"},
                                                                {"sync-once"},
                                                                {"sync-once", "-o", "json"},
                                                                {"items", "show", "support-cases"},
                                                                {"status", "-o", "json"}}) {
    for (auto const* const form : {"text", "json"}) {
      auto all = args;
      all.insert(all.end(), {"-vv", "--log-format", form});
      printed += story.tandem(all).all();
    }
  }
  story.sandbox.configure("entra.secretExpired", true);
  story.sandbox.configure("jira.deadToken", true);
  printed += story.tandem({"sync-once", "-vv"}).all();
  REQUIRE(printed.size() > 5000);
  auto const token = story.sandbox.value("jiraToken");
  std::vector<std::string> const forms{story.sandbox.value("clientSecret"), token,
                                       to_base64(story.sandbox.value("jiraEmail") + ":" + token), "eyJ0eXAi", "eyJhbGci"};
  for (auto const& form : forms) {
    CAPTURE(form);
    CHECK(printed.find(form) == std::string::npos);
  }
  for (auto const& file : fs::recursive_directory_iterator(story.ann.folder().path())) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    for (auto const& form : forms) {
      CAPTURE(file.path(), form);
      CHECK(bytes.str().find(form) == std::string::npos);
    }
  }
}
