// Components and versions that a column names and Jira does not have (SPEC C2, `createMissing`).
#include <catch2/catch.hpp>

#include <algorithm>

#include <tandem/base/json/write.hpp>

#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::ServiceName;

namespace {

std::string item_text(bool create_missing = true) {
  std::string const makes = create_missing ? R"(,"createMissing":true)" : "";
  return R"({"name":"tickets","mode":"one-way","jira":{"project":"SUP","issueType":"Task"},
    "dynamics":{"module":"custom","entity":"new_ticket"},"autoCreate":true,"mappings":[
    {"column":"new_name","field":"summary"},
    {"column":"new_text","field":"components")" +
         makes + R"(},
    {"column":"new_customerid","field":"fixVersions")" +
         makes + "}]}";
}

struct Parts {
  Story story;
  explicit Parts(std::string const& item = item_text()) : story({.item_text = item}) {
    story.configure("jira.grantPermission", "ADMINISTER_PROJECTS");
    write("new_text", "Hardware, Printer; tablet");
  }
  void write(std::string const& column, std::string_view text) {
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/new_tickets(" + id() + ")",
               json::to_text(json::Object{{column, text}}));
  }
  std::string id() {
    auto const state = story.world().dataverse().state();
    for (auto const& row : state["rows"]["new_ticket"].items()) {
      if (row["new_name"].text().starts_with("Everything")) return row["new_ticketid"].scalar_text();
    }
    FAIL("the world has no such ticket");
    return {};
  }
  // Names in the project's list, joined.
  std::string in_jira(std::string const& list) {
    std::string out;
    auto const rows = story.edit("alice", ServiceName::jira, "GET", "/rest/api/3/project/SUP/" + list);
    for (auto const& row : rows.items()) out += (out.empty() ? "" : ", ") + std::string(row["name"].text());
    return out;
  }
  std::string of_issue(std::string const& field) {
    for (auto const& issue : story.issues()) {
      if (issue["properties"]["tandem.link"]["links"]["tickets"]["record"].text() != id()) continue;
      std::string out;
      for (auto const& row : issue["fields"][field].items()) out += (out.empty() ? "" : ", ") + std::string(row["name"].text());
      return out;
    }
    return "no issue";
  }
  long makings() {
    auto const writes = story.writes();
    return std::count_if(writes.begin(), writes.end(), [](std::string const& write) {
      return write == "POST /rest/api/3/component" || write == "POST /rest/api/3/version";
    });
  }
};

std::map<std::string, std::string> left_in(Story::Ran const& ran, std::string const& record) {
  std::map<std::string, std::string> out;
  for (auto const& plan : ran.told.plans) {
    if (plan.record != record) continue;
    for (auto const& field : plan.left) out[field.field] = code_of(field.report.reason);
  }
  return out;
}

Fault once(Fault::When when, std::string const& path) {
  Fault out;
  out.when = when;
  out.what = Fault::Do::drop;
  out.match = {"POST", path};
  out.nth = 1;
  return out;
}

}  // namespace

TEST_CASE("components and versions that Jira lacks are made once, before the issue, and idle cycles write nothing [C2][R4]") {
  Parts parts;
  auto const ran = parts.story.run();
  REQUIRE(ran.record);
  CHECK(ran.record->exit == 0);
  CHECK(parts.in_jira("components") == "Hardware, Software, Printer, tablet");
  CHECK(parts.of_issue("components") == "Hardware, Printer, tablet");
  // The name of a row is one name, comma or not.
  CHECK(parts.in_jira("versions") == "1.0, 2.0, Fabrikam, Inc.");
  CHECK(parts.of_issue("fixVersions") == "Fabrikam, Inc.");
  CHECK(parts.makings() == 3);
  std::vector<std::string> told;
  for (auto const& entry : ran.told.written) {
    if (entry.action.starts_with("created-") && entry.action != "created-issue")
      told.push_back(entry.action + " " + entry.fields.at(0).after);
  }
  CHECK(told ==
        std::vector<std::string>{"created-component Printer", "created-component tablet", "created-version Fabrikam, Inc."});
  CHECK(parts.story.store_faults(2) == "");

  // Known names in another spelling make nothing; a new one does, in an edit too.
  parts.write("new_text", "PRINTER\nTablèt\nDock");
  parts.story.world().advance(20min);
  parts.story.run_well();
  CHECK(parts.of_issue("components") == "Printer, tablet, Dock");
  CHECK(parts.makings() == 4);
  for (int i = 0; i < 5; ++i) {
    parts.story.world().advance(20min);
    parts.story.forget_requests();
    parts.story.run_well();
    CHECK(parts.story.writes().empty());
  }
}

