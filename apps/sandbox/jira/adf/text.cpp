#include "jira/adf/text.hpp"

#include <algorithm>
#include <array>

#include "jira/adf/moment.hpp"

namespace sandbox::jira {

namespace {

using tandem::json::Value;

constexpr std::array<std::string_view, 12> kLines{"paragraph", "heading",  "listItem",     "codeBlock",
                                                  "tableRow",  "taskItem", "decisionItem", "blockquote",
                                                  "panel",     "rule",     "mediaSingle",  "blockCard"};

void write(std::string& out, Value const& node) {
  auto const type = node["type"].text();
  auto const& attrs = node["attrs"];
  if (type == "text") {
    out += node["text"].text();
  } else if (type == "hardBreak") {
    out += '\n';
  } else if (type == "date") {
    out += date_of_timestamp(attrs["timestamp"].text());
  } else if (!node.has("content")) {
    for (auto const* key : {"text", "shortName", "url", "alt"}) {
      if (attrs[key].text().empty()) continue;
      out += attrs[key].text();
      break;
    }
  }
  for (auto const& child : node["content"].items()) write(out, child);
  bool const ends_line = std::find(kLines.begin(), kLines.end(), type) != kLines.end();
  if (ends_line && !out.empty() && out.back() != '\n') out += '\n';
}

}  // namespace

std::string adf_text(Value const& document) {
  std::string out;
  write(out, document);
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

}  // namespace sandbox::jira
