// Random histories of statuses: people change them on both sides, also at once, also by closing and reopening; clocks differ, answers get lost, runs
// are killed, events come doubled or not at all. In the end both sides agree, nothing is closed twice, and writes stop (SPEC R1, R4, G1).
//
// A history is a function of its seed, which a failure prints. TANDEM_SEED runs one seed, TANDEM_HISTORIES another number of them,
// TANDEM_FIRST_SEED begins elsewhere.
#include <catch2/catch.hpp>

#include <cstdio>
#include <random>

#include <fmt/format.h>

#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/event/outbox.hpp>

#include "support/seeds.hpp"
#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::ServiceName;

namespace {

constexpr std::size_t kCases = 2;
// The path: from Done there is a way to To Do alone, and there may be no issue from which to learn how it goes on from there.
constexpr char const* kItem = R"({ "name": "support-cases", "mode": "one-way", "jira": { "project": "SUP", "issueType": "Task" },
  "dynamics": { "module": "customer-service", "entity": "incident", "filter": "casetypecode eq 2" }, "autoCreate": true,
  "status": { "enabled": true, "map": [{ "dynamics": "On Hold", "jira": "Waiting" }], "path": ["To Do"] }, "mappings": [{ "column": "title", "field": "summary" }] })";

using Texts = std::vector<std::string>;

class History {
 public:
  explicit History(std::uint64_t seed) : random_(seed), story_({.item_text = kItem}) {
    auto const cases = story_.cases();
    for (std::size_t i = kCases; i < cases.size(); ++i)
      story_.edit("alice", ServiceName::dataverse, "DELETE", "/api/data/v9.2/incidents(" + cases[i].id + ")");
    for (std::size_t i = 0; i < kCases; ++i) records_.push_back(cases[i].id);
    Texts const skews{"0s", "90s", "-90s", "20s"};
    story_.configure("jira.clockSkew", skews[pick(skews.size())]);
    story_.configure("dataverse.clockSkew", skews[pick(skews.size())]);
    story_.world().advance(3min);
    story_.run_well();
  }

