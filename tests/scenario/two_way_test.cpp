// Two ways: what changes on either side travels to the other, conflicts follow the item's policy, and nothing bounces (SPEC B5, E5, R3, R6).
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/history.hpp>

#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::ServiceName;

namespace {

std::string replaced(std::string text, std::string const& from, std::string const& to) {
  auto const at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// The example, in both directions. `conflict` is the item's policy, "" = its default.
std::string two_way(std::string const& conflict = "", std::string const& more_mappings = "") {
  auto text = replaced(example_item(), R"("mode": "one-way")", R"("mode": "two-way")");
  if (!conflict.empty())
    text = replaced(text, R"("autoCreate": true)", R"("conflict": ")" + conflict + R"(", "autoCreate": true)");
  if (!more_mappings.empty()) text = replaced(text, R"("mappings": [)", R"("mappings": [)" + more_mappings);
  return text;
}

constexpr char const* kLabels = R"({"column":"productserialnumber","field":"labels"},)";

class Pairs {
 public:
  explicit Pairs(std::string const& item = two_way()) : story({.item_text = item}) {
    story.run_well();
    record_ = story.cases().front().id;
    pass(20min);
  }
  void pass(Millis time) { story.world().advance(time); }
  void in_dynamics(std::string const& body) {
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + record_ + ")", body);
  }
  void in_jira(std::string const& fields) {
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key(), R"({"fields":)" + fields + "}");
  }
  json::Value issue() {
    for (auto const& issue : story.issues()) {
      if (issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text() == record_) return issue;
    }
    return {};
  }
  json::Value field(std::string const& name) { return issue()["fields"][name]; }
  std::string summary() { return std::string(field("summary").text()); }
  json::Value column(std::string const& name) {
    for (auto const& one : story.cases()) {
      if (one.id == record_) return one.row[name];
    }
    return {};
  }
  std::string title() { return std::string(column("title").text()); }
  std::string key() { return std::string(issue()["key"].text()); }
  std::string const& record() const { return record_; }
  std::vector<sync::Held> held() {
    std::vector<sync::Held> out;
    auto const read = story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(out, sync::all_held(reader, 100));
      return Unit{};
    });
    REQUIRE(read.has_value());
    return out;
  }
  std::vector<sync::HistoryEntry> history() {
    std::vector<sync::HistoryEntry> out;
    auto const read = story.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(out, sync::read_history(reader, 1000));
      return Unit{};
    });
    REQUIRE(read.has_value());
    return out;
  }
  // The newest entry of that action.
  sync::HistoryEntry last(std::string const& action) {
    auto const all = history();
    auto const found = std::find_if(all.rbegin(), all.rend(), [&](auto const& entry) { return entry.action == action; });
    return found == all.rend() ? sync::HistoryEntry{} : *found;
  }
  // Writes to the record's columns and the issue's fields, without the marks that follow the record's title.
  std::vector<std::string> field_writes() {
    auto all = story.writes();
    std::erase_if(all, [](std::string const& one) { return one.find("remotelink") != std::string::npos; });
    return all;
  }
  // Five further cycles write nothing, look at no pair again after the first, and read the same few things (SPEC R4, E6).
  void stays() {
    for (int i = 0; i < 5; ++i) {
      pass(15min);
      story.forget_requests();
      story.run_well();
      CHECK(story.writes().empty());
      // The record feed and the search for changed issues; a token now and then.
      std::size_t requests = 0;
      for (auto const& entry : story.world().log().entries()) requests += entry.service == ServiceName::entra ? 0 : 1;
      if (i > 0) CHECK(requests == 2);
    }
  }

  Story story;

 private:
  std::string record_;
};

}  // namespace

TEST_CASE("an edit in Jira reaches its record, and nothing bounces [B5][E5][R4]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"Edited in Jira","priority":{"name":"Low"},"duedate":"2026-12-24"})");
  pairs.story.forget_requests();
  auto const run = pairs.story.run_well();
  CHECK(run.items.at(0).records == 1);
  CHECK(run.items.at(0).updated == 0);
  CHECK(pairs.title() == "Edited in Jira");
  CHECK(pairs.column("prioritycode").integer() == 3);
  CHECK(pairs.column("followupby").text().substr(0, 10) == "2026-12-23");  // midnight in Berlin
  CHECK(pairs.field_writes() == std::vector<std::string>{"PATCH /api/data/v9.2/incidents(" + pairs.record() + ")"});
  CHECK(pairs.last("updated-record").fields.size() == 3);
  pairs.stays();
}

