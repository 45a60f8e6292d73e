// Writing an edited column over a rich text that holds more than the column shows (SPEC C8, C9).
#pragma once

#include <tandem/mapping/value/codec.hpp>

namespace tandem::mapping::value {

struct OverRichText {
  json::Value const& raw;      // the column now
  json::Value const& shown;    // the column when both last agreed; null = never
  json::Value const& present;  // the field now
  bool rich = false;           // the column holds HTML by its type
};
// `fresh` is what the column converts to where nothing need be kept; it is the answer when the field holds no document.
Conversion write_over_rich_text(ColumnCodec const& column, Conversion fresh, OverRichText const& values);

}  // namespace tandem::mapping::value
