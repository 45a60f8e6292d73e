// Inside: a list, a table or a quote that was edited, with what the edit left alone of its HTML.
//
// Items, rows and cells that are as they were keep their bytes; of a changed one the tag stays, and its content is merged as a text of its own
// (html_merge.hpp). Task lists are written anew: their ticks are words in HTML.
#pragma once

#include <optional>
#include <string>

#include <tandem/mapping/richtext/html_merge.hpp>

namespace tandem::mapping::richtext {

// `html`: of one such block, nothing active in it. Nothing: it must be written anew. `depth`: how many blocks this one is inside of.
std::optional<MergedHtml> merge_inside(std::string const& html, Block const& edited, int depth);

}  // namespace tandem::mapping::richtext
