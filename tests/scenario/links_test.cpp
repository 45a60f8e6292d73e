// Links by hand (SPEC D): search, add, show, refresh, remove, broken and restored, display-only.
#include <catch2/catch.hpp>

#include <algorithm>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/read_panel.hpp>
#include <tandem/sync/refresh.hpp>
#include <tandem/sync/retry_table.hpp>

#include "support/links.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::ServiceName;

namespace {

StoryOptions by_hand(std::vector<std::string> more = {}) {
  StoryOptions options;
  options.item_text = manual_item();
  options.more_items = std::move(more);
  return options;
}

json::Value issue_of(Story& story, std::string const& key) {
  for (auto const& issue : story.issues()) {
    if (issue["key"].text() == key) return issue;
  }
  return {};
}

Story::Case case_of(Story& story, std::string const& number) {
  for (auto const& one : story.cases()) {
    if (one.number.starts_with(number)) return one;
  }
  FAIL("no case " << number);
  return {};
}

std::string incident(std::string const& id) { return "/api/data/v9.2/incidents(" + id + ")"; }

template <class T>
std::string reason_of(Result<T> const& result) {
  return result ? std::string("done") : std::string(result.error().find("reason"));
}

std::vector<link::Link> links_in(Story& story) {
  std::vector<link::Link> out;
  auto const read = story.with_store([&](store::Reader& reader) {
    return link::each_link(reader, [&](link::Link const& link) -> Result<bool> {
      out.push_back(link);
      return true;
    });
  });
  REQUIRE(read.has_value());
  return out;
}

void add_well(Story& story, std::string const& key, std::string const& record, AttachOptions const& options = {}) {
  auto const worked = story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    auto const done = link_add(run, items, key, record, options);
    INFO((done ? "" : done.error().to_line()));
    REQUIRE(done.has_value());
    CHECK_FALSE(done->unreachable.has_value());
  });
  CHECK(worked.told.failures.empty());
}

}  // namespace

TEST_CASE(
    "link add ties an issue to a record with all marks, by case number, and fields follow Dynamics once [D3][D9][D10][G1]") {
  Story story(by_hand());
  auto const key = make_issue(story, "Made by hand");
  auto const one = case_of(story, "CAS-01003");
  add_well(story, key, one.number);
  auto const issue = issue_of(story, key);
  auto const& entry = issue["properties"]["tandem.link"]["links"]["support-cases"];
  CHECK(entry["record"].text() == one.id);
  CHECK(entry["kind"].text() == "manual");
  REQUIRE(issue["remoteLinks"].items().size() == 1);
  CHECK(issue["remoteLinks"].at(0)["object"]["title"].text().starts_with(one.number));
  REQUIRE(story.link_notes().size() == 1);
  CHECK(story.link_notes().at(0)["notetext"].text().find("Linked manually") != std::string_view::npos);
  CHECK(issue["fields"]["summary"].text() == one.title);
  CHECK(issue["fields"]["status"]["name"].text() == "To Do");
  CHECK(story.store_faults(1) == "");

  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
  CHECK(story.issues().size() == 1);
  story.world().advance(20min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(one.id), R"({"title":"Edited later"})");
  story.run_well();
  CHECK(issue_of(story, key)["fields"]["summary"].text() == "Edited later");  // manual links take part in every cycle [D8]
}

TEST_CASE("link add --initial none leaves both sides as they are, and only later edits are followed [D3]") {
  Story story(by_hand());
  auto const key = make_issue(story, "Made by hand");
  auto const one = case_of(story, "CAS-01003");
  AttachOptions options;
  options.initial = sync::Initial::none;
  add_well(story, key, one.id, options);
  CHECK(issue_of(story, key)["fields"]["summary"].text() == "Made by hand");
  story.run_well();
  CHECK(issue_of(story, key)["fields"]["summary"].text() == "Made by hand");
  story.world().advance(20min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(one.id), R"({"title":"Edited later"})");
  story.run_well();
  CHECK(issue_of(story, key)["fields"]["summary"].text() == "Edited later");
}

TEST_CASE("an empty column empties nothing when a link is made [D3]") {
  Story story(by_hand());
  auto const key = make_issue(story, "Made by hand");
  story.edit("alice", ServiceName::jira, "PUT", "/rest/api/3/issue/" + key, R"({"fields":{"duedate":"2027-01-05"}})");
  auto const one = case_of(story, "CAS-01004");  // without a follow-up
  add_well(story, key, one.id);
  CHECK(issue_of(story, key)["fields"]["duedate"].text() == "2027-01-05");
  CHECK(issue_of(story, key)["fields"]["summary"].text() == one.title);
}

