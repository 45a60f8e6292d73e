// Lines: gathers the runs of text, breaks and blocks of one flow of HTML into blocks, with HTML's rules of white space.
//
// A break or the end of a line (div) that is followed by nothing shows nothing; two line ends in a row start a new paragraph.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::richtext {

class Lines {
 public:
  void text(std::string_view text, Marks const& marks, Span source);
  void line_break() { ++breaks_; }
  void end_line();
  // `own`: of a paragraph of its own, which counts as a blank line when it holds only non-breaking blanks.
  void end_paragraph(bool own = false);
  void media(std::string shown, Span source);
  void block(Block block);
  std::vector<Block> finish() &&;

 private:
  void flush();
  void before_text();
  void trim_line();
  void put(std::string run, Marks const& marks, Span source);
  void came_from(Span source);

  std::vector<Block> blocks_;
  std::vector<Inline> line_;
  Span source_;             // of what the line shows
  std::size_t breaks_ = 0;  // <br> since the last text
  bool ended_ = false;      // a line ended since the last text
  bool blank_seen_ = false;  // non-breaking blanks only, so far
  bool gap_ = false;        // the text so far ends with a blank that further blanks join
};

}  // namespace tandem::mapping::richtext
