#include "dataverse/odata/text_match.hpp"

#include <tandem/base/text/utf8.hpp>

namespace sandbox::dataverse::odata {
namespace {

char32_t lower(char32_t c) {
  if (c >= U'A' && c <= U'Z') return c + 32;
  if (c < 0xC0) return c;
  if (c <= 0xDE && c != 0xD7) return c + 32;                            // Latin-1
  if (c >= 0x100 && c <= 0x17F) {  // Latin Extended-A: pairs, but for two runs that start odd
    bool const odd_run = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
    if (c == 0x130 || c == 0x131 || c == 0x138 || c == 0x149 || c == 0x178 || c == 0x17F) return c;
    return (c % 2 == 0) != odd_run ? c + 1 : c;
  }
  if (c >= 0x391 && c <= 0x3A9) return c + 32;  // Greek
  if (c >= 0x410 && c <= 0x42F) return c + 32;  // Cyrillic
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  return c;
}

// Is the character one of the set "[…]" at the start of `pattern`? Sets `length` to the length of the set, 0 when it is not closed.
bool in_set(std::string_view pattern, char32_t c, std::size_t& length) {
  auto const close = pattern.find(']', 1);
  length = close == std::string_view::npos ? 0 : close + 1;
  if (length == 0) return false;
  auto set = pattern.substr(1, close - 1);
  bool const negated = set.starts_with('^');
  if (negated) set.remove_prefix(1);
  bool found = false;
  while (!set.empty()) {
    auto const from = tandem::text::next(set);
    auto to = from;
    if (set.size() > 1 && set.front() == '-') {
      set.remove_prefix(1);
      to = tandem::text::next(set);
    }
    found = found || (c >= from && c <= to);
  }
  return found != negated;
}

}  // namespace

std::string lowered(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) tandem::text::append(out, lower(tandem::text::next(utf8)));
  return out;
}

bool has_wildcard(std::string_view pattern) {
  auto const open = pattern.find('[');
  return pattern.find_first_of("%_") != std::string_view::npos ||
         (open != std::string_view::npos && pattern.find(']', open) != std::string_view::npos);
}

bool is_like(std::string_view pattern, std::string_view text) {
  // Greedy with one point of return: the last "%" (enough for this grammar).
  std::string_view after_percent, resume;
  bool percent = false;
  while (true) {
    if (!pattern.empty() && pattern.front() == '%') {
      pattern.remove_prefix(1);
      after_percent = pattern;
      resume = text;
      percent = true;
      continue;
    }
    if (text.empty() && pattern.empty()) return true;
    if (!text.empty() && !pattern.empty()) {
      auto rest = text;
      auto const c = tandem::text::next(rest);
      std::size_t length = 0;
      bool same = false;
      if (pattern.front() == '[') same = in_set(pattern, c, length);
      if (length == 0) {
        auto left = pattern;
        auto const wanted = tandem::text::next(left);
        length = pattern.size() - left.size();
        same = wanted == U'_' || wanted == c;
      }
      if (same) {
        pattern.remove_prefix(length);
        text = rest;
        continue;
      }
    }
    if (!percent || resume.empty()) return false;
    tandem::text::next(resume);
    text = resume;
    pattern = after_percent;
  }
}

}  // namespace sandbox::dataverse::odata
