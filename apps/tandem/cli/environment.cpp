#include "cli/environment.hpp"

#include <cstdlib>

namespace tandem::cli {

Environment Environment::of_process() {
  return Environment(ByAsking{}, [](std::string const& name) -> std::optional<std::string> {
    char const* const value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
  });
}

Environment::Environment(std::map<std::string, std::string> values)
    : get_([values = std::move(values)](std::string const& name) -> std::optional<std::string> {
        auto const found = values.find(name);
        if (found == values.end() || found->second.empty()) return std::nullopt;
        return found->second;
      }) {}

std::optional<std::string> Environment::config_home() const {
  if (auto const home = get("XDG_CONFIG_HOME")) return home;
  if (auto const home = get("HOME")) return *home + "/.config";
  return std::nullopt;
}

}  // namespace tandem::cli
