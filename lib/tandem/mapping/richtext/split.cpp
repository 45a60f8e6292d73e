#include <tandem/mapping/richtext/split.hpp>

#include <algorithm>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/cut.hpp>
#include <tandem/mapping/richtext/units.hpp>

namespace tandem::mapping::richtext {

namespace {

struct Divided {
  std::vector<Block> head, tail;
};

// A part ends after a word where one ends in its second half.
std::string_view after_a_word(std::string_view kept) {
  auto const blank = kept.find_last_of(" \n");
  return blank == std::string_view::npos || blank < kept.size() / 2 ? kept : kept.substr(0, blank + 1);
}

// The runs of a line, divided after `left` units.
void divide_line(std::vector<Inline> const& line, std::size_t left, std::vector<Inline>& head, std::vector<Inline>& tail) {
  for (auto const& run : line) {
    auto const size = run.kind == Inline::Kind::text ? text::code_points(run.text) : 1;
    if (!tail.empty() || (size > left && run.kind != Inline::Kind::text)) {
      tail.push_back(run);
      continue;
    }
    if (size <= left) {
      left -= size;
      head.push_back(run);
      continue;
    }
    auto kept = after_a_word(whole_characters(run.text, left));
    if (kept.empty() && head.empty()) kept = text::cut_code_points(run.text, left);  // one character that is longer than a part
    auto rest = run;
    rest.text.erase(0, kept.size());
    if (!kept.empty()) {
      head.push_back(run);
      head.back().text = kept;
    }
    tail.push_back(std::move(rest));
    left = 0;
  }
}

// The head holds at most `left` units. A block of at most `whole` units is not divided where something stands before it.
Divided divide(std::vector<Block> const& blocks, std::size_t left, std::size_t whole) {
  Divided out;
  for (auto const& block : blocks) {
    auto const size = units_of(block);
    if (!out.tail.empty()) {
      out.tail.push_back(block);
      continue;
    }
    if (size <= left) {
      left -= size;
      out.head.push_back(block);
      continue;
    }
    if (block.original || left < 2 || (!out.head.empty() && size <= whole)) {
      out.tail.push_back(block);
      continue;
    }
    auto first = block;
    first.inlines.clear();
    first.blocks.clear();
    auto rest = first;
    divide_line(block.inlines, left - 1, first.inlines, rest.inlines);
    if (rest.inlines.empty()) {
      auto const line = units_of(first);
      auto inner = left > line ? divide(block.blocks, left - line, whole) : Divided{{}, block.blocks};
      first.blocks = std::move(inner.head);
      rest.blocks = std::move(inner.tail);
      // The item that goes on in the next part keeps its number.
      bool const goes_on = first.blocks.size() + rest.blocks.size() > block.blocks.size();
      if (block.kind == Block::Kind::ordered_list) rest.number += static_cast<int>(first.blocks.size()) - (goes_on ? 1 : 0);
    } else {
      rest.blocks = block.blocks;
    }
    bool const empty = first.inlines.empty() && first.blocks.empty();
    if (!empty) out.head.push_back(std::move(first));
    out.tail.push_back(empty ? block : std::move(rest));
    left = 0;
  }
  return out;
}

// The longest beginning that fits, with what remains.
Divided next_part(std::vector<Block> const& rest, std::size_t most_units, std::function<bool(Document const&)> const& fits) {
  std::size_t low = 0;
  auto high = std::min(units_of(rest), most_units);
  while (low < high) {
    auto const middle = (low + high + 1) / 2;
    if (fits({divide(rest, middle, 0).head}))
      low = middle;
    else
      high = middle - 1;
  }
  auto part = divide(rest, low, low);
  return !part.head.empty() && fits({part.head}) ? part : divide(rest, low, 0);
}

}  // namespace

Split split(Document const& document, std::size_t most_parts, std::size_t most_units, std::string_view pointer,
            std::function<bool(Document const&)> const& fits) {
  Split out;
  auto rest = document.blocks;
  while (out.parts.empty() || !rest.empty()) {
    if (units_of(rest) <= most_units && fits({rest})) {
      out.parts.push_back({std::move(rest)});
      break;
    }
    if (out.parts.size() + 1 >= most_parts) {
      out.parts.push_back(cut({rest}, pointer, fits));
      out.was_cut = true;
      break;
    }
    auto part = next_part(rest, most_units, fits);
    if (part.head.empty()) {  // its first block is larger than a part, and indivisible
      out.parts.push_back(cut({{rest.front()}}, pointer, fits));
      out.was_cut = true;
      rest.erase(rest.begin());
      continue;
    }
    out.parts.push_back({std::move(part.head)});
    rest = std::move(part.tail);
  }
  return out;
}

}  // namespace tandem::mapping::richtext
