// The big crossing: many conversations in both directions at once, while webhooks come twice, late or never and answers get lost. In the end each comment,
// note and file is there once on the other side, in order and with the right author line (SPEC H1, H2, I1, R1, R4).
//
// TANDEM_CROSSING="100x200x50" says how many issues, comments and files of each; `scripts/check crossing` runs that.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>

#include <array>
#include <tandem/mapping/richtext/html.hpp>

#include "support/conversation_pair.hpp"

using namespace tandem;
using namespace tandem::test;
using sandbox::Fault;

namespace {

struct Size {
  std::size_t issues = 6, comments = 20, files = 6;
};

Size wanted_size() {
  Size out;
  auto const* text = std::getenv("TANDEM_CROSSING");
  if (text == nullptr || std::sscanf(text, "%zux%zux%zu", &out.issues, &out.comments, &out.files) == 3) return out;
  FAIL("TANDEM_CROSSING is \"" << text << "\", but takes issues x comments x files, as 100x200x50");
  return out;
}

std::size_t resident_peak_kb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return static_cast<std::size_t>(std::strtoul(line.c_str() + 6, nullptr, 10));
  }
  return 0;
}

// What one side of one pair wrote, oldest first.
struct Written {
  std::vector<std::string> texts, files;
};

class Crossing {
 public:
  explicit Crossing(Size size) : size_(size), random_(20261102), story_(options_of(size)) {
    sync::RunOptions options;
    options.allow_mass_change = true;
    story_.run_well(options);
    story_.world().advance(20min);
    for (auto const& issue : story_.issues()) {
      auto const record = std::string(issue["properties"]["tandem.link"]["links"]["support-cases"]["record"].text());
      if (record.empty() || records_.size() == size_.issues) continue;
      records_.push_back(record);
      keys_[record] = issue["key"].text();
      ids_[record] = issue["id"].text();
      before_[record] = {count(issue["comments"]), count(issue["attachments"])};
    }
    REQUIRE(records_.size() == size_.issues);
    story_.forget_requests();
  }

  void play() {
    constexpr std::size_t kRounds = 10;
    for (std::size_t round = 0; round < kRounds; ++round) {
      for (auto const& record : records_) {
        for (std::size_t i = share(size_.comments, round, kRounds); i > 0; --i) say(record);
        for (std::size_t i = share(size_.files, round, kRounds); i > 0; --i) attach(record);
      }
      deliver();
      some_faults();
      auto const ran = story_.run({.allow_mass_change = true, .drain_events = true, .only_events = round % 3 == 1});
      requests_ += story_.requests();
      story_.forget_requests();
      CHECK(ran.record.has_value());
      story_.world().set_faults({});
      story_.world().advance(round % 2 == 0 ? 3min : 30s);
    }
  }

  void settle_down() {
    for (int i = 0; i < 3; ++i) {
      story_.world().advance(10min);
      story_.run({.allow_mass_change = true, .drain_events = true});
    }
    story_.world().advance(10min);
    story_.run_well({.drain_events = true, .sweep = true});
    story_.world().advance(20min);
    story_.run_well();
    requests_ += story_.requests();
    story_.forget_requests();
    story_.run_well({.drain_events = true});
    CHECK(story_.writes().empty());
    CHECK(open_intents(story_) == 0);
  }

  void check() {
    std::map<std::string, json::Value> issues;
    for (auto& issue : story_.issues()) issues[std::string(issue["id"].text())] = std::move(issue);
    std::map<std::string, std::vector<json::Value>> notes;
    auto const state = story_.world().dataverse().state();
    for (auto const& row : state["rows"]["annotation"].items()) {
      if (row["notetext"].text().find("Issue ID: ") == std::string_view::npos)
        notes[std::string(row["_objectid_value"].text())].push_back(row);
    }
    for (auto const& record : records_) {
      CAPTURE(keys_[record]);
      auto& rows = notes[record];
      std::sort(rows.begin(), rows.end(),
                [](auto const& a, auto const& b) { return a["versionnumber"].integer() < b["versionnumber"].integer(); });
      auto const& issue = issues[ids_[record]];
      check_jira(record, issue);
      check_dynamics(record, rows);
    }
  }
  [[nodiscard]] std::uint64_t requests() const { return requests_; }

