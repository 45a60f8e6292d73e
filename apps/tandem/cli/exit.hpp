// Exit codes: the sentences of SPEC "Commands" and how several outcomes of one run become one code.
//
// Which error gives which code is tandem::exit_code(ErrorKind) in base; this file knows no error.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

namespace tandem::cli {

struct ExitMeaning {
  int code;
  std::string_view meaning, cure;
};
std::span<ExitMeaning const> exit_meanings();
std::string_view meaning_of_exit(int code);  // "" for a code that tandem never gives

// The one that counts, of several outcomes: 11, 1, 4, 2, 5, 7, 6, 0 in this order; codes outside this list beat 0 only.
int combined_exit(int a, int b);
int combined_exit(std::initializer_list<int> codes);

}  // namespace tandem::cli
