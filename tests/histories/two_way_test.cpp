// Random histories in both directions: people edit both sides, also at once; webhooks get lost, doubled, delayed, reordered, or never come; the search
// lags; answers get lost and runs are killed. After the last edit and one sweep both sides agree or a hold is listed, and writes stop (SPEC R1, R4, E5).
//
// A history is a function of its seed. TANDEM_SEED runs one seed, TANDEM_HISTORIES another number of them, TANDEM_FIRST_SEED begins elsewhere.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <fmt/format.h>

#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/held_table.hpp>

#include "support/seeds.hpp"
#include "support/story.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::ServiceName;

namespace {

constexpr std::size_t kCases = 3;
constexpr std::array<char const*, 4> kPolicies{"latest", "dynamics", "jira", "hold"};
constexpr std::array<char const*, 3> kPriorities{"High", "Medium", "Low"};

std::string replaced(std::string text, std::string const& from, std::string const& to) {
  auto const at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string item_with(std::string const& policy) {
  auto text = replaced(example_item(), R"("mode": "one-way")", R"("mode": "two-way")");
  text = replaced(text, R"("autoCreate": true)", R"("conflict": ")" + policy + R"(", "autoCreate": true)");
  return replaced(text, R"("mappings": [)", R"("mappings": [{"column":"productserialnumber","field":"labels"},)");
}

// The words of a list, whatever their order and form.
std::set<std::string> words_of(json::Value const& value) {
  std::set<std::string> words;
  for (auto const& word : value.items()) words.insert(std::string(word.text()));
  std::string word;
  for (char const c : std::string(value.text()) + ",") {
    if (c != ',' && c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.insert(std::exchange(word, {}));
    }
  }
  return words;
}

std::string text_of(json::Value const& adf) {
  std::string text;
  for (auto const& block : adf["content"].items()) {
    for (auto const& inline_ : block["content"].items()) text += inline_["text"].text();
  }
  return text;
}

class History {
 public:
  explicit History(std::uint64_t seed)
      : random_(seed), policy_(kPolicies.at(pick(kPolicies.size()))), story_({.item_text = item_with(policy_)}) {
    auto cases = story_.cases();
    for (std::size_t i = kCases; i < cases.size(); ++i)
      story_.edit("alice", ServiceName::dataverse, "DELETE", "/api/data/v9.2/incidents(" + cases[i].id + ")");
    for (std::size_t i = 0; i < kCases; ++i) records_.push_back(cases[i].id);
    if (one_in(2)) story_.configure("jira.searchLag", one_in(2) ? "2m" : "8m");
    quiet_ = one_in(3);
    // A lagging bulkfetch shows what a person replaced already: writing over it is a lost update, which is held as it should be.
    if (one_in(4) && !quiet_) story_.configure("jira.bulkFetchLags", true);
    if (one_in(4)) story_.configure("jira.returnIssue", false);
    webhooks_ = !one_in(4);
    story_.run_well();
    for (auto const& record : records_) {
      for (auto const* field : {"title", "prioritycode", "description"}) edited_[{record, field}];
    }
  }

  void play() {
    for (std::size_t left = 5 + pick(8); left > 0; --left) {
      deliver();
      switch (pick(7)) {
        case 0:
        case 1: edit_record(); break;
        case 2:
        case 3: edit_issue(); break;
        case 4: story_.world().advance(Millis{static_cast<std::int64_t>(1000 + pick(900'000))}); break;
        case 5: one_in(2) && !quiet_ ? run_and_die() : drain(); break;
        default: run(); break;
      }
      if (one_in(2)) story_.world().advance(Millis{static_cast<std::int64_t>(1 + pick(120'000))});
    }
  }

  void settle_down() {
    story_.world().set_faults({});
    story_.configure("jira.searchLag", "0s");
    story_.configure("jira.bulkFetchLags", false);
    for (int i = 0; i < 4; ++i) {
      story_.world().advance(7h);
      say("settle down");
      auto const ran = story_.run({.sweep = i == 3});
      say(ran);
      REQUIRE(ran.record.has_value());
    }
    auto const last = story_.run({.retry_parked = true});
    UNSCOPED_INFO(last.record->error);
    CHECK((last.record->exit == 0 || last.record->exit == 6));
    story_.forget_requests();
    story_.run_well();
    CHECK(story_.writes().empty());
  }

  void check() {
    CAPTURE(policy_, webhooks_, quiet_);
    std::set<std::pair<std::string, std::string>> held;
    std::string why;
    auto const read = story_.with_store([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const all, sync::all_held(reader, 1000));
      for (auto const& one : all) {
        held.insert({one.record, one.column});
        why += fmt::format("{} {} {}: {} | {}\n", one.number, one.column, one.reason, one.column_shown, one.field_shown);
      }
      return Unit{};
    });
    REQUIRE(read.has_value());
    std::map<std::string, std::vector<json::Value>> issues;
    for (auto const& issue : story_.issues())
      issues[std::string(issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text())].push_back(issue);
    for (auto const& one : story_.cases()) {
      CAPTURE(one.number);
      REQUIRE(issues[one.id].size() == 1);
      auto const& fields = issues[one.id].front()["fields"];
      agree(held, one.id, "title", std::string(one.row["title"].text()), std::string(fields["summary"].text()));
      agree(held, one.id, "prioritycode",
            kPriorities.at(static_cast<std::size_t>(one.row["prioritycode"].integer().value_or(1)) - 1),
            std::string(fields["priority"]["name"].text()));
      agree(held, one.id, "description",
            edited_[{one.id, "description"}].empty() ? "" : std::string(one.row["description"].text()),
            edited_[{one.id, "description"}].empty() ? "" : text_of(fields["description"]));
      // The item's default label is Jira's alone until somebody edits the labels there.
      auto tags = words_of(one.row["productserialnumber"]);
      auto labels = words_of(fields["labels"]);
      tags.erase("dynamics");
      labels.erase("dynamics");
      CHECK(tags == labels);
    }
    CHECK(story_.issues().size() == kCases);
    CHECK(story_.store_faults(kCases) == "");
    if (policy_ != "hold" && quiet_) CHECK(why == "");
  }

 private:
  using Key = std::pair<std::string, std::string>;
  struct Edits {
    std::optional<std::string> dynamics, jira;  // the last of each side
    [[nodiscard]] bool empty() const { return !dynamics && !jira; }
  };

  // Both sides show the same, and it is what a person wrote last on one of them; or the field is held.
  void agree(std::set<Key> const& held, std::string const& record, std::string const& column, std::string const& in_dynamics,
             std::string const& in_jira) {
    CAPTURE(column);
    if (held.contains({record, column})) return;
    CHECK(in_dynamics == in_jira);
    auto const& edits = edited_[{record, column}];
    if (edits.empty()) return;
    bool const somebodys = edits.dynamics == in_dynamics || edits.jira == in_jira;
    CAPTURE(in_dynamics, edits.dynamics.value_or("-"), edits.jira.value_or("-"));
    CHECK(somebodys);
  }

  std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }
  bool one_in(std::size_t n) { return pick(n) == 0; }
  std::string const& some_record() { return records_[pick(records_.size())]; }

  void edit_record() {
    auto const record = some_record();
    std::string body;
    switch (pick(4)) {
      case 0: {
        auto const text = fmt::format("Title {} ü", pick(1000));
        edited_[{record, "title"}].dynamics = text;
        body = fmt::format(R"({{"title":"{}"}})", text);
        break;
      }
      case 1: {
        auto const option = pick(3);
        edited_[{record, "prioritycode"}].dynamics = kPriorities.at(option);
        body = fmt::format(R"({{"prioritycode":{}}})", option + 1);
        break;
      }
      case 2: {
        auto const text = fmt::format("Described in Dynamics {}", pick(1000));
        edited_[{record, "description"}].dynamics = text;
        body = fmt::format(R"({{"description":"{}"}})", text);
        break;
      }
      default: body = fmt::format(R"({{"productserialnumber":"d{}, d{}"}})", pick(5), pick(5)); break;
    }
    say("alice " + record.substr(0, 4) + " " + body);
    story_.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + record + ")", body);
  }

  void edit_issue() {
    auto const record = some_record();
    auto const issue = story_.issue_of(record);
    std::string body;
    switch (pick(4)) {
      case 0: {
        auto const text = fmt::format("Summary {} 📱", pick(1000));
        edited_[{record, "title"}].jira = text;
        body = fmt::format(R"({{"fields":{{"summary":"{}"}}}})", text);
        break;
      }
      case 1: {
        auto const* const name = kPriorities.at(pick(3));
        edited_[{record, "prioritycode"}].jira = name;
        body = fmt::format(R"({{"fields":{{"priority":{{"name":"{}"}}}}}})", name);
        break;
      }
      case 2: {
        auto const text = fmt::format("Described in Jira {}", pick(1000));
        edited_[{record, "description"}].jira = text;
        body = fmt::format(
            R"({{"fields":{{"description":{{"type":"doc","version":1,"content":[{{"type":"paragraph","content":[{{"type":"text","text":"{}"}}]}}]}}}}}})",
            text);
        break;
      }
      default: body = fmt::format(R"({{"update":{{"labels":[{{"add":"j{}"}},{{"remove":"j{}"}}]}}}})", pick(5), pick(5)); break;
    }
    say("bob " + record.substr(0, 4) + " " + body);
    story_.edit("bob", ServiceName::jira, "PUT", fmt::format("/rest/api/3/issue/{}", issue["key"].text()), body);
    if (!webhooks_ || one_in(3)) return;  // lost
    sync::event::QueuedHint hint;
    hint.issue = issue["id"].text();
    hint.issue_key = issue["key"].text();
    hint.kinds = {"issue-updated"};
    hint.events = 1;
    on_their_way_.push_back(hint);
    if (one_in(3)) on_their_way_.push_back(hint);
  }

  // Some of those on their way arrive, in any order.
  void deliver() {
    std::vector<sync::event::QueuedHint> arriving;
    while (!on_their_way_.empty() && !one_in(3)) {
      auto const at = on_their_way_.begin() + static_cast<std::ptrdiff_t>(pick(on_their_way_.size()));
      arriving.push_back(*at);
      on_their_way_.erase(at);
    }
    if (arriving.empty()) return;
    auto opened = store::LmdbStore::open(story_.store_path() / "store", {.sync = false});
    REQUIRE(opened.has_value());
    auto const kept = (*opened)->write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& hint : arriving) TANDEM_CHECK(sync::event::append(writer, hint));
      return Unit{};
    });
    REQUIRE(kept.has_value());
  }

  void some_faults() {
    std::vector<Fault> faults;
    for (std::size_t i = quiet_ ? 0 : pick(3); i > 0; --i) {
      Fault fault;
      fault.nth = 1 + static_cast<std::int64_t>(pick(15));
      switch (pick(4)) {
        case 0: fault.when = Fault::When::before; break;
        case 1: fault.when = Fault::When::after; break;
        case 2: fault.when = Fault::When::body; break;
        default:
          fault.what = Fault::Do::status;
          fault.when = one_in(2) ? Fault::When::before : Fault::When::after;
          fault.status = one_in(2) ? 503 : 500;
          break;
      }
      faults.push_back(fault);
    }
    story_.world().set_faults(std::move(faults));
  }
  // What happens, for who looks at one seed.
  void say(std::string const& line) {
    if (!tells_) return;
    std::printf("%s %s\n", to_rfc3339(story_.world().now()).c_str(), line.c_str());
  }
  void say(Story::Ran const& ran) {
    if (!tells_) return;
    for (auto const& one : ran.told.written) {
      for (auto const& field : one.fields)
        say(fmt::format("  {} {} {}: {} -> {}", one.action, one.record.substr(0, 4), field.field, field.before, field.after));
    }
    for (auto const& one : ran.told.left) say(fmt::format("  left {} {}", one.record.substr(0, 4), code_of(one.reason)));
    for (auto const& one : ran.told.failures)
      say(fmt::format("  failed {} {} {}", one.record.substr(0, 4), code_of(one.reason), one.detail));
    if (ran.record) say("  run: " + ran.record->error + (ran.record->items.empty() ? "" : ran.record->items.front().error));
  }

  void run() {
    some_faults();
    say("run");
    say(story_.run({.drain_events = true}));
    story_.world().set_faults({});
  }
  void drain() {
    some_faults();
    say("drain");
    say(story_.run({.drain_events = true, .only_events = true}));
    story_.world().set_faults({});
  }
  void run_and_die() {
    CrashPoint crash(1 + pick(30));
    say("run and die");
    auto const ran = story_.run({.drain_events = true}, &crash);
    say(ran);
    if (one_in(2)) return;
    story_.world().advance(60s);
    for (auto const& late : ran.late) story_.world().send(late.service, late.request);
  }

  std::mt19937_64 random_;
  bool tells_ = std::getenv("TANDEM_SEED") != nullptr;
  std::string policy_;
  Story story_;
  std::vector<std::string> records_;
  bool webhooks_ = true;
  bool quiet_ = false;  // nothing breaks: then nothing may be held either, but by policy
  std::vector<sync::event::QueuedHint> on_their_way_;
  std::map<Key, Edits> edited_;
};

}  // namespace

TEST_CASE("whatever happens on both sides, they agree in the end or a hold is listed, and writes stop [E5][R1][R4]") {
  play_histories<History>(Seeds("TANDEM_HISTORIES", 1000), "in both directions");
}
