#include "completion/complete.hpp"

#include <algorithm>

#include <tandem/mapping/reason.hpp>
#include <tandem/sync/history_actions.hpp>

#include "cli/help.hpp"
#include "cli/parse.hpp"
#include "cli/reference.hpp"

namespace tandem::cli {

namespace {

bool plain(std::string_view name) {
  return !name.empty() && name.front() != '-' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == std::string_view::npos;
}

// What stands before the cursor.
struct Before {
  std::string path;  // "auth", "auth set"; of the command or group
  Command const* command = nullptr;
  std::vector<std::string> given;  // names of options, as OptionSpec::names
  std::vector<std::string> positionals;
  Given settings;
  OptionSpec const* awaits = nullptr;  // the option whose value comes next
  bool options_ended = false;
};

class Walk {
 public:
  explicit Walk(App const& app) : app_(app), known_(global_options()) {}

  void take(std::string const& word) {
    may_stand_bare(word);
    if (before.awaits != nullptr) {
      keep(*std::exchange(before.awaits, nullptr), word);
      return;
    }
    if (before.options_ended || word.size() < 2 || word.front() != '-') {
      plain_word(word);
      return;
    }
    if (word == "--") {
      before.options_ended = true;
      return;
    }
    auto const equals = word.find('=');
    auto const* const option = named(word.substr(0, equals));
    if (option == nullptr) return;
    before.given.push_back(option->names);
    if (option->value_name.empty()) return;
    if (equals == std::string::npos)
      before.awaits = option;
    else
      keep(*option, word.substr(equals + 1));
  }

  // An option that needs no value is not waited for where the next word is an option too.
  void may_stand_bare(std::string_view next) {
    if (before.awaits != nullptr && !before.awaits->bare.empty() && next.starts_with("-")) before.awaits = nullptr;
  }

  [[nodiscard]] OptionSpec const* named(std::string_view name) const {
    for (auto const& option : known_) {
      auto const names = option.positional ? std::vector<std::string>{} : names_of(option);
      if (std::find(names.begin(), names.end(), name) != names.end()) return &option;
    }
    return nullptr;
  }
  [[nodiscard]] std::vector<OptionSpec> const& known() const { return known_; }

  Before before;

 private:
  void keep(OptionSpec const& option, std::string const& value) {
    if (!option.setting.empty()) before.settings.emplace_back(option.setting, value);
  }
  void plain_word(std::string const& word) {
    if (before.command != nullptr) {
      before.positionals.push_back(word);
      return;
    }
    before.path += (before.path.empty() ? "" : " ") + word;
    before.command = app_.find(before.path);
    if (before.command != nullptr) known_ = all_options(*before.command);
  }
  App const& app_;
  std::vector<OptionSpec> known_;
};

class Answer {
 public:
  Answer(App const& app, Walk const& walk, Names const& names) : app_(app), walk_(walk), names_(names) {}

  Completion to(std::string const& typed) {
    auto const& before = walk_.before;
    if (before.awaits != nullptr) {
      value_of(*before.awaits, "", typed);
    } else if (!before.options_ended && typed.starts_with("--") && typed.find('=') != std::string::npos) {
      auto const equals = typed.find('=');
      auto const* const option = walk_.named(typed.substr(0, equals));
      if (option != nullptr && !option->value_name.empty()) value_of(*option, typed.substr(0, equals + 1), typed);
    } else if (!before.options_ended && typed.starts_with("-")) {
      options(typed);
    } else if (before.command == nullptr) {
      command_words(typed);
    } else {
      positional(typed);
    }
    return std::move(answer_);
  }

 private:
  void offer(std::string word, std::string about, std::string const& typed) {
    bool const there =
        std::any_of(answer_.candidates.begin(), answer_.candidates.end(), [&](auto const& one) { return one.word == word; });
    if (word.starts_with(typed) && !there) answer_.candidates.push_back({std::move(word), std::move(about)});
  }

  void options(std::string const& typed) {
    for (auto const& option : walk_.known()) {
      auto const& given = walk_.before.given;
      bool const again = option.repeatable || std::find(given.begin(), given.end(), option.names) == given.end();
      if (option.positional || option.hidden || !again) continue;
      for (auto const& name : names_of(option)) offer(name, option.text, typed);
    }
    if (walk_.before.path.empty()) offer("--version", "The version of tandem.", typed);
  }

