#include <tandem/base/text/utf8.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tandem::text {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

// One code point from the front of `text`, its length in bytes, and whether the bytes were valid.
struct Decoded {
  char32_t code_point;
  std::size_t length;
  bool valid;
};
Decoded decode(std::string_view text) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned const lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  std::size_t const length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {kReplacement, 1, false};
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {kReplacement, 1, false};
    value = value << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {kReplacement, 1, false};
  return {value, length, true};
}

// Base letters of U+00C0…U+017F, one character each; '?' where there is no plain base letter.
constexpr std::string_view kLatin =
    "aaaaaa?ceeeeiiii"
    "?nooooo?ouuuuy??"
    "aaaaaa?ceeeeiiii"
    "?nooooo?ouuuuy?y"   // C0–FF
    "aaaaaaccccccccdd"
    "ddeeeeeeeeeegggg"
    "gggghhhhiiiiiiii"
    "ii??jjkk?lllllll"   // 100–13F
    "lllnnnnnn???oooo"
    "oo??rrrrrrssssss"
    "sstttttt"
    "uuuuuuuu"
    "uuuuwwyyyzzzzzzs"; // 140–17F
static_assert(kLatin.size() == 0x180 - 0xC0);

bool is_space(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x3000;
}
bool is_combining(char32_t c) {
  return (c >= 0x300 && c <= 0x36F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x20D0 && c <= 0x20FF) || c == 0x200D ||
         (c >= 0xFE00 && c <= 0xFE0F);
}
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029 || c == 0xFEFF;
}

std::string_view cut(std::string_view utf8, std::size_t most, bool utf16) {
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < utf8.size()) {
    auto const one = decode(utf8.substr(at));
    auto const cost = utf16 && one.code_point > 0xFFFF ? 2U : 1U;
    if (used + cost > most) break;
    used += cost;
    at += one.length;
  }
  return utf8.substr(0, at);
}

}  // namespace

char32_t next(std::string_view& utf8) {
  auto const one = decode(utf8);
  utf8.remove_prefix(one.length);
  return one.code_point;
}

void append(std::string& out, char32_t c) {
  auto const put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | c >> 6U);
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | c >> 12U);
    put(0x80U | (c >> 6U & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | c >> 18U);
    put(0x80U | (c >> 12U & 0x3FU));
    put(0x80U | (c >> 6U & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

bool is_valid(std::string_view utf8) {
  while (!utf8.empty()) {
    auto const one = decode(utf8);
    if (!one.valid) return false;
    utf8.remove_prefix(one.length);
  }
  return true;
}

std::size_t code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (; !utf8.empty(); ++count) next(utf8);
  return count;
}
std::size_t utf16_units(std::string_view utf8) {
  std::size_t count = 0;
  while (!utf8.empty()) count += next(utf8) > 0xFFFF ? 2 : 1;
  return count;
}
std::string_view cut_code_points(std::string_view utf8, std::size_t most) { return cut(utf8, most, false); }
std::string_view cut_utf16(std::string_view utf8, std::size_t most) { return cut(utf8, most, true); }

std::string folded(std::string_view utf8) {
  std::string out;
  bool gap = false;
  while (!utf8.empty()) {
    auto c = next(utf8);
    if (is_space(c)) {
      gap = !out.empty();
      continue;
    }
    if (is_combining(c)) continue;
    if (gap) out += ' ';
    gap = false;
    if (c >= 'A' && c <= 'Z') c = c - 'A' + 'a';
    if (c >= 0xC0 && c < 0x180 && kLatin[c - 0xC0] != '?') c = static_cast<unsigned char>(kLatin[c - 0xC0]);
    if (c == 0xDF) {
      out += "ss";
      continue;
    }
    if (c >= 0x391 && c <= 0x3A9) c += 0x20;    // Greek capitals
    if (c >= 0x410 && c <= 0x42F) c += 0x20;    // Cyrillic capitals
    if (c >= 0x400 && c <= 0x40F) c += 0x50;
    append(out, c);
  }
  return out;
}

std::string printable(std::string_view utf8, bool multi_line) {
  std::string out;
  while (!utf8.empty()) {
    auto const c = next(utf8);
    if (is_control(c) && !(multi_line && (c == '\n' || c == '\t'))) {
      out += fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(c));
    } else {
      append(out, c);
    }
  }
  return out;
}

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  while (!utf8.empty()) {
    auto const c = next(utf8);
    if (is_combining(c) || is_control(c)) continue;
    bool const wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                      (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                      (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
    width += wide ? 2 : 1;
  }
  return width;
}

std::string_view trimmed(std::string_view text) {
  auto const blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
           return lower(x) == lower(y);
         });
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace tandem::text