TEST_CASE("each refusal of link add has its own reason and changes nothing [D1][D3][D7]") {
  Story story(by_hand({display_item()}));
  auto const key = make_issue(story, "First");
  auto const other = make_issue(story, "Second");
  auto const bug = make_issue(story, "A bug", "Bug");
  auto const elsewhere = make_issue(story, "Elsewhere", "Task", "OPS");
  auto const one = case_of(story, "CAS-01001");
  auto const two = case_of(story, "CAS-01002");
  add_well(story, key, one.id);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(two.id), R"({"title":"Same name"})");
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(case_of(story, "CAS-01003").id), R"({"title":"Same name"})");
  auto const before = story.outcome();
  struct Row {
    std::string issue, record, reason;
    ErrorKind kind;
  };
  std::vector<Row> const rows{{elsewhere, two.id, "not-in-project", ErrorKind::refused},
                              {bug, two.id, "wrong-type", ErrorKind::refused},
                              {key, one.id, "already-linked", ErrorKind::refused},
                              {key, two.id, "already-linked", ErrorKind::refused},
                              {other, one.id, "already-linked", ErrorKind::refused},
                              {"SUP-999", two.id, "unknown-issue", ErrorKind::not_found},
                              {other, "7d577253-3ef0-4a0a-bb7f-8335c2596e70", "unknown-record", ErrorKind::not_found},
                              {other, "No such case", "unknown-record", ErrorKind::not_found},
                              {other, "Same name", "ambiguous", ErrorKind::usage},
                              {"nonsense", two.id, "unreadable-reference", ErrorKind::usage}};
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    for (auto const& row : rows) {
      CAPTURE(row.issue, row.record);
      auto const done = link_add(run, items, row.issue, row.record);
      CHECK(reason_of(done) == row.reason);
      if (!done) CHECK(done.error().kind == row.kind);
    }
    auto const unknown = link_add(run, items, other, two.id, {"no-such-item", sync::Initial::dynamics, false});
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().kind == ErrorKind::not_found);
  });
  CHECK(story.outcome() == before);
  CHECK(links_in(story).size() == 1);
}

