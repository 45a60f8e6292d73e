#include <tandem/mapping/richtext/text.hpp>

#include <tandem/base/text/utf8.hpp>

namespace tandem::mapping::richtext {

bool is_dropped(char32_t c) {
  bool const control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c <= 0x9F && c != 0x85);
  bool const no_character = (c & 0xFFFEU) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
  return control || no_character || c == 0xFEFF;
}

std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  auto const end_line = [&] {
    while (!out.empty() && (out.back() == ' ' || out.back() == '\t')) out.pop_back();
    if (!out.empty()) out += '\n';  // no blank lines at the start
  };
  while (!text.empty()) {
    auto const c = text::next(text);
    if (c == '\r') {
      if (!text.empty() && text.front() == '\n') text.remove_prefix(1);
      end_line();
    } else if (c == '\n' || c == 0x2028 || c == 0x2029 || c == 0x85) {
      end_line();
    } else if (!is_dropped(c)) {
      text::append(out, c);
    }
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '\t' || out.back() == '\n')) out.pop_back();
  return out;
}

std::string one_line(std::string_view text) {
  auto out = clean(text);
  for (char& c : out) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return std::string(text::trimmed(out));
}

std::string comparable(std::string_view raw) {
  auto const text = clean(raw);
  std::string out;
  std::size_t feeds = 0;
  for (char const c : text) {
    feeds = c == '\n' ? feeds + 1 : 0;
    if (feeds <= 2) out += c;
  }
  return out;
}

}  // namespace tandem::mapping::richtext
