// Splitting a document into parts that a side can hold one by one (SPEC H5).
//
// Between blocks where the next block fits into a part of its own, else inside that block: between items and rows, after a word, on a whole
// character, in this order of preference. Nothing is lost or said twice. Only what cannot be divided and does not fit alone (a node that only
// ADF has) is cut away visibly, and so is what is left after `most_parts`.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::richtext {

struct Split {
  std::vector<Document> parts;  // at least one
  bool was_cut = false;  // some part ends with `pointer`
};

// `most_units`: no part can hold more (units.hpp); an upper bound that saves work. Calls `fits` about log2(most_units) times a part.
Split split(Document const& document, std::size_t most_parts, std::size_t most_units, std::string_view pointer,
            std::function<bool(Document const&)> const& fits);

}  // namespace tandem::mapping::richtext
