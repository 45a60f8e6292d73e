#include "cli/parse.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/suggest.hpp"

namespace tandem::cli {

std::vector<std::string> names_of(OptionSpec const& option) {
  std::vector<std::string> names;
  std::string_view rest = option.names;
  while (true) {
    auto const comma = rest.find(',');
    names.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) return names;
    rest.remove_prefix(comma + 1);
  }
}

std::string shown_name(OptionSpec const& option) { return names_of(option).back(); }

std::string bare_name(OptionSpec const& option) {
  auto name = shown_name(option);
  return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

namespace {

bool looks_like_option(std::string_view arg) { return arg.size() > 1 && arg.front() == '-'; }

OptionSpec const* named(std::vector<OptionSpec> const& options, std::string const& name) {
  for (auto const& option : options) {
    if (option.positional) continue;
    auto const names = names_of(option);
    if (std::find(names.begin(), names.end(), name) != names.end()) return &option;
  }
  return nullptr;
}

// An option that may stand without a value gets the value that it then has.
std::vector<std::string> with_bare_values(std::vector<OptionSpec> const& options, std::vector<std::string> args) {
  bool awaited = false;  // this argument is the value of the one before
  for (std::size_t i = 0; i < args.size(); ++i) {
    auto const* const option = awaited ? nullptr : named(options, args[i]);
    awaited = option != nullptr && !option->value_name.empty();
    if (!awaited || option->bare.empty()) continue;
    awaited = i + 1 < args.size() && !looks_like_option(args[i + 1]);
    if (!awaited) args[i] += "=" + option->bare;
  }
  return args;
}

}  // namespace

Result<Parsed> parse_arguments(std::vector<OptionSpec> const& options, std::vector<std::string> const& args, bool hushed) {
  auto const marker = std::find(args.begin(), args.end(), "--");
  auto const before = with_bare_values(options, {args.begin(), marker});

  std::vector<std::string> known;
  for (auto const& option : options) {
    if (option.positional) continue;
    for (auto const& name : names_of(option)) known.push_back(name);
  }
  for (auto const& arg : before) {
    bool const empty_value = arg.starts_with("--") && arg.back() == '=';
    if (empty_value)
      return fail(ErrorKind::usage,
                  fmt::format("{} is empty; write {} \"\" if that is meant", arg, arg.substr(0, arg.size() - 1)));
  }

  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<std::vector<std::string>> values(options.size());
  std::vector<CLI::Option*> made(options.size(), nullptr);
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i].positional) continue;
    made[i] = options[i].value_name.empty() ? app.add_flag(options[i].names)
                                            : app.add_option(options[i].names, values[i])->allow_extra_args(false);
  }
  try {
    app.parse(std::vector<std::string>(before.rbegin(), before.rend()));
  } catch (CLI::ArgumentMismatch const& mismatch) {
    std::string const text = mismatch.what();  // "--item: 1 required"
    return fail(ErrorKind::usage, text.substr(0, text.find(':')) + " needs a value");
  } catch (CLI::ParseError const& wrong) {
    return fail(ErrorKind::usage, hushed ? "the arguments are not understood" : wrong.what());
  }

  Parsed parsed;
  for (auto const& rest : app.remaining()) {
    if (looks_like_option(rest)) {
      auto const name = rest.substr(0, rest.find('='));
      return fail(Error{ErrorKind::usage, fmt::format("unknown option {}{}", name, did_you_mean(name, known)), {}});
    }
    parsed.positionals.push_back(rest);
  }
  if (marker != args.end()) parsed.positionals.insert(parsed.positionals.end(), marker + 1, args.end());

  for (std::size_t i = 0; i < options.size(); ++i) {
    auto const& option = options[i];
    if (made[i] == nullptr || made[i]->count() == 0) continue;
    if (option.value_name.empty()) {
      for (auto const& result : made[i]->results()) {
        if (result != "true") return fail(ErrorKind::usage, shown_name(option) + " is a switch and takes no value");
      }
      values[i].assign(made[i]->count(), "true");
    }
    for (auto const& value : values[i]) {
      if (std::find(known.begin(), known.end(), value) != known.end())
        return fail(ErrorKind::usage, shown_name(option) + " needs a value");
    }
    if (values[i].size() > 1 && !option.repeatable) return fail(ErrorKind::usage, shown_name(option) + " is given twice");
    parsed.values[option.names] = values[i];
  }
  return parsed;
}

}  // namespace tandem::cli
