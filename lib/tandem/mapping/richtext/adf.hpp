// Atlassian Document Format (contract: jira.md §13).
//
// Writing is strict: every node that we make validates against Atlassian's schema, has no empty text and no control character, and is never a
// live mention; what may not stand where it stands is written as the nearest thing that may. Nodes that came from ADF itself and that only ADF
// has go back as they were. Reading is loose: unknown nodes are kept whole, newlines inside text nodes are line breaks, and marks and
// attributes that no document holds are named as a loss.
#pragma once

#include <cstddef>

#include <tandem/base/json/value.hpp>
#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::richtext {

// Jira counts up to 32,767; whether of the text or of the JSON is not documented, so the JSON stays below.
inline constexpr std::size_t kMostAdfBytes = 30'000;

struct WrittenAdf {
  json::Value adf;
  Losses losses;
  bool was_cut = false;  // ends with "…" on a whole character, and with `pointer` where there is room
};
WrittenAdf to_adf(Document const& document, std::size_t most_bytes = kMostAdfBytes, std::string_view pointer = {});
// Without a limit: the blocks alone, as they stand in a document's `content`.
json::Array adf_blocks(std::vector<Block> const& blocks, Losses& losses);

struct ReadAdf {
  Document document;
  Losses losses;
};
// REQUIRES: `adf` is an object; null and anything else give an empty document.
ReadAdf from_adf(json::Value const& adf);
// One node of a document's `content`.
Block block_from_adf(json::Value const& node);

}  // namespace tandem::mapping::richtext
