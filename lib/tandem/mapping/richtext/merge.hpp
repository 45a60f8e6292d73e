// Merge: a text edited where it is poorer, taken over into the ADF that holds more than it shows (SPEC C8).
//
// Pure. Three texts are compared block by block: what the poorer side showed when both last agreed (`shown`), what it shows now (`edited`),
// and what of the ADF of now it would show (`view` of each block).
//
//   the block of `shown` | in `edited` | in the ADF now        | result
//   is there             | unchanged   | shows the same        | the ADF's node, byte by byte
//   is there             | unchanged   | was changed           | the node if it holds more than the view shows, else the text (E5)
//   is there             | changed     | anything              | the text; held if the node has media, mentions or unknown content
//   was never there      | -           | shows nothing of it,  | the ADF's node: the edit cannot have meant it
//                        |             | or holds more         |
//   was never there      | -           | plain text            | goes (E5: a Jira-only edit is overwritten by the next edit of the field)
#pragma once

#include <functional>
#include <string>

#include <tandem/base/json/value.hpp>
#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::richtext {

// What the poorer side makes of a document, read back.
using View = std::function<Document(Document const&)>;

struct Merged {
  json::Value adf;
  Losses losses;  // of blocks that were replaced
  std::string held;  // what a changed block would have lost; "" = nothing. The ADF is then as it was
};
Merged merge(json::Value const& present, Document const& shown, Document const& edited, View const& view);

}  // namespace tandem::mapping::richtext
