// HTML as the Dynamics editor and mail programs write it, read with libxml2 into a Document and written from one.
//
// Reading never shrinks a text to nothing: libxml2 stops silently at 256 levels and at 10 million bytes in one text, which is an error here
// (DEPENDENCIES row 13), and so is visible text that the parser did not return. No network, no entities from outside.
// Writing uses a fixed list of tags (html_write.cpp) with http, https and mailto links only; everything else is escaped.
#pragma once

#include <string>
#include <string_view>

#include <tandem/base/result.hpp>
#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::richtext {

inline constexpr std::size_t kMostHtmlBytes = 4U << 20U;  // a Memo column holds at most 1,048,576 characters
inline constexpr std::size_t kMostAttributes = 256;  // of one tag: the parser compares each with all before it

// Whether a column's text is HTML: it begins with a tag as editors write it. With `rich` (a RichText column) any tag or entity will do.
bool looks_like_html(std::string_view text, bool rich);

struct ReadHtml {
  Document document;
  Losses losses;
};
// Errors: remote, when the text is too deep, too long or was not understood.
Result<ReadHtml> from_html(std::string_view html);

struct WrittenHtml {
  std::string html;
  Losses losses;
};
WrittenHtml write_html(Document const& document);
std::string to_html(Document const& document);
std::string to_html_part(Document const& document);  // without the frame of the Dynamics editor

// A look at the bytes before and beside the parser (html_scan.cpp).
// Whether something a reader would see stands outside of tags, comments, scripts and styles: a second opinion on an empty parse.
bool shows_text(std::string_view html);
bool has_too_many_attributes(std::string_view html);
// Without what Outlook writes for itself alone: <![if !supportLists]>, <![endif]>. The parser would show it as text.
std::string without_conditions(std::string const& html);
// Valid UTF-8 without the characters that end the parser's work early.
std::string readable(std::string_view html);

}  // namespace tandem::mapping::richtext
