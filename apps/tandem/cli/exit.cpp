#include "cli/exit.hpp"

#include <algorithm>
#include <array>

#include "cli/stop.hpp"

namespace tandem::cli {

namespace {
constexpr std::array<ExitMeaning, 14> kMeanings{{
    {0, "done, also when there was nothing to do", "nothing"},
    {1, "a fault in tandem itself", "report it"},
    {2, "the command line, or the structure of a payload, is wrong", "fix it"},
    {3, "configuration is missing or invalid", "fix the file or the setting that is named"},
    {4, "a system refused who we are or what we may do", "renew the credential, or grant the right that is named"},
    {5, "a system could not be reached in time; nothing is lost", "nothing: the next run continues"},
    {6, "finished, but some records failed, were parked or held", "look at `tandem status`"},
    {7, "refused by a brake or by a rule of state; nothing of that thing was changed", "check, then the flag that is named"},
    {8, "another run holds this connection's lock", "nothing"},
    {9, "the named thing does not exist", "check the name"},
    {10, "with --dry-run --exit-code: something would change", "nothing"},
    {11, "the store is damaged, full, or newer than this program", "`tandem status --check`, restore, or upgrade"},
    {130, "stopped by Ctrl-C, cleanly", "nothing"},
    {143, "stopped by a signal, cleanly", "nothing"},
}};
}  // namespace

std::span<ExitMeaning const> exit_meanings() { return kMeanings; }

ExitMeaning meaning_of_exit(int code) {
  auto const found = std::find_if(kMeanings.begin(), kMeanings.end(), [&](auto const& entry) { return entry.code == code; });
  return found == kMeanings.end() ? ExitMeaning{code, {}, {}} : *found;
}

bool needs_person(int code) {
  auto const cure = meaning_of_exit(code).cure;  // an unknown code has none, and is a failure
  return cure != "nothing" && !cure.starts_with("nothing:");
}

int code_of(Error const& error) {
  if (error.kind != ErrorKind::cancelled) return exit_code(error.kind);
  // Cancelled by the deadline and not by a signal: the next run continues.
  return stop_requested() ? stop_exit_code() : exit_code(ErrorKind::transient);
}

}  // namespace tandem::cli
