// Completion: what `tandem __complete` offers, and what real shells make of it.
#include <catch2/catch.hpp>

#include <algorithm>
#include <iostream>

#include <tandem/base/json/write.hpp>

#include "pages.hpp"

using namespace docs_test;
using cli_test::Folder;
using cli_test::Ran;

namespace {

std::string const kScripts = std::string(TANDEM_SOURCE) + "/apps/tandem/completion/tandem.";

// What stands before the tab in each line, and the last line.
struct Offered {
  std::set<std::string> words;
  std::string beside;
};

Offered offered(std::vector<std::string> words, std::map<std::string, std::string> const& environment = {}) {
  words.insert(words.begin(), {"__complete", "--"});
  auto const ran = tandem_program(words, environment);
  CHECK(ran.code == 0);
  CHECK(ran.err.empty());
  Offered out;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(":"))
      out.beside = line.substr(1);
    else
      out.words.insert(line.substr(0, line.find('\t')));
  }
  return out;
}

using Set = std::set<std::string>;

// A shell with a `tandem` of the test's making, or ours, in PATH. Nothing where the shell is not installed.
std::optional<Ran> shell(std::string const& name, std::string const& folder, std::vector<std::string> args,
                         std::map<std::string, std::string> environment = {}) {
  auto const program = "/usr/bin/" + name;
  if (!std::filesystem::exists(program)) {
    std::cout << "completion: " << name << " is not installed; its part was left out\n";
    return std::nullopt;
  }
  environment["HOME"] = folder;
  environment["TERM"] = "dumb";
  std::vector<std::string> all;
  for (auto const& [key, value] : environment) all.push_back(key + "=" + value);
  all.push_back("PATH=" + folder + ":" + std::filesystem::path(TANDEM_PROGRAM).parent_path().string() + ":/usr/bin:/bin");
  all.push_back(program);
  all.insert(all.end(), args.begin(), args.end());
  all.insert(all.begin(), "-i");
  all.insert(all.begin() + 1, "LC_ALL=C.UTF-8");
  return cli_test::run("/usr/bin/env", {all, {}, {}});
}

// Lines that end in a new line each.
std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// What bash has in COMPREPLY when the cursor is behind these words (as readline splits them).
std::optional<std::vector<std::string>> bash_offers(std::string const& folder, std::vector<std::string> const& words,
                                                    std::map<std::string, std::string> const& environment = {}) {
  std::string line;
  for (auto const& word : words) line += (line.empty() || word == "=" || line.ends_with("=") ? "" : " ") + word;
  std::vector<std::string> args{"--norc",
                                "--noprofile",
                                "-c",
                                "source \"$1\"; COMP_LINE=$2; shift 2; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); "
                                "COMP_POINT=${#COMP_LINE}; _tandem; printf '%s\\n' \"${COMPREPLY[@]}\"",
                                "bash",
                                kScripts + "bash",
                                line};
  args.insert(args.end(), words.begin(), words.end());
  auto const ran = shell("bash", folder, args, environment);
  if (!ran) return std::nullopt;
  INFO(ran->err);
  CHECK(ran->code == 0);
  return lines_of(ran->out);
}

// What fish offers for a line.
std::optional<std::set<std::string>> fish_offers(std::string const& folder, std::string const& line,
                                                 std::map<std::string, std::string> const& environment = {}) {
  auto const ran =
      shell("fish", folder, {"--no-config", "-c", "source $argv[1]; complete -C $argv[2]", kScripts + "fish", line}, environment);
  if (!ran) return std::nullopt;
  INFO(ran->err);
  CHECK(ran->code == 0);
  std::set<std::string> words;
  for (auto const& one : lines_of(ran->out)) words.insert(one.substr(0, one.find('\t')));
  return words;
}

