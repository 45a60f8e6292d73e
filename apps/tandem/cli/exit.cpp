#include "cli/exit.hpp"

#include <algorithm>
#include <array>

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
constexpr std::array kOrder{11, 1, 4, 2, 5, 7, 6};
}  // namespace

std::span<ExitMeaning const> exit_meanings() { return kMeanings; }

std::string_view meaning_of_exit(int code) {
  auto const found = std::find_if(kMeanings.begin(), kMeanings.end(), [&](auto const& entry) { return entry.code == code; });
  return found == kMeanings.end() ? std::string_view{} : found->meaning;
}

int combined_exit(int a, int b) {
  auto const rank = [](int code) {
    if (code == 0) return kOrder.size() + 1;
    return static_cast<std::size_t>(std::find(kOrder.begin(), kOrder.end(), code) - kOrder.begin());
  };
  return rank(b) < rank(a) ? b : a;
}

int combined_exit(std::initializer_list<int> codes) {
  int all = 0;
  for (int const code : codes) all = combined_exit(all, code);
  return all;
}

}  // namespace tandem::cli
