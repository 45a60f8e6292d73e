// `completion SHELL` prints what a shell needs to complete tandem's command lines; `__complete` is what that asks at each key.
//
// __complete -- WORD… prints a line for each candidate, "word<tab>what it is", then ":" with what the shell adds: files, directories or
// nothing. It always ends with 0: whatever is amiss, a shell in the middle of a line can only offer less.
#include <filesystem>
#include <map>
#include <memory>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/sync/history_query.hpp>

#include "cli/context.hpp"
#include "commands.hpp"
#include "completion/complete.hpp"
#include "completion/scripts.hpp"

namespace tandem::cli {

namespace {

constexpr std::size_t kMostNames = 500;
constexpr std::size_t kMostLooked = 20'000;  // links or history entries
constexpr std::size_t kMostRuns = 50;

// The settings of the line that is being typed; nothing where it has a fault.
std::optional<Config> config_of(Given const& given, Environment const& environment) {
  std::map<std::string, std::string> flags;
  std::optional<std::string> file;
  for (auto const& [key, value] : given) {
    // Only what says where the names are: the rest may be unfinished.
    if (key == "stateDir" || key == "connection") flags[key] = value;
    if (key == "config") file = value;
  }
  auto config = Config::load(flags, file, environment);
  if (!config) return std::nullopt;
  return std::move(*config);
}

std::vector<std::string> item_names(Context& context, Given const& given) {
  auto config = config_of(given, context.environment());
  if (!config) return {};
  Context of_line(std::move(*config), context.environment(), context.out(), context.log());
  auto const store = of_line.open_for_reading();
  std::vector<std::string> names;
  if (!store) return names;
  // Keys alone: an item that this version cannot read has a name all the same.
  auto const read = (*store)->read([&](store::Reader& reader) -> Result<Unit> {
    return reader.scan(mapping::kItems.name(), "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
      names.emplace_back(key);
      return names.size() < kMostNames;
    });
  });
  return read ? names : std::vector<std::string>{};
}

std::vector<std::string> connection_names(Context& context, Given const& given) {
  auto const config = config_of(given, context.environment());
  if (!config) return {};
  auto const paths = state_paths(*config, context.environment());
  std::vector<std::string> names;
  if (!paths) return names;
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(paths->root, failed), end; !failed && entry != end; entry.increment(failed)) {
    std::error_code none;
    if (std::filesystem::exists(entry->path() / "data.mdb", none)) names.push_back(entry->path().filename().string());
    if (names.size() >= kMostNames) break;
  }
  std::sort(names.begin(), names.end());
  return names;
}

// What `read` makes of the store of the line that is being typed; nothing where that cannot be read.
std::vector<Candidate> from_store(Context& context, Given const& given,
                                  std::function<Result<Unit>(store::Reader&, std::vector<Candidate>&)> const& read) {
  auto config = config_of(given, context.environment());
  if (!config) return {};
  Context of_line(std::move(*config), context.environment(), context.out(), context.log());
  auto const store = of_line.open_for_reading();
  std::vector<Candidate> out;
  if (!store) return out;
  auto const done = (*store)->read([&](store::Reader& reader) { return read(reader, out); });
  return done ? out : std::vector<Candidate>{};
}

// At each key that is typed: so many links are looked at, and no more.
std::vector<Candidate> linked_names(Context& context, Given const& given, std::string const& typed, bool issues) {
  return from_store(context, given, [&](store::Reader& reader, std::vector<Candidate>& out) {
    std::size_t looked = 0;
    return link::each_link(reader, [&](link::Link const& link) -> Result<bool> {
      auto const& word = issues ? link.issue_key : link.record_number;
      if (word.starts_with(typed)) out.push_back({word, (issues ? link.record_number : link.issue_key) + ", " + link.item});
      return ++looked < kMostLooked && out.size() < kMostNames;
    });
  });
}

std::vector<Candidate> run_names(Context& context, Given const& given) {
  return from_store(context, given, [](store::Reader& reader, std::vector<Candidate>& out) -> Result<Unit> {
    TANDEM_TRY(auto const newest, sync::find_history(reader, {.most = kMostLooked}));
    std::map<std::string, std::size_t> writes;
    for (auto const& entry : newest.entries) ++writes[entry.run];
    for (auto entry = newest.entries.rbegin(); entry != newest.entries.rend() && out.size() < kMostRuns; ++entry) {
      auto const count = writes.find(entry->run);
      if (entry->run.empty() || count == writes.end()) continue;
      auto const undoes = entry->undoes.empty() ? "" : ", takes back run " + entry->undoes;
      out.push_back({entry->run, fmt::format("{}, {} write{}{}", to_rfc3339_seconds(entry->at), count->second,
                                             count->second == 1 ? "" : "s", undoes)});
      writes.erase(count);
    }
    return Unit{};
  });
}

// A description is one line without control characters, whatever it came from.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
}

Result<int> answer(Context& context, App const& app, std::vector<std::string> const& words) {
  Names const names{[&](Given const& given) { return item_names(context, given); },
                    [&](Given const& given) { return connection_names(context, given); },
                    [&](Given const& given, std::string const& typed) { return linked_names(context, given, typed, true); },
                    [&](Given const& given, std::string const& typed) { return linked_names(context, given, typed, false); },
                    [&](Given const& given) { return run_names(context, given); }};
  auto const completion = complete(app, words, names);
  std::string out;
  json::Array candidates;
  for (auto const& [word, about] : completion.candidates) {
    out += word + (about.empty() ? "" : "\t" + one_line(about)) + "\n";
    candidates.push_back(json::Object{{"word", word}, {"about", about}});
  }
  std::string const beside = completion.beside == Beside::files         ? "files"
                             : completion.beside == Beside::directories ? "directories"
                                                                        : "nothing";
  context.out().line(out + ":" + beside);
  context.out().result(json::Object{{"candidates", std::move(candidates)}, {"beside", beside}});
  return 0;
}

}  // namespace

void register_completion(App& app) {
  auto shell = std::make_shared<std::optional<std::string>>();
  app.command("completion", "Print the completion for a shell: commands, options, items, connections, links, runs.")
      .details(
          "The Debian package and cmake --install put these files where the shells look for them by themselves; this is for "
          "everybody else. Nothing is asked but this program and its own store.")
      .argument("bash|zsh|fish", *shell, "The shell.", true)
      .example("source <(tandem completion bash)", "In ~/.bashrc.")
      .example("tandem completion zsh > ~/.zfunc/_tandem", "In a directory of zsh's fpath.")
      .example("tandem completion fish > ~/.config/fish/completions/tandem.fish", "For fish.")
      .run([shell](Context& context) -> Result<int> {
        auto const script = completion_script(**shell);
        if (script.empty())
          return fail(
              Error{ErrorKind::usage, fmt::format("there is no completion for {}", **shell), {{"cure", "bash, zsh or fish"}}});
        context.out().line(script);
        context.out().result(json::Object{{"shell", **shell}, {"script", std::string(script)}});
        return 0;
      });

  auto words = std::make_shared<std::vector<std::string>>();
  app.command("__complete", "What may stand next on a command line; asked by the shells' completion.")
      .hidden()
      .arguments("WORD", *words, "The words after the program's name, up to the cursor.")
      .run([words, &app](Context& context) { return answer(context, app, *words); });
}

}  // namespace tandem::cli
