#include "dataverse/resource_path.hpp"

namespace sandbox::dataverse {

std::optional<std::vector<Segment>> segments_of(std::string_view path) {
  std::vector<std::string> parts(1);
  int depth = 0;
  bool quoted = false;
  for (char const c : path) {
    if (c == '\'') quoted = !quoted;
    if (!quoted && c == '(') ++depth;
    if (!quoted && c == ')') --depth;
    if (depth < 0) return std::nullopt;
    if (c == '/' && depth == 0 && !quoted)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  if (depth != 0 || quoted) return std::nullopt;
  std::vector<Segment> out;
  for (auto const& part : parts) {
    if (part.empty()) continue;
    auto const open = part.find('(');
    if (open == std::string::npos) {
      out.push_back({part, std::nullopt});
    } else {
      if (part.back() != ')') return std::nullopt;
      out.push_back({part.substr(0, open), part.substr(open + 1, part.size() - open - 2)});
    }
  }
  return out;
}

std::optional<std::string> named_key(std::string_view key, std::string_view name) {
  if (!key.starts_with(name)) return std::nullopt;
  key.remove_prefix(name.size());
  if (key.size() < 3 || key.front() != '=' || key[1] != '\'' || key.back() != '\'') return std::nullopt;
  std::string out;
  for (std::size_t i = 2; i + 1 < key.size(); ++i) {
    out += key[i];
    if (key[i] == '\'' && key[i + 1] == '\'') ++i;
  }
  return out;
}

}  // namespace sandbox::dataverse
