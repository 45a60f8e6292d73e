#include "cli/help.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/mapping/reason.hpp>

#include "cli/config.hpp"
#include "cli/exit.hpp"
#include "cli/parse.hpp"

namespace tandem::cli {

namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kTextColumn = 30;

// A paragraph, folded.
std::string paragraph(std::string_view text) {
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    auto const blank = text.find(' ');
    auto const word = text.substr(0, blank);
    bool const fold = used > 0 && used + 1 + word.size() > kWidth;
    if (used > 0) out += fold ? '\n' : ' ';
    used = fold ? word.size() : used + (used > 0 ? 1 : 0) + word.size();
    out += word;
    if (blank == std::string_view::npos) break;
    text.remove_prefix(blank + 1);
  }
  return out + "\n";
}

// `left` at two blanks, `text` folded beside it from kTextColumn on.
void entry(std::string& out, std::string_view left, std::string_view text) {
  std::string line = "  " + std::string(left);
  if (line.size() + 2 > kTextColumn) {
    out += line + "\n";
    line.clear();
  }
  line.resize(kTextColumn, ' ');
  std::size_t used = kTextColumn;
  bool first = true;
  while (!text.empty()) {
    auto const blank = text.find(' ');
    auto const word = text.substr(0, blank);
    if (!first && used + 1 + word.size() > kWidth) {
      out += line + "\n";
      line.assign(kTextColumn, ' ');
      used = kTextColumn;
      first = true;
    }
    if (!first) {
      line += ' ';
      ++used;
    }
    line += word;
    used += word.size();
    first = false;
    if (blank == std::string_view::npos) break;
    text.remove_prefix(blank + 1);
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  out += line + "\n";
}

void option_entry(std::string& out, OptionSpec const& option) {
  std::string left;
  for (auto const& name : names_of(option)) left += (left.empty() ? "" : ", ") + name;
  if (!option.value_name.empty()) left += " " + option.value_name;
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

std::string exit_codes_topic() {
  std::string out = "Exit codes. An unknown code is a failure.\n\n";
  for (auto const& [code, meaning, cure] : exit_meanings())
    entry(out, fmt::format("{}", code), cure == "nothing" ? std::string(meaning) : fmt::format("{} → {}", meaning, cure));
  out += "\nSeveral outcomes in one run: 11, 1, 4, 2, 5, 7, 6, 0, in this order.\n";
  return out;
}

std::string environment_topic() {
  std::string out = "Environment variables. A flag beats the variable, the variable beats the configuration file.\n\n";
  for (auto const& setting : all_settings()) entry(out, variable_of(setting.key), setting.text);
  out += "\n";
  entry(out, "TANDEM_CONFIG", "The configuration file (--config).");
  entry(out, "TANDEM_CLIENT_SECRET, TANDEM_JIRA_TOKEN", "For `auth set`, where no other source of the secret is given.");
  entry(out, "TANDEM_WEBHOOK_SIGNATURE, TANDEM_WEBHOOK_TOKEN, TANDEM_DELIVERY_ID",
        "For push-event: the webhook's proof and the delivery's id.");
  entry(out, "TANDEM_KEY", "The key that seals secrets and tokens: 32 bytes as base64.");
  entry(out, "TANDEM_KEY_FILE", "A file with that key; else $XDG_CONFIG_HOME/tandem/keys/STORE-ID.key, made on first use.");
  entry(out, "HTTPS_PROXY, NO_PROXY", "The proxy towards both systems, and the hosts that do without it.");
  entry(out, "STATE_DIRECTORY, CREDENTIALS_DIRECTORY", "As systemd sets them: where state is kept, where secret files are.");
  entry(out, "XDG_STATE_HOME, XDG_CONFIG_HOME", "Where state and configuration are, without the above.");
  entry(out, "NO_COLOR, TERM", "No colours when NO_COLOR is set or TERM is dumb.");
  return out;
}

std::string config_topic() {
  std::string out =
      "The configuration file: --config FILE, else TANDEM_CONFIG, else $XDG_CONFIG_HOME/tandem/config.json.\n"
      "JSON; comments and trailing commas are allowed; an unknown key is an error. For example:\n\n"
      "  {\n"
      "    // four requests at a time are enough for us\n"
      "    \"jobs\": 4,\n"
      "    \"deadline\": \"9m\",\n"
      "    \"historyDays\": 365\n"
      "  }\n\nKeys, with the default in brackets:\n\n";
  for (auto const& setting : all_settings()) {
    entry(out, setting.key,
          setting.fallback.empty() ? std::string(setting.text) : fmt::format("{} [{}]", setting.text, setting.fallback));
  }
  out += "\nSwitches meant for one run (--dry-run, --rebind, --allow-mass-change …) have no key, on purpose.\n";
  return out;
}

std::string reasons_topic() {
  std::string out = "Reasons: why something was not done, or not as it was. `tandem explain` finds the one that applies.\n\n";
  for (auto const& reason : all_reasons())
    entry(out, reason.code,
          reason.cure == "Nothing." ? std::string(reason.sentence) : fmt::format("{} → {}", reason.sentence, reason.cure));
  return out;
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
      "tandem keeps Jira Cloud issues and Microsoft Dynamics 365 / Dataverse records in step.\n\n"
      "Usage: tandem COMMAND [options]\n\nCommands:\n";
  std::vector<std::string> shown;
  for (auto const& command : app.commands()) {
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
  out += "\nMore: tandem COMMAND --help";
  for (auto const& topic : topics()) out += fmt::format(", tandem help {}", topic.name);
  out += "\nExample: tandem sync-once --dry-run\n";
  out += "\nExit codes: 0 done, 2 command line, 3 configuration, 4 refused by a system; all: tandem help exit-codes\n";
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
  out += fmt::format("Usage: tandem {} COMMAND [options]\n\nCommands:\n{}\nMore: tandem {} COMMAND --help\nExample: {}\n", group,
                     list, group, example);
  out += "\nExit codes: tandem help exit-codes\n";
  return out;
}

std::string command_help(Command const& command) {
  std::string out = command.purpose() + "\n\nUsage: " + usage_of(command) + "\n";
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
  for (auto const& option : global_options()) option_entry(out, option);
  out += command.examples().size() == 1 ? "\nExample:\n" : "\nExamples:\n";
  for (auto const& [line, what] : command.examples()) out += "  # " + what + "\n  " + line + "\n";
  out += "\nExit codes:\n";
  for (int const code : command.exit_codes()) entry(out, fmt::format("{}", code), meaning_of_exit(code));
  return out;
}

std::vector<Topic> const& topics() {
  static std::vector<Topic> const all{
      {"exit-codes", "what each exit code means and what to do", exit_codes_topic},
      {"environment", "the environment variables that are read", environment_topic},
      {"config", "the configuration file and its keys", config_topic},
      {"reasons", "every reason for which something is not done", reasons_topic},
  };
  return all;
}

}  // namespace tandem::cli
