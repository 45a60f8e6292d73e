#include <tandem/mapping/status/name_key.hpp>

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

namespace tandem::mapping::status {

namespace {

bool is_apostrophe(char32_t c) { return c == U'\'' || c == 0x2019 || c == 0x2BC || c == U'`' || c == 0xB4; }

bool is_sign(char32_t c) {
  if (c < 0x80) return (c < '0' || c > '9') && (c < 'a' || c > 'z');  // folded: no capitals are left
  return (c >= 0xA0 && c <= 0xBF && c != 0xAA && c != 0xBA) ||        // Latin-1 punctuation
         (c >= 0x2000 && c <= 0x2BFF) ||                              // punctuation, arrows, symbols, dingbats
         (c >= 0x3000 && c <= 0x303F && c != 0x3005) ||               // CJK punctuation
         c == 0x30FB || (c >= 0xFE00 && c <= 0xFE0F) || c >= 0x1F000 || c == 0xFFFD;
}

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

// "01 new" -> "new"; a name that is a number stays one.
std::string without_leading_number(std::string key) {
  auto const end = key.find_first_not_of("0123456789");
  if (end == std::string::npos || end == 0 || key[end] != ' ') return key;
  return key.substr(end + 1);
}

}  // namespace

std::string name_key(std::string_view name) {
  std::string narrow;
  while (!name.empty()) {
    auto c = text::next(name);
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;  // full-width forms
    text::append(narrow, c);
  }
  auto const folded = text::folded(narrow);
  std::string key;
  bool gap = false;
  for (std::string_view rest = folded; !rest.empty();) {
    auto const c = text::next(rest);
    if (is_apostrophe(c)) continue;
    if (is_sign(c)) {
      gap = !key.empty();
      continue;
    }
    if (gap) key += ' ';
    gap = false;
    text::append(key, c);
  }
  return without_leading_number(std::move(key));
}

bool near_equal(std::string_view one, std::string_view other) {
  auto const a = name_key(one);
  auto const b = name_key(other);
  return !a.empty() && (a == b || without_blanks(a) == without_blanks(b));
}

}  // namespace tandem::mapping::status
