#include "world/request_pattern.hpp"

namespace sandbox {

std::optional<RequestPattern> RequestPattern::parse(std::string_view text) {
  if (text.empty()) return RequestPattern{};
  auto const blank = text.find(' ');
  auto const path = blank == std::string_view::npos ? blank : text.find_first_not_of(' ', blank);
  if (path == std::string_view::npos || blank == 0) return std::nullopt;
  return RequestPattern{std::string(text.substr(0, blank)), std::string(text.substr(path))};
}

bool RequestPattern::matches(std::string_view of_method, std::string_view of_path) const {
  if (method != "*" && method != of_method) return false;
  if (path.find('*') != std::string::npos) return matches_glob(path, of_path);
  return of_path.starts_with(path);
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace sandbox