  void command_words(std::string const& typed) {
    auto const& path = walk_.before.path;
    for (auto const& command : app_.commands()) {
      if (command->is_hidden()) continue;
      auto const& whole = command->path();
      if (path.empty()) {
        auto const blank = whole.find(' ');
        auto const word = whole.substr(0, blank);
        offer(word, blank == std::string::npos ? command->purpose() : purpose_of_group(word), typed);
      } else if (whole.starts_with(path + " ")) {
        offer(whole.substr(path.size() + 1), command->purpose(), typed);
      }
    }
  }
  [[nodiscard]] std::string purpose_of_group(std::string_view name) const {
    for (auto const& [group, purpose] : app_.groups()) {
      if (group == name) return purpose;
    }
    return {};
  }

  void positional(std::string const& typed) {
    auto const& taken = walk_.before.positionals;
    std::size_t at = 0;
    for (auto const& option : walk_.before.command->options()) {
      if (!option.positional) continue;
      if (option.repeatable || at == taken.size()) {
        value_of(option, "", typed);
        return;
      }
      ++at;
    }
  }

  void value_of(OptionSpec const& option, std::string const& prefix, std::string const& typed) {
    for (auto& word : choices_of(option)) offer(prefix + word, "", typed);
    if (option.value_name == "FILE") answer_.beside = Beside::files;
    if (option.value_name == "DIR") answer_.beside = Beside::directories;
    auto const& settings = walk_.before.settings;
    bool const connection = option.setting == "connection";
    if (connection || option.value_name == "ITEM") {
      for (auto& name : connection ? names_.connections(settings) : names_.items(settings)) {
        if (plain(name)) offer(prefix + name, "", typed);
      }
    }
    auto const& kind = option.value_name;
    auto const begun = typed.substr(std::min(prefix.size(), typed.size()));
    auto const offer_all = [&](std::vector<Candidate> const& all) {
      for (auto const& one : all) {
        if (plain(one.word)) offer(prefix + one.word, one.about, typed);
      }
    };
    if (kind == "KEY" || kind == "ISSUE" || kind == "LINK" || kind == "WHAT") offer_all(names_.issues(settings, begun));
    if (kind == "REF" || kind == "RECORD" || kind == "LINK" || kind == "WHAT") offer_all(names_.records(settings, begun));
    if (kind == "RUN" || kind == "RUN|last") offer_all(names_.runs(settings));
    if (option.value_name == "ACTION") {
      for (auto const& action : sync::history_actions()) offer(prefix + std::string(action.name), "", typed);
    }
    if (option.value_name == "REASON") {
      for (auto const& reason : all_reasons()) offer(prefix + std::string(reason.code), std::string(reason.sentence), typed);
    }
    if (option.value_name == "TOPIC") topics_and_commands(typed);
  }

  // After `help`: a topic, or a command's words.
  void topics_and_commands(std::string const& typed) {
    auto const& taken = walk_.before.positionals;
    if (taken.empty()) {
      for (auto const& topic : topics()) offer(std::string(topic.name), std::string(topic.purpose), typed);
      offer("commands", "every command in one list", typed);
    }
    for (auto const& command : app_.commands()) {
      if (command->is_hidden()) continue;
      auto const& path = command->path();
      auto const blank = path.find(' ');
      if (taken.empty()) offer(path.substr(0, blank), "", typed);
      if (taken.size() == 1 && path.starts_with(taken.front() + " ")) offer(path.substr(blank + 1), command->purpose(), typed);
    }
  }

  App const& app_;
  Walk const& walk_;
  Names const& names_;
  Completion answer_;
};

}  // namespace

Completion complete(App const& app, std::vector<std::string> const& words, Names const& names) {
  Walk walk(app);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) walk.take(words[i]);
  if (!words.empty()) walk.may_stand_bare(words.back());
  return Answer(app, walk, names).to(words.empty() ? std::string{} : words.back());
}

}  // namespace tandem::cli