 private:
  static StoryOptions options_of(Size size) {
    auto options = talking();
    options.records = size.issues;
    return options;
  }
  static std::size_t count(json::Value const& list) { return list.items().size(); }
  static std::size_t share(std::size_t all, std::size_t round, std::size_t rounds) {
    return all * (round + 1) / rounds - all * round / rounds;
  }
  std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }

  void say(std::string const& record) {
    bool const in_jira = pick(2) == 0;
    auto& mine = (in_jira ? in_jira_ : in_dynamics_)[record].texts;
    auto const text = fmt::format("{} {} of {}", in_jira ? "Comment" : "Note", mine.size() + 1, keys_[record]);
    if (in_jira) {
      auto const* who = pick(2) == 0 ? "bob" : "alice";
      story_.edit(who, ServiceName::jira, "POST", "/rest/api/3/issue/" + keys_[record] + "/comment",
                  json::to_text(json::Object{{"body", Pair::adf(text)}}));
      mine.push_back(fmt::format("{} in Jira, {} UTC:\n\n{}", jira_names_.at(who), minute(), text));
      hint(record);
    } else {
      auto const* who = pick(2) == 0 ? "bob" : "alice";
      post_note(record, {{"notetext", text}}, who);
      mine.push_back(fmt::format("{} in Dynamics 365, {} UTC:\n\n{}", dynamics_names_.at(who), minute(), text));
    }
  }

  void attach(std::string const& record) {
    bool const in_jira = pick(2) == 0;
    auto& mine = (in_jira ? in_jira_ : in_dynamics_)[record].files;
    auto const bytes = fmt::format("content {} of {} {}", mine.size(), record, in_jira);
    // Several files of one name in each conversation.
    auto const name = fmt::format("file {}.txt", mine.size() / 2);
    if (in_jira) {
      json::Object const file{{"filename", name}, {"mimeType", "text/plain"}, {"base64", to_base64(bytes)}};
      story_.edit("bob", ServiceName::jira, "POST", "/rest/api/3/issue/" + keys_[record] + "/attachments",
                  json::to_text(json::Object{{"files", json::Array{file}}}));
      hint(record);
    } else {
      post_note(record, {{"filename", name}, {"mimetype", "text/plain"}, {"documentbody", to_base64(bytes)}}, "alice");
    }
    mine.push_back(name + " " + to_hex(sha256(bytes)));
  }

  void post_note(std::string const& record, json::Object columns, char const* who) {
    columns.set("objectid_incident@odata.bind", "/incidents(" + record + ")");
    story_.edit(who, ServiceName::dataverse, "POST", "/api/data/v9.2/annotations", json::to_text(columns));
  }
  std::string minute() {
    auto const text = to_rfc3339_seconds(story_.world().now());
    return text.substr(0, 10) + " " + text.substr(11, 5);
  }

  // A third of the webhooks is lost, the others come twice.
  void hint(std::string const& record) {
    if (pick(3) == 0) return;
    sync::event::QueuedHint one;
    one.issue = ids_[record];
    one.issue_key = keys_[record];
    one.kinds = {"comment-created", "attachment-created"};
    one.events = 1;
    on_their_way_.insert(on_their_way_.end(), 2, one);
  }
  void deliver() {
    std::shuffle(on_their_way_.begin(), on_their_way_.end(), random_);
    auto const arriving = on_their_way_.size() - on_their_way_.size() / 4;
    auto opened = store::LmdbStore::open(story_.store_path() / "store", {.sync = false});
    REQUIRE(opened.has_value());
    auto const kept = (*opened)->write([&](store::Writer& writer) -> Result<Unit> {
      for (std::size_t i = 0; i < arriving; ++i) TANDEM_CHECK(sync::event::append(writer, on_their_way_[i]));
      return Unit{};
    });
    REQUIRE(kept.has_value());
    on_their_way_.erase(on_their_way_.begin(), on_their_way_.begin() + static_cast<std::ptrdiff_t>(arriving));
  }

  void some_faults() {
    std::vector<Fault> faults;
    for (std::size_t i = 0; i < 6; ++i) {
      Fault fault;
      fault.nth = 1 + static_cast<std::int64_t>(pick(20 * size_.issues));
      fault.what = Fault::Do::drop;
      fault.when = std::array{Fault::When::before, Fault::When::after, Fault::When::body}.at(pick(3));
      if (i % 2 == 0) {
        auto const& [method, path] = kWrites.at(pick(kWrites.size()));
        fault.match.method = method;
        fault.match.path = path;
        fault.nth = 1 + static_cast<std::int64_t>(pick(2 * size_.issues));
      }
      faults.push_back(fault);
    }
    story_.world().set_faults(std::move(faults));
  }

  void check_jira(std::string const& record, json::Value const& issue) {
    std::vector<std::string> copies, own;
    auto const& comments = issue["comments"].items();
    for (std::size_t i = before_[record].first; i < comments.size(); ++i) {
      auto const text = text_of(comments[i]);
      (text.find(" in Dynamics 365, ") != std::string::npos ? copies : own).push_back(text);
    }
    CHECK(copies == in_dynamics_[record].texts);
    CHECK(own.size() == in_jira_[record].texts.size());
    std::vector<std::string> files;
    auto const& attachments = issue["attachments"].items();
    for (std::size_t i = before_[record].second; i < attachments.size(); ++i)
      files.push_back(std::string(attachments[i]["filename"].text()) + " " + std::string(attachments[i]["sha256"].text()));
    compare_files(record, std::move(files));
  }

  void check_dynamics(std::string const& record, std::vector<json::Value> const& rows) {
    std::vector<std::string> copies, files;
    for (auto const& row : rows) {
      bool const copy = row["subject"].text().starts_with("[Jira ");
      if (!row["filename"].text().empty()) {
        if (!copy && in_dynamics_[record].files.empty()) continue;
        auto const bytes = from_base64(row["documentbody"].text());
        files.push_back(std::string(row["filename"].text()) + " " + to_hex(sha256(bytes.value_or(""))));
        if (copy) CHECK(row["notetext"].text().starts_with("Bob Builder in Jira, "));
      } else if (copy) {
        auto const read = mapping::richtext::from_html(row["notetext"].text());
        REQUIRE(read.has_value());
        copies.push_back(mapping::richtext::to_text(read->document));
      }
    }
    CHECK(copies == in_jira_[record].texts);
    compare_files(record, std::move(files));
  }

  // Each file of either side once; and those that were copied in the order in which they were attached.
  void compare_files(std::string const& record, std::vector<std::string> files) {
    auto all = in_jira_[record].files;
    all.insert(all.end(), in_dynamics_[record].files.begin(), in_dynamics_[record].files.end());
    for (auto const* side : {&in_jira_[record].files, &in_dynamics_[record].files}) {
      std::vector<std::string> of_side;
      for (auto const& one : files) {
        if (std::find(side->begin(), side->end(), one) != side->end()) of_side.push_back(one);
      }
      CHECK(of_side == *side);
    }
    std::sort(all.begin(), all.end());
    std::erase_if(files, [&](std::string const& one) { return !std::binary_search(all.begin(), all.end(), one); });
    std::sort(files.begin(), files.end());
    CHECK(files == all);
  }

  static inline std::vector<std::pair<std::string, std::string>> const kWrites{{"POST", "/rest/api/3/issue/*/comment*"},
                                                                               {"POST", "/rest/api/3/issue/*/attachments"},
                                                                               {"PATCH", "/api/data/v9.2/annotations(*"}};
  Size size_;
  std::mt19937_64 random_;
  Story story_;
  std::vector<std::string> records_;
  std::map<std::string, std::string> keys_, ids_;
  std::map<std::string, std::pair<std::size_t, std::size_t>> before_;
  std::map<std::string, Written> in_jira_, in_dynamics_;
  std::map<std::string, std::string> jira_names_{{"bob", "Bob Builder"}, {"alice", "Alice Agent"}};
  std::map<std::string, std::string> dynamics_names_{{"bob", "Bob Gage"}, {"alice", "Alice Ciccu"}};
  std::vector<sync::event::QueuedHint> on_their_way_;
  std::uint64_t requests_ = 0;
};

}  // namespace

TEST_CASE(
    "comments and files that cross while webhooks double and answers get lost arrive once, in order, with their author "
    "[H2][I1][R1][R4]") {
  auto const size = wanted_size();
  auto const began = std::chrono::steady_clock::now();
  Crossing crossing(size);
  crossing.play();
  crossing.settle_down();
  crossing.check();
  auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::printf("crossing: %zu issues x %zu comments x %zu files: %.1f s, %llu requests, %zu MB at most with the sandbox in it\n",
              size.issues, size.comments, size.files, took, static_cast<unsigned long long>(crossing.requests()),
              resident_peak_kb() / 1024);
}
