// Exit codes: the sentences of SPEC "Commands".
//
// Which error gives which code is tandem::exit_code(ErrorKind) in base, which outcome of a run counts is sync::worse_exit.
#pragma once

#include <span>
#include <string_view>

#include <tandem/base/result.hpp>

namespace tandem::cli {

struct ExitMeaning {
  int code;
  std::string_view meaning, cure;
};
std::span<ExitMeaning const> exit_meanings();
ExitMeaning meaning_of_exit(int code);  // with empty texts for a code that tandem never gives
// Somebody must look before it gets better; not so where the next run continues, another one is at work, or a person stopped it.
bool needs_person(int code);
// Of a command that ended with this error: a cancelled one was stopped by a signal, or by its deadline.
int code_of(Error const& error);

}  // namespace tandem::cli
