// Environment: the one door to environment variables, so that tests can give their own.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace tandem::cli {

class Environment {
 public:
  static Environment of_process();
  explicit Environment(std::map<std::string, std::string> values);
  // Nothing when unset or empty: an empty variable means "not set", as NO_COLOR and the XDG directories have it.
  [[nodiscard]] std::optional<std::string> get(std::string const& name) const { return get_(name); }
  // $XDG_CONFIG_HOME, else ~/.config; nothing without a home.
  [[nodiscard]] std::optional<std::string> config_home() const;

 private:
  explicit Environment(std::function<std::optional<std::string>(std::string const&)> get) : get_(std::move(get)) {}
  std::function<std::optional<std::string>(std::string const&)> get_;
};

}  // namespace tandem::cli
