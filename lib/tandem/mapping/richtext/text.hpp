// Plain text as a Document and back: a line feed is a line break, a blank line starts a new paragraph, two or more lines that begin with
// "- ", "1. " or "[ ] " are a list, two blanks deeper a list within it. For a clean text the way there and back is exact: lines that would
// come back otherwise stay a paragraph.
#pragma once

#include <string>
#include <string_view>

#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::richtext {

// CR LF and CR become LF, U+2028/2029 too; control characters (but tab and LF) and non-characters go; blanks at line ends and blank lines
// at both ends go. Equal texts for a reader have equal clean texts.
std::string clean(std::string_view text);
// One line: clean, with line feeds and tabs as blanks, trimmed.
std::string one_line(std::string_view text);
// Whether no text of ours holds this character: controls but tab and line feed, non-characters, byte order marks.
bool is_dropped(char32_t c);

Document from_text(std::string_view text);  // cleans first

struct WrittenText {
  std::string text;  // clean
  Losses losses;
};
WrittenText write_text(Document const& document);
std::string to_text(Document const& document);
// Why a part of a text may not go, for a message: "First words" holds images.
std::string what_it_holds(Document const& part);

// The form in which texts are compared: clean, and runs of blank lines count as one (services drop empty paragraphs).
std::string comparable(std::string_view text);

}  // namespace tandem::mapping::richtext
