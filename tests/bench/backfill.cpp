// W5: cases that have grown for years become issues, with and without their notes.
//
// Floor, requests: for each case a remote link, for each note a comment; 50 issues a bulk create (contract: jira.md §4), 1,000 link notes a batch,
// 5,000 cases or notes a page (dataverse.md §10, §13). Floor, time: 8 requests at once at Jira in 80 ms each, or the 100 a second that each of its
// endpoints takes after the first 100 (jira.md §11), whichever is longer; Dataverse has its time beside it.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

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
  constexpr std::size_t kAtOnce = 500;
  auto box = std::make_shared<Box>(around, std::vector<std::string>{"--records", std::to_string(cases - kOfTheWorld)});
  auto const ids = box->records("incidents", "incidentid");
  json::Array targets;
  for (std::size_t i = 0; i < notes; ++i) {
    targets.push_back(json::Object{{"@odata.type", "Microsoft.Dynamics.CRM.annotation"},
                                   {"subject", fmt::format("Note {}", i)},
                                   {"notetext", fmt::format("What was said in call {}: <b>the printer</b> does not print.", i)},
                                   {"objectid_incident@odata.bind", "/incidents(" + ids[i % ids.size()] + ")"}});
    if (targets.size() < kAtOnce && i + 1 < notes) continue;
    box->edit("dataverse", "POST", "/api/data/v9.2/annotations/Microsoft.Dynamics.CRM.CreateMultiple",
              json::Object{{"Targets", std::exchange(targets, {})}});
  }
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

}  // namespace

void add_backfill(std::vector<Workload>& all) {
  all.push_back(
      {"W5-backfill-notes", "500 cases with 3,479 notes become issues with comments; --full: 10,000 with 69,585", with_notes});
  all.push_back({"W5-backfill-links",
                 "2,000 cases (--full: 10,000) become issues without comments, beside a client that does it one by one",
                 without_notes});
}

}  // namespace bench
