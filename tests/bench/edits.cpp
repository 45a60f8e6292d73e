// W3: a person edits a mapped field of 1,000 linked records, or of 1,000 linked issues, and one cycle brings them over.
//
// Floor, requests: one write for each edit and the least that finds and reads them: pages of 5,000 records or issues, 100 issues or records by
// id in one question, 1,000 changelogs (contract: jira.md §4, §5, dataverse.md §10), and one look at each other feed.
// Floor, time: to Jira, its 50 edits a second after the first 50 (jira.md §11), or 8 at once in 80 ms each, whichever is longer; to Dynamics, 8
// at once in 120 ms each (dataverse.md §15).
#include <cmath>

#include <fmt/format.h>

#include "box.hpp"

namespace bench {

namespace {

namespace json = tandem::json;

constexpr std::size_t kLinks = 1'000;
constexpr double kJiraEditsPerSecond = 50;

std::shared_ptr<Box> linked_box(Surroundings const& around) {
  constexpr std::size_t kOfTheWorld = 12;  // cases that the world has by itself
  auto box = std::make_shared<Box>(around, std::vector<std::string>{"--records", std::to_string(kLinks - kOfTheWorld)});
  box->apply(bench_item(), {"--baseline", "all"});
  box->settle();
  return box;
}

Floor floor_to_jira(double edits) {
  auto const by_limit = (edits - kJiraEditsPerSecond) / kJiraEditsPerSecond;
  auto const by_latency = std::ceil(edits / kJobs) * kJira.count();
  return {edits + std::ceil(edits / 5000) + std::ceil(edits / 100) + std::ceil(edits / 1000) + 2,
          Seconds{std::max(by_limit, by_latency)} + kDataverse + kJira};
}

Floor floor_to_dynamics(double edits) {
  return {edits + std::ceil(edits / 5000) + 2 * std::ceil(edits / 100) + 2, std::ceil(edits / kJobs) * kDataverse + 2 * kJira};
}

Measured judged(Measured out, double edits, Floor floor) {
  out.units = edits;
  out.floor = floor;
  out.figures = {{"writes for each change", static_cast<double>(writes_of(out)) / edits, 1.2, {}},
                 {"reads for each change", static_cast<double>(reads_of(out)) / edits, 0.1, {}},
                 {"429s", static_cast<double>(out.throttled), 0, {}}};
  return out;
}

Run records_edited(Surroundings const& around) {
  auto const box = linked_box(around);
  auto const cases = box->records("incidents", "incidentid");
  return [box, cases, round = 0]() mutable {
    ++round;
    for (auto const& id : cases) {
      box->edit("dataverse", "PATCH", fmt::format("/api/data/v9.2/incidents({})", id),
                json::Object{{"description", fmt::format("Edited in round {}.", round)}});
    }
    auto const out = judged(box->cycle(), static_cast<double>(cases.size()), floor_to_jira(static_cast<double>(cases.size())));
    box->settle();
    return out;
  };
}

Run issues_edited(Surroundings const& around) {
  auto const box = linked_box(around);
  auto issues = box->issues();
  return [box, issues, round = 0]() mutable {
    ++round;
    for (auto const& id : issues) {
      box->edit("jira", "PUT", "/rest/api/3/issue/" + id,
                json::Object{{"fields", json::Object{{"duedate", fmt::format("2027-01-{:02}", round % 28 + 1)}}}});
    }
    box->advance("1m");
    auto const edits = static_cast<double>(kLinks);
    auto const out = judged(box->cycle(), edits, floor_to_dynamics(edits));
    box->settle();
    return out;
  };
}

}  // namespace

void add_edits(std::vector<Workload>& all) {
  all.push_back({"W3-edits-to-jira", fmt::format("{} edited records, brought over in one cycle", kLinks), records_edited});
  all.push_back({"W3-edits-to-dynamics", fmt::format("{} edited issues, brought over in one cycle", kLinks), issues_edited});
}

}  // namespace bench
