// Random histories of the main job: edits by people, new cases, lost answers, outages, killed runs, a lagging index, a lost store. Afterwards
// both sides agree, nothing is doubled, nothing is lost, and a further run writes nothing (SPEC R1, R4).
//
// A history is a function of its seed. TANDEM_SEED runs one seed, TANDEM_HISTORIES another number of them, TANDEM_LONG=1 many.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include <fmt/format.h>

#include "support/seeds.hpp"
#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::ServiceName;

namespace {

class History {
 public:
  explicit History(std::uint64_t seed) : random_(seed) {
    if (one_in(2)) story_.configure("jira.searchLag", one_in(2) ? "2m" : "10m");
    if (one_in(3)) story_.configure("jira.bulkFetchLags", true);
    if (one_in(3)) story_.configure("jira.returnIssue", false);
    if (one_in(3)) story_.configure("dataverse.noteTouchesParent", true);
    if (one_in(3)) story_.configure("dataverse.dialect", "old");
  }

  void play() {
    auto const steps = 6 + pick(10);
    for (std::size_t i = 0; i < steps; ++i) {
      switch (pick(8)) {
        case 0:
        case 1: edit_a_case(); break;
        case 2: make_a_case(); break;
        case 3: label_an_issue(); break;
        case 4: story_.world().advance(Millis{static_cast<std::int64_t>(1000 + pick(1'200'000))}); break;
        case 5: run_and_die(); break;
        default: run_with_faults(); break;
      }
    }
  }

  void settle_down() {
    story_.world().set_faults({});
    for (int i = 0; i < 8; ++i) {
      story_.world().advance(7h);
      auto const ran = story_.run();
      REQUIRE(ran.record.has_value());
    }
    auto const last = story_.run({.retry_parked = true});
    UNSCOPED_INFO(last.record->error);
    CHECK(last.record->exit == 0);
  }

  void check() {
    std::map<std::string, std::vector<json::Value>> issues;
    for (auto const& issue : story_.issues()) {
      issues[std::string(issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text())].push_back(issue);
    }
    auto const cases = story_.cases();
    for (auto const& one : cases) {
      CAPTURE(one.number, one.title);
      REQUIRE(issues[one.id].size() == 1);
      auto const& fields = issues[one.id].front()["fields"];
      CHECK(fields["summary"].text() == one.title);
      CHECK(fields["priority"]["name"].text() == priorities_.at(one.row["prioritycode"].scalar_text()));
      CHECK(fields["description"].is_null() == one.row["description"].is_null());
      CHECK(issues[one.id].front()["remoteLinks"].items().size() == 1);
      for (auto const& label : labels_[one.id]) {
        bool held = false;
        for (auto const& shown : fields["labels"].items()) held = held || shown.text() == label;
        CHECK(held);  // what a person added is never lost
      }
    }
    CHECK(story_.issues().size() == cases.size());
    CHECK(story_.link_notes().size() == cases.size());
    CHECK(story_.store_faults(cases.size()) == "");
    story_.forget_requests();
    story_.run_well();
    CHECK(story_.writes().empty());
  }

 private:
  std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }
  bool one_in(std::size_t n) { return pick(n) == 0; }

  void edit_a_case() {
    auto const cases = story_.cases();
    auto const& one = cases[pick(cases.size())];
    std::string body;
    switch (pick(4)) {
      case 0: body = fmt::format(R"({{"title":"Title {}"}})", pick(1000)); break;
      case 1: body = fmt::format(R"({{"prioritycode":{}}})", 1 + pick(3)); break;
      case 2: body = fmt::format(R"({{"description":"Line one\nline {} ü 📱"}})", pick(1000)); break;
      default: body = R"({"description":null,"followupby":null})"; break;
    }
    story_.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + one.id + ")", body);
  }

  void make_a_case() {
    auto const customer = customer_of(story_.cases());
    story_.edit("bob", ServiceName::dataverse, "POST", "/api/data/v9.2/incidents",
                fmt::format(R"({{"title":"New case {}","casetypecode":2,"prioritycode":2,"{}"}})", pick(1000), customer));
  }

  // `customerid_account@odata.bind":"/accounts(…)` of a case that has an account.
  static std::string customer_of(std::vector<Story::Case> const& cases) {
    return fmt::format(R"(customerid_account@odata.bind":"/accounts({}))", cases.front().row["_customerid_value"].text());
  }

  void label_an_issue() {
    auto const issues = story_.issues();
    if (issues.empty()) return;
    auto const& one = issues[pick(issues.size())];
    auto const label = fmt::format("mine-{}", pick(1000));
    story_.edit("alice", ServiceName::jira, "PUT", fmt::format("/rest/api/3/issue/{}", one["key"].text()),
                fmt::format(R"({{"update":{{"labels":[{{"add":"{}"}}]}}}})", label));
    labels_[std::string(one["properties"]["tandem.link"]["links"]["support-cases"]["record"].text())].push_back(label);
  }

  Fault some_fault() {
    Fault fault;
    fault.nth = 1 + static_cast<std::int64_t>(pick(25));
    switch (pick(6)) {
      case 0: fault.when = Fault::When::before; break;
      case 1: fault.when = Fault::When::after; break;
      case 2: fault.when = Fault::When::body; break;
      case 3:
        fault.what = Fault::Do::hold;
        fault.hold_for = 60s;
        break;
      default:
        fault.what = Fault::Do::status;
        fault.when = one_in(2) ? Fault::When::before : Fault::When::after;
        fault.status = one_in(2) ? 503 : 500;
        break;
    }
    return fault;
  }

  void run_with_faults() {
    std::vector<Fault> faults;
    for (std::size_t i = pick(4); i > 0; --i) faults.push_back(some_fault());
    story_.world().set_faults(std::move(faults));
    static_cast<void>(story_.run());
    story_.world().set_faults({});
  }

  void run_and_die() {
    CrashPoint crash(1 + pick(60));
    auto const ran = story_.run({}, &crash);
    if (one_in(2)) return;
    story_.world().advance(60s);
    for (auto const& late : ran.late) story_.world().send(late.service, late.request);
  }

  std::mt19937_64 random_;
  Story story_;
  std::map<std::string, std::string> const priorities_{{"1", "High"}, {"2", "Medium"}, {"3", "Low"}};
  std::map<std::string, std::vector<std::string>> labels_;
};

}  // namespace

TEST_CASE("whatever happens, both sides agree in the end and nothing is doubled or lost [R1][R4]") {
  play_histories<History>(Seeds("TANDEM_HISTORIES", std::getenv("TANDEM_LONG") != nullptr ? 10'000 : 150), "in one direction");
}
