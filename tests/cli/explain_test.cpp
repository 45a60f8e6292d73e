// `history` and `explain` as an administrator uses them: what was written, why something was not, and what each reason means (SPEC R7, X).
#include <catch2/catch.hpp>

#include <array>

#include <fmt/format.h>

#include "synced.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

json::Value answer(Ran const& ran) {
  auto const parsed = json::parse(ran.out);
  INFO(ran.all());
  REQUIRE(parsed.has_value());
  return *parsed;
}

std::string key_of(json::Value const& issue) { return std::string(issue["key"].text()); }
std::string record_of(json::Value const& issue) {
  return issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].scalar_text();
}

// An effect of the first thing that was explained.
json::Value effect(json::Value const& told, std::string_view name, std::string_view direction) {
  for (auto const& one : told["explained"].at(0)["effects"].items()) {
    if (one["effect"].text() == name && one["direction"].text() == direction) return one;
  }
  return {};
}

}  // namespace

TEST_CASE("history shows what was written by issue, record, field and run, before and after [R7]") {
  Synced const world;
  auto const issue = world.issue(0);
  auto const before = issue["fields"]["summary"].scalar_text();
  world.sandbox.post("clock", json::Object{{"advance", "1m"}});  // entries of one second have no order
  world.retitle(issue, "A new title");
  REQUIRE(world.ann.tandem({"sync-once"}).code == 0);
  auto const told = answer(world.ann.tandem({"history", "--issue", key_of(issue), "--field", "summary", "--output", "json"}));
  auto const entries = told["entries"].items();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0]["action"].text() == "created-issue");
  CHECK(entries[1]["action"].text() == "edited-issue");
  CHECK(entries[1]["fields"].at(0)["before"].text() == before);
  CHECK(entries[1]["fields"].at(0)["after"].text() == "A new title");
  auto const run = std::string(entries[1]["run"].text());
  auto const of_run = world.ann.tandem({"history", "--run", run, "--record", record_of(issue)});
  CHECK(of_run.code == 0);
  CHECK_THAT(of_run.out, Catch::Contains("summary: " + before + " -> A new title") && Catch::Contains("run " + run));
  CHECK_THAT(world.ann.tandem({"history", "--item", "nobody"}).out, Catch::Contains("nothing was written that fits"));
  auto const newest = world.ann.tandem({"history", "--most", "2"});
  CHECK_THAT(newest.err, Catch::Contains("older entries are left out"));
  CHECK(world.ann.tandem({"history", "--since", "yesterday"}).code == 2);

  auto const lines = world.ann.tandem({"history", "--link", record_of(issue), "--side", "jira", "--action", "edited-issue",
                                       "--action", "created-issue", "--newest-first", "--jsonl"});
  auto const first = json::parse(lines.out.substr(0, lines.out.find('\n')));
  REQUIRE(first.has_value());
  CHECK((*first)["action"].text() == "edited-issue");
  CHECK((*first)["side"].text() == "jira");
  CHECK_THAT(lines.out, Catch::Contains("created-issue") && !Catch::Contains("wrote-link-note"));
  for (auto const& [option, word, meant] : {std::array<std::string, 3>{"--action", "edited-isue", "edited-issue"},
                                            {"--reason", "conflic", "conflict"},
                                            {"--side", "jria", "dynamics or jira"}}) {
    auto const wrong = world.ann.tandem({"history", option, word});
    CHECK(wrong.code == 2);
    CHECK_THAT(wrong.err, Catch::Contains(meant));
  }
  CHECK_THAT(world.ann.tandem({"history", "--item", "support-case"}).err, Catch::Contains("did you mean support-cases"));
  CHECK(world.ann.tandem({"history", "--link", key_of(issue), "--issue", key_of(issue)}).code == 2);
  CHECK(world.ann.tandem({"history", "--since", "2026-11-02", "--until", "2026-11-01"}).code == 2);
}

