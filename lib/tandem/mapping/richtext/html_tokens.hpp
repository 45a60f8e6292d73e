// Tokens: where each tag, comment and text of an HTML text stands in its bytes.
//
// Cuts as libxml2 2.9 does: a quote opens only behind "=", "<" before anything but a letter, "/", "!" or "?" is text, what is in a script or style
// is raw. Where the two should differ, html_locate.cpp sees it and gives up. Every byte belongs to exactly one token. Linear in the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tandem::mapping::richtext {

struct HtmlToken {
  enum class Kind { text, start, end, comment, other };  // other: <!DOCTYPE…>, <![if …]>, <?…>, the inside of scripts and styles
  Kind kind = Kind::text;
  std::size_t begin = 0, end = 0;  // bytes
  std::string name{};  // of a tag, lower case
};

std::vector<HtmlToken> html_tokens(std::string_view html);

}  // namespace tandem::mapping::richtext