TEST_CASE("edits of different fields on both sides both travel [E5]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"From Jira"})");
  pairs.in_dynamics(R"({"prioritycode":1})");
  auto const run = pairs.story.run_well();
  CHECK(run.items.at(0).records == 1);
  CHECK(run.items.at(0).updated == 1);
  CHECK(pairs.title() == "From Jira");
  CHECK(pairs.field("priority")["name"].text() == "High");
  pairs.stays();
}

TEST_CASE("the same edit on both sides is an agreement, not a conflict [E5][C7]") {
  Pairs pairs(two_way("hold"));
  pairs.in_jira(R"({"summary":"Alike"})");
  pairs.in_dynamics(R"({"title":"Alike"})");
  pairs.story.forget_requests();
  pairs.story.run_well();
  CHECK(pairs.field_writes().empty());
  CHECK(pairs.held().empty());
  pairs.stays();
}

TEST_CASE("a conflict follows the item's policy, and the value that gives way is in the history [E5][R7]") {
  struct Row {
    std::string policy;
    bool jira_later;
    std::string winner;
  };
  auto const row = GENERATE(values<Row>({{"", true, "jira"},
                                         {"", false, "dynamics"},
                                         {"latest", true, "jira"},
                                         {"latest", false, "dynamics"},
                                         {"dynamics", true, "dynamics"},
                                         {"dynamics", false, "dynamics"},
                                         {"jira", true, "jira"},
                                         {"jira", false, "jira"}}));
  CAPTURE(row.policy, row.jira_later);
  Pairs pairs(two_way(row.policy));
  auto const edit_jira = [&] { pairs.in_jira(R"({"summary":"jira"})"); };
  auto const edit_dynamics = [&] { pairs.in_dynamics(R"({"title":"dynamics"})"); };
  auto const before = pairs.title();
  row.jira_later ? edit_dynamics() : edit_jira();
  pairs.pass(30s);
  row.jira_later ? edit_jira() : edit_dynamics();
  pairs.pass(30s);
  // What else happens to the issue afterwards does not make Jira's side later.
  if (!row.jira_later) pairs.in_jira(R"({"labels":["dynamics","later"]})");
  pairs.story.run_well();
  CHECK(pairs.summary() == row.winner);
  CHECK(pairs.title() == row.winner);
  auto const entry = pairs.last(row.winner == "jira" ? "updated-record" : "edited-issue");
  REQUIRE(entry.fields.size() == 1);
  CHECK(entry.reason == "conflict");
  CHECK(entry.fields.front().before == (row.winner == "jira" ? "dynamics" : "jira"));
  CHECK(entry.fields.front().replaced.text() == (row.winner == "jira" ? "dynamics" : "jira"));
  pairs.stays();
}

TEST_CASE("a held conflict waits on both sides, is listed once, and goes when the sides agree [E5][D14]") {
  Pairs pairs(two_way("hold"));
  pairs.in_jira(R"({"summary":"jira","priority":{"name":"Low"}})");
  pairs.in_dynamics(R"({"title":"dynamics"})");
  auto const ran = pairs.story.run();
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 6);
  CHECK(ran.record->items.at(0).held == 1);
  CHECK(pairs.summary() == "jira");
  CHECK(pairs.title() == "dynamics");
  CHECK(pairs.column("prioritycode").integer() == 3);  // one field's conflict does not stop the others
  REQUIRE(pairs.held().size() == 1);
  CHECK(pairs.held().front().reason == "conflict");
  CHECK(pairs.held().front().column_raw.text() == "dynamics");
  CHECK(pairs.held().front().field_raw.text() == "jira");
  pairs.stays();  // told once, and it does not fail later runs
  pairs.in_jira(R"({"summary":"dynamics"})");
  pairs.story.run_well();
  CHECK(pairs.held().empty());
  pairs.stays();
}

