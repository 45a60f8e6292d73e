#include <tandem/mapping/richtext/html_element.hpp>

#include <algorithm>
#include <charconv>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/text.hpp>
#include <tandem/mapping/richtext/xml_library.hpp>

namespace tandem::mapping::richtext {

namespace {

// The value of a property in a style attribute, lower case, without blanks.
std::string property(std::string_view style, std::string_view name) {
  while (!style.empty()) {
    auto const end = std::min(style.find(';'), style.size());
    auto const one = style.substr(0, end);
    style.remove_prefix(std::min(end + 1, style.size()));
    auto const colon = one.find(':');
    if (colon == std::string_view::npos || text::trimmed(one.substr(0, colon)) != name) continue;
    return std::string(text::trimmed(one.substr(colon + 1)));
  }
  return {};
}

bool is_plain_colour(std::string_view colour) {
  for (auto const* plain : {"", "black", "windowtext", "inherit", "initial", "auto", "transparent", "white", "#000", "#000000",
                            "rgb(0,0,0)", "rgb(0, 0, 0)"}) {
    if (colour == plain) return true;
  }
  return false;
}

}  // namespace

xmlChar const* xml_text(char const* text) { return reinterpret_cast<xmlChar const*>(text); }  // NOLINT: libxml2's text type

std::string_view name_of(xmlNode const* node) {
  return reinterpret_cast<char const*>(node->name);  // NOLINT: libxml2's text type
}

std::string_view content_of(xmlNode const* node) {
  if (node->content == nullptr) return {};
  return reinterpret_cast<char const*>(node->content);  // NOLINT: libxml2's text type
}

std::string attribute(xmlNode* node, char const* name) {
  auto* const raw = xml().attribute(node, xml_text(name));
  if (raw == nullptr) return {};
  std::string out = reinterpret_cast<char const*>(raw);  // NOLINT: libxml2's text type
  (*xml().free_text)(raw);
  return out;
}

Span span_of(xmlNode const* node) { return node->_private == nullptr ? Span{} : *static_cast<Span const*>(node->_private); }

bool is_hidden(xmlNode* node) {
  if (node->properties == nullptr) return false;
  auto const style = text::ascii_lower(attribute(node, "style"));
  return !style.empty() && (property(style, "display") == "none" || property(style, "mso-hide") == "all");
}

bool take_style(xmlNode* node, Marks& marks) {
  auto const name = name_of(node);
  if (name == "b" || name == "strong") marks.strong = true;
  if (name == "i" || name == "em" || name == "cite") marks.em = true;
  if (name == "u" || name == "ins") marks.underline = true;
  if (name == "s" || name == "strike" || name == "del") marks.strike = true;
  if (name == "code" || name == "tt" || name == "kbd" || name == "samp") marks.code = true;
  if (name == "sub") marks.script = Marks::Script::sub;
  if (name == "sup") marks.script = Marks::Script::sup;
  bool colour = name == "mark" || (name == "font" && !is_plain_colour(text::ascii_lower(attribute(node, "color"))));
  if (node->properties == nullptr) return colour;
  auto const style = text::ascii_lower(attribute(node, "style"));
  if (style.empty()) return colour;
  auto const weight = property(style, "font-weight");
  if (weight == "bold" || weight == "bolder" || number(weight, 1, 1000, 0) >= 600) marks.strong = true;
  if (weight == "normal" || weight == "400") marks.strong = false;
  if (property(style, "font-style") == "italic") marks.em = true;
  for (auto const* which : {"text-decoration", "text-decoration-line"}) {
    auto const line = property(style, which);
    if (line.find("underline") != std::string::npos && name != "a") marks.underline = true;
    if (line.find("line-through") != std::string::npos) marks.strike = true;
  }
  auto const lift = property(style, "vertical-align");
  if (lift == "sub") marks.script = Marks::Script::sub;
  if (lift == "super") marks.script = Marks::Script::sup;
  bool const links_colour = name == "a";
  colour = colour || (!links_colour && !is_plain_colour(property(style, "color")));
  return colour || !is_plain_colour(property(style, "background")) || !is_plain_colour(property(style, "background-color"));
}

std::string language_of(std::string_view classes) {
  auto const at = classes.find("language-");
  if (at == std::string_view::npos || (at > 0 && classes[at - 1] != ' ')) return {};
  auto const rest = classes.substr(at + 9);
  return std::string(rest.substr(0, std::min(rest.find(' '), std::size_t{40})));
}

std::string file_name(std::string_view address) {
  if (address.starts_with("data:") || address.starts_with("blob:")) return {};
  if (address.starts_with("cid:"))
    return one_line(
               address.substr(4, address.find('@') == std::string_view::npos ? std::string_view::npos : address.find('@') - 4))
        .substr(0, 120);
  address = address.substr(0, address.find_first_of("?#"));
  auto const slash = address.rfind('/');
  if (address.substr(slash + 1).starts_with('$')) return {};  // ".../$value": Dataverse names the column, not the file
  auto const name = one_line(slash == std::string_view::npos ? address : address.substr(slash + 1));
  return std::string(text::cut_code_points(name, 120));
}

int number(std::string_view text, int least, int most, int other) {
  int value = 0;
  auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() && value >= least && value <= most ? value : other;
}

std::string clean_code(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto const c = text::next(text);
    if (c == '\r') {
      if (!text.starts_with('\n')) out += '\n';
    } else if (!is_dropped(c)) {
      text::append(out, c == 0xA0 ? U' ' : c);
    }
  }
  while (out.ends_with('\n')) out.pop_back();
  out.erase(0, std::min(out.find_first_not_of('\n'), out.size()));
  return out;
}

void take_ticks(Block& list) {
  if (list.kind != Block::Kind::bullet_list || list.blocks.empty()) return;
  auto const text_of = [](Block& item) -> std::string* {
    if (item.blocks.empty() || item.blocks.front().kind != Block::Kind::paragraph) return nullptr;
    auto& inlines = item.blocks.front().inlines;
    return inlines.empty() || inlines.front().kind != Inline::Kind::text ? nullptr : &inlines.front().text;
  };
  auto const ticked = [](std::string const* text) {
    return text != nullptr && (text->starts_with("[ ]") || text->starts_with("[x]")) && (text->size() == 3 || (*text)[3] == ' ');
  };
  for (auto& item : list.blocks) {
    bool const only_list = !item.blocks.empty() && item.blocks.front().kind == Block::Kind::task_list;
    if (!only_list && !ticked(text_of(item))) return;
  }
  list.kind = Block::Kind::task_list;
  for (auto& item : list.blocks) {
    auto* text = text_of(item);
    if (text == nullptr) continue;
    item.on = (*text)[1] == 'x';
    text->erase(0, std::min<std::size_t>(4, text->size()));
    auto& inlines = item.blocks.front().inlines;
    if (text->empty()) inlines.erase(inlines.begin());
  }
}

}  // namespace tandem::mapping::richtext
