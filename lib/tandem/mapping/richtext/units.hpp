// Units: how long a document is, for cutting and splitting it. Each character, each other run and each block is one.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::richtext {

std::size_t units_of(Block const& block);
std::size_t units_of(std::vector<Block> const& blocks);
// The longest beginning of at most `most` code points that ends on a whole character: with its accents, joiners and skin tones.
std::string_view whole_characters(std::string_view text, std::size_t most);

}  // namespace tandem::mapping::richtext
