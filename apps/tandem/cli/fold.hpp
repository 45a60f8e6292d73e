// Fold: texts of --help within 80 columns, whatever the terminal is, so that they can be mailed and compared.
//
// Widths are counted in bytes: a line with other characters than ASCII is a little shorter than it could be, never longer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tandem::cli {

inline constexpr std::size_t kHelpWidth = 80;

// A paragraph, with a line break at its end. A word that is wider stands alone on its line.
std::string paragraph(std::string_view text, std::size_t width = kHelpWidth);
// `left` at two blanks, `text` folded beside it; below it where `left` is too long.
void entry(std::string& out, std::string_view left, std::string_view text);
// A command line at two blanks, continued by "\" before an option; blanks inside quotation marks stay. A crontab line stays whole.
std::string folded_command(std::string_view command);

}  // namespace tandem::cli