TEST_CASE("a held conflict is settled by a person, for either side [D14]") {
  auto const side = GENERATE(sync::Side::dynamics, sync::Side::jira);
  Pairs pairs(two_way("hold"));
  pairs.in_jira(R"({"summary":"jira"})");
  pairs.in_dynamics(R"({"title":"dynamics"})");
  static_cast<void>(pairs.story.run());
  sync::RunOptions options;
  options.only_issue = pairs.key();
  options.take["summary"] = side;
  pairs.story.run_well(options);
  CHECK(pairs.summary() == sync::name_of(side));
  CHECK(pairs.title() == sync::name_of(side));
  CHECK(pairs.held().empty());
  pairs.stays();
}

TEST_CASE("a field narrowed to one direction is left alone in the other [C1][E5]") {
  auto text = two_way();
  text = replaced(text, R"("field": "summary" })", R"("field": "summary", "direction": "to-dynamics" })");
  text = replaced(text, R"("field": "duedate" })", R"("field": "duedate", "direction": "to-jira" })");
  Pairs pairs(text);
  auto const summary = pairs.summary();
  pairs.in_dynamics(R"({"title":"only here"})");
  pairs.in_jira(R"({"duedate":"2026-12-24"})");
  pairs.story.forget_requests();
  pairs.story.run_well();
  CHECK(pairs.field_writes().empty());
  CHECK(pairs.summary() == summary);
  pairs.pass(1s);
  pairs.in_jira(R"({"summary":"from Jira"})");
  pairs.pass(20min);
  pairs.story.run_well();
  CHECK(pairs.title() == "from Jira");
  pairs.stays();
}

TEST_CASE("a one-way item leaves an edit in Jira alone and does not even search for it [B5][E5][E6]") {
  Pairs pairs(example_item());
  auto const title = pairs.title();
  pairs.in_jira(R"({"summary":"only in Jira"})");
  pairs.story.forget_requests();
  pairs.story.run_well();
  CHECK(pairs.story.requests() == 1);
  CHECK(pairs.title() == title);
  pairs.in_dynamics(R"({"title":"Dynamics again"})");
  pairs.story.run_well();
  CHECK(pairs.summary() == "Dynamics again");
}

TEST_CASE("an item that becomes two-way meets what was edited in Jira before [E3]") {
  Pairs pairs(example_item());
  pairs.in_jira(R"({"summary":"edited while it was one-way"})");
  pairs.story.run_well();
  pairs.story.apply(two_way());
  pairs.pass(20min);
  pairs.story.run_well();
  CHECK(pairs.title() == "edited while it was one-way");
  pairs.stays();
}

TEST_CASE("clearing a field in Jira clears its column, and a required one is not cleared [C6]") {
  Pairs pairs;
  pairs.in_jira(R"({"description":null,"duedate":null})");
  pairs.story.run_well();
  CHECK(pairs.column("description").is_null());
  CHECK(pairs.column("followupby").is_null());
  pairs.stays();
}

TEST_CASE("a record that somebody edits in the moment of our write is planned anew, and neither edit is lost [R2][R3]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"From Jira"})");
  // The first PATCH is held long enough for a person's edit of another column to come first.
  int edits = 0;
  pairs.story.before_request("PATCH /api/data/v9.2/incidents", [&] {
    if (edits++ == 0) pairs.in_dynamics(R"({"prioritycode":1})");
  });
  pairs.story.run_well();
  pairs.story.before_request("", {});
  CHECK(edits == 2);
  CHECK(pairs.title() == "From Jira");
  CHECK(pairs.column("prioritycode").integer() == 1);
  CHECK(pairs.field("priority")["name"].text() == "High");
  pairs.stays();
}

TEST_CASE("a record that is edited each time we write is busy, and tried again later [R2]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"From Jira"})");
  int edits = 0;
  pairs.story.before_request("PATCH /api/data/v9.2/incidents",
                             [&] { pairs.in_dynamics(fmt::format(R"({{"description":"edit {}"}})", ++edits)); });
  auto const ran = pairs.story.run();
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 6);
  REQUIRE(ran.told.failures.size() == 1);
  CHECK(ran.told.failures.front().reason == Reason::busy);
  pairs.story.before_request("", {});
  pairs.pass(7h);
  pairs.story.run_well();
  CHECK(pairs.title() == "From Jira");
  CHECK(edits == 3);
}

