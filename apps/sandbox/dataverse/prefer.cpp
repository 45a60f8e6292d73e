#include "dataverse/prefer.hpp"

#include <algorithm>
#include <cstdlib>

#include <tandem/base/text/utf8.hpp>

#include "world/fault_plan.hpp"

namespace sandbox::dataverse {
namespace {

// Commas split, but not inside double quotes.
std::vector<std::string> split_preferences(std::string_view text) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (char const c : text) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted)
      out.emplace_back();
    else
      out.back() += c;
  }
  for (auto& part : out) part = std::string(tandem::text::trimmed(part));
  std::erase(out, "");
  return out;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    auto const end = std::min(text.find(',', at), text.size());
    if (auto const part = tandem::text::trimmed(text.substr(at, end - at)); !part.empty()) out.emplace_back(part);
    at = end + 1;
  }
  return out;
}

}  // namespace

bool Preferences::wants_annotation(std::string_view name) const {
  return std::any_of(annotations.begin(), annotations.end(), [&](auto const& pattern) { return matches_glob(pattern, name); });
}

void Preferences::apply_to(Response& response) const {
  if (applied.empty()) return;
  std::string line;
  for (auto const& one : applied) line += (line.empty() ? "" : ", ") + one;
  response.with("Preference-Applied", line);
}

Preferences preferences_of(Request const& request) {
  Preferences out;
  for (auto const& [name, value] : request.headers) {
    if (!tandem::text::equal_ignoring_case(name, "Prefer")) continue;
    for (auto const& part : split_preferences(value)) {
      auto const equals = part.find('=');
      auto const key = tandem::text::ascii_lower(tandem::text::trimmed(std::string_view(part).substr(0, equals)));
      std::string_view argument =
          equals == std::string::npos ? std::string_view{} : tandem::text::trimmed(std::string_view(part).substr(equals + 1));
      if (argument.size() >= 2 && argument.front() == '"' && argument.back() == '"')
        argument = argument.substr(1, argument.size() - 2);
      if (key == "return") {
        if (argument != "representation") continue;
        out.representation = true;
      } else if (key == "odata.maxpagesize") {
        auto const size = std::strtoul(std::string(argument).c_str(), nullptr, 10);
        if (size == 0) continue;
        out.page_size = std::min<std::size_t>(size, kMostRows);
      } else if (key == "odata.include-annotations") {
        out.annotations = split_list(argument);
      } else if (key == "odata.track-changes") {
        out.track_changes = true;
      } else if (key == "odata.continue-on-error") {
        out.continue_on_error = argument.empty() || argument == "true";
      } else {
        continue;
      }
      out.applied.push_back(part);
    }
  }
  return out;
}

}  // namespace sandbox::dataverse
