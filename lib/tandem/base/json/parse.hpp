// The only door for JSON text from outside.
//
// RapidJSON's SAX reader with numbers as strings (its number conversion reads out of bounds, CVE-2024-38517), iterative parsing,
// encoding validation, and caps. Refused: duplicate keys, NUL bytes, invalid UTF-8, text after the value, anything over a cap.
// An escaped half of a surrogate pair, as a text cut within an emoji ends with, is read as U+FFFD.
// Errors: ErrorKind::remote with context line, column; callers re-kind it where the text is a user's file.
#pragma once

#include <string_view>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>

namespace tandem::json {

struct Limits {
  std::size_t bytes = 64U << 20U;
  std::size_t depth = 64;
  std::size_t number_length = 64;
  bool comments = false;  // also trailing commas: for files that people write
};

Result<Value> parse(std::string_view text, Limits const& limits = {});

// 1-based line and column (in bytes) of an offset.
struct Position {
  std::size_t line = 1, column = 1;
};
Position position_of(std::string_view text, std::size_t offset);

}  // namespace tandem::json
