#include "jira/adf/html.hpp"

#include <map>

#include <tandem/base/text/utf8.hpp>

#include "jira/adf/moment.hpp"
#include "jira/answers.hpp"

namespace sandbox::jira {

namespace {

using tandem::json::Value;

std::string contents(Value const& node);

std::string anchor(std::string_view url, std::string const& inner) {
  if (!is_safe_link(url)) return inner;
  return "<a href=\"" + escaped_html(url) + "\" rel=\"noreferrer\">" + inner + "</a>";
}

std::string marked_text(Value const& node) {
  static std::map<std::string_view, std::string_view> const tags{
      {"strong", "strong"}, {"em", "em"}, {"strike", "del"}, {"underline", "ins"}, {"code", "code"}};
  auto out = escaped_html(node["text"].text());
  for (auto const& mark : node["marks"].items()) {
    auto const type = mark["type"].text();
    if (auto const tag = tags.find(type); tag != tags.end()) {
      out = "<" + std::string(tag->second) + ">" + out + "</" + std::string(tag->second) + ">";
    } else if (type == "subsup") {
      std::string const name = mark["attrs"]["type"].text() == "sub" ? "sub" : "sup";
      out = "<" + name + ">" + out + "</" + name + ">";
    } else if (type == "link") {
      out = anchor(mark["attrs"]["href"].text(), out);
    }
  }
  return out;
}

std::string wrapped(std::string const& tag, Value const& node, std::string const& attributes = {}) {
  return "<" + tag + attributes + ">" + contents(node) + "</" + tag + ">";
}

std::string heading(Value const& node) {
  auto const level = node["attrs"]["level"].integer().value_or(1);
  // The page's own headings stand above.
  return wrapped("h" + std::to_string(level < 1 ? 3 : level > 4 ? 6 : level + 2), node);
}

std::string cell(std::string const& tag, Value const& node) {
  std::string attributes;
  for (auto const* name : {"colspan", "rowspan"}) {
    auto const span = node["attrs"][name].integer().value_or(1);
    if (span > 1 && span < 1000) attributes += " " + std::string(name) + "=\"" + std::to_string(span) + "\"";
  }
  return wrapped(tag, node, attributes);
}

std::string ordered(Value const& node) {
  auto const first = node["attrs"]["order"].integer().value_or(1);
  return wrapped("ol", node, first == 1 ? "" : " start=\"" + std::to_string(first) + "\"");
}

// A node that holds nothing but attributes.
std::string leaf(std::string_view type, Value const& attrs) {
  if (type == "hardBreak") return "<br>";
  if (type == "rule") return "<hr>";
  if (type == "mention")
    return "<strong>" + escaped_html(attrs["text"].text_or("@" + std::string(attrs["id"].text()))) + "</strong>";
  if (type == "emoji") return escaped_html(attrs["text"].text_or(attrs["shortName"].text()));
  if (type == "date") return "<time>" + escaped_html(date_of_timestamp(attrs["timestamp"].text())) + "</time>";
  if (type == "status") return "<span class=\"status\">" + escaped_html(attrs["text"].text()) + "</span>";
  auto const url = attrs["url"].text();
  if (type == "inlineCard") return anchor(url, escaped_html(url));
  if (type == "blockCard" || type == "embedCard") return "<p>" + anchor(url, escaped_html(url)) + "</p>";
  if (type == "media" || type == "mediaInline") {
    auto const name = attrs["alt"].text().empty() ? (url.empty() ? attrs["id"].text() : url) : attrs["alt"].text();
    return "<em>[" + escaped_html(name) + "]</em>";
  }
  return escaped_html(attrs["text"].text());
}

std::string node_html(Value const& node) {
  static std::map<std::string_view, std::string> const plain{
      {"paragraph", "p"},  {"bulletList", "ul"}, {"listItem", "li"},     {"blockquote", "blockquote"}, {"codeBlock", "pre"},
      {"tableRow", "tr"},  {"taskList", "ul"},   {"decisionList", "ul"}, {"decisionItem", "li"},       {"mediaSingle", "p"},
      {"mediaGroup", "p"}, {"caption", "small"}, {"panel", "blockquote"}};
  auto const type = node["type"].text();
  auto const& attrs = node["attrs"];
  if (type == "text") return marked_text(node);
  if (type == "heading") return heading(node);
  if (type == "orderedList") return ordered(node);
  if (type == "table") return "<table class=\"grid\">" + contents(node) + "</table>";
  if (type == "tableCell") return cell("td", node);
  if (type == "tableHeader") return cell("th", node);
  if (type == "taskItem" || type == "blockTaskItem")
    return "<li>" + std::string(attrs["state"].text() == "DONE" ? "[x] " : "[ ] ") + contents(node) + "</li>";
  if (type == "expand" || type == "nestedExpand")
    return "<details open><summary>" + escaped_html(attrs["title"].text()) + "</summary>" + contents(node) + "</details>";
  if (auto const tag = plain.find(type); tag != plain.end()) return wrapped(tag->second, node);
  return node.has("content") ? contents(node) : leaf(type, attrs);
}

std::string contents(Value const& node) {
  std::string out;
  for (auto const& child : node["content"].items()) out += node_html(child);
  return out;
}

}  // namespace

bool is_safe_link(std::string_view url) {
  auto const lower = tandem::text::ascii_lower(url.substr(0, 8));
  return lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("mailto:");
}

std::string adf_to_html(Value const& document) { return contents(document); }

}  // namespace sandbox::jira
