#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/html_tokens.hpp>
#include <tandem/mapping/richtext/text.hpp>

namespace tandem::mapping::richtext {

bool shows_text(std::string_view html) {
  auto const lower = text::ascii_lower(html);
  std::size_t at = 0;
  while (at < lower.size()) {
    auto const rest = std::string_view(lower).substr(at);
    if (rest.starts_with("<!--") || rest.starts_with("<style") || rest.starts_with("<script") || rest.starts_with("<head")) {
      std::string_view const close = rest.starts_with("<!--")      ? "-->"
                                     : rest.starts_with("<style")  ? "</style"
                                     : rest.starts_with("<script") ? "</script"
                                                                   : "</head";
      auto const end = lower.find(close, at);
      if (end == std::string::npos) return false;
      at = end + close.size();
    } else if (lower[at] == '<') {
      auto const end = lower.find('>', at);
      if (end == std::string::npos) return true;
      at = end + 1;
    } else if (rest.starts_with("&nbsp;") || rest.starts_with("&#160;")) {
      at += 6;
    } else if (rest.starts_with("\xC2\xA0")) {
      at += 2;
    } else if (rest.starts_with("\xE2\x80\x8B") || rest.starts_with("\xEF\xBB\xBF")) {
      at += 3;
    } else if (lower[at] == '>' || text::trimmed(rest.substr(0, 1)).empty()) {
      ++at;
    } else {
      return true;
    }
  }
  return false;
}

bool has_too_many_attributes(std::string_view html) {
  std::size_t at = 0;
  while ((at = html.find('<', at)) != std::string_view::npos) {
    std::size_t equals_or_blanks = 0;
    char quote = 0;
    for (++at; at < html.size(); ++at) {
      char const c = html[at];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '>') {
        break;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/') {
        bool const starts_name =
            at + 1 < html.size() && std::string_view(" \t\r\n/>=\"'").find(html[at + 1]) == std::string_view::npos;
        if (starts_name && ++equals_or_blanks > kMostAttributes) break;
      }
    }
    // Prose after a lone "<" has blanks too: only what reaches a ">" like a tag is one, and the parser reads no further than that.
    if (equals_or_blanks > kMostAttributes) return true;
  }
  return false;
}

std::string without_conditions(std::string const& html) {
  if (html.find("<![") == std::string::npos) return html;
  std::string out;
  out.reserve(html.size());
  for (auto const& token : html_tokens(html)) {
    auto const bytes = std::string_view(html).substr(token.begin, token.end - token.begin);
    bool const condition = token.kind == HtmlToken::Kind::other && bytes.starts_with("<![") && bytes.ends_with('>') &&
                           !bytes.starts_with("<![CDATA[");
    if (!condition) out += bytes;
  }
  return out;
}

std::string readable(std::string_view html) {
  std::string out;
  out.reserve(html.size());
  while (!html.empty()) {
    auto const c = text::next(html);
    if (!is_dropped(c)) text::append(out, c);
  }
  return out;
}

}  // namespace tandem::mapping::richtext
