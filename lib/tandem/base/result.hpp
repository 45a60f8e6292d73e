// Result: errors are values with kind, the user's message and context; never dropped.
//
// `kind` decides the exit code (SPEC "Commands", the only table of numbers is `exit_code` below) and whether a caller may try
// again. `message` is in the user's words and never holds a secret. `context` grows outwards: innermost pair first.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

namespace tandem {

enum class ErrorKind {
  usage,            // the command line, or the structure of a payload
  config,           // configuration missing or invalid
  auth,             // a system refused who we are or what we may do
  not_found,        // the named thing does not exist
  conflict,         // precondition failed, version moved on
  refused,          // a brake or a rule of state
  throttled,        // asked to wait longer than the run can
  transient,        // surely not executed; a later run continues
  unknown_outcome,  // may have been executed: the intent stays open and is settled later
  remote,           // an answer that makes no sense, or a value that a system rejected
  store,            // the store is damaged, full, or newer than this program
  locked,           // another run holds the lock
  cancelled,        // stopped by a signal or the deadline
  internal,         // a fault of ours
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
  std::vector<std::pair<std::string, std::string>> context;

  [[nodiscard]] Error with(std::string key, std::string value) && {
    context.emplace_back(std::move(key), std::move(value));
    return std::move(*this);
  }
  // The value of the innermost context pair of that name, or "".
  [[nodiscard]] std::string_view find(std::string_view key) const;
  // message plus " (key=value, …)": one line for logs and terminals.
  [[nodiscard]] std::string to_line() const;
};

using Unit = std::monostate;

template <class T>
struct [[nodiscard]] Result : tl::expected<T, Error> {
  using tl::expected<T, Error>::expected;
};

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message), {}});
}
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

std::string_view name_of(ErrorKind kind);

// The exit code of the programs for an error that ended a command.
constexpr int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return 2;
    case ErrorKind::config: return 3;
    case ErrorKind::auth: return 4;
    case ErrorKind::throttled:
    case ErrorKind::transient: return 5;
    case ErrorKind::unknown_outcome:
    case ErrorKind::remote:
    case ErrorKind::conflict: return 6;
    case ErrorKind::refused: return 7;
    case ErrorKind::locked: return 8;
    case ErrorKind::not_found: return 9;
    case ErrorKind::store: return 11;
    case ErrorKind::cancelled: return 143;
    case ErrorKind::internal: break;
  }
  return 1;  // no `default:` above: the compiler names every place where a new kind must be handled
}

}  // namespace tandem

// TANDEM_TRY(auto page, client.read(...)): returns the error of the expression, else binds its value.
// The names are counted, not lined: a body that is itself a macro argument stands on one line for the preprocessor.
#define TANDEM_CONCAT_(a, b) a##b
#define TANDEM_CONCAT(a, b) TANDEM_CONCAT_(a, b)
#define TANDEM_TRY_(tmp, decl, ...)                        \
  auto tmp = (__VA_ARGS__);                                \
  if (!tmp) return ::tandem::fail(std::move(tmp).error()); \
  decl = std::move(*tmp)
#define TANDEM_TRY(decl, ...) TANDEM_TRY_(TANDEM_CONCAT(tandem_try_, __COUNTER__), decl, __VA_ARGS__)
// TANDEM_CHECK(store.write(...)): returns the error of the expression, drops its value.
#define TANDEM_CHECK_(tmp, ...)                              \
  do {                                                       \
    auto tmp = (__VA_ARGS__);                                \
    if (!tmp) return ::tandem::fail(std::move(tmp).error()); \
  } while (false)
#define TANDEM_CHECK(...) TANDEM_CHECK_(TANDEM_CONCAT(tandem_check_, __COUNTER__), __VA_ARGS__)
