#include "cli/app.hpp"

#include <cerrno>
#include <cstdio>

#include <algorithm>
#include <exception>
#include <map>

#include <unistd.h>

#include <fmt/format.h>

#include <tandem/base/log/log.hpp>

#include "cli/config.hpp"
#include "cli/context.hpp"
#include "cli/help.hpp"
#include "cli/output.hpp"
#include "cli/parse.hpp"
#include "cli/reference.hpp"
#include "cli/stop.hpp"
#include "cli/suggest.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"

namespace tandem::cli {

namespace {

// Where stdout stands: a reader that went away (a pager that was closed) is no fault, a full disk is.
enum class Written { all, reader_gone, failed };

class StandardStreams {
 public:
  void out(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) note_failure();
  }
  static void err(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
  }
  Written finish() {
    if (std::fflush(stdout) != 0) note_failure();
    return written_;
  }

 private:
  void note_failure() {
    if (written_ == Written::all) written_ = errno == EPIPE ? Written::reader_gone : Written::failed;
  }
  Written written_ = Written::all;
};

// The words that name the command, and everything else. Only options of every command may stand before and between them.
struct Split {
  std::vector<std::string> words, rest;
};

bool takes_value(std::string_view arg) {
  if (arg.find('=') != std::string_view::npos) return false;
  for (auto const& option : global_options()) {
    if (option.value_name.empty()) continue;
    for (auto const& name : names_of(option)) {
      if (arg == name) return true;
    }
  }
  return false;
}

Split split_words(App const& app, std::vector<std::string> const& args) {
  Split split;
  for (std::size_t i = 0; i < args.size(); ++i) {
    auto const& arg = args[i];
    if (arg.size() > 1 && arg.front() == '-') {
      split.rest.push_back(arg);
      if (takes_value(arg) && i + 1 < args.size()) split.rest.push_back(args[++i]);
      continue;
    }
    auto const path = split.words.empty() ? arg : split.words.front() + " " + arg;
    bool const is_command = app.find(path) != nullptr;
    bool const begins_group =
        split.words.empty() && std::any_of(app.commands().begin(), app.commands().end(),
                                           [&](auto const& command) { return command->path().starts_with(path + " "); });
    split.words.push_back(arg);
    if (begins_group && !is_command) continue;
    split.rest.insert(split.rest.end(), args.begin() + static_cast<std::ptrdiff_t>(i) + 1, args.end());
    break;
  }
  return split;
}

bool asks_for(std::vector<std::string> const& args, std::initializer_list<std::string_view> names) {
  for (auto const& arg : args) {
    if (arg == "--") return false;
    if (std::find(names.begin(), names.end(), arg) != names.end()) return true;
  }
  return false;
}

// For faults that are found before the settings are known: whether a setting of which json is one form has that, by flag or variable.
bool wants_json(std::vector<std::string> const& args, Environment const& environment, std::string_view key,
                std::string_view short_name = {}) {
  auto const flag = flag_of(key);
  for (std::size_t i = 0; i < args.size() && args[i] != "--"; ++i) {
    if (args[i] == flag + "=json" || (!short_name.empty() && args[i] == std::string(short_name) + "json")) return true;
    bool const named = args[i] == flag || (!short_name.empty() && args[i] == short_name);
    if (named && i + 1 < args.size()) return args[i + 1] == "json";
  }
  return environment.get(variable_of(key)) == "json";
}

// The form of what is said while the settings are not known, or not any more.
Output::Options early_options(std::vector<std::string> const& args, Environment const& environment) {
  return {.format = wants_json(args, environment, "output", "-o") ? Format::json : Format::table,
          .log_json = wants_json(args, environment, "logFormat")};
}

std::vector<std::string> first_words(App const& app) {
  std::vector<std::string> words;
  for (auto const& command : app.commands()) {
    if (command->is_hidden()) continue;
    auto word = command->path().substr(0, command->path().find(' '));
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
  }
  return words;
}

Error unknown_command(App const& app, std::vector<std::string> const& words) {
  if (words.size() == 1) {
    auto const verbs = group_help(app, words.front());
    if (verbs.empty()) {
      return {ErrorKind::usage,
              fmt::format("unknown command {}{}", words.front(), did_you_mean(words.front(), first_words(app))),
              {{"cure", "see tandem --help"}}};
    }
    return {ErrorKind::usage,
            fmt::format("tandem {} needs a command", words.front()),
            {{"cure", fmt::format("see tandem {} --help", words.front())}}};
  }
  std::vector<std::string> verbs;
  for (auto const& command : app.commands()) {
    if (command->path().starts_with(words.front() + " ")) verbs.push_back(command->path().substr(words.front().size() + 1));
  }
  return {ErrorKind::usage,
          fmt::format("unknown command {} {}{}", words[0], words[1], did_you_mean(words[1], verbs)),
          {{"cure", fmt::format("see tandem {} --help", words[0])}}};
}

struct Call {
  std::map<std::string, std::string> settings;  // given by flags
  std::optional<std::string> config_file;
};

// Binds what was given to the command's variables.
Result<Call> bind(Command const& command, std::vector<std::string> const& args) {
  auto const options = all_options(command);
  TANDEM_TRY(auto const parsed, parse_arguments(options, args, command.hushed()));
  Call call;
  std::size_t used = 0;
  for (auto const& option : options) {
    std::vector<std::string> values;
    if (option.positional) {
      auto const left = parsed.positionals.size() - used;
      auto const count = option.repeatable ? left : std::min<std::size_t>(left, 1);
      auto const from = parsed.positionals.begin() + static_cast<std::ptrdiff_t>(used);
      values.assign(from, from + static_cast<std::ptrdiff_t>(count));
      used += count;
      if (values.empty() && option.required) {
        return fail(Error{ErrorKind::usage,
                          fmt::format("{} is missing", option.value_name),
                          {{"cure", fmt::format("see tandem {} --help", command.path())}}});
      }
    } else if (auto const found = parsed.values.find(option.names); found != parsed.values.end()) {
      values = found->second;
    }
    if (values.empty()) continue;
    if (option.setting == "config") {
      call.config_file = values.front();
    } else if (!option.setting.empty()) {
      call.settings[option.setting] =
          option.repeatable ? std::to_string(std::min<std::size_t>(values.size(), 2)) : values.front();
    } else if (option.take) {
      TANDEM_CHECK(option.take(values));
    }
  }
  if (used < parsed.positionals.size()) {
    auto const which = command.hushed() ? std::string("an argument too many (not repeated here: it may be a secret)")
                                        : fmt::format("unexpected argument {}", parsed.positionals[used]);
    return fail(Error{ErrorKind::usage, which, {{"cure", fmt::format("see tandem {} --help", command.path())}}});
  }
  return call;
}

Level level_of(Config const& config) {
  if (config.boolean("quiet")) return Level::error;
  auto const verbose = config.integer("verbose");
  return verbose == 0 ? Level::warn : verbose == 1 ? Level::info : Level::debug;
}

Output::Options output_options(Config const& config, Environment const& environment) {
  Output::Options options;
  options.format = config.text("output") == "json" ? Format::json : Format::table;
  options.quiet = config.boolean("quiet");
  bool const colour =
      !config.boolean("noColor") && !environment.get("NO_COLOR") && environment.get("TERM").value_or("") != "dumb";
  options.colour_out = colour && is_terminal(STDOUT_FILENO);
  options.colour_err = colour && is_terminal(STDERR_FILENO);
  options.log_json = config.text("logFormat") == "json";
  options.progress = is_terminal(STDERR_FILENO) && !options.quiet && !options.log_json && !config.boolean("noProgress") &&
                     environment.get("TERM").value_or("") != "dumb";
  options.width = terminal_width(STDOUT_FILENO);
  options.width_err = terminal_width(STDERR_FILENO);
  return options;
}

int run(App const& app, Split const& split, Environment const& environment, StandardStreams& streams) {
  Output::Sink const out = [&](std::string_view text) { streams.out(text); };
  Output::Sink const err = [](std::string_view text) { StandardStreams::err(text); };
  Redactor const nothing_secret_yet;
  Output early(early_options(split.rest, environment), out, err, nothing_secret_yet);
  auto const refuse = [&](Error const& error) {
    auto const code = code_of(error);
    early.error(error, code);
    return code;
  };

  std::string path;
  for (auto const& word : split.words) path += (path.empty() ? "" : " ") + word;
  auto const* const command = app.find(path);
  bool const help = asks_for(split.rest, {"-h", "--help"});
  if (command == nullptr) {
    if (split.words.empty()) {
      if (asks_for(split.rest, {"--version"})) {
        streams.out(version_line() + "\n");
        return 0;
      }
      for (auto const& arg : split.rest) {
        std::vector<OptionSpec> known = global_options();
        known.push_back({.names = "--version"});
        std::vector<std::string> names;
        for (auto const& option : known) {
          for (auto const& name : names_of(option)) names.push_back(name);
        }
        auto const name = arg.substr(0, arg.find('='));
        bool const option = name.size() > 1 && name.front() == '-';
        if (option && !help && std::find(names.begin(), names.end(), name) == names.end()) {
          return refuse({ErrorKind::usage,
                         fmt::format("unknown option {}{}", name, did_you_mean(name, names)),
                         {{"cure", "see tandem --help"}}});
        }
      }
      streams.out(overview_help(app));
      return 0;
    }
    auto const text = split.words.size() == 1 && help ? group_help(app, split.words.front()) : std::string{};
    if (text.empty()) return refuse(unknown_command(app, split.words));
    streams.out(text);
    return 0;
  }
  if (help) {
    streams.out(command_help(*command));
    return 0;
  }

  auto const call = bind(*command, split.rest);
  if (!call) return refuse(call.error());
  auto config = Config::load(call->settings, call->config_file, environment);
  if (!config) return refuse(config.error());

  Output* output = nullptr;
  Log log(level_of(*config), [&](LogEvent const& event) {
    if (output != nullptr) output->event(event);
  });
  Output real(output_options(*config, environment), out, err, log.redactor());
  output = &real;
  Context context(std::move(*config), environment, real, log);
  auto const result = command->body()(context);
  real.status_line("");
  auto const code = result ? *result : code_of(result.error());
  // After what may still be told: with --log-format json the exit code is the last line.
  if (app.after()) app.after()(context);
  if (!result) {
    real.error(result.error(), code);
  } else if (code != 0) {
    auto const meaning = meaning_of_exit(code);
    real.ended(code, meaning.meaning, meaning.cure);
  }
  return code;
}

}  // namespace

