#include "jira/adf/wiki.hpp"

#include "jira/adf/moment.hpp"

namespace sandbox::jira {

namespace {

using tandem::json::Value;

std::string inlines(Value const& node);
std::string blocks(Value const& node, std::string const& bullets);

std::string marked(Value const& node) {
  std::string text(node["text"].text());
  std::string link;
  for (auto const& mark : node["marks"].items()) {
    auto const type = mark["type"].text();
    auto const wrap = [&](std::string_view sign) { text = std::string(sign) + text + std::string(sign); };
    if (type == "strong")
      wrap("*");
    else if (type == "em")
      wrap("_");
    else if (type == "strike")
      wrap("-");
    else if (type == "underline")
      wrap("+");
    else if (type == "code")
      text = "{{" + text + "}}";
    else if (type == "subsup")
      wrap(mark["attrs"]["type"].text() == "sub" ? "~" : "^");
    else if (type == "textColor")
      text = "{color:" + std::string(mark["attrs"]["color"].text()) + "}" + text + "{color}";
    else if (type == "link")
      link = mark["attrs"]["href"].text();
  }
  return link.empty() ? text : "[" + text + "|" + link + "]";
}

std::string inline_node(Value const& node) {
  auto const type = node["type"].text();
  auto const& attrs = node["attrs"];
  if (type == "text") return marked(node);
  if (type == "hardBreak") return "\n";
  if (type == "mention") return "[~accountid:" + std::string(attrs["id"].text()) + "]";
  if (type == "emoji") return attrs["text"].text_or(attrs["shortName"].text());
  if (type == "date") return date_of_timestamp(attrs["timestamp"].text());
  if (type == "status") return "{color}*[" + std::string(attrs["text"].text()) + "]*{color}";
  if (type == "inlineCard") {
    std::string const url(attrs["url"].text());
    return "[" + url + "|" + url + "|smart-link]";
  }
  if (node.has("content")) return inlines(node);
  return attrs["text"].text_or("");
}

std::string inlines(Value const& node) {
  std::string out;
  for (auto const& child : node["content"].items()) out += inline_node(child);
  return out;
}

std::string media(Value const& node) {
  std::string out;
  for (auto const& child : node["content"].items()) {
    auto const& attrs = child["attrs"];
    auto const name = attrs["type"].text() == "external" ? attrs["url"].text() : attrs["alt"].text();
    if (name.empty()) continue;
    out += "!" + std::string(name);
    if (auto const width = attrs["width"].scalar_text(); !width.empty()) out += "|width=" + width;
    out += "!";
  }
  return out;
}

std::string list(Value const& node, std::string const& bullets) {
  std::string out;
  for (auto const& item : node["content"].items()) {
    for (auto const& child : item["content"].items()) {
      auto const type = child["type"].text();
      if (!out.empty()) out += '\n';
      if (type == "bulletList")
        out += list(child, bullets + "*");
      else if (type == "orderedList")
        out += list(child, bullets + "#");
      else
        out += bullets + " " + inlines(child);
    }
  }
  return out;
}

std::string table(Value const& node) {
  std::string out;
  for (auto const& row : node["content"].items()) {
    std::string_view sign = "|";
    for (auto const& cell : row["content"].items()) {
      sign = cell["type"].text() == "tableHeader" ? "||" : "|";
      out += std::string(sign) + blocks(cell, "");
    }
    out += std::string(sign) + "\n";
  }
  if (!out.empty()) out.pop_back();
  return out;
}

std::string block(Value const& node, std::string const& bullets) {
  auto const type = node["type"].text();
  auto const& attrs = node["attrs"];
  if (type == "heading") return "h" + attrs["level"].scalar_text() + ". " + inlines(node);
  if (type == "bulletList") return list(node, bullets + "*");
  if (type == "orderedList") return list(node, bullets + "#");
  if (type == "codeBlock") {
    auto const language = attrs["language"].text();
    return "{code" + (language.empty() ? std::string() : ":" + std::string(language)) + "}" + inlines(node) + "{code}";
  }
  if (type == "blockquote") return "{quote}" + blocks(node, "") + "{quote}";
  if (type == "panel") return "{panel}\n" + blocks(node, "") + "\n{panel}";
  if (type == "rule") return "----";
  if (type == "table") return table(node);
  if (type == "mediaSingle" || type == "mediaGroup") return media(node);
  if (type == "blockCard" || type == "embedCard") return std::string(attrs["url"].text());
  if (type == "taskList" || type == "decisionList") {
    std::string out;
    for (auto const& item : node["content"].items()) out += (out.empty() ? "* " : "\n* ") + inlines(item);
    return out;
  }
  if (type == "paragraph") return inlines(node);
  return blocks(node, bullets);
}

std::string blocks(Value const& node, std::string const& bullets) {
  std::string out;
  for (auto const& child : node["content"].items()) {
    if (!out.empty()) out += "\n\n";
    out += block(child, bullets);
  }
  return out;
}

}  // namespace

std::string adf_to_wiki(Value const& document) { return blocks(document, ""); }

}  // namespace sandbox::jira