TEST_CASE("an edit in Jira between our look and our write is put back, and then travels as the later one [R3]") {
  Pairs pairs;
  pairs.in_dynamics(R"({"title":"From Dynamics"})");
  int edits = 0;
  pairs.story.before_request("PUT /rest/api/3/issue", [&] {
    if (edits++ == 0) pairs.in_jira(R"({"summary":"Meanwhile in Jira"})");
  });
  static_cast<void>(pairs.story.run());
  pairs.story.before_request("", {});
  pairs.pass(10min);
  static_cast<void>(pairs.story.run());
  CHECK(pairs.summary() == "Meanwhile in Jira");
  CHECK(pairs.title() == "Meanwhile in Jira");
  bool put_back = false;
  for (auto const& entry : pairs.history()) put_back = put_back || entry.action == "put-back";
  CHECK(put_back);
  pairs.stays();
}

TEST_CASE("a rich text edited in Jira between our look and our write is held with what was replaced [R3]") {
  Pairs pairs;
  pairs.in_dynamics(R"({"description":"From Dynamics"})");
  auto const text = [](std::string const& words) {
    return R"({"description":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":")" +
           words + R"("}]}]}})";
  };
  int edits = 0;
  pairs.story.before_request("PUT /rest/api/3/issue", [&] {
    if (edits++ == 0) pairs.in_jira(text("Meanwhile in Jira"));
  });
  auto const ran = pairs.story.run();
  pairs.story.before_request("", {});
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 6);
  REQUIRE(pairs.held().size() == 1);
  CHECK(pairs.held().front().reason == "overwrote-concurrent-edit");
  CHECK(pairs.held().front().kept == "Meanwhile in Jira");
  // It waits for a person, whatever either side does.
  pairs.in_jira(text("Again in Jira"));
  pairs.pass(10min);
  pairs.story.run_well();
  CHECK(pairs.column("description").text() == "From Dynamics");
  sync::RunOptions options;
  options.only_issue = pairs.key();
  options.take["description"] = sync::Side::jira;
  pairs.story.run_well(options);
  CHECK(pairs.column("description").text() == "Again in Jira");
  CHECK(pairs.held().empty());
  pairs.stays();
}

TEST_CASE("a rule that keeps undoing our write is noticed, and the field is held [R6]") {
  Pairs pairs(two_way("dynamics"));
  for (int i = 0; i < 12; ++i) {
    pairs.pass(2min);
    pairs.in_dynamics(R"({"title":"ours"})");
    pairs.in_jira(R"({"summary":"the rule's"})");
    static_cast<void>(pairs.story.run());
  }
  REQUIRE(pairs.held().size() == 1);
  CHECK(pairs.held().front().reason == "flipping");
  pairs.story.forget_requests();
  pairs.pass(2min);
  pairs.in_jira(R"({"summary":"once more"})");
  static_cast<void>(pairs.story.run());
  CHECK(pairs.story.writes().empty());
}

TEST_CASE("the search lags, and the edit in Jira still arrives with the next cycles [E2][E6]") {
  Pairs pairs;
  pairs.story.configure("jira.searchLag", "6m");
  pairs.in_jira(R"({"summary":"Edited in Jira"})");
  pairs.pass(1min);
  pairs.story.run_well();
  CHECK(pairs.title() != "Edited in Jira");
  pairs.pass(5min);
  pairs.story.run_well();
  pairs.pass(5min);
  pairs.story.run_well();
  CHECK(pairs.title() == "Edited in Jira");
  pairs.stays();
}

TEST_CASE("the sweep finds what neither feed nor search told, and the links of what was deleted [E7][D12]") {
  Pairs pairs;
  pairs.story.configure("jira.searchLag", "30d");
  pairs.in_jira(R"({"summary":"Edited in Jira"})");
  pairs.pass(20min);
  pairs.story.run_well();
  CHECK(pairs.title() != "Edited in Jira");
  pairs.story.run_well({.sweep = true});
  CHECK(pairs.title() == "Edited in Jira");
  auto const other = pairs.story.cases().at(3).id;
  pairs.story.edit("alice", ServiceName::dataverse, "DELETE", "/api/data/v9.2/incidents(" + other + ")");
  auto const run = pairs.story.run_well({.sweep = true});
  CHECK(run.items.at(0).broken == 1);
  CHECK(pairs.last("broke-link").reason == "record-missing");
  // By itself once a day.
  pairs.in_jira(R"({"summary":"Edited again"})");
  pairs.pass(25h);
  pairs.story.run_well();
  CHECK(pairs.title() == "Edited again");
}

TEST_CASE("a sweep that finds more than a fifth of the links gone breaks none [E12]") {
  Pairs pairs;
  for (std::size_t i = 0; i < 3; ++i) {
    pairs.story.edit("alice", ServiceName::dataverse, "DELETE", "/api/data/v9.2/incidents(" + pairs.story.cases().at(1).id + ")");
  }
  auto const ran = pairs.story.run({.sweep = true});
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 7);
  CHECK(ran.record->items.at(0).broken == 0);
  auto const allowed = pairs.story.run_well({.allow_mass_change = true, .sweep = true});
  CHECK(allowed.items.at(0).broken == 3);
}

