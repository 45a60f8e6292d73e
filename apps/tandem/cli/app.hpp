// App and Command: how a command declares its options, its help and what it runs.
//
// A command file has one function `void register_NAME(App& app)`, named in commands.hpp. It never sees the argument parser: it binds
// variables here, and the frame parses, explains faults with a "did you mean", prints help, and turns the result into an exit code.
// What `run` returns is the exit code, or an Error that the frame prints as one line and maps by tandem::exit_code().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>

namespace tandem::cli {

class Context;
class Environment;

// One option or positional argument as declared.
struct OptionSpec {
  std::string names{};  // "-f,--file"; a positional argument has its value name here: "FILE"
  // "" = a switch without value. Shells complete by it (completion/README.md): FILE, ITEM, RUN, or the words of "table|json".
  std::string value_name{};
  std::string text{};  // one sentence for --help
  std::string group{};  // heading in --help
  std::string bare{};  // the value where none follows ("--watch [SECONDS]"); "" = one must follow
  bool positional = false, required = false, repeatable = false, hidden = false;
  std::string setting{};  // key of a layered setting (config.hpp): its value goes there and not to `take`
  std::function<Result<Unit>(std::vector<std::string> const&)> take{};
};

class Command {
 public:
  Command(std::string path, std::string purpose) : path_(std::move(path)), purpose_(std::move(purpose)) {}

  // The names are "--dry-run" or "-n,--dry-run"; targets live as long as the App (keep them in a shared_ptr that `run` captures).
  Command& flag(std::string names, bool& target, std::string text);
  Command& value(std::string names, std::string value_name, std::optional<std::string>& target, std::string text);
  Command& values(std::string names, std::string value_name, std::vector<std::string>& target,
                  std::string text);  // may be repeated
  Command& duration(std::string names, std::optional<Millis>& target, std::string text);  // "4m30s"
  Command& integer(std::string names, std::optional<std::int64_t>& target, std::int64_t least, std::int64_t most,
                   std::string text);
  Command& choice(std::string names, std::vector<std::string> accepted, std::optional<std::string>& target, std::string text);
  // A layered setting of config.hpp that this command takes as a flag too; read it from context.config().
  Command& setting(std::string const& key);
  Command& argument(std::string value_name, std::optional<std::string>& target, std::string text, bool required = false);
  Command& arguments(std::string value_name, std::vector<std::string>& target, std::string text, bool required = false);
  // An option that exists only to be refused, with the reason (a secret on the command line); its value is never printed.
  Command& refused(std::string names, std::string reason);
  // REQUIRES: options. For what the builders above cannot say.
  Command& option(OptionSpec spec);

  // The option that was declared last may stand without its value, and then has this one. Help calls the value `value_name`.
  Command& bare(std::string value, std::string value_name);
  Command& group(std::string heading);  // for the options that follow; "" = plain options
  Command& details(std::string text);  // a paragraph below the purpose
  Command& example(std::string command, std::string what);  // at least one per command
  Command& exits(std::vector<int> codes);  // the codes that --help lists; 0 and 2 come by themselves
  Command& hidden();  // not listed anywhere: for programs, not for people
  Command& hush();  // stray arguments may be secrets: never repeat them in a fault
  Command& run(std::function<Result<int>(Context&)> body);

  [[nodiscard]] std::string const& path() const { return path_; }  // "auth set"
  [[nodiscard]] std::string const& purpose() const { return purpose_; }
  [[nodiscard]] std::string const& details_text() const { return details_; }
  [[nodiscard]] std::vector<OptionSpec> const& options() const { return options_; }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> const& examples() const { return examples_; }
  [[nodiscard]] std::vector<int> const& exit_codes() const { return exits_; }
  [[nodiscard]] bool is_hidden() const { return hidden_; }
  [[nodiscard]] bool hushed() const { return hushed_; }
  [[nodiscard]] std::function<Result<int>(Context&)> const& body() const { return body_; }

 private:
  std::string path_, purpose_, details_, group_;
  std::vector<OptionSpec> options_;
  std::vector<std::pair<std::string, std::string>> examples_;
  std::vector<int> exits_{0, 2};
  bool hushed_ = false, hidden_ = false;
  std::function<Result<int>(Context&)> body_;
};

class App {
 public:
  // `path`: "sync-once", or group and verb: "auth set".
  Command& command(std::string path, std::string purpose);
  // Called after each command's body, whatever it ended with, while its Context still is.
  void after_each(std::function<void(Context&)> what) { after_ = std::move(what); }
  void describe_group(std::string name, std::string purpose);  // the line that --help shows for "auth"

  // Parses, runs, prints errors; never throws. `args` without the program's name.
  int main(std::vector<std::string> const& args, Environment const& environment);

  [[nodiscard]] std::vector<std::unique_ptr<Command>> const& commands() const { return commands_; }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> const& groups() const { return groups_; }
  [[nodiscard]] Command const* find(std::string_view path) const;
  [[nodiscard]] std::function<void(Context&)> const& after() const { return after_; }

 private:
  std::function<void(Context&)> after_;
  std::vector<std::unique_ptr<Command>> commands_;  // in the order of --help
  std::vector<std::pair<std::string, std::string>> groups_;
};

}  // namespace tandem::cli