Command& App::command(std::string path, std::string purpose) {
  commands_.push_back(std::make_unique<Command>(std::move(path), std::move(purpose)));
  return *commands_.back();
}

void App::describe_group(std::string name, std::string purpose) { groups_.emplace_back(std::move(name), std::move(purpose)); }

Command const* App::find(std::string_view path) const {
  auto const found =
      std::find_if(commands_.begin(), commands_.end(), [&](auto const& command) { return command->path() == path; });
  return found == commands_.end() ? nullptr : found->get();
}

int App::main(std::vector<std::string> const& args, Environment const& environment) {
  StandardStreams streams;
  int code = 1;
  auto const tell = [&](std::string message, std::string cure) {
    Redactor const nothing_secret;  // of what such a text holds
    Output out(
        early_options(args, environment), [](std::string_view) {}, [](std::string_view text) { StandardStreams::err(text); },
        nothing_secret);
    out.error({ErrorKind::internal, std::move(message), {{"cure", std::move(cure)}}}, 1);
    return 1;
  };
  try {
    code = run(*this, split_words(*this, args), environment, streams);
  } catch (std::exception const& broken) {
    code = tell(fmt::format("a fault in tandem itself: {}", broken.what()), "please report it");
  } catch (...) {
    code = tell("a fault in tandem itself", "please report it");
  }
  if (streams.finish() == Written::failed && code == 0)
    code = tell("the output could not be written", "make room on the device, or correct the redirection");
  return code;
}

}  // namespace tandem::cli