TEST_CASE("a dry run shows what would be made and makes nothing [E9]") {
  Parts parts;
  sync::RunOptions options;
  options.dry_run = true;
  auto const ran = parts.story.run(options);
  REQUIRE(ran.record);
  CHECK(parts.story.writes().empty());
  std::vector<std::string> reports;
  std::string after;
  for (auto const& plan : ran.told.plans) {
    if (plan.record != parts.id()) continue;
    for (auto const& change : plan.changes) {
      if (change.field == "components") after = change.after;
      for (auto const& report : change.reports) reports.push_back(std::string(code_of(report.reason)) + " " + report.detail);
    }
  }
  CHECK(after == "Hardware; Printer; tablet");
  CHECK(reports == std::vector<std::string>{"value-made component \"Printer\"", "value-made component \"tablet\"",
                                            "value-made version \"Fabrikam, Inc.\""});
}

TEST_CASE("without createMissing, or without the right, a missing name costs its value alone [C2][C4]") {
  SECTION("not asked for") {
    Parts parts(item_text(false));
    auto const ran = parts.story.run();
    CHECK(left_in(ran, parts.id()) ==
          std::map<std::string, std::string>{{"components", "unmatched-value"}, {"fixVersions", "unmatched-value"}});
    CHECK(parts.makings() == 0);
  }
  SECTION("not allowed") {
    Parts parts;
    parts.story.configure("jira.revokePermission", "ADMINISTER_PROJECTS");
    auto const ran = parts.story.run();
    REQUIRE(ran.record);
    CHECK(ran.record->exit == 0);
    CHECK(left_in(ran, parts.id()) ==
          std::map<std::string, std::string>{{"components", "value-not-made"}, {"fixVersions", "value-not-made"}});
    CHECK(parts.of_issue("components") == "");
    CHECK(parts.in_jira("components") == "Hardware, Software");
  }
  SECTION("a name that Jira cannot take") {
    Parts parts;
    parts.write("new_text", "Printer, " + std::string(256, 'x'));
    auto const ran = parts.story.run();
    CHECK(left_in(ran, parts.id()).at("components") == "value-not-made");
  }
}

TEST_CASE("a lost answer makes no second component, whether the request was executed or not [R2]") {
  auto const when = GENERATE(Fault::When::before, Fault::When::after, Fault::When::body);
  auto const path = GENERATE(std::string("/rest/api/3/component"), std::string("/rest/api/3/version"));
  CAPTURE(path);
  Parts parts;
  parts.story.world().set_faults({once(when, path)});
  parts.story.run_well();
  CHECK(parts.in_jira("components") == "Hardware, Software, Printer, tablet");
  CHECK(parts.in_jira("versions") == "1.0, 2.0, Fabrikam, Inc.");
  CHECK(parts.of_issue("components") == "Hardware, Printer, tablet");
  CHECK(parts.of_issue("fixVersions") == "Fabrikam, Inc.");
}

TEST_CASE("a component that somebody makes at the same moment, or in another case, is taken [C2]") {
  Parts parts;
  auto const ignores_case = GENERATE(true, false);
  parts.story.configure("jira.partNamesIgnoreCase", ignores_case);
  parts.story.edit("alice", ServiceName::jira, "POST", "/rest/api/3/component", R"({"name":"PRINTER","project":"SUP"})");
  parts.story.run_well();
  CHECK(parts.in_jira("components") == "Hardware, Software, PRINTER, tablet");
  CHECK(parts.of_issue("components") == "Hardware, PRINTER, tablet");
}