TEST_CASE("an item may rule links by hand out, and a property that Jira refuses for good leaves no link [D3]") {
  auto closed = manual_item();
  closed.insert(closed.find("\"autoCreate\""), "\"manualLinks\": false, ");
  std::string const name = R"("name": "support-cases")";
  closed.replace(closed.find(name), name.size(), R"("name": "closed")");
  Story story(by_hand({closed}));
  auto const key = make_issue(story, "By hand");
  auto const one = case_of(story, "CAS-01001");
  AttachOptions in_closed;
  in_closed.item = "closed";
  story.world().set_faults(*sandbox::faults_from_json(*json::parse(
      R"([{"service":"jira","when":"before","match":"PUT /rest/api/3/issue/*/properties/*","do":"status","status":400}])")));
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    CHECK(reason_of(link_add(run, items, key, one.id, in_closed)) == "manual-links-off");
    CHECK_FALSE(link_add(run, items, key, one.id).has_value());
  });
  CHECK(links_in(story).empty());
  CHECK(story.link_notes().empty());
  CHECK(issue_of(story, key)["remoteLinks"].items().empty());
  bool told = false;
  REQUIRE(story
              .with_store([&](store::Reader& reader) -> Result<Unit> {
                TANDEM_TRY(auto const entries, sync::read_history(reader, 10));
                for (auto const& entry : entries) told = told || entry.reason == "property-refused";
                return Unit{};
              })
              .has_value());
  CHECK(told);
}

TEST_CASE("a link that was made and not compared yet is looked at by the next cycle [D3][R1]") {
  Story story(by_hand());
  auto const key = make_issue(story, "By hand");
  auto const one = case_of(story, "CAS-01001");
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    sync::AttachRequest request;
    request.item = &items.items.front();
    request.issue = *sync::find_issue(run, items.items, key);
    request.record = *sync::find_record(run, *request.item->compiled, {"", one.id, ""});
    auto const plan = sync::plan_attach(run, request);
    REQUIRE(plan.has_value());
    REQUIRE(
        run.store().write([&](store::Writer& writer) { return sync::commit_attach(run, writer, request, *plan); }).has_value());
  });
  REQUIRE(story
              .with_store([&](store::Reader& reader) -> Result<Unit> {
                TANDEM_TRY(auto const retry, sync::find_retry(reader, "support-cases", one.id));
                REQUIRE(retry.has_value());
                CHECK(retry->reason == "first-contact");
                return Unit{};
              })
              .has_value());
  story.run_well();
  CHECK(issue_of(story, key)["fields"]["summary"].text() == one.title);
  CHECK(issue_of(story, key)["properties"]["tandem.link"]["links"]["support-cases"]["record"].text() == one.id);
  CHECK(story.store_faults(1) == "");
}

TEST_CASE(
    "with --replace a link that was made by hand is swapped in one step, on either side, and leaves no mark behind [D3][D1]") {
  Story story(by_hand());
  auto const first = make_issue(story, "First");
  auto const second = make_issue(story, "Second");
  auto const one = case_of(story, "CAS-01001");
  auto const two = case_of(story, "CAS-01002");
  add_well(story, first, one.id);
  AttachOptions replace;
  replace.replace = true;
  add_well(story, first, two.id, replace);  // the issue's other record
  CHECK(issue_of(story, first)["properties"]["tandem.link"]["links"]["support-cases"]["record"].text() == two.id);
  CHECK(issue_of(story, first)["remoteLinks"].items().size() == 1);
  REQUIRE(story.link_notes().size() == 1);
  CHECK(story.link_notes().at(0)["_objectid_value"].text() == two.id);
  add_well(story, second, two.id, replace);  // the record's other issue
  CHECK_FALSE(issue_of(story, first)["properties"].has("tandem.link"));
  CHECK(issue_of(story, first)["remoteLinks"].items().empty());
  CHECK(issue_of(story, second)["remoteLinks"].items().size() == 1);
  REQUIRE(story.link_notes().size() == 1);
  CHECK(story.link_notes().at(0)["subject"].text() == "Linked to Jira issue " + second);
  CHECK(story.store_faults(1) == "");
}

TEST_CASE("after link remove neither side changed in any field, the marks are gone, and the record is not linked again [D6]") {
  StoryOptions options;
  Story story(options);
  story.run_well();
  auto const key = make_issue(story, "By hand");
  // A case that is linked automatically cannot be linked by hand; so one is made that the filter leaves out.
  auto const spare = case_of(story, "CAS-01001");
  auto const automatic = links_in(story).front();
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    CHECK(reason_of(link_add(run, items, key, automatic.record)) == "automatic-link");
    CHECK(reason_of(link_add(run, items, automatic.issue_key, spare.id)) != "done");
  });
  auto const before = issue_of(story, automatic.issue_key);
  auto const row = [&] {
    for (auto const& one : story.cases()) {
      if (one.id == automatic.record) return one.row;
    }
    return json::Value();
  };
  auto const record_before = row();
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    auto const done = link_remove(run, items, automatic.issue_key);  // as --force does
    REQUIRE(done.has_value());
    CHECK(done->done == 3);
    CHECK(done->left.empty());
  });
  auto const after = issue_of(story, automatic.issue_key);
  CHECK_FALSE(after["properties"].has("tandem.link"));
  CHECK(after["remoteLinks"].items().empty());
  CHECK(json::to_canonical(after["fields"]["summary"]) == json::to_canonical(before["fields"]["summary"]));
  CHECK(json::to_canonical(after["fields"]["description"]) == json::to_canonical(before["fields"]["description"]));
  CHECK(json::to_canonical(row()) == json::to_canonical(record_before));
  CHECK(story.link_notes().size() == 11);
  CHECK(story.store_faults(11) == "");
}

TEST_CASE("what cannot be taken away while a system is down goes with the next cycle [D6]") {
  auto const down = GENERATE(as<std::string>{}, "jira", "dataverse");
  Story story(by_hand());
  auto const key = make_issue(story, "By hand");
  auto const one = case_of(story, "CAS-01001");
  add_well(story, key, one.id);
  story.world().set_faults(*sandbox::faults_from_json(
      *json::parse(R"([{"service":")" + down + R"(","when":"before","match":"DELETE *","do":"status","status":503}])")));
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    auto const done = link_remove(run, items, key);
    REQUIRE(done.has_value());
    CHECK(done->fatal.has_value());
    CHECK(done->fatal->kind == ErrorKind::transient);
  });
  CHECK(links_in(story).empty());
  auto const still = story.run();
  CHECK(std::any_of(still.told.left.begin(), still.told.left.end(),
                    [](sync::Skipped const& left) { return left.reason == Reason::removal_owed; }));
  story.world().set_faults({});
  story.run_well();
  CHECK_FALSE(issue_of(story, key)["properties"].has("tandem.link"));
  CHECK(issue_of(story, key)["remoteLinks"].items().empty());
  CHECK(story.link_notes().empty());
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
}

TEST_CASE("link search finds the text literally and nothing else, and says what no hit means [D2][S2]") {
  Story story(by_hand());
  auto const wild = case_of(story, "CAS-01001");
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(wild.id), R"({"title":"O'Brien %_[x] & \" end"})");
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(case_of(story, "CAS-01002").id),
             R"({"title":"O'Brien ab x & \" end"})");
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    auto const& item = *items.items.front().compiled;
    auto const numbers = [&](std::string const& text) {
      auto const found = sync::search_records(run, item, text, 50);
      INFO((found ? "" : found.error().to_line()));
      REQUIRE(found.has_value());
      std::string out;
      for (auto const& record : found->records) out += item.record_number(record).substr(0, 9) + " ";
      return out;
    };
    CHECK(numbers("O'Brien %_[x] & \"") == "CAS-01001 ");
    CHECK(numbers("%_") == "CAS-01001 ");
    CHECK(numbers("[x]") == "CAS-01001 ");
    CHECK(numbers("o'brien") == "CAS-01001 CAS-01002 ");
    CHECK(numbers("01003-") == "CAS-01003 ");
    CHECK(numbers(wild.id) == "CAS-01001 ");
    CHECK(numbers("') or (title ne '") == "");
    auto const none = sync::search_records(run, item, "no such text", 50);
    REQUIRE(none.has_value());
    CHECK_FALSE(none->table_shows_nothing);
    auto const few = sync::search_records(run, item, "", 3);
    REQUIRE(few.has_value());
    CHECK(few->records.size() == 3);
    CHECK(few->more);
  });
}

TEST_CASE("a display-only link shows and does not sync, and its marks follow a refresh [B5][D5]") {
  Story story(by_hand({display_item()}));
  auto const key = make_issue(story, "Displayed", "Bug");
  auto const one = case_of(story, "CAS-01005");
  AttachOptions display;
  display.item = "case-view";
  add_well(story, key, one.number, display);
  auto const linked = issue_of(story, key);
  CHECK(linked["fields"]["summary"].text() == "Displayed");
  CHECK(linked["remoteLinks"].items().size() == 1);
  CHECK(story.link_notes().size() == 1);
  story.world().advance(20min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(one.id), R"({"title":"Renamed"})");
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
  auto const link = links_in(story).front();
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    auto const done = sync::refresh_link(run, *items.find("case-view"), link);
    INFO((done ? "" : done.error().to_line()));
    REQUIRE(done.has_value());
    CHECK(done->end == sync::Refreshed::End::refreshed);
    CHECK(done->marks == 1);
  });
  CHECK(issue_of(story, key)["remoteLinks"].at(0)["object"]["title"].text().find("Renamed") != std::string_view::npos);
  CHECK(issue_of(story, key)["fields"]["summary"].text() == "Displayed");
  sync::RunOptions only;
  only.only_issue = key;
  auto const ran = story.run(only);
  REQUIRE(ran.record.has_value());
  CHECK(ran.record->exit == 7);
}

TEST_CASE("a deleted link note comes back only by link refresh [D9]") {
  Story story(by_hand());
  auto const key = make_issue(story, "By hand");
  auto const one = case_of(story, "CAS-01001");
  add_well(story, key, one.id);
  auto const note = std::string(story.link_notes().at(0)["annotationid"].text());
  story.edit("alice", ServiceName::dataverse, "DELETE", "/api/data/v9.2/annotations(" + note + ")");
  story.world().advance(20min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(one.id), R"({"title":"Edited"})");
  story.run_well();
  CHECK(story.link_notes().empty());
  auto const link = links_in(story).front();
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    auto const done = sync::refresh_link(run, items.items.front(), link);
    REQUIRE(done.has_value());
    CHECK(done->marks == 1);
  });
  REQUIRE(story.link_notes().size() == 1);
  CHECK(story.link_notes().at(0)["annotationid"].text() == note);
}

TEST_CASE("an issue or a record that is gone breaks the link, and a restored one makes it whole [D12]") {
  Story story(by_hand());
  auto const key = make_issue(story, "By hand");
  auto const one = case_of(story, "CAS-01001");
  add_well(story, key, one.id);
  auto const refresh = [&] {
    sync::Refreshed out;
    auto const link = links_in(story).front();
    story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
      auto done = sync::refresh_link(run, items.items.front(), link);
      INFO((done ? "" : done.error().to_line()));
      REQUIRE(done.has_value());
      out = *done;
    });
    return out;
  };
  story.edit("alice", ServiceName::dataverse, "DELETE", incident(one.id));
  auto const gone = refresh();
  CHECK(gone.end == sync::Refreshed::End::broken);
  CHECK(gone.reason == Reason::record_missing);
  CHECK(links_in(story).front().state == link::State::broken);
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    auto const found = sync::find_links(run, items, key);
    REQUIRE(found.has_value());
    auto const panel = sync::read_panel(run, items, found->issue, found->links, found->unreachable);
    REQUIRE(panel.has_value());
    CHECK(panel->links.at(0).pending.at(0).code == "link-broken");
    CHECK_FALSE(panel->links.at(0).trouble.empty());
  });
  story.forget_requests();
  story.run_well();
  CHECK(story.writes().empty());
  story.edit("alice", ServiceName::dataverse, "POST", "/api/data/v9.2/incidents",
             R"({"incidentid":")" + one.id + R"(","title":"Restored","customerid_account@odata.bind":"/accounts()" +
                 std::string(one.row["_customerid_value"].text()) + ")\"}");
  CHECK(refresh().end == sync::Refreshed::End::restored);
  CHECK(links_in(story).front().state == link::State::active);
  CHECK(issue_of(story, key)["fields"]["summary"].text() == "Restored");
  CHECK(story.link_notes().size() == 1);

  story.edit("alice", ServiceName::jira, "DELETE", "/rest/api/3/issue/" + key);
  auto const deleted = refresh();
  CHECK(deleted.end == sync::Refreshed::End::broken);
  CHECK(deleted.reason == Reason::issue_missing);
  story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
    auto const removed = link_remove(run, items, one.id);
    REQUIRE(removed.has_value());
    CHECK(removed->left.empty());
  });
  CHECK(story.link_notes().empty());
  CHECK(story.store_faults(0) == "");
}

TEST_CASE("the panel has the record's formatted values, its address, both statuses and what is pending [D4]") {
  Story story(by_hand({display_item()}));
  auto const key = make_issue(story, "By hand");
  auto const one = case_of(story, "CAS-01001");
  AttachOptions none;
  none.initial = sync::Initial::none;
  add_well(story, key, one.id, none);
  story.world().advance(20min);
  story.edit("alice", ServiceName::dataverse, "PATCH", incident(one.id), R"({"title":"Changed since"})");
  auto const panel_of = [&](std::string const& reference) {
    link::Panel out;
    story.work([&](sync::RunContext& run, sync::LinkItems const& items) {
      auto const found = sync::find_links(run, items, reference);
      INFO((found ? "" : found.error().to_line()));
      REQUIRE(found.has_value());
      auto panel = sync::read_panel(run, items, found->issue, found->links, found->unreachable);
      REQUIRE(panel.has_value());
      out = *panel;
    });
    return out;
  };
  auto const panel = panel_of(key);
  CHECK(panel.summary == "By hand");
  CHECK(panel.items.size() == 2);
  REQUIRE(panel.links.size() == 1);
  auto const& shown = panel.links.front();
  CHECK(shown.link.kind == link::Kind::manual);
  CHECK(shown.record_url.find("etn=incident&id=" + one.id) != std::string::npos);
  CHECK(shown.status.jira == "To Do");
  CHECK(shown.status.dynamics == "In Progress");
  bool customer = false;
  for (auto const& column : shown.columns) customer = customer || (column.column == "customerid" && !column.shown.empty());
  CHECK(customer);
  REQUIRE_FALSE(shown.pending.empty());
  CHECK(json::to_text(panel.to_json()).find("Changed since") != std::string::npos);
  for (auto const& reference : {one.number, one.id, shown.record_url, panel.url}) {
    CAPTURE(reference);
    auto const same = panel_of(reference);
    CHECK(same.key == key);
    CHECK(same.links.size() == 1);
  }
}