// The line that zsh has after a tab was typed behind `line`, in an interactive shell on a terminal of its own. Until the shell has turned
// it off, the terminal echoes what is typed: what is waited for is therefore spelt with quotes in it, which the echo has and the output not.
std::optional<std::string> zsh_completes(std::string const& folder, std::string const& line,
                                         std::map<std::string, std::string> const& environment = {}) {
  static char const* const driver = R"(
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "stty -echo cols 200; PS1= PS2= RPS1=; unsetopt zle_bracketed_paste; print SI''LENT"
zpty -r -m z out '*SILENT*'
zpty -w z 'autoload -U compinit; compinit -u -D -d $HOME/zcompdump'
zpty -w z "source $1; show() { print; print -r -- \"<\"\"<\$BUFFER>\"\">\"; BUFFER= }; zle -N show; bindkey '^X' show; print REA''DY"
zpty -r -m z out '*READY*'
zpty -w -n z "$2"$'\t\x18'
zpty -r -m z out '*<<*>>*'
print -r -- "${${out##*<<}%%>>*}"
zpty -d z
)";
  auto const ran = shell("zsh", folder, {"-f", "-c", driver, "zsh", kScripts + "zsh", line}, environment);
  if (!ran) return std::nullopt;
  INFO(ran->err);
  auto const lines = lines_of(ran->out);
  return lines.empty() ? std::string{} : lines.front();
}

