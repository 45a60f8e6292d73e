#include "world/service.hpp"

#include <chrono>

#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>

namespace sandbox {

std::string_view Request::header(std::string_view name) const {
  for (auto const& [key, value] : headers) {
    if (tandem::text::equal_ignoring_case(key, name)) return value;
  }
  return {};
}

std::string Request::raw_path() const { return target.substr(0, target.find('?')); }
std::string Request::path() const { return tandem::text::percent_decoded(raw_path()); }

std::vector<std::pair<std::string, std::string>> Request::query() const {
  std::vector<std::pair<std::string, std::string>> out;
  auto const mark = target.find('?');
  if (mark == std::string::npos) return out;
  auto const decoded = [](std::string part) {
    for (char& c : part) {
      if (c == '+') c = ' ';
    }
    return tandem::text::percent_decoded(part);
  };
  std::string const rest = target.substr(mark + 1);
  for (std::size_t at = 0; at <= rest.size();) {
    auto const end = std::min(rest.find('&', at), rest.size());
    auto const part = rest.substr(at, end - at);
    if (!part.empty()) {
      auto const equals = part.find('=');
      out.emplace_back(decoded(part.substr(0, equals)), equals == std::string::npos ? "" : decoded(part.substr(equals + 1)));
    }
    at = end + 1;
  }
  return out;
}

std::optional<std::string> Request::query(std::string_view name) const {
  for (auto& [key, value] : query()) {
    if (key == name) return value;
  }
  return std::nullopt;
}

tandem::Instant VirtualClock::now() const {
  if (box_ != nullptr) return box_->now() + offset_;
  auto const base = fixed_ ? *fixed_ : std::chrono::floor<tandem::Millis>(std::chrono::system_clock::now());
  return base + offset_;
}

}  // namespace sandbox
