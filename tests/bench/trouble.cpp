// W10: a backfill that is killed again and again; W11: one that meets a storm of 429s. Both beside the same backfill in calm, in one run: what is
// left afterwards must be the same, each case with one issue, remote link and link note, and a storm must not multiply the requests.
//
// No floor: the calm run is the measure. Time and memory are those of the run through the trouble, waits included.
#include <algorithm>
#include <filesystem>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "box.hpp"
#include "cli/background.hpp"

namespace bench {

namespace {

namespace json = tandem::json;

constexpr std::size_t kCases = 500;
constexpr std::size_t kOfTheWorld = 12;

std::shared_ptr<Box> box_in(Surroundings const& around, std::string const& name) {
  auto own = around;
  own.folder += "/" + name;
  std::filesystem::create_directories(own.folder);
  auto box = std::make_shared<Box>(own, std::vector<std::string>{"--records", std::to_string(kCases - kOfTheWorld)});
  json::Object const off{{"enabled", false}};
  box->apply(bench_item({{"comments", off}, {"attachments", off}}), {"--baseline", "all"});
  box->documented();
  return box;
}

// Losses and doubles: how far issues, records that they name, remote links and link notes are from one for each case, all added up.
double astray(Box const& box) {
  auto const state = box.sandbox().get("state");
  std::set<std::string> records;
  std::size_t issues = 0, links = 0, notes = 0;
  for (auto const& issue : state["jira"]["issues"].items()) {
    ++issues;
    links += issue["remoteLinks"].items().size();
    records.emplace(issue["properties"]["tandem.link"]["links"]["bench"]["record"].text());
  }
  for (auto const& note : state["dataverse"]["rows"]["annotation"].items())
    notes += note["notetext"].text().find("Issue ID: ") != std::string_view::npos ? 1U : 0U;
  std::size_t sum = 0;
  for (auto const count : {issues, records.size(), links, notes}) sum += std::max(count, kCases) - std::min(count, kCases);
  return static_cast<double>(sum);
}

Measured judged(Measured out, Measured const& calm, Box const& box, std::optional<double> most_requests) {
  out.units = static_cast<double>(kCases);
  auto const ratio = static_cast<double>(out.all_requests()) / static_cast<double>(calm.all_requests());
  out.figures.push_back({"requests / calm", ratio, most_requests, {}});
  out.figures.push_back({"time / calm", out.wall / calm.wall, {}, {}});
  out.figures.push_back({"lost or doubled", astray(box), 0, {}});
  return out;
}

Run stormy(Surroundings const& around) {
  return [around, run = 0]() mutable {
    ++run;
    auto const calm = box_in(around, fmt::format("calm-{}", run))->cycle({"--allow-mass-change"});
    auto const box = box_in(around, fmt::format("storm-{}", run));
    json::Array storm;
    for (auto const* service : {"jira", "dataverse"}) {
      storm.push_back(json::Object{{"when", "before"},
                                   {"service", service},
                                   {"do", "status"},
                                   {"status", 429},
                                   {"headers", json::Object{{"Retry-After", "1"}, {"RateLimit-Reason", "jira-burst-based"}}},
                                   {"probability", json::Number("0.08")}});
    }
    box->sandbox().post("faults", storm);
    return judged(box->cycle({"--allow-mass-change"}), calm, *box, 1.15);
  };
}

// Every few seconds instead of every 30: the run is as much shorter. The services' clock moves on in between, as an unanswered write is only
// settled some minutes later.
Run killed(Surroundings const& around) {
  return [around, run = 0]() mutable {
    ++run;
    auto const calm = box_in(around, fmt::format("calm-{}", run))->cycle({"--allow-mass-change"});
    auto const box = box_in(around, fmt::format("killed-{}", run));
    box->forget_requests();
    int kills = 0;
    auto const began = std::chrono::steady_clock::now();
    for (; kills < 3; ++kills) {
      std::map<std::string, std::string> environment;
      for (auto const& one : box->environment()) environment[one.substr(0, one.find('='))] = one.substr(one.find('=') + 1);
      cli_test::Background program(around.tandem, {{"sync-once", "-q", "--allow-mass-change"}, environment, ""});
      std::this_thread::sleep_for(std::chrono::seconds{2});
      if (!program.running()) break;
      program.kill();
      box->advance("4m");
    }
    auto out = box->cycle_after({"--allow-mass-change"});
    out.wall = std::chrono::steady_clock::now() - began;
    out = judged(std::move(out), calm, *box, std::nullopt);
    out.figures.push_back({"kills", static_cast<double>(kills), {}, 3});
    return out;
  };
}

}  // namespace

void add_trouble(std::vector<Workload>& all) {
  all.push_back({"W10-killed",
                 fmt::format("{} cases become issues while the program is killed every two seconds, three times", kCases),
                 killed});
  all.push_back(
      {"W11-storm", fmt::format("{} cases become issues while one request in twelve is answered with 429", kCases), stormy});
}

}  // namespace bench
