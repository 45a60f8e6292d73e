// Merge: a text edited in Jira, taken over into the HTML that holds more than Jira shows of it (SPEC C8, the other direction of merge.hpp).
//
// Pure. The HTML is split into units (html_split.hpp) and compared with the edited text, each as the other side shows it:
//
//   the unit of the HTML             | in the edited text       | result
//   holds nothing active             | is there                 | its bytes; also where it was moved to
//   holds nothing active, an image   | is not there             | held
//   holds something active           | is there                 | written anew; held if it has media
//   a list, a table, a quote         | is there, but changed    | merged from within (html_inside.hpp)
//   any other                        | is not there             | goes; what stands in its place is written from our list of tags
//
// What lies between units stays. The result is read back: it shows the edited text, block for block, or there is none. Linear in the texts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::richtext {

struct MergedHtml {
  std::string html;
  Losses losses;  // of units that were replaced
  std::string held;  // what would be lost; "" = nothing. There is no html then
};
// `edited`: what HTML shows of Jira's text now. Nothing: the HTML cannot be taken apart safely.
// `depth`: how many blocks the text is inside of.
std::optional<MergedHtml> merge_html(std::string_view present, Document const& edited, int depth = 0);

}  // namespace tandem::mapping::richtext
