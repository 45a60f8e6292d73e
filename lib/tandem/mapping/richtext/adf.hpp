// Atlassian Document Format (contract: jira.md §13).
//
// Writing is strict: every document validates against Atlassian's schema, has no empty text node and no control character, and never a live
// mention. Reading is loose: unknown nodes are descended into, newlines inside text nodes are line breaks, and what plain paragraphs cannot
// hold is kept as its text and named as a loss.
#pragma once

#include <cstddef>

#include <tandem/base/json/value.hpp>
#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::richtext {

// Jira counts up to 32,767; whether of the text or of the JSON is not documented, so the JSON stays below.
inline constexpr std::size_t kMostAdfBytes = 30'000;

struct WrittenAdf {
  json::Value adf;
  bool was_cut = false;  // ends with "…" on a whole character
};
WrittenAdf to_adf(Document const& document, std::size_t most_bytes = kMostAdfBytes);

struct ReadAdf {
  Document document;
  Losses losses;
};
// REQUIRES: `adf` is an object; null and anything else give an empty document.
ReadAdf from_adf(json::Value const& adf);

}  // namespace tandem::mapping::richtext
