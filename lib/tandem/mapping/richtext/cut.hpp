// Cutting a document to what a side can hold (SPEC C9).
//
// A cut copy ends on a whole character with "…", and with a pointer to the whole text in a paragraph of its own where there is room. The
// pointer is how a copy is known for one afterwards.
#pragma once

#include <functional>
#include <string_view>

#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::richtext {

inline constexpr std::string_view kWholeTextInDynamics = "[Cut here: the whole text is in Dynamics 365.]";
inline constexpr std::string_view kWholeTextInJira = "[Cut here: the whole text is in Jira.]";
inline constexpr std::size_t kRoomForPointer = 400;  // characters a side must hold before a pointer is worth its room

// The longest beginning of `document` that `fits` together with its end. `pointer` may be "". Calls `fits` about log2(length) times.
Document cut(Document const& document, std::string_view pointer, std::function<bool(Document const&)> const& fits);

// Whether the document ends with one of the two pointers.
bool is_cut_copy(Document const& document);

}  // namespace tandem::mapping::richtext
