#include "cli/progress_line.hpp"

#include <fmt/format.h>

#include <tandem/base/time/instant.hpp>

namespace tandem::cli {

namespace {

constexpr Millis kBetweenDrawings{200};
constexpr Millis kLeastForRate{2'000};

std::string counted(sync::Progress const& progress) {
  auto const noun = name_of(progress.work);
  if (progress.total) return fmt::format("{} of {} {}", progress.done, *progress.total, noun);
  if (progress.seen > progress.done) return fmt::format("{} {} done, {} seen", progress.done, noun, progress.seen);
  return fmt::format("{} {}", progress.done, noun);
}

}  // namespace

std::string progress_text(sync::Progress const& progress, std::uint64_t fresh, Millis worked) {
  auto text = (progress.item.empty() ? std::string{} : progress.item + ": ") + counted(progress);
  if (worked >= kLeastForRate && fresh > 0) {
    double const seconds = static_cast<double>(worked.count()) / 1000.0;
    double const rate = static_cast<double>(fresh) / seconds;
    text += rate >= 1 ? fmt::format(", {:.0f}/s", rate) : fmt::format(", {:.0f}/min", rate * 60);
    if (progress.total && *progress.total > progress.done) {
      auto const left = static_cast<std::int64_t>(static_cast<double>(*progress.total - progress.done) / rate) + 1;
      text += fmt::format(", {} left", to_text(Millis{left * 1000}));
    }
  }
  if (progress.failed > 0) text += fmt::format(", {} failed", progress.failed);
  return text;
}

void ProgressLine::say(std::string const& text) {
  out_.status_line(text);
  drawn_ = {};
}

void ProgressLine::show(sync::Progress const& progress) {
  // "0 of 0" tells less than what stands there.
  if (!out_.progress() || progress.total == 0U) return;
  auto const now = now_();
  bool const other = began_.time_since_epoch().count() == 0 || progress.item != last_.item || progress.work != last_.work ||
                     progress.done < last_.done;
  last_ = progress;
  if (other) {
    began_ = now;
    began_with_ = progress.done;
  } else if (now - drawn_ < kBetweenDrawings && progress.done != progress.total) {
    return;
  }
  drawn_ = now;
  out_.status_line(progress_text(progress, progress.done - began_with_, std::chrono::duration_cast<Millis>(now - began_)));
}

void ProgressLine::end() { out_.status_line(""); }

}  // namespace tandem::cli
