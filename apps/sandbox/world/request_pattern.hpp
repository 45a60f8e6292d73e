// Which requests are meant, by what a person can write down: "POST /rest/api/3/issue/bulk", for faults and latencies.
//
// "METHOD path": the method may be "*", the path (decoded, without query) is a prefix, or a glob over the whole path when it holds a
// "*". The empty text is every request.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

struct RequestPattern {
  std::string method = "*";
  std::string path;  // prefix or glob; "" is every path

  static std::optional<RequestPattern> parse(std::string_view text);  // nothing when there is no blank in it
  [[nodiscard]] bool matches(std::string_view of_method, std::string_view of_path) const;
  [[nodiscard]] std::string to_text() const { return method == "*" && path.empty() ? "" : method + " " + path; }
};

bool matches_glob(std::string_view pattern, std::string_view text);  // "*" is any run of characters

}  // namespace sandbox
