#include <tandem/mapping/richtext/units.hpp>

#include <tandem/base/text/utf8.hpp>

namespace tandem::mapping::richtext {

namespace {

// A sign that belongs to the one before it: accents, variation selectors, joiners, skin tones.
bool joins(char32_t c) {
  return (c >= 0x300 && c <= 0x36F) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0x200D || (c >= 0x1F3FB && c <= 0x1F3FF);
}

}  // namespace

std::size_t units_of(Block const& block) {
  auto sum = 1 + units_of(block.blocks);
  for (auto const& part : block.inlines) sum += part.kind == Inline::Kind::text ? text::code_points(part.text) : 1;
  return sum;
}

std::size_t units_of(std::vector<Block> const& blocks) {
  std::size_t sum = 0;
  for (auto const& block : blocks) sum += units_of(block);
  return sum;
}

std::string_view whole_characters(std::string_view text, std::size_t most) {
  auto kept = text::cut_code_points(text, most);
  while (!kept.empty() && kept.size() < text.size()) {
    auto rest = text.substr(kept.size());
    bool const joined = joins(text::next(rest)) || kept.ends_with("\xE2\x80\x8D");  // zero-width joiner
    if (!joined) break;
    while (kept.size() > 1 && (static_cast<unsigned char>(kept.back()) & 0xC0U) == 0x80U) kept.remove_suffix(1);
    kept.remove_suffix(1);
  }
  return kept;
}

}  // namespace tandem::mapping::richtext
