// Document: the one form of rich text between ADF, HTML and plain text. Blocks in order, each a paragraph of texts and line breaks.
//
// Readers (adf.hpp, html.hpp, text.hpp) put everything into this form and say what they could not keep; writers write from it. What is not
// representable yet is kept as its text.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tandem::mapping::richtext {

struct Inline {
  enum class Kind : std::uint8_t { text, line_break };
  Kind kind = Kind::text;
  std::string text;  // never empty for Kind::text
  friend bool operator==(Inline const&, Inline const&) = default;
};

struct Block {
  std::vector<Inline> inlines;  // a paragraph; may be empty
  friend bool operator==(Block const&, Block const&) = default;
};

struct Document {
  std::vector<Block> blocks;
  [[nodiscard]] bool empty() const { return blocks.empty(); }
  friend bool operator==(Document const&, Document const&) = default;
};

// What a reader could not keep, by kind: {"images": 2, "formatting": 5}.
using Losses = std::map<std::string, int>;
std::string describe(Losses const& losses);  // "formatting, images (2)"

}  // namespace tandem::mapping::richtext
