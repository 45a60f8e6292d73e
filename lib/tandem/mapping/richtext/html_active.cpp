#include <tandem/mapping/richtext/html_active.hpp>

#include <algorithm>
#include <array>
#include <string>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/html_element.hpp>

namespace tandem::mapping::richtext {

namespace {

constexpr std::array<std::string_view, 12> kElements{"script", "iframe", "frame", "frameset", "object", "embed",
                                                     "applet", "base",   "meta",  "link",     "portal", "foreignobject"};
constexpr std::array<std::string_view, 4> kSchemes{"javascript:", "vbscript:", "livescript:", "data:text/html"};
constexpr std::array<std::string_view, 3> kStyles{"expression(", "-moz-binding", "@import"};

// Lower case without blanks and controls, which browsers pass over in an address.
std::string squeezed(std::string_view text) {
  auto out = text::ascii_lower(text);
  std::erase_if(out, [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
  return out;
}

template <std::size_t N>
bool holds_one_of(std::string const& text, std::array<std::string_view, N> const& all) {
  return std::any_of(all.begin(), all.end(), [&](std::string_view one) { return text.find(one) != std::string::npos; });
}

bool runs(std::string_view text) {
  auto const plain = squeezed(text);
  return holds_one_of(plain, kSchemes) || holds_one_of(plain, kStyles);
}

// Mails are full of them: what a meta says of the text, a link to a part of the mail itself.
bool is_harmless(xmlNode* node) {
  if (name_of(node) == "link") return attribute(node, "href").starts_with("cid:");
  auto const equivalent = text::ascii_lower(attribute(node, "http-equiv"));
  return name_of(node) == "meta" && equivalent != "refresh" && equivalent != "set-cookie";
}

}  // namespace

bool has_active_attribute(xmlNode* element) {
  for (auto* one = element->properties; one != nullptr; one = one->next) {
    std::string const name = reinterpret_cast<char const*>(one->name);  // NOLINT: libxml2's text type
    if (text::ascii_lower(name).starts_with("on")) return true;
    if (runs(attribute(element, name.c_str()))) return true;
  }
  return false;
}

bool is_active(xmlNode* node) {
  if (node->type == XML_COMMENT_NODE) return looks_active(content_of(node));
  if (node->type != XML_ELEMENT_NODE) return false;
  auto const name = name_of(node);
  if (std::find(kElements.begin(), kElements.end(), name) != kElements.end() && !is_harmless(node)) return true;
  if (has_active_attribute(node)) return true;
  if (name == "style") return node->children != nullptr && runs(content_of(node->children));
  for (auto* child = node->children; child != nullptr; child = child->next) {
    if (is_active(child)) return true;
  }
  return false;
}

bool looks_active(std::string_view html) {
  auto const lower = text::ascii_lower(html);
  return lower.find("<script") != std::string::npos || lower.find("</script") != std::string::npos ||
         lower.find("javascript:") != std::string::npos || lower.find("vbscript:") != std::string::npos;
}

}  // namespace tandem::mapping::richtext
