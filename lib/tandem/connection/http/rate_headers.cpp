#include <tandem/connection/http/rate_headers.hpp>

#include <algorithm>
#include <charconv>

#include <tandem/base/text/utf8.hpp>

namespace tandem::http {

std::optional<double> rate_number(std::string_view text) {
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> rate_member(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    auto const end = std::min(header.find(';'), header.size());
    auto const part = text::trimmed(header.substr(0, end));
    if (part.size() > name.size() + 1 && part.starts_with(name) && part[name.size()] == '=') {
      auto const value = rate_number(part.substr(name.size() + 1));
      return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
    }
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return std::nullopt;
}

std::optional<std::string_view> quota_header(Response const& response, std::string const& name) {
  auto const plain = response.header(name);
  return plain ? plain : response.header("Beta-" + name);
}

}  // namespace tandem::http
