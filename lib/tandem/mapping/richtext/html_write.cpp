#include <tandem/mapping/richtext/html.hpp>

namespace tandem::mapping::richtext {

namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (char const c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
}

}  // namespace

std::string to_html(Document const& document) {
  // The frame of the Dynamics editor: with it the form shows the text in the editor's own style.
  std::string out = R"(<div class="ck-content" data-wrapper="true" dir="ltr">)";
  for (auto const& block : document.blocks) {
    out += "<p>";
    if (block.inlines.empty()) out += "&nbsp;";
    for (auto const& part : block.inlines) {
      if (part.kind == Inline::Kind::line_break) {
        out += "<br>";
      } else {
        append_escaped(out, part.text);
      }
    }
    out += "</p>";
  }
  return out + "</div>";
}

}  // namespace tandem::mapping::richtext
