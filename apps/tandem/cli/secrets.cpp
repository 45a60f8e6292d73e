#include "cli/secrets.hpp"

#include <filesystem>

#include <unistd.h>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/entra/github_actions.hpp>

#include "cli/files.hpp"
#include "cli/subprocess.hpp"

namespace tandem::cli {

namespace {

using connection::SecretReference;

constexpr std::size_t kMostSecretBytes = 64U << 10U;
constexpr Millis kCommandTimeout{30'000};

// Certificates and keys are the one kind of secret that has lines.
bool is_pem(std::string_view text) { return text.find("-----BEGIN ") != std::string_view::npos; }

// One final new line goes (editors and `echo` add it); any other control character is a sign of the wrong file.
Result<Secret> cleaned(std::string text, std::string const& origin) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  Secret secret(std::move(text));
  if (secret.empty()) return fail(ErrorKind::config, fmt::format("the secret from {} is empty", origin));
  bool const pem = is_pem(secret.expose());
  for (char const c : secret.expose()) {
    auto const byte = static_cast<unsigned char>(c);
    bool const line_of_pem = pem && (c == '\n' || c == '\r' || c == '\t');
    if ((byte < 0x20 && !line_of_pem) || byte == 0x7F)
      return fail(ErrorKind::config, fmt::format("the secret from {} holds line breaks or control characters", origin));
  }
  return secret;
}

// Where a file of that name is: as it is written, else in $CREDENTIALS_DIRECTORY.
std::string place_of(std::string const& file, Environment const& environment) {
  std::error_code ignored;
  auto const credentials = environment.get("CREDENTIALS_DIRECTORY");
  if (credentials && std::filesystem::path(file).is_relative()) {
    auto inside = *credentials + "/" + file;
    if (std::filesystem::exists(inside, ignored)) return inside;
  }
  return file;
}

Result<Secret> from_file(std::string const& file, Environment const& environment) {
  auto const place = place_of(file, environment);
  TANDEM_TRY(auto text, read_file(place, kMostSecretBytes));
  return cleaned(std::move(text), place);
}

Result<Secret> from_variable(std::string const& name, Environment const& environment) {
  auto value = environment.get(name);
  if (!value) return fail(ErrorKind::config, fmt::format("the environment variable {} is not set", name));
  return cleaned(std::move(*value), name);
}

Result<Secret> from_command(std::string const& line) {
  TANDEM_TRY(auto const words, command_words(line));
  TANDEM_TRY(auto text, output_of(words, kCommandTimeout, kMostSecretBytes));
  return cleaned(std::move(text), fmt::format("the command {}", words.front()));
}

// The job's own token from GitHub's runner; it is asked for over the network.
Result<Secret> from_github(Environment const& environment, http::Transport* transport) {
  if (transport == nullptr) return fail(ErrorKind::internal, "no way to ask GitHub Actions");
  return entra::github_token({environment.get("ACTIONS_ID_TOKEN_REQUEST_URL").value_or(""),
                              Secret(environment.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN").value_or(""))},
                             *transport);
}

// A file's reference must mean the same in a later run: absolute, or the name inside $CREDENTIALS_DIRECTORY (its path differs by unit).
SecretReference reference_to_file(std::string const& file, Environment const& environment) {
  auto const place = place_of(file, environment);
  auto const credentials = environment.get("CREDENTIALS_DIRECTORY");
  if (credentials && place.starts_with(*credentials + "/"))
    return {SecretReference::Kind::file, place.substr(credentials->size() + 1)};
  std::error_code failed;
  auto const absolute = std::filesystem::absolute(place, failed);
  return {SecretReference::Kind::file, failed ? place : absolute.lexically_normal().string()};
}

std::string variable_of_stem(std::string_view stem) {
  std::string out = "TANDEM_";
  for (char const c : stem) out += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string plain_refusal(std::string const& stem) {
  return fmt::format(
      "a secret is not taken from the command line, where other users can read it: use --{0}-stdin, --{0}-file, --{0}-env or "
      "--{0}-command",
      stem);
}

}  // namespace

int SecretOptions::sources() const { return (from_stdin ? 1 : 0) + (file ? 1 : 0) + (variable ? 1 : 0) + (command ? 1 : 0); }

void declare_secret(Command& command, SecretOptions& options) {
  auto const& stem = options.stem;
  command.flag(fmt::format("--{}-stdin", stem), options.from_stdin, fmt::format("Read the {} from stdin.", stem))
      .value(fmt::format("--{}-file", stem), "FILE", options.file,
             fmt::format("Read the {} from a file, also one of $CREDENTIALS_DIRECTORY.", stem))
      .value(fmt::format("--{}-env", stem), "NAME", options.variable,
             fmt::format("Read the {} from an environment variable.", stem))
      .value(fmt::format("--{}-command", stem), "COMMAND", options.command,
             fmt::format("Read the {} from what a command prints (no shell).", stem))
      .refused("--" + stem, plain_refusal(stem));
}

Result<Unit> judge_sources(std::vector<SecretOptions const*> const& all) {
  int from_stdin = 0;
  for (auto const* const options : all) {
    if (options->sources() > 1) return fail(ErrorKind::usage, fmt::format("the {} is given in more than one way", options->stem));
    from_stdin += options->from_stdin ? 1 : 0;
  }
  if (from_stdin > 1)
    return fail(ErrorKind::usage, "only one secret can come from stdin: give the other by file, environment variable or command");
  return Unit{};
}

Result<std::optional<TakenSecret>> take_secret(SecretOptions const& options, bool as_reference, Environment const& environment) {
  auto const taken = [&](Result<Secret> value, std::optional<SecretReference> reference) -> Result<std::optional<TakenSecret>> {
    if (!value) return fail(std::move(value).error());
    return std::optional<TakenSecret>(TakenSecret{std::move(*value), as_reference ? std::move(reference) : std::nullopt});
  };
  if (options.from_stdin) {
    if (as_reference)
      return fail(ErrorKind::usage, fmt::format("the {} comes from stdin: there is no reference to store", options.stem));
    TANDEM_TRY(auto text, read_descriptor(STDIN_FILENO, "stdin", kMostSecretBytes));
    return taken(cleaned(std::move(text), "stdin"), std::nullopt);
  }
  if (options.file) return taken(from_file(*options.file, environment), reference_to_file(*options.file, environment));
  if (options.variable)
    return taken(from_variable(*options.variable, environment), SecretReference{SecretReference::Kind::env, *options.variable});
  if (options.command)
    return taken(from_command(*options.command), SecretReference{SecretReference::Kind::command, *options.command});

  if (auto const credentials = environment.get("CREDENTIALS_DIRECTORY")) {
    auto const inside = *credentials + "/" + options.stem;
    std::error_code ignored;
    if (std::filesystem::exists(inside, ignored))
      return taken(from_file(inside, environment), reference_to_file(inside, environment));
  }
  auto const variable = variable_of_stem(options.stem);
  if (environment.get(variable))
    return taken(from_variable(variable, environment), SecretReference{SecretReference::Kind::env, variable});
  return std::optional<TakenSecret>{};
}

connection::SecretResolver secret_resolver(Environment const& environment) {
  return [&environment](SecretReference const& reference, http::Transport* transport) -> Result<Secret> {
    switch (reference.kind) {
      case SecretReference::Kind::file: return from_file(reference.value, environment);
      case SecretReference::Kind::env: return from_variable(reference.value, environment);
      case SecretReference::Kind::github_actions: return from_github(environment, transport);
      case SecretReference::Kind::command: break;
    }
    return from_command(reference.value);
  };
}

void hide(connection::Credentials const& credentials, Redactor& redactor) {
  for (auto const* const secret : {&credentials.client_secret, &credentials.certificate_passphrase, &credentials.jira_token,
                                   &credentials.jira_client_secret, &credentials.certificate}) {
    redactor.add(secret->expose());
  }
}

Result<std::vector<std::string>> command_words(std::string_view line) {
  std::vector<std::string> words;
  bool inside = false;  // a word has begun; it may be empty: ''
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char const c = line[i];
    if (quote == 0 && (c == ' ' || c == '\t')) {
      inside = false;
      continue;
    }
    if (!inside) {
      words.emplace_back();
      inside = true;
    }
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
      words.back() += line[++i];
    } else {
      words.back() += c;
    }
  }
  if (quote != 0) return fail(ErrorKind::config, "the command that prints a secret has a quotation mark without its partner");
  if (words.empty()) return fail(ErrorKind::config, "the command that prints a secret is empty");
  return words;
}

}  // namespace tandem::cli