TEST_CASE("explain tells for an issue and for a record why a field is not written, with its evidence, and writes nothing [X1]") {
  Synced const world;
  auto const issue = world.issue(0);
  auto const at_rest = answer(world.ann.tandem({"explain", key_of(issue), "--output", "json"}));
  CHECK(effect(at_rest, "auto-create", "to-jira")["decisive"].text() == "the record has no issue under this item");
  CHECK(effect(at_rest, "field", "to-jira")["reason"].text() == "no-change");
  CHECK(effect(at_rest, "field", "to-dynamics")["reason"].text() == "direction");

  world.retitle(issue, "Not yet in Jira");
  auto const edits = world.edits();
  auto const due = answer(world.ann.tandem({"explain", record_of(issue), "--field", "summary", "--output", "json"}));
  auto const summary = effect(due, "field", "to-jira");
  CHECK(summary["answer"].text() == "yes");
  CHECK_THAT(summary["outcome"].scalar_text(), Catch::Contains("Not yet in Jira"));
  CHECK(due["explained"].at(0)["issue"].text() == key_of(issue));
  auto const shown = world.ann.tandem({"explain", key_of(issue), "--field", "title"});
  CHECK(shown.code == 0);
  CHECK_THAT(shown.out, Catch::Contains("title -> summary, from Dynamics to Jira: yes") &&
                            Catch::Contains("summary -> title, from Jira to Dynamics: no, direction"));
  auto const one_way =
      answer(world.ann.tandem({"explain", key_of(issue), "--effect", "field", "--side", "jira", "--output", "json"}));
  for (auto const& one : one_way["explained"].at(0)["effects"].items()) {
    CHECK(one["effect"].text() == "field");
    CHECK(one["direction"].text() == "to-jira");
  }
  CHECK_THAT(world.ann.tandem({"explain", key_of(issue), "--effect", "feld"}).err, Catch::Contains("did you mean field"));
  CHECK(world.edits() == edits);
  CHECK(world.ann.tandem({"explain", key_of(issue), "--field", "nothing"}).code == 9);
  CHECK(world.ann.tandem({"explain", key_of(issue), "--item", "nobody"}).code == 9);
  CHECK(world.ann.tandem({"explain", "SUP-4711"}).code == 9);
}

TEST_CASE("explain tells why a record did not become an issue: its baseline, its filter, its item [X2]") {
  Sandbox const sandbox;
  Operator const ann(sandbox);
  REQUIRE(ann.connect().code == 0);
  REQUIRE(ann.tandem({"items", "apply", "-f", kSupportCases}).code == 0);
  auto const state = sandbox.get("state");
  std::string young, other;
  for (auto const& row : state["dataverse"]["rows"]["incident"].items()) {
    auto const number = std::string(row["ticketnumber"].text());
    (row["casetypecode"].integer() == 2 ? young : other) = number;
  }
  REQUIRE_FALSE(young.empty());
  auto const old = answer(ann.tandem({"explain", young, "--output", "json"}));
  CHECK(effect(old, "auto-create", "to-jira")["reason"].text() == "before-baseline");
  REQUIRE(ann.tandem({"items", "apply", "-f", kSupportCases, "--baseline", "all"}).code == 0);
  CHECK(effect(answer(ann.tandem({"explain", young, "--output", "json"})), "auto-create", "to-jira")["answer"].text() == "yes");
  if (!other.empty()) {
    CHECK(effect(answer(ann.tandem({"explain", other, "--output", "json"})), "auto-create", "to-jira")["reason"].text() ==
          "filtered-out");
  }
  REQUIRE(ann.tandem({"items", "disable", "support-cases"}).code == 0);
  auto const off = ann.tandem({"explain", young});
  CHECK_THAT(off.out, Catch::Contains("auto-create: no, item-disabled") && Catch::Contains("tandem items enable"));
}

TEST_CASE("explain tells what became of a delivery, and still answers where a system cannot be reached [X1]") {
  Synced const world;
  auto const issue = world.issue(0);
  REQUIRE(world.ann.tandem({"push-event", "--enqueue-only", "--delivery-id", "d-1", "-"}, {}, updated(issue)).code == 0);
  auto const waits = world.ann.tandem({"explain", "d-1"});
  CHECK(waits.code == 0);
  CHECK_THAT(waits.out, Catch::Contains("it waits in the outbox"));
  REQUIRE(world.ann.tandem({"sync-once"}).code == 0);
  auto const handled = answer(world.ann.tandem({"explain", "d-1", "--output", "json"}));
  CHECK(handled["events"].at(0)["answer"].text() == "yes");
  CHECK(handled["explained"].at(0)["issue"].text() == key_of(issue));
  world.sandbox.post("faults", json::Array{json::Object{
                                   {"when", "before"}, {"match", "GET /rest/api/3/issue/"}, {"do", "status"}, {"status", 403}}});
  auto const blind = answer(world.ann.tandem({"explain", record_of(issue), "--output", "json"}));
  CHECK(effect(blind, "field", "to-jira")["answer"].text() == "unknown");
}

