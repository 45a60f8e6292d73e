#include "cli/reference.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/fold.hpp"
#include "cli/help.hpp"
#include "cli/parse.hpp"

namespace tandem::cli {

namespace {

json::Value described(OptionSpec const& option) {
  json::Array names;
  for (auto const& name : names_of(option)) names.push_back(name);
  json::Object out{{"text", option.text}};
  if (!option.positional) out.set("names", std::move(names));
  if (!option.value_name.empty()) out.set("value", option.value_name);
  if (option.positional) out.set("required", option.required);
  if (!option.group.empty()) out.set("group", option.group);
  out.set("repeatable", option.repeatable);
  if (!option.bare.empty()) out.set("withoutValue", option.bare);
  return json::Value{std::move(out)};
}

}  // namespace

std::vector<OptionSpec> all_options(Command const& command) {
  auto options = command.options();
  for (auto const& common : global_options()) {
    bool const own =
        std::any_of(options.begin(), options.end(), [&](auto const& option) { return shown_name(option) == shown_name(common); });
    if (!own) options.push_back(common);
  }
  return options;
}

std::vector<std::string> choices_of(OptionSpec const& option) {
  std::vector<std::string> choices;
  std::string_view rest = option.value_name;
  if (rest.find('|') == std::string_view::npos) return choices;
  while (true) {
    auto const bar = rest.find('|');
    auto const word = rest.substr(0, bar);
    // "TIME|all": a word in capitals stands for something else.
    bool const names_a_kind = word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
    if (!names_a_kind) choices.emplace_back(word);
    if (bar == std::string_view::npos) return choices;
    rest.remove_prefix(bar + 1);
  }
}

json::Array reference_of_globals() {
  json::Array out;
  for (auto const& option : global_options()) out.push_back(described(option));
  return out;
}

json::Array reference(App const& app) {
  json::Array out;
  for (auto const& command : app.commands()) {
    if (command->is_hidden()) continue;
    json::Array arguments;
    json::Array options;
    for (auto const& option : command->options()) {
      if (!option.hidden) (option.positional ? arguments : options).push_back(described(option));
    }
    json::Array examples;
    for (auto const& [line, what] : command->examples()) examples.push_back(json::Object{{"line", line}, {"what", what}});
    json::Array exits;
    for (int const code : command->exit_codes()) exits.push_back(code);
    out.push_back(json::Object{{"path", command->path()},
                               {"purpose", command->purpose()},
                               {"details", command->details_text()},
                               {"examples", std::move(examples)},
                               {"arguments", std::move(arguments)},
                               {"options", std::move(options)},
                               {"exits", std::move(exits)}});
  }
  return out;
}

std::string commands_topic(App const& app) {
  std::string out = "Every command. With --output json: their options and exit codes too.\n\n";
  for (auto const& command : app.commands()) {
    if (!command->is_hidden()) entry(out, "tandem " + command->path(), command->purpose());
  }
  return out;
}

}  // namespace tandem::cli
