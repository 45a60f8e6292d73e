// Config: layered settings. A flag beats TANDEM_… in the environment beats the configuration file beats the default, and each value
// knows where it came from.
//
// A key is the long flag in camelCase ("stateDir" = --state-dir = TANDEM_STATE_DIR). The file is JSON with comments: `--config`,
// TANDEM_CONFIG, else $XDG_CONFIG_HOME/tandem/config.json. Unknown keys are refused: a misspelt brake must not be silently absent.
// Switches that are meant for one run (--dry-run, --rebind, --allow-mass-change …) are no settings, on purpose.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>

#include "cli/environment.hpp"

namespace tandem::cli {

enum class Kind : std::uint8_t { text, integer, duration, duration_range, boolean, output_format, log_format };

struct SettingSpec {
  std::string_view key;  // "settleAfter"
  Kind kind = Kind::text;
  std::string_view value_name;  // "DURATION"
  std::string_view fallback;  // the default as text; "" = none
  std::string_view text;  // one sentence for --help and `tandem help config`
  std::int64_t least = 0, most = 0;  // of an integer
};
std::span<SettingSpec const> all_settings();
SettingSpec const* find_setting(std::string_view key);
std::string flag_of(std::string_view key);  // "--state-dir"
std::string variable_of(std::string_view key);  // "TANDEM_STATE_DIR"

enum class Origin : std::uint8_t { flag, environment, file, fallback };

struct Setting {
  std::string text;
  Origin origin = Origin::fallback;
  std::string where;  // "--jobs", "TANDEM_JOBS", "/home/ann/.config/tandem/config.json:3", "default"
};

struct Pauses {
  Millis first, most;  // doubling from the first to the most
};

class Config {
 public:
  // Errors: usage for a bad flag, config for a bad variable or file; all faults at once.
  static Result<Config> load(std::map<std::string, std::string> const& flags, std::optional<std::string> file,
                             Environment const& environment);

  // REQUIRES of all: `key` is in all_settings(), of that kind.
  [[nodiscard]] Setting const& setting(std::string_view key) const;
  [[nodiscard]] bool given(std::string_view key) const { return setting(key).origin != Origin::fallback; }
  [[nodiscard]] std::string const& text(std::string_view key) const { return setting(key).text; }
  [[nodiscard]] std::int64_t integer(std::string_view key) const;
  [[nodiscard]] Millis duration(std::string_view key) const;
  [[nodiscard]] bool boolean(std::string_view key) const;
  [[nodiscard]] Pauses pauses() const;
  // The configuration file that was read; "" when there is none.
  [[nodiscard]] std::string const& file() const { return file_; }

 private:
  std::map<std::string, Setting, std::less<>> settings_;
  std::string file_;
};

}  // namespace tandem::cli