  void play() {
    for (std::size_t left = 6 + pick(8); left > 0; --left) {
      switch (pick(7)) {
        case 0:
        case 1: change_issue(); break;
        case 2:
        case 3: change_record(); break;
        case 4: run_and_die(); break;
        default: run(); break;
      }
      if (one_in(2)) story_.world().advance(Millis{static_cast<std::int64_t>(1 + pick(90'000))});
    }
  }

  void settle_down() {
    story_.world().set_faults({});
    for (int i = 0; i < 4; ++i) {
      story_.world().advance(7h);
      REQUIRE(story_.run({.sweep = i == 3}).record.has_value());
    }
    auto const last = story_.run({.retry_parked = true});
    REQUIRE(last.record.has_value());
    UNSCOPED_INFO(last.record->error);
    CHECK(last.record->exit == 0);
    story_.forget_requests();
    story_.run_well();
    CHECK(story_.writes().empty());
  }

  // Each status stands for one kind of state here; which of several equal ones it is depends on who came last. Closed on both sides at once is
  // closed: resolutions that then differ are left as they are, since only the statuses are a pair.
  void check() {
    REQUIRE(story_.issues().size() == kCases);
    CHECK(story_.store_faults(kCases) == "");
    for (auto const& one : story_.cases()) {
      auto const issue = story_.issue_of(one.id);
      auto const status = std::string(issue["fields"]["status"]["name"].text());
      auto const reason = one.row["statuscode"].integer().value_or(-1);
      CAPTURE(one.number, status, reason);
      CHECK((status == "Done") == (one.row["statecode"].integer().value_or(0) != 0));
      // To Do has no reason of its own: the state alone counts.
      if (status == "Waiting") CHECK(reason == 2);
      if (reason == 2) CHECK((status == "Waiting" || status == "To Do"));
      // A case is open again before it is resolved again: no resolution without a person's or our own reopening in between.
      std::size_t active = 0;
      auto const state = story_.world().dataverse().state();
      for (auto const& resolution : state["rows"]["incidentresolution"].items()) {
        if (resolution["_incidentid_value"].text() == one.id && resolution["statecode"].integer() == 1) ++active;
      }
      CHECK(active <= 1);
    }
  }

 private:
  std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }
  bool one_in(std::size_t n) { return pick(n) == 0; }
  std::string one_of(Texts const& texts) { return texts[pick(texts.size())]; }

  void change_issue() {
    auto const issue = story_.issue_of(records_[pick(kCases)]);
    auto const now = issue["fields"]["status"]["name"].text();
    auto const id = now == "To Do"         ? one_of({"11", "21", "31"})
                    : now == "In Progress" ? one_of({"21", "31", "51"})
                    : now == "Waiting"     ? one_of({"11", "31"})
                                           : "41";
    auto const* const fields = id == "31" && one_in(2) ? R"({"resolution":{"name":"Won't Do"}})" : "{}";
    story_.edit("bob", ServiceName::jira, "POST", fmt::format("/rest/api/3/issue/{}/transitions", issue["key"].text()),
                fmt::format(R"({{"transition":{{"id":"{}"}},"fields":{}}})", id, fields));
    for (std::size_t events = pick(3); events > 0; --events) tell(issue);
  }

  void tell(json::Value const& issue) {
    sync::event::QueuedHint hint;
    hint.issue = issue["id"].text();
    hint.issue_key = issue["key"].text();
    hint.kinds = {"issue-updated"};
    hint.events = 1;
    auto opened = store::LmdbStore::open(story_.store_path() / "store", {.sync = false});
    REQUIRE(opened.has_value());
    auto const kept = (*opened)->write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_CHECK(sync::event::append(writer, hint));
      return Unit{};
    });
    REQUIRE(kept.has_value());
  }

  void change_record() {
    auto const& id = records_[pick(kCases)];
    std::int64_t state = 0;
    for (auto const& one : story_.cases()) {
      if (one.id == id) state = one.row["statecode"].integer().value_or(0);
    }
    auto const path = "/api/data/v9.2/incidents(" + id + ")";
    if (state != 0)
      return static_cast<void>(story_.edit("alice", ServiceName::dataverse, "PATCH", path, R"({"statecode":0,"statuscode":1})"));
    if (one_in(3)) {
      story_.edit(
          "alice", ServiceName::dataverse, "POST", "/api/data/v9.2/CloseIncident",
          fmt::format(
              R"_({{"IncidentResolution":{{"subject":"By Alice","incidentid@odata.bind":"/incidents({})"}},"Status":{}}})_", id,
              one_in(2) ? 5 : 1000));
      return;
    }
    story_.edit("alice", ServiceName::dataverse, "PATCH", path,
                one_of({R"({"statuscode":1})", R"({"statuscode":2})", R"({"statuscode":4})", R"({"statecode":2,"statuscode":6})",
                        R"({"prioritycode":1})"}));
  }

  void some_faults() {
    std::vector<Fault> faults;
    for (std::size_t i = pick(3); i > 0; --i) {
      Fault fault;
      fault.nth = 1 + static_cast<std::int64_t>(pick(12));
      fault.when = one_in(2) ? Fault::When::before : Fault::When::after;
      if (one_in(3)) {
        fault.what = Fault::Do::status;
        fault.status = 503;
      }
      faults.push_back(fault);
    }
    story_.world().set_faults(std::move(faults));
  }
  void run() {
    some_faults();
    static_cast<void>(story_.run({.drain_events = true, .only_events = one_in(3)}));
    story_.world().set_faults({});
  }
  void run_and_die() {
    CrashPoint crash(1 + pick(25));
    auto const ran = story_.run({.drain_events = true}, &crash);
    if (one_in(2)) return;
    story_.world().advance(60s);
    for (auto const& late : ran.late) story_.world().send(late.service, late.request);
  }

  std::mt19937_64 random_;
  Story story_;
  Texts records_;
};

}  // namespace

TEST_CASE("whatever statuses people set on both sides, they agree in the end, and nothing bounces [G1][R1][R4][R8]") {
  play_histories<History>(Seeds("TANDEM_STATUS_HISTORIES", 250), "of statuses");
}
