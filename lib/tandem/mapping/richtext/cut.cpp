#include <tandem/mapping/richtext/cut.hpp>

#include <algorithm>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/richtext/units.hpp>

namespace tandem::mapping::richtext {

namespace {

constexpr std::string_view kMark = "…";

std::vector<Block> beginning(std::vector<Block> const& blocks, std::size_t& left) {
  std::vector<Block> out;
  for (auto const& block : blocks) {
    if (left == 0) return out;
    --left;
    if (block.original) {  // whole or not at all
      auto const size = units_of(block) - 1;
      if (size > left) {
        left = 0;
        return out;
      }
      left -= size;
      out.push_back(block);
      continue;
    }
    Block part = block;
    part.inlines.clear();
    part.blocks.clear();
    for (auto const& run : block.inlines) {
      if (left == 0) break;
      auto const size = run.kind == Inline::Kind::text ? text::code_points(run.text) : 1;
      auto kept = run;
      if (size > left) kept.text = whole_characters(run.text, left);
      left -= std::min(size, left);
      if (kept.kind != Inline::Kind::text || !kept.text.empty()) part.inlines.push_back(std::move(kept));
    }
    part.blocks = beginning(block.blocks, left);
    out.push_back(std::move(part));
  }
  return out;
}

// "…" behind the last character.
void mark(std::vector<Block>& blocks) {
  auto* last = blocks.empty() ? nullptr : &blocks.back();
  while (last != nullptr && !last->blocks.empty() && !last->original) last = &last->blocks.back();
  bool const ends_in_text =
      last != nullptr && !last->original && !last->inlines.empty() && last->inlines.back().kind == Inline::Kind::text;
  if (ends_in_text) {
    last->inlines.back().text += kMark;
  } else {
    blocks.push_back(paragraph(std::string(kMark)));
  }
}

}  // namespace

Document cut(Document const& document, std::string_view pointer, std::function<bool(Document const&)> const& fits) {
  auto const part = [&](std::size_t most) {
    Document out{beginning(document.blocks, most)};
    mark(out.blocks);
    if (!pointer.empty()) out.blocks.push_back(paragraph(std::string(pointer)));
    return out;
  };
  std::size_t low = 0;
  std::size_t high = units_of(document.blocks);
  while (low < high) {
    auto const middle = (low + high + 1) / 2;
    if (fits(part(middle)))
      low = middle;
    else
      high = middle - 1;
  }
  return part(low);
}

bool is_cut_copy(Document const& document) {
  if (document.blocks.empty()) return false;
  auto const end = to_text({{document.blocks.back()}});
  return end.ends_with(kWholeTextInDynamics) || end.ends_with(kWholeTextInJira);
}

}  // namespace tandem::mapping::richtext
