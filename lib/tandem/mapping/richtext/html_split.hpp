// Split: which bytes of an HTML text show which blocks of its document, so that some can be exchanged and the others stay byte by byte.
//
// The text is cut into pieces. A piece of a unit shows the unit's blocks (mostly one); what lies between is glue: frames around several blocks
// (the editor's wrapper, <body>, WordSection1, tables that only lay out), comments, styles, blank lines. Frames are never cut, so that any choice
// of units leaves tags in pairs. Which block came from which tokens says html_locate.hpp. Linear in the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::richtext {

struct HtmlPiece {
  static constexpr std::size_t kGlue = SIZE_MAX;
  std::string text;  // as it goes back where it is kept: the original bytes, but of glue without what is active
  std::size_t unit = kGlue;
  bool spacer = false;  // glue: an element that shows an empty line
};

struct HtmlUnit {
  std::size_t first = 0, last = 0;  // its blocks
  bool active = false;  // holds what must not be written back
  bool apart = false;  // its tags divide it from its neighbours: <p>, <ul>… but neither <div> nor bare text
  std::string close{};  // the tag that its end lacks: what follows ended it
};

struct SplitHtml {
  std::vector<Block> blocks;  // of the document, but empty lines
  std::vector<HtmlUnit> units;  // in order; each block belongs to one
  std::vector<HtmlPiece> pieces;  // in order
  int left_out = 0;  // active tags and comments of the glue
};

// Nothing: it cannot be cut safely.
std::optional<SplitHtml> split_html(std::string_view html);

}  // namespace tandem::mapping::richtext
