#include "cli/help.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/config.hpp"
#include "cli/exit.hpp"
#include "cli/fold.hpp"
#include "cli/parse.hpp"

namespace tandem::cli {

namespace {

void option_entry(std::string& out, OptionSpec const& option) {
  std::string left;
  for (auto const& name : names_of(option)) left += (left.empty() ? "" : ", ") + name;
  if (!option.value_name.empty()) left += option.bare.empty() ? " " + option.value_name : " [" + option.value_name + "]";
  entry(out, left, option.text);
}

std::string usage_of(Command const& command) {
  std::string usage = "tandem " + command.path();
  if (std::any_of(command.options().begin(), command.options().end(), [](auto const& option) { return !option.positional; }))
    usage += " [options]";
  for (auto const& option : command.options()) {
    if (!option.positional) continue;
    auto const name = option.value_name + (option.repeatable ? "…" : "");
    usage += option.required ? " " + name : " [" + name + "]";
  }
  return usage;
}

// "  # What it does.", folded.
std::string commented(std::string_view what) {
  std::string out = "  # ";
  auto text = paragraph(what, kHelpWidth - 4);
  text.pop_back();
  for (char const c : text) out += c == '\n' ? std::string("\n  # ") : std::string(1, c);
  return out + "\n";
}

}  // namespace

std::vector<OptionSpec> const& global_options() {
  static std::vector<OptionSpec> const options = [] {
    std::vector<OptionSpec> made;
    auto const add = [&](std::string names, std::string const& key) {
      OptionSpec spec{.names = std::move(names), .setting = key};
      auto const* const setting = find_setting(key);
      spec.value_name = std::string(setting->value_name);
      spec.text = std::string(setting->text);
      if (!spec.value_name.empty() && !setting->fallback.empty()) spec.text += fmt::format(" [{}]", setting->fallback);
      spec.repeatable = key == "verbose";
      made.push_back(std::move(spec));
    };
    add("--connection", "connection");
    add("--state-dir", "stateDir");
    made.push_back({.names = "--config", .value_name = "FILE", .text = "The configuration file.", .setting = "config"});
    add("-o,--output", "output");
    add("-q,--quiet", "quiet");
    add("-v,--verbose", "verbose");
    add("--no-color", "noColor");
    add("--no-progress", "noProgress");
    add("--lock-timeout", "lockTimeout");
    add("--log-format", "logFormat");
    add("--trace-http", "traceHttp");
    add("--connect-timeout", "connectTimeout");
    add("--request-timeout", "requestTimeout");
    made.push_back({.names = "-h,--help", .text = "This text."});
    return made;
  }();
  return options;
}

std::string overview_help(App const& app) {
  std::string out =
      "tandem keeps Jira Cloud issues and Dynamics 365 / Dataverse records in step.\n\n"
      "Usage: tandem COMMAND [options]\n\n"
      "Examples:\n"
      "  # What would be written, field by field; then write it.\n"
      "  tandem sync-once --dry-run\n"
      "  tandem sync-once\n"
      "  # Is the connection well, and what failed or waits?\n"
      "  tandem auth check\n"
      "  tandem status\n"
      "  # Why did an edit not arrive?\n"
      "  tandem explain SUP-12\n\n"
      "Commands:\n";
  std::vector<std::string> shown;
  for (auto const& command : app.commands()) {
    if (command->is_hidden()) continue;
    auto const group = command->path().substr(0, command->path().find(' '));
    if (group == command->path()) {
      entry(out, command->path(), command->purpose());
    } else if (std::find(shown.begin(), shown.end(), group) == shown.end()) {
      shown.push_back(group);
      auto const described =
          std::find_if(app.groups().begin(), app.groups().end(), [&](auto const& one) { return one.first == group; });
      entry(out, group, described == app.groups().end() ? "" : described->second);
    }
  }
  out += "\nOptions of every command:\n";
  for (auto const& option : global_options()) option_entry(out, option);
  entry(out, "--version", "The version of tandem.");
  out += "\nMore: tandem COMMAND --help, and by topic:\n";
  for (auto const& topic : topics()) entry(out, fmt::format("tandem help {}", topic.name), topic.purpose);
  entry(out, "tandem help commands", "every command in one list; --output json with every option");
  out += "\nExit codes: 0 done, 2 command line, 3 configuration, 4 refused by a system;\nall: tandem help exit-codes\n";
  return out;
}

std::string group_help(App const& app, std::string_view group) {
  std::string list;
  std::string example;
  for (auto const& command : app.commands()) {
    if (!command->path().starts_with(std::string(group) + " ")) continue;
    entry(list, command->path(), command->purpose());
    if (example.empty() && !command->examples().empty()) example = command->examples().front().first;
  }
  if (list.empty()) return {};
  auto const described =
      std::find_if(app.groups().begin(), app.groups().end(), [&](auto const& one) { return one.first == group; });
  std::string out = described == app.groups().end() ? std::string{} : described->second + "\n\n";
  out += fmt::format("Usage: tandem {0} COMMAND [options]\n\nExample:\n{2}\nCommands:\n{1}\nMore: tandem {0} COMMAND --help\n",
                     group, list, folded_command(example));
  out += "\nExit codes: tandem help exit-codes\n";
  return out;
}

std::string command_help(Command const& command) {
  std::string out = paragraph(command.purpose()) + "\nUsage: " + usage_of(command) + "\n";
  out += command.examples().size() == 1 ? "\nExample:\n" : "\nExamples:\n";
  for (auto const& [line, what] : command.examples()) out += commented(what) + folded_command(line);
  if (!command.details_text().empty()) out += "\n" + paragraph(command.details_text());
  std::vector<std::string> groups;
  for (auto const& option : command.options()) {
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
  }
  std::string positionals;
  for (auto const& option : command.options()) {
    if (option.positional) entry(positionals, option.value_name, option.text);
  }
  if (!positionals.empty()) out += "\nArguments:\n" + positionals;
  for (auto const& group : groups) {
    std::string list;
    for (auto const& option : command.options()) {
      if (option.group == group && !option.positional && !option.hidden) option_entry(list, option);
    }
    if (!list.empty()) out += "\n" + (group.empty() ? "Options" : group) + ":\n" + list;
  }
  out += "\nOptions of every command:\n";
  for (auto const& common : global_options()) {
    bool const own = std::any_of(command.options().begin(), command.options().end(),
                                 [&](auto const& option) { return shown_name(option) == shown_name(common); });
    if (!own) option_entry(out, common);
  }
  out += "\nExit codes:\n";
  for (int const code : command.exit_codes()) entry(out, fmt::format("{}", code), meaning_of_exit(code).meaning);
  return out;
}

}  // namespace tandem::cli
