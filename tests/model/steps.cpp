#include "steps.hpp"

#include <fmt/format.h>

namespace model_test {

namespace {

constexpr std::array<char const*, kDoes> kNames{"new-record", "edit-record", "edit-issue", "record-status", "issue-status",
                                                "note",       "comment",     "file-note",  "attach",        "cycle",
                                                "event",      "event-twice", "add-link",   "remove-link",   "resolve",
                                                "disable",    "enable",      "reword",     "drop",          "delete-issue"};
// How often each comes up.
constexpr std::array<unsigned, kDoes> kWeights{3, 8, 8, 5, 5, 5, 5, 2, 2, 9, 7, 2, 3, 2, 3, 1, 2, 7, 3, 1};
constexpr std::array<char const*, 3> kModes{"display-only", "one-way", "two-way"};
constexpr std::array<char const*, 4> kPolicies{"latest", "dynamics", "jira", "hold"};

}  // namespace

History generate(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  auto const pick = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  History history;
  history.seed = seed;
  auto& options = history.options;
  options.mode = pick(12) == 0 ? Mode::display_only : pick(3) == 0 ? Mode::one_way : Mode::two_way;
  // Mostly on: what is off shows little.
  for (auto* on : {&options.auto_create, &options.fields, &options.status, &options.comments, &options.files}) *on = pick(6) != 0;
  options.policy = static_cast<Policy>(pick(kPolicies.size()));
  std::discrete_distribution<std::size_t> what(kWeights.begin(), kWeights.end());
  auto const add = [&](Do one) {
    history.steps.push_back(
        {one, static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random())});
  };
  add(Do::new_record);
  add(Do::new_record);
  add(Do::cycle);
  for (std::size_t left = 10 + pick(16); left > 0; --left) {
    add(static_cast<Do>(what(random)));
    auto const last = history.steps.back();
    if (last.what == Do::new_record && pick(2) == 0) add(Do::cycle);
    if (last.what != Do::edit_record || pick(2) == 0) continue;
    // Both sides change one field, which chance alone would seldom do; and what is held then is settled by a person.
    history.steps.push_back({Do::edit_issue, last.pair, last.choice, static_cast<std::uint32_t>(random())});
    if (options.policy != Policy::hold) continue;
    add(Do::cycle);
    if (pick(2) == 0) history.steps.push_back({Do::resolve, last.pair, last.choice, static_cast<std::uint32_t>(random())});
  }
  add(Do::cycle);
  return history;
}

char const* name_of(Do what) { return kNames.at(static_cast<std::size_t>(what)); }

std::string text_of(Options const& options) {
  auto const on = [](bool value) { return value ? "on" : "off"; };
  return fmt::format("{}, auto-create {}, fields {}, status {}, comments {}, files {}, conflict {}",
                     kModes.at(static_cast<std::size_t>(options.mode)), on(options.auto_create), on(options.fields),
                     on(options.status), on(options.comments), on(options.files),
                     kPolicies.at(static_cast<std::size_t>(options.policy)));
}

std::string text_of(Step const& step) {
  return fmt::format("{} {} {} {}", name_of(step.what), step.pair % 97, step.choice % 97, step.value % 9973);
}

}  // namespace model_test
