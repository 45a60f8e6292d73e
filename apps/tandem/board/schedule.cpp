#include "board/schedule.hpp"

#include <algorithm>

namespace tandem::cli {

namespace {

constexpr std::size_t kLookedAt = 25;  // starts
constexpr std::size_t kLeastDistances = 3;
constexpr Millis kJitter{30'000};  // timers spread their starts, cron's are a second or two late
constexpr Millis kShortest{1'000};

bool agrees(Millis distance, Millis usual) {
  auto const off = distance > usual ? distance - usual : usual - distance;
  return off <= std::max(usual / 4, std::min(kJitter, usual / 2));
}

// 4m58s is a five-minute timer that was started a little late the time before.
Millis rounded(Millis distance) {
  auto const step = distance >= std::chrono::minutes{2} ? Millis{10'000} : Millis{1'000};
  return std::max((distance + step / 2) / step * step, kShortest);
}

}  // namespace

Schedule schedule_of(std::vector<sync::RunRecord> const& runs, Instant now) {
  Schedule schedule;
  std::vector<Instant> starts;  // newest first
  for (auto const& run : runs) {
    if (run.scope != sync::RunScope::all || !run.started_at) continue;
    if (starts.size() < kLookedAt && (starts.empty() || *run.started_at < starts.back())) starts.push_back(*run.started_at);
  }
  if (!starts.empty()) schedule.last = starts.front();
  if (starts.size() < kLeastDistances + 1) {
    schedule.unknown = starts.empty() ? "no cycle has run yet" : "too few cycles have run to tell how often they come";
    return schedule;
  }
  std::vector<Millis> distances;
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) distances.push_back(starts[i] - starts[i + 1]);
  auto sorted = distances;
  std::sort(sorted.begin(), sorted.end());
  auto const usual = sorted[sorted.size() / 2];
  auto const agreeing = static_cast<std::size_t>(
      std::count_if(distances.begin(), distances.end(), [&](Millis distance) { return agrees(distance, usual); }));
  if (agreeing * 2 <= distances.size()) {
    schedule.unknown = "cycles come at no regular distance";
    return schedule;
  }
  schedule.agreeing = agreeing;
  schedule.every = rounded(usual);
  // A run by hand in between does not move the timer.
  std::size_t anchor = 0;
  while (!agrees(distances[anchor], usual)) ++anchor;
  auto const next = starts[anchor] + *schedule.every * ((starts.front() - starts[anchor]) / *schedule.every + 1);
  schedule.next = next;
  if (now - next > std::max<Millis>(*schedule.every, std::chrono::minutes{1})) schedule.late = now - next;
  return schedule;
}

}  // namespace tandem::cli
