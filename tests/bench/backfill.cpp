// W5: cases that have grown for years become issues, with and without their notes; W4: many notes on few cases.
//
// Floor, requests: for each case a remote link, for each note a comment; 50 issues a bulk create (contract: jira.md §4), 1,000 link notes a batch,
// 5,000 cases or notes a page (dataverse.md §10, §13). Floor, time: 8 requests at once at Jira in 80 ms each, or the 100 a second that each of its
// endpoints takes after the first 100 (jira.md §11), whichever is longer; Dataverse has its time beside it.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "box.hpp"
#include "one_by_one.hpp"

namespace bench {

namespace {

namespace json = tandem::json;

constexpr double kPostsPerSecond = 100;

struct Size {
  std::size_t cases, notes, one_by_one;
};
Size size_of(Surroundings const& around) { return around.full ? Size{10'000, 69'585, 100} : Size{500, 3'479, 50}; }
// Without notes a run is short: more cases, so that what a run costs once does not decide.
Size size_without_notes(Surroundings const& around) { return around.full ? size_of(around) : Size{2'000, 0, 50}; }

std::shared_ptr<Box> filled_box(Surroundings const& around, std::size_t cases, std::size_t notes, json::Object const& parts) {
  constexpr std::size_t kOfTheWorld = 12;
  auto box = std::make_shared<Box>(around, std::vector<std::string>{"--records", std::to_string(cases - kOfTheWorld)});
  box->add_notes(box->records("incidents", "incidentid"), notes);
  box->apply(bench_item(parts), {"--baseline", "all"});
  box->advance("10m");
  return box;
}

Floor floor_of(double cases, double notes) {
  auto const bulks = std::ceil(cases / 50);
  auto const busiest = (std::max(cases, notes) - kPostsPerSecond) / kPostsPerSecond;
  return {cases + notes + bulks + std::ceil(cases / 1000) + std::ceil(cases / 5000) + std::ceil(notes / 5000) + 1,
          Seconds{std::max((cases + notes + bulks) / kJobs * kJira.count(), busiest)}};
}

Measured measured(Box const& box, double cases, double notes) {
  auto out = box.cycle({"--allow-mass-change"});
  out.units = cases;
  out.floor = floor_of(cases, notes);
  auto const mark = notes > 0 ? std::optional(1.3) : std::nullopt;
  out.figures = {{"time / floor", out.wall.count() / out.floor->time.count(), mark, {}},
                 {"memory, MB", static_cast<double>(out.peak_kilobytes) / 1024, 256, {}},
                 {"429s", static_cast<double>(out.throttled), 0, {}}};
  return out;
}

// A backfill happens once: each run has a sandbox of its own.
Surroundings own_folder(Surroundings const& around, int run) {
  auto own = around;
  own.folder += fmt::format("/{}", run);
  std::filesystem::create_directories(own.folder);
  return own;
}

Run with_notes(Surroundings const& around) {
  return [around, run = 0]() mutable {
    auto const size = size_of(around);
    auto const box = filled_box(own_folder(around, ++run), size.cases, size.notes, {});
    box->documented();
    return measured(*box, static_cast<double>(size.cases), static_cast<double>(size.notes));
  };
}

Run without_notes(Surroundings const& around) {
  return [around, run = 0]() mutable {
    auto const size = size_without_notes(around);
    json::Object const off{{"enabled", false}};
    auto const box = filled_box(own_folder(around, ++run), size.cases, 0, {{"comments", off}, {"attachments", off}});
    box->documented();
    auto out = measured(*box, static_cast<double>(size.cases), 0);
    auto ids = box->records("incidents", "incidentid");
    ids.resize(size.one_by_one);
    auto const each = link_one_by_one(*box, ids) / static_cast<double>(ids.size());
    out.figures.push_back({"times faster than one by one", each / (out.wall / out.units), {}, 25});
    return out;
  };
}

// W4. Floor, time: each issue takes 20 writes in 2 s and 100 in 30 s (contract: jira.md §11), less than eight workers make of them.
Run on_few_issues(Surroundings const& around) {
  constexpr std::size_t kNotes = 1'000, kIssues = 10;
  auto const box = std::make_shared<Box>(around);
  box->apply(bench_item(), {"--baseline", "all"});
  box->settle();
  auto ids = box->records("incidents", "incidentid");
  ids.resize(kIssues);
  return [box, ids] {
    box->add_notes(ids, kNotes);
    auto out = box->cycle();
    out.units = kNotes;
    out.floor = {kNotes + kIssues + 4.0, Seconds{kNotes / kJobs * kJira.count()} + 2 * kDataverse};
    out.figures = {{"429s", static_cast<double>(out.throttled), 0, {}}};
    box->advance("10m");
    box->settle();
    return out;
  };
}

}  // namespace

void add_backfill(std::vector<Workload>& all) {
  all.push_back(
      {"W4-notes-on-few", "1,000 notes on 10 cases become comments: Jira's limit for writes on one issue", on_few_issues});
  all.push_back(
      {"W5-backfill-notes", "500 cases with 3,479 notes become issues with comments; --full: 10,000 with 69,585", with_notes});
  all.push_back({"W5-backfill-links",
                 "2,000 cases (--full: 10,000) become issues without comments, beside a client that does it one by one",
                 without_notes});
}

}  // namespace bench
