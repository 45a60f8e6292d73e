#include "dataverse/odata/split.hpp"

#include <tandem/base/text/utf8.hpp>

namespace sandbox::dataverse::odata {

std::vector<std::string> split_outside(std::string_view text, char separator) {
  std::vector<std::string> out(1);
  int depth = 0;
  bool quoted = false;
  for (char const c : text) {
    if (c == '\'') quoted = !quoted;
    if (!quoted && c == '(') ++depth;
    if (!quoted && c == ')') --depth;
    if (c == separator && depth == 0 && !quoted)
      out.emplace_back();
    else
      out.back() += c;
  }
  for (auto& part : out) part = std::string(tandem::text::trimmed(part));
  std::erase(out, "");
  return out;
}

}  // namespace sandbox::dataverse::odata
