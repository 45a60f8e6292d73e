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
  using Get = std::function<std::optional<std::string>(std::string const&)>;
  struct ByAsking {};
  Environment(ByAsking, Get get) : get_(std::move(get)) {}
  Get get_;
};

}  // namespace tandem::cli
