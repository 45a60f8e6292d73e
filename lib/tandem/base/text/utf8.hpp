// UTF-8 text: counting, cutting and comparing without breaking a character.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::text {

bool is_valid(std::string_view utf8);
std::size_t code_points(std::string_view utf8);
std::size_t utf16_units(std::string_view utf8);                       // what Dataverse and Jira count as "characters"
std::string_view cut_code_points(std::string_view utf8, std::size_t most);
std::string_view cut_utf16(std::string_view utf8, std::size_t most);  // never half a character
char32_t next(std::string_view& utf8);                                // takes one code point; U+FFFD for a bad byte
void append(std::string& out, char32_t code_point);

// For comparing labels: lower case, Latin accents folded ("é" = "e"), white space trimmed and runs of it made one blank.
std::string folded(std::string_view utf8);

// For a terminal: C0, DEL, C1 and bidirectional controls become \u{…}; new lines and tabs too unless `multi_line`.
std::string printable(std::string_view utf8, bool multi_line = false);
// Columns on a terminal: combining marks 0, East Asian wide characters and emoji 2.
std::size_t display_width(std::string_view utf8);

std::string_view trimmed(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);  // ASCII; header names
std::string ascii_lower(std::string_view text);

}  // namespace tandem::text