TEST_CASE("explain tells why a case is not closed, and why one comment or file is not copied; it writes nothing [X1][X3]") {
  Synced const world;
  std::ifstream example(kSupportCases);
  std::string text{std::istreambuf_iterator<char>(example), {}};
  for (auto const* const part : {"status", "comments", "attachments"}) {
    auto const off = fmt::format(R"("{}": {{ "enabled": false }})", part);
    REQUIRE(text.find(off) != std::string::npos);
    text.replace(text.find(off), off.size(), fmt::format(R"("{}": {{ "enabled": true }})", part));
  }
  REQUIRE(world.ann.tandem({"items", "apply", "-f", world.file("item.json", text)}).code == 0);
  REQUIRE(world.ann.tandem({"sync-once"}).code == 0);
  auto const issue = world.issue(0);
  auto const key = key_of(issue);
  CHECK(effect(answer(world.ann.tandem({"explain", key, "--output", "json"})), "case-close", "to-dynamics")["decisive"].text() ==
        "it stands for a closed case");
  world.jira("POST", "/rest/api/3/issue/" + key + "/transitions", *json::parse(R"({"transition":{"id":"31"}})"));
  world.sandbox.post("config", json::Object{{"dataverse.revokePrivilege", "prvWriteIncident"}});
  auto const refused = effect(answer(world.ann.tandem({"explain", key, "--output", "json"})), "case-close", "to-dynamics");
  CHECK(refused["reason"].text() == "status-privilege");
  world.sandbox.post("config", json::Object{{"dataverse.grantPrivilege", "prvWriteIncident"}});
  auto const closes = world.ann.tandem({"explain", key});
  CHECK_THAT(closes.out, Catch::Contains("case-close: yes: the next run resolves the case by CloseIncident"));

  world.jira(
      "POST", "/rest/api/3/issue/" + key + "/comment",
      *json::parse(
          R"({"body":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Hi"}]}]}})"));
  auto const comment = std::string(world.issue(0)["comments"].at(0)["id"].text());
  auto const due = answer(world.ann.tandem({"explain", key, "--comment", comment, "--output", "json"}));
  REQUIRE(due["explained"].at(0)["effects"].items().size() == 1);
  CHECK(effect(due, "comment", "to-dynamics")["answer"].text() == "yes");
  auto const state = world.sandbox.get("state");
  REQUIRE(world.ann.tandem({"sync-once"}).code == 0);
  CHECK(effect(answer(world.ann.tandem({"explain", key, "--comment", comment, "--output", "json"})), "comment",
               "to-dynamics")["reason"]
            .text() == "no-change");
  CHECK_THAT(world.ann.tandem({"explain", key, "--file", "4711"}).out,
             Catch::Contains("file: no: \"it is there\" does not hold"));
  CHECK(world.ann.tandem({"explain", key, "--comment", "the last one"}).code == 2);
  CHECK(world.ann.tandem({"explain", key, "--comment", comment, "--file", "1"}).code == 2);
}

TEST_CASE("explain and history take the same names as the link commands, and refuse a page of another site [X1][D3]") {
  Synced const world;
  auto const issue = world.issue(0);
  auto const jira = world.sandbox.value("jira");
  auto const address = jira + "/browse/" + key_of(issue);
  CHECK(world.ann.tandem({"explain", address}).code == 0);
  auto const told = answer(world.ann.tandem({"explain", key_of(issue), "--output", "json"}));
  auto const number = std::string(told["explained"].at(0)["number"].text());
  auto const by_number = answer(world.ann.tandem({"explain", number.substr(0, number.rfind('-')), "--output", "json"}));
  CHECK(by_number["explained"].at(0)["record"].text() == record_of(issue));
  CHECK(world.ann.tandem({"explain", std::string(issue["id"].text())}).code == 0);
  CHECK_THAT(world.ann.tandem({"history", "--issue", address}).out, Catch::Contains("created-issue"));
  CHECK_THAT(world.ann.tandem({"history", "--issue", std::string(issue["id"].text())}).out, Catch::Contains("created-issue"));
  for (auto const& arguments : std::vector<std::vector<std::string>>{
           {"explain", "https://elsewhere.example/browse/SUP-1"},
           {"history", "--issue", "https://elsewhere.example/browse/SUP-1"},
           {"history", "--record", "https://elsewhere.example/main.aspx?etn=incident&id=3adbf27c-8efb-e511-80d2-00155db07c77"}}) {
    auto const ran = world.ann.tandem(arguments);
    CHECK(ran.code == 2);
    CHECK_THAT(ran.err, Catch::Contains("is another site than this connection's"));
  }
  CHECK(world.ann.tandem({"history", "--issue", "no issue"}).code == 2);
}

TEST_CASE("every reason is in the manual with its sentence and cure, and explain prints each [X4]") {
  Sandbox const sandbox;
  Operator const ann(sandbox);
  auto const manual = ann.tandem({"help", "reasons"});
  CHECK(manual.code == 0);
  std::istringstream lines(manual.out);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.size() < 4 || line.substr(0, 2) != "  " || line[2] == ' ') continue;
    auto const code = line.substr(2, line.find(' ', 2) - 2);
    auto const told = answer(ann.tandem({"explain", code, "--output", "json"}));
    CHECK(told["code"].text() == code);
    CHECK_FALSE(told["cure"].text().empty());
    ++count;
  }
  CHECK(count >= 50);
  auto const typo = ann.tandem({"explain", "befor-baseline"});
  CHECK(typo.code != 0);
  CHECK_THAT(typo.err, Catch::Contains("before-baseline"));
}
