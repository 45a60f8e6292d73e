// Context: what a command is given: settings, output, log, the connection's store and lock, and the way to the two services.
//
// Readers and dry runs call open_for_reading(): no lock, no byte is written. Writers call open_for_writing(): the run lock first, then
// the store. Both are done at most once per process, and everything is let go when the process ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <tandem/base/log/log.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>
#include <tandem/base/time/clock.hpp>
#include <tandem/connection/connection.hpp>
#include <tandem/connection/sealed/sealer.hpp>
#include <tandem/store/store.hpp>

#include "cli/config.hpp"
#include "cli/environment.hpp"
#include "cli/exit.hpp"
#include "cli/output.hpp"
#include "cli/state_paths.hpp"
#include "cli/stop.hpp"
#include "cli/trace_file.hpp"

namespace tandem::cli {

// SPEC "Commands", exit 8: how long a command waits for the connection's lock unless --lock-timeout says otherwise.
inline constexpr Millis kWriterLockTimeout{30'000};
inline constexpr Millis kSyncOnceLockTimeout{0};

enum class TokenUse : bool { cached, fresh };

class Context {
 public:
  Context(Config config, Environment const& environment, Output& output, Log& log);
  ~Context();
  Context(Context const&) = delete;
  Context& operator=(Context const&) = delete;

  [[nodiscard]] Config const& config() const { return config_; }
  [[nodiscard]] Environment const& environment() const { return environment_; }
  [[nodiscard]] Output& out() { return output_; }
  [[nodiscard]] Log& log() { return log_; }
  [[nodiscard]] Clock& clock() { return system_clock(); }
  [[nodiscard]] std::string const& connection_name() const { return config_.text("connection"); }
  Result<StatePaths> paths() const { return state_paths(config_, environment_); }

  // Errors: config when there is no such connection; store; for writing also locked (exit 8).
  Result<store::Store*> open_for_reading();
  Result<store::Store*> open_for_writing(Millis lock_timeout = kWriterLockTimeout);
  // For `auth set` alone: makes the state directory first.
  Result<store::Store*> create_for_writing(Millis lock_timeout = kWriterLockTimeout);
  // The lock and the store, without waiting whatever --lock-timeout says. Errors: as above; locked when another run holds it.
  Result<store::Store*> try_for_writing();
  // Without the lock, for tables whose format is kept for ever: the outbox. Nothing is migrated.
  Result<store::Store*> open_for_appending();
  // Lets store and lock go before the process ends. REQUIRES: nothing that uses them is alive.
  void close();
  // Whoever held the run lock looks at the outbox after it let go: events that came meanwhile found it held (SPEC F3). The sequence up to
  // which this process handled it; nothing when it never held the lock, or has looked since.
  [[nodiscard]] std::optional<std::uint64_t> events_handled_up_to() const { return handled_; }
  void set_events_handled(std::optional<std::uint64_t> up_to) { handled_ = up_to; }
  // A secret that is kept with the connection, unsealed or looked up; nothing when it was never given. REQUIRES: opened.
  Result<std::optional<Secret>> stored_secret(std::string_view name);
  // Whether open_for_writing() was called: a run that writes nothing keeps tokens and metadata in memory.
  [[nodiscard]] bool writing() const { return writing_; }

  // From now on requests end as cancelled when `from_now` is over.
  void set_deadline(Millis from_now) { deadline_ = std::chrono::steady_clock::now() + from_now; }
  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> deadline() const { return deadline_; }

  // Loads the stored connection, resolves its secrets and opens it; the token cache is sealed in the store when writing, else in memory.
  // With TokenUse::fresh no cached token is used, so that the credentials themselves are proved.
  // REQUIRES: opened. Errors: config when none is stored or a secret reference cannot be read.
  Result<std::unique_ptr<connection::Connection>> open_connection(TokenUse use = TokenUse::cached);
  // Opens the file of --trace-http, where one is named; call it before surroundings(). Errors: config.
  Result<Unit> open_trace();
  // What a Connection needs from its program; `jobs` and time-outs from the settings.
  [[nodiscard]] connection::Surroundings surroundings();

 private:
  enum class How { read, append, write, create };
  Result<store::Store*> open(How how, Millis lock_timeout);
  [[nodiscard]] Millis patience(Millis unless_given) const;
  Result<sealed::Sealer const*> sealer();

  Config config_;
  Environment const& environment_;
  Output& output_;
  Log& log_;
  bool writing_ = false;
  std::optional<std::uint64_t> handled_;
  std::shared_ptr<TraceFile> trace_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  struct Opened;  // lock and store, in the order of their making
  std::unique_ptr<Opened> opened_;
};

}  // namespace tandem::cli
