// How a Command's builders turn text into the bound variables.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "cli/app.hpp"
#include "cli/config.hpp"
#include "cli/parse.hpp"
#include "cli/suggest.hpp"

namespace tandem::cli {

Command& Command::option(OptionSpec spec) {
  if (spec.group.empty()) spec.group = group_;
  options_.push_back(std::move(spec));
  return *this;
}

Command& Command::flag(std::string names, bool& target, std::string text) {
  OptionSpec spec{.names = std::move(names), .text = std::move(text)};
  spec.take = [&target](std::vector<std::string> const&) -> Result<Unit> {
    target = true;
    return Unit{};
  };
  return option(std::move(spec));
}

Command& Command::value(std::string names, std::string value_name, std::optional<std::string>& target, std::string text) {
  OptionSpec spec{.names = std::move(names), .value_name = std::move(value_name), .text = std::move(text)};
  spec.take = [&target](std::vector<std::string> const& values) -> Result<Unit> {
    target = values.front();
    return Unit{};
  };
  return option(std::move(spec));
}

Command& Command::values(std::string names, std::string value_name, std::vector<std::string>& target, std::string text) {
  OptionSpec spec{.names = std::move(names), .value_name = std::move(value_name), .text = std::move(text)};
  spec.repeatable = true;
  spec.take = [&target](std::vector<std::string> const& values) -> Result<Unit> {
    target = values;
    return Unit{};
  };
  return option(std::move(spec));
}

Command& Command::duration(std::string names, std::optional<Millis>& target, std::string text) {
  OptionSpec spec{.names = std::move(names), .value_name = "DURATION", .text = std::move(text)};
  auto const shown = shown_name(spec);
  spec.take = [&target, shown](std::vector<std::string> const& values) -> Result<Unit> {
    target = parse_duration(values.front());
    if (!target)
      return fail(ErrorKind::usage,
                  fmt::format("{} is \"{}\", but takes a duration such as 90s, 4m30s or 12h", shown, values.front()));
    return Unit{};
  };
  return option(std::move(spec));
}

Command& Command::integer(std::string names, std::optional<std::int64_t>& target, std::int64_t least, std::int64_t most,
                          std::string text) {
  OptionSpec spec{.names = std::move(names), .value_name = "N", .text = std::move(text)};
  auto const shown = shown_name(spec);
  spec.take = [&target, shown, least, most](std::vector<std::string> const& values) -> Result<Unit> {
    std::int64_t number = 0;
    auto const& value = values.front();
    auto const read = std::from_chars(value.data(), value.data() + value.size(), number);
    if (read.ec != std::errc{} || read.ptr != value.data() + value.size() || number < least || number > most) {
      return fail(ErrorKind::usage,
                  fmt::format("{} is \"{}\", but takes a whole number from {} to {}", shown, value, least, most));
    }
    target = number;
    return Unit{};
  };
  return option(std::move(spec));
}

Command& Command::choice(std::string names, std::vector<std::string> accepted, std::optional<std::string>& target,
                         std::string text) {
  OptionSpec spec{.names = std::move(names), .value_name = fmt::format("{}", fmt::join(accepted, "|")), .text = std::move(text)};
  auto const shown = shown_name(spec);
  spec.take = [&target, shown, accepted = std::move(accepted)](std::vector<std::string> const& values) -> Result<Unit> {
    auto const& value = values.front();
    if (std::find(accepted.begin(), accepted.end(), value) == accepted.end()) {
      return fail(ErrorKind::usage, fmt::format("{} is \"{}\", but takes {}{}", shown, value, fmt::join(accepted, ", "),
                                                did_you_mean(value, accepted)));
    }
    target = value;
    return Unit{};
  };
  return option(std::move(spec));
}

Command& Command::setting(std::string const& key) {
  auto const* const known = find_setting(key);
  OptionSpec spec{.names = flag_of(key), .setting = key};
  if (known != nullptr) {
    spec.value_name = std::string(known->value_name);
    spec.text = std::string(known->text);
    if (!known->fallback.empty() && !spec.value_name.empty()) spec.text += fmt::format(" [{}]", known->fallback);
  }
  return option(std::move(spec));
}

Command& Command::argument(std::string value_name, std::optional<std::string>& target, std::string text, bool required) {
  OptionSpec spec{.names = value_name, .value_name = value_name, .text = std::move(text)};
  spec.positional = true;
  spec.required = required;
  spec.take = [&target](std::vector<std::string> const& values) -> Result<Unit> {
    target = values.front();
    return Unit{};
  };
  return option(std::move(spec));
}

Command& Command::arguments(std::string value_name, std::vector<std::string>& target, std::string text, bool required) {
  OptionSpec spec{.names = value_name, .value_name = value_name, .text = std::move(text)};
  spec.positional = true;
  spec.required = required;
  spec.repeatable = true;
  spec.take = [&target](std::vector<std::string> const& values) -> Result<Unit> {
    target = values;
    return Unit{};
  };
  return option(std::move(spec));
}

Command& Command::refused(std::string names, std::string reason) {
  OptionSpec spec{.names = std::move(names), .value_name = "VALUE"};
  spec.hidden = true;
  spec.repeatable = true;
  spec.take = [reason = std::move(reason)](std::vector<std::string> const&) -> Result<Unit> {
    return fail(ErrorKind::usage, reason);
  };
  return option(std::move(spec));
}

Command& Command::bare(std::string value, std::string value_name) {
  options_.back().bare = std::move(value);
  options_.back().value_name = std::move(value_name);
  return *this;
}

Command& Command::group(std::string heading) {
  group_ = std::move(heading);
  return *this;
}
Command& Command::details(std::string text) {
  details_ = std::move(text);
  return *this;
}
Command& Command::example(std::string command, std::string what) {
  examples_.emplace_back(std::move(command), std::move(what));
  return *this;
}
Command& Command::exits(std::vector<int> codes) {
  exits_.insert(exits_.end(), codes.begin(), codes.end());
  std::sort(exits_.begin(), exits_.end());
  exits_.erase(std::unique(exits_.begin(), exits_.end()), exits_.end());
  return *this;
}
Command& Command::hidden() {
  hidden_ = true;
  return *this;
}
Command& Command::hush() {
  hushed_ = true;
  return *this;
}
Command& Command::run(std::function<Result<int>(Context&)> body) {
  body_ = std::move(body);
  return *this;
}

}  // namespace tandem::cli
