// ProgressLine: long work on a terminal, as one line on stderr that is drawn again and again (SPEC E11): how many are done, how fast, how long
// still. Nothing is drawn off a terminal, with -q, --no-progress or --log-format json (output.hpp decides that).
//
// Only ASCII but for the item's name, so that it can be read in any locale. Rate and time left count from the moment at which a kind of work on
// an item began, by this machine's clock, and are left out while they would be guesses.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <tandem/sync/progress.hpp>

#include "cli/output.hpp"

namespace tandem::cli {

// "support-cases: 340 of 1200 records, 42/s, 21s left, 3 failed". `worked`: the time in which `fresh` of the done ones were done.
std::string progress_text(sync::Progress const& progress, std::uint64_t fresh, Millis worked);

class ProgressLine {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  explicit ProgressLine(Output& out, Now now = std::chrono::steady_clock::now) : out_(out), now_(std::move(now)) {}
  ~ProgressLine() { end(); }
  ProgressLine(ProgressLine const&) = delete;
  ProgressLine& operator=(ProgressLine const&) = delete;

  void say(std::string const& text);  // before anything was counted
  void show(sync::Progress const& progress);  // at most five times a second, and when all is done
  void end();

 private:
  Output& out_;
  Now now_;
  sync::Progress last_{};
  std::uint64_t began_with_ = 0;
  std::chrono::steady_clock::time_point began_{}, drawn_{};
};

}  // namespace tandem::cli
