// Exit codes: the sentences of SPEC "Commands".
//
// Which error gives which code is tandem::exit_code(ErrorKind) in base, which outcome of a run counts is sync::worse_exit; this file knows
// neither.
#pragma once

#include <span>
#include <string_view>

namespace tandem::cli {

struct ExitMeaning {
  int code;
  std::string_view meaning, cure;
};
std::span<ExitMeaning const> exit_meanings();
std::string_view meaning_of_exit(int code);  // "" for a code that tandem never gives

}  // namespace tandem::cli
