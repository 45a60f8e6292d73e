#include "jira/adf/wiki.hpp"

#include <algorithm>
#include <array>

#include <tandem/base/json/write.hpp>

#include "jira/adf/moment.hpp"

namespace sandbox::jira {

namespace {

using tandem::json::Value;

std::string inlines(Value const& node);
std::string blocks(Value const& node, std::string const& bullets);
std::string block(Value const& node, std::string const& bullets);

// What wiki markup has no word for is carried whole.
std::string carried(Value const& node, bool inside_text) {
  auto const text = tandem::json::to_text(node);
  return inside_text ? "{adf:display=inline}" + text + "{adf}" : "{adf:display=block}\n" + text + "\n{adf}";
}

// Words that would be read as markup: macros, mentions, and pictures, which have a sign at both ends.
std::string escaped(std::string_view text) {
  constexpr std::array<std::string_view, 8> kMacros{"{adf", "{anchor", "{code", "{color", "{noformat", "{panel", "{quote", "[~"};
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const rest = text.substr(i);
    if (std::any_of(kMacros.begin(), kMacros.end(), [&](std::string_view macro) { return rest.starts_with(macro); })) out += '\\';
    if (text[i] == '!') {
      auto const end = rest.find_first_of("! \n", 1);
      bool const picture =
          end != std::string_view::npos && rest[end] == '!' && rest.substr(0, end).find('.') != std::string_view::npos;
      if (picture) {
        out += "\\" + std::string(rest.substr(0, end)) + "\\!";
        i += end;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

bool is_code(Value const& node) {
  auto const& marks = node["marks"].items();
  return std::any_of(marks.begin(), marks.end(), [](Value const& mark) { return mark["type"].text() == "code"; });
}

std::string marked(Value const& node, bool in_code_block) {
  auto text = in_code_block || is_code(node) ? std::string(node["text"].text()) : escaped(node["text"].text());
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

std::string status(Value const& attrs) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kColors{{{"purple", "#6554C0"},
                                                                                  {"blue", "#00B8D9"},
                                                                                  {"red", "#FF5630"},
                                                                                  {"yellow", "#FF991F"},
                                                                                  {"green", "#36B37E"},
                                                                                  {"grey", "#97A0AF"}}};
  auto const* color = &kColors.back();
  for (auto const& known : kColors) {
    if (known.first == attrs["color"].text()) color = &known;
  }
  auto text = attrs["text"].text_or("");
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return "{color:" + std::string(color->second) + "}*[ " + text + " ]*{color}";
}

std::string card(Value const& node, std::string_view kind) {
  auto const url = node["attrs"]["url"].text_or("");
  return url.empty() ? carried(node, kind == "smart-link") : "[" + url + "|" + url + "|" + std::string(kind) + "]";
}

std::string picture(Value const& attrs, std::string const& width) {
  bool const external = attrs["type"].text() == "external";
  auto const name = external ? attrs["url"].text_or("") : attrs["alt"].text_or(attrs["id"].text());
  if (name.empty()) return {};
  std::string size;
  if (!width.empty())
    size = "width=" + width;
  else if (auto const own = attrs["width"].scalar_text(); !own.empty())
    size = "width=" + own;
  if (auto const height = attrs["height"].scalar_text(); !size.empty() && width.empty() && !height.empty())
    size += ",height=" + height;
  return "!" + name + "|" + (size.empty() ? "thumbnail" : size) + "!";
}

std::string inline_node(Value const& node, bool in_code_block) {
  auto const type = node["type"].text();
  auto const& attrs = node["attrs"];
  if (type == "text") return marked(node, in_code_block);
  if (type == "hardBreak") return "\n";
  if (type == "mention") return "[~accountid:" + std::string(attrs["id"].text()) + "]";
  if (type == "emoji") return attrs["text"].text_or(attrs["shortName"].text());
  if (type == "date") return date_of_timestamp(attrs["timestamp"].text());
  if (type == "status") return status(attrs);
  if (type == "inlineCard") return card(node, "smart-link");
  if (type == "mediaInline") return "[^" + attrs["alt"].text_or(attrs["id"].text()) + "]";
  return carried(node, true);
}

std::string inlines(Value const& node) {
  bool const code = node["type"].text() == "codeBlock";
  std::string out;
  for (auto const& child : node["content"].items()) out += inline_node(child, code);
  return out;
}

std::string media(Value const& node) {
  auto const width = node["attrs"]["width"].scalar_text();
  bool const percent = !width.empty() && node["attrs"]["widthType"].text() != "pixel";
  std::string out;
  for (auto const& child : node["content"].items()) {
    auto const shown = child["type"].text() == "media"
                           ? picture(child["attrs"], width.empty() ? width : width + (percent ? "%" : ""))
                           : inlines(child);
    if (!shown.empty()) out += (out.empty() ? "" : "\n") + shown;
  }
  return out;
}

// The first block of an item stands behind its bullets; lists inside have their own, other blocks follow on lines without any.
std::string list(Value const& node, std::string const& bullets) {
  std::string out;
  for (auto const& item : node["content"].items()) {
    bool first = true;
    for (auto const& child : item["content"].items()) {
      auto const type = child["type"].text();
      if (!out.empty()) out += '\n';
      if (type == "bulletList" || type == "orderedList")
        out += list(child, bullets + (type == "bulletList" ? "*" : "#"));
      else
        out += (first ? bullets + " " : std::string()) + block(child, "");
      first = false;
    }
  }
  return out;
}

std::string tasks(Value const& node, std::string const& bullets) {
  std::string out;
  for (auto const& item : node["content"].items()) {
    auto const type = item["type"].text();
    bool const nested = type == "taskList" || type == "decisionList";
    out += (out.empty() ? "" : "\n") + (nested ? tasks(item, bullets + "*") : bullets + " " + inlines(item));
  }
  return out;
}

bool is_merged(Value const& table) {
  for (auto const& row : table["content"].items()) {
    for (auto const& cell : row["content"].items()) {
      if (cell["attrs"]["colspan"].integer().value_or(1) > 1 || cell["attrs"]["rowspan"].integer().value_or(1) > 1) return true;
    }
  }
  return false;
}

std::string table(Value const& node) {
  if (is_merged(node)) return carried(node, false);
  std::string out;
  for (auto const& row : node["content"].items()) {
    std::string_view sign = "|";
    for (auto const& cell : row["content"].items()) {
      sign = cell["type"].text() == "tableHeader" ? "||" : "|";
      std::string text;
      for (auto const& child : cell["content"].items()) text += (text.empty() ? "" : "\n") + block(child, "");
      out += std::string(sign) + (text.empty() ? " " : text);
    }
    out += std::string(sign) + "\n";
  }
  if (!out.empty()) out.pop_back();
  return out;
}

std::string code_block(Value const& node) {
  constexpr std::array<std::string_view, 35> kLanguages{
      "actionscript", "ada",   "applescript", "bash",    "c",     "c#",          "c++",        "cpp", "css",
      "erlang",       "go",    "groovy",      "haskell", "html",  "java",        "javascript", "js",  "json",
      "lua",          "none",  "nyan",        "objc",    "perl",  "php",         "python",     "r",   "rainbow",
      "ruby",         "scala", "sh",          "sql",     "swift", "visualbasic", "xml",        "yaml"};
  auto const language = node["attrs"]["language"].text();
  if (std::find(kLanguages.begin(), kLanguages.end(), language) == kLanguages.end())
    return "{noformat}" + inlines(node) + "{noformat}";
  return "{code:" + std::string(language) + "}" + inlines(node) + "{code}";
}

std::string panel(Value const& node) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kColors{
      {{"info", "#deebff"}, {"note", "#eae6ff"}, {"success", "#e3fcef"}, {"warning", "#fffae6"}, {"error", "#ffebe6"}}};
  std::string color;
  for (auto const& [type, held] : kColors) {
    if (type == node["attrs"]["panelType"].text()) color = held;
  }
  return "{panel:bgColor=" + color + "}\n" + blocks(node, "") + "\n{panel}";
}

std::string block(Value const& node, std::string const& bullets) {
  auto const type = node["type"].text();
  if (type == "heading") return "h" + node["attrs"]["level"].scalar_text() + ". " + inlines(node);
  if (type == "bulletList") return list(node, bullets + "*");
  if (type == "orderedList") return list(node, bullets + "#");
  if (type == "codeBlock") return code_block(node);
  if (type == "blockquote") return "{quote}" + blocks(node, "") + "{quote}";
  if (type == "panel") return panel(node);
  if (type == "rule") return "----";
  if (type == "table") return table(node);
  if (type == "mediaSingle" || type == "mediaGroup") return media(node);
  if (type == "blockCard") return card(node, "smart-card");
  if (type == "embedCard") return card(node, "smart-embed");
  if (type == "taskList" || type == "decisionList") return tasks(node, "*");
  if (type == "paragraph") return inlines(node);
  if (type == "expand") {
    auto const title = node["attrs"]["title"].text_or("");
    return (title.empty() ? "" : "*" + title + "*\n\n") + blocks(node, "");
  }
  return carried(node, false);
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
