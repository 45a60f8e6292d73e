#include <tandem/mapping/richtext/html.hpp>

#include <algorithm>
#include <array>

#include <tandem/base/text/utf8.hpp>

namespace tandem::mapping::richtext {

namespace {

constexpr std::array<std::string_view, 30> kTags{
    "a",  "b",    "blockquote", "body", "br", "code", "div", "em", "figure", "font", "h1",   "h2",     "h3",    "h4", "h5",
    "h6", "head", "hr",         "html", "i",  "img",  "li",  "ol", "p",      "pre",  "span", "strong", "table", "u",  "ul"};

// The name of a tag at the start of `text` ("<p class=…", "</p>", "<br/>"), lower case; "" when there is none.
std::string tag_at(std::string_view text) {
  if (!text.starts_with('<')) return {};
  text.remove_prefix(1);
  if (text.starts_with('/')) text.remove_prefix(1);
  auto const end =
      text.substr(0, 13).find_first_of(" \t\r\n/>");  // looks no further: texts of many "<" must not cost their square
  if (end == std::string_view::npos) return {};
  return text::ascii_lower(text.substr(0, end));
}

bool is_known(std::string const& tag) { return std::find(kTags.begin(), kTags.end(), tag) != kTags.end(); }

bool has_tag(std::string_view text) {
  for (auto at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    if (is_known(tag_at(text.substr(at)))) return true;
  }
  return false;
}

bool has_entity(std::string_view text) {
  for (auto at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
    auto const end = text.find_first_not_of("#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", at + 1);
    if (end != std::string_view::npos && end > at + 1 && end < at + 12 && text[end] == ';') return true;
  }
  return false;
}

}  // namespace

bool looks_like_html(std::string_view text, bool rich) {
  auto const start = text::trimmed(text);
  if (rich) return has_tag(start) || has_entity(start);
  if (text::ascii_lower(start.substr(0, 9)) == "<!doctype") return true;
  // A person may well begin a plain text with "<b>" or "<p>" alone: an editor also closes what it opens.
  bool const closes = start.find("</") != std::string_view::npos || start.find("/>") != std::string_view::npos;
  auto const tag = tag_at(start);
  return is_known(tag) && (closes || tag == "br");
}

}  // namespace tandem::mapping::richtext