TEST_CASE("too many edits in Jira stop the item before the first write [E12]") {
  auto const text = replaced(two_way(), R"("maxUpdates": 5000)", R"("maxUpdates": 2)");
  Story story({.item_text = text});
  story.run_well();
  story.world().advance(20min);
  for (auto const& issue : story.issues()) {
    story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(issue["key"].text()),
               R"({"fields":{"summary":"Mass edit"}})");
  }
  story.forget_requests();
  auto const ran = story.run();
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 7);
  CHECK(story.writes().empty());
  auto const allowed = story.run_well({.allow_mass_change = true});
  CHECK(allowed.items.at(0).records == 12);
}

TEST_CASE("a value that Dynamics refuses costs only itself [C4][E8]") {
  Pairs pairs;
  pairs.in_jira(R"({"summary":"Fine","priority":{"name":"Low"}})");
  Fault fault;
  fault.match = *sandbox::RequestPattern::parse("PATCH /api/data/v9.2/incidents");
  fault.what = Fault::Do::status;
  fault.status = 400;
  fault.nth = 1;
  auto second = fault;
  second.nth = 2;
  pairs.story.world().set_faults({fault, second});
  auto const ran = pairs.story.run();
  pairs.story.world().set_faults({});
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 6);
  REQUIRE(ran.told.failures.size() == 1);
  CHECK(ran.told.failures.front().reason == Reason::rejected);
  CHECK(pairs.title() != "Fine");
  CHECK(pairs.column("prioritycode").integer() == 3);
  pairs.pass(7h);
  pairs.story.run_well();
  CHECK(pairs.title() == "Fine");
  pairs.stays();
}

TEST_CASE("labels that both sides changed are merged, and both sides get the union [C2][E5]") {
  Pairs pairs(two_way("hold", kLabels));
  pairs.in_dynamics(R"({"productserialnumber":"red, blue"})");
  pairs.story.run_well();
  pairs.pass(20min);
  pairs.in_dynamics(R"({"productserialnumber":"blue, green"})");
  pairs.in_jira(R"({"labels":["dynamics","red","blue","mine"]})");
  pairs.story.run_well();
  pairs.pass(5min);
  pairs.story.run_well();
  std::set<std::string> labels;
  auto const held = pairs.field("labels");
  for (auto const& label : held.items()) labels.insert(std::string(label.text()));
  CHECK(labels == std::set<std::string>{"dynamics", "blue", "green", "mine"});
  auto const tags = std::string(pairs.column("productserialnumber").text());
  for (auto const* tag : {"blue", "green", "mine"}) CHECK(tags.find(tag) != std::string::npos);
  CHECK(tags.find("red") == std::string::npos);
  CHECK(pairs.held().empty());
  pairs.stays();
}
