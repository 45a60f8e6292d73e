// Writing an edited field over a column whose HTML holds more than Jira shows of it (SPEC C8, C9): colours, fonts, the editor's own markup, images.
#pragma once

#include <tandem/mapping/value/codec.hpp>

namespace tandem::mapping::value {

struct OverHtml {
  richtext::Document const* edited;  // the field now; null = empty
  json::Value const& present;  // the column now
  std::size_t most;  // characters that the column holds
  bool rich = false;  // the column holds HTML by its type
};
// `fresh` is what the field converts to where nothing need be kept: the answer when the column holds no HTML, and when its HTML cannot be taken
// apart, or has no room beside the edit. Then what is lost is reported, and what cannot be replaced (images) is held: would-lose-content.
Conversion write_over_html(Conversion fresh, OverHtml const& values);

}  // namespace tandem::mapping::value