// A `tandem` that offers names no store would take.
void write_hostile(Folder const& folder) {
  auto const path = folder.write(
      "tandem", "#!/bin/sh\nprintf '%s\\n' 'a b' \"it's\" '$(touch PWNED)' '`touch PWNED`' 'x;touch PWNED' ':nothing'\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

}  // namespace

TEST_CASE("every option in --help is completed, and the reverse") {
  for (auto const& path : command_paths()) {
    auto words = words_of(path);
    words.emplace_back("-");
    CAPTURE(path);
    CHECK(offered(words).words == options_in(help_of(path)));
  }
  CHECK(offered({"-"}).words == options_in(part_of(help_of(""), "Options of every command")));
}

TEST_CASE("every command in help is completed, and the reverse") {
  Set whole;
  for (auto const& first : offered({""}).words) {
    auto const verbs = offered({first, ""}).words;
    bool const group = std::any_of(verbs.begin(), verbs.end(), [&](auto const& verb) {
      auto const paths = command_paths();
      return std::find(paths.begin(), paths.end(), first + " " + verb) != paths.end();
    });
    if (!group) whole.insert(first);
    for (auto const& verb : verbs) {
      if (group) whole.insert(first + " " + verb);
    }
  }
  auto const paths = command_paths();
  CHECK(whole == Set(paths.begin(), paths.end()));
}

TEST_CASE("what may stand next depends on what stands before") {
  struct Case {
    std::vector<std::string> words;
    Set expected;
    std::string beside;
  };
  auto const one = GENERATE(values<Case>({
      {{"li"}, {"link"}, "nothing"},
      {{"link", "res"}, {"resolve"}, "nothing"},
      {{"--connection", "x", "auth", "re"}, {"remove"}, "nothing"},
      {{"sync-once", "--dry"}, {"--dry-run"}, "nothing"},
      {{"sync-once", "--dry-run", "--dry"}, {}, "nothing"},  // given already
      {{"sync-once", "--item", "a", "--ite"}, {"--item"}, "nothing"},  // may be repeated
      {{"link", "resolve", "SUP-1", "--take", ""}, {"dynamics", "jira"}, "nothing"},
      {{"link", "resolve", "SUP-1", "--take=j"}, {"--take=jira"}, "nothing"},
      {{"items", "apply", "--baseline", ""}, {"all"}, "nothing"},
      {{"items", "apply", "-f", "my"}, {}, "files"},
      {{"status", "--state-dir", ""}, {}, "directories"},
      {{"status", "--output", "j"}, {"json"}, "nothing"},
      {{"status", "--watch", "--ht"}, {"--html"}, "nothing"},  // it may stand without its seconds
      {{"status", "--watch", "5", "--ht"}, {"--html"}, "nothing"},
      {{"status", "--html", ""}, {}, "files"},
      {{"completion", ""}, {"bash", "fish", "zsh"}, "nothing"},
      {{"help", "ex"}, {"exit-codes", "explain"}, "nothing"},
      {{"help", "link", "sh"}, {"show"}, "nothing"},
      {{"no-such-command", ""}, {}, "nothing"},
      {{"items", "show", "a", ""}, {}, "nothing"},  // one name is enough
      {{"items", "show", "--", "--"}, {}, "nothing"},
      {{"auth", "set", "--client-secret"},
       {"--client-secret-command", "--client-secret-env", "--client-secret-expires", "--client-secret-file",
        "--client-secret-stdin"},
       "nothing"},  // and never the one that would hold the secret itself
  }));
  CAPTURE(one.words);
  auto const got = offered(one.words, {{"TANDEM_STATE_DIR", "/nonexistent"}});
  CHECK(got.words == one.expected);
  CHECK(got.beside == one.beside);
}

TEST_CASE("completion prints the scripts that are installed") {
  for (std::string const name : {"bash", "zsh", "fish"})
    CHECK(tandem_program({"completion", name}).out == file_text(kScripts + name));
  CHECK(tandem_program({"completion", "tcsh"}).code == 2);
}

TEST_CASE("linked issues, linked records and runs are completed from the store, by what has been typed of them") {
  cli_test::Sandbox const box;
  cli_test::Operator const ann(box);
  REQUIRE(ann.connect().code == 0);
  std::map<std::string, std::string> const environment{{"TANDEM_STATE_DIR", ann.state()}};
  CHECK(offered({"link", "show", ""}, environment).words.empty());  // nothing is linked yet
  CHECK(offered({"undo", ""}, environment).words == Set{"last"});
  REQUIRE(
      ann.tandem({"items", "apply", "-f", std::string(TANDEM_SOURCE) + "/examples/items/support-cases.json", "--baseline", "all"})
          .code == 0);
  REQUIRE(ann.tandem({"sync-once"}).code == 0);
  auto const keys = offered({"link", "show", "SUP-"}, environment).words;
  CHECK(keys.size() == 12);
  CHECK(keys.count("SUP-1") == 1);
  CHECK(offered({"sync-once", "--link=SUP-12"}, environment).words == Set{"--link=SUP-12"});
  CHECK(offered({"history", "--link", "CAS-01001"}, environment).words == Set{"CAS-01001-S8K4Y2"});
  CHECK(offered({"explain", "CAS-01002"}, environment).words == Set{"CAS-01002-B3N7Q1"});
  auto runs = offered({"undo", ""}, environment).words;
  CHECK(runs.size() == 2);
  runs.erase("last");
  CHECK(offered({"history", "--run", ""}, environment).words == runs);
  CHECK(offered({"history", "--reason", "edited"}, environment).words == Set{"edited-since"});
}

TEST_CASE("items and connections are completed from the store, without a request and beside a run that holds the lock") {
  cli_test::Sandbox const box;
  cli_test::Operator const ann(box);
  REQUIRE(ann.connect().code == 0);
  REQUIRE(ann.tandem({"items", "apply", "-f", std::string(TANDEM_SOURCE) + "/examples/items/support-cases.json"}).code == 0);
  // A folder that somebody else put there is no connection to offer.
  auto const odd = std::filesystem::path(ann.state()) / "$(touch PWNED)";
  std::filesystem::create_directory(odd);
  std::ofstream(odd / "data.mdb") << "x";
  auto const before = box.get("requests")["total"].integer().value_or(-1);
  std::map<std::string, std::string> const environment{{"TANDEM_STATE_DIR", ann.state()}};

  CHECK(offered({"sync-once", "--item", "sup"}, environment).words == Set{"support-cases"});
  CHECK(offered({"items", "show", ""}, environment).words == Set{"support-cases"});
  CHECK(offered({"items", "show", "x"}, environment).words.empty());
  CHECK(offered({"status", "--connection", ""}, environment).words == Set{"default"});
  CHECK(offered({"--state-dir", ann.state(), "items", "show", ""}).words == Set{"support-cases"});
  CHECK(offered({"--state-dir=" + ann.state(), "--connection", "other", "items", "show", ""}).words.empty());

  auto const folder = ann.folder().path();
  if (auto const got = bash_offers(folder, {"tandem", "sync-once", "--item", "s"}, environment))
    CHECK(*got == std::vector<std::string>{"support-cases"});
  if (auto const got = bash_offers(folder, {"tandem", "sync-once", "--item", "=", "s"}, environment))
    CHECK(*got == std::vector<std::string>{"support-cases"});
  if (auto const got = fish_offers(folder, "tandem sync-once --item s", environment)) CHECK(*got == Set{"support-cases"});
  if (auto const got = zsh_completes(folder, "tandem sync-once --item s", environment))
    CHECK(*got == "tandem sync-once --item support-cases ");
  if (auto const got = zsh_completes(folder, "tandem sync-once --item=s", environment))
    CHECK(*got == "tandem sync-once --item=support-cases ");
  CHECK(box.get("requests")["total"].integer().value_or(-2) == before);
}

TEST_CASE("real shells offer every option of a command") {
  Folder const folder;
  for (std::string const path : {"sync-once", "auth set", "link add"}) {
    auto const expected = options_in(help_of(path));
    auto words = words_of("tandem " + path);
    words.emplace_back("-");
    CAPTURE(path);
    if (auto const got = bash_offers(folder.path(), words)) CHECK(Set(got->begin(), got->end()) == expected);
    // fish leaves the short names to a line of their own.
    words.back() = "--";
    if (auto const got = fish_offers(folder.path(), "tandem " + path + " --")) {
      for (auto const& name : expected) {
        if (name.starts_with("--")) CHECK(got->count(name) == 1);
      }
    }
  }
  if (auto const got = zsh_completes(folder.path(), "tandem sync-once --dry")) CHECK(*got == "tandem sync-once --dry-run ");
  if (auto const got = zsh_completes(folder.path(), "tandem sync-once --output=j"))
    CHECK(*got == "tandem sync-once --output=json ");
  if (auto const got = bash_offers(folder.path(), {"tandem", "sync-once", "--output", "=", "j"}))
    CHECK(*got == std::vector<std::string>{"json"});
}

TEST_CASE("files are completed by the shell itself") {
  Folder const folder;
  folder.write("my item.json", "{}");
  auto const typed = folder.path("my");
  if (auto const got = bash_offers(folder.path(), {"tandem", "items", "apply", "-f", typed}))
    CHECK(*got == std::vector<std::string>{folder.path("my item.json")});  // readline quotes it: compopt -o filenames
  if (auto const got = fish_offers(folder.path(), "tandem items apply -f " + typed)) CHECK(got->size() == 1);
  if (auto const got = zsh_completes(folder.path(), "tandem items apply -f " + typed))
    CHECK(got->find("my\\ item.json") != std::string::npos);
}

TEST_CASE("a hostile name is quoted and never run") {
  Folder const folder;
  write_hostile(folder);
  if (auto const got = bash_offers(folder.path(), {"tandem", "sync-once", "--item", ""})) {
    CHECK(*got ==
          std::vector<std::string>{"a\\ b", "it\\'s", "\\$\\(touch\\ PWNED\\)", "\\`touch\\ PWNED\\`", "x\\;touch\\ PWNED"});
  }
  // What stands on the line is not run either.
  bash_offers(folder.path(), {"tandem", "sync-once", "--item", "$(touch PWNED)"});
  fish_offers(folder.path(), "tandem sync-once --item ");
  if (auto const got = zsh_completes(folder.path(), "tandem sync-once --item i"))
    CHECK(*got == "tandem sync-once --item it\\'s ");
  CHECK_FALSE(std::filesystem::exists(folder.path("PWNED")));
  CHECK_FALSE(std::filesystem::exists("PWNED"));
}
