// Secrets: where a secret comes from (SPEC A2, N1): --X-stdin, --X-file, --X-env, --X-command, $CREDENTIALS_DIRECTORY, TANDEM_X, a prompt.
// Never a plain argument: `--X VALUE` is refused, without repeating the value.
//
// A file, variable or command can be kept as a reference instead of the secret; it is then read again by each run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/log/log.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>
#include <tandem/connection/stored_connection.hpp>

#include "cli/app.hpp"
#include "cli/environment.hpp"

namespace tandem::cli {

// What the command line said about one secret.
struct SecretOptions {
  std::string stem{};  // "client-secret"
  std::string label{};  // for a prompt: "Client secret (its value, not its ID)"
  bool from_stdin = false;
  std::optional<std::string> file{}, variable{}, command{};
  [[nodiscard]] int sources() const;
};

// Adds the four options and refuses the plain one.
void declare_secret(Command& command, SecretOptions& options);

// Errors: usage — a secret with two sources, or two secrets from stdin.
Result<Unit> judge_sources(std::vector<SecretOptions const*> const& all);

// The secret from what was given, else from $CREDENTIALS_DIRECTORY/STEM, else from TANDEM_STEM; nothing when it is nowhere.
// With `as_reference` its place is kept instead of its value (stdin cannot be); the value is read all the same, to be proved.
struct TakenSecret {
  Secret value;
  std::optional<connection::SecretReference> reference;
};
Result<std::optional<TakenSecret>> take_secret(SecretOptions const& options, bool as_reference, Environment const& environment);

// Reads references. A relative file is looked for in $CREDENTIALS_DIRECTORY. Errors: config.
connection::SecretResolver secret_resolver(Environment const& environment);

// Nothing that is printed may hold these.
void hide(connection::Credentials const& credentials, Redactor& redactor);

// The words of a command line: blanks separate, '…' and "…" hold together, \ takes the next character. No shell is involved.
Result<std::vector<std::string>> command_words(std::string_view line);

}  // namespace tandem::cli
