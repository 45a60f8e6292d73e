#include "cli/context.hpp"

#include <algorithm>
#include <mutex>
#include <random>

#include <fmt/format.h>

#include <tandem/connection/stored_connection.hpp>
#include <tandem/connection/tokens/token_cache.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/store/run_lock.hpp>

#include "cli/key.hpp"
#include "cli/secrets.hpp"

namespace tandem::cli {

// Members are let go in reverse: the token cache's sealer, the store, then the lock.
struct Context::Opened {
  std::optional<store::RunLock> lock;
  std::unique_ptr<store::LmdbStore> store;
  std::optional<sealed::Sealer> sealer;
};

Context::Context(Config config, Environment const& environment, Output& output, Log& log)
    : config_(std::move(config)), environment_(environment), output_(output), log_(log) {}
Context::~Context() = default;

Result<store::Store*> Context::open(How how, Millis lock_timeout) {
  if (opened_) return static_cast<store::Store*>(opened_->store.get());
  TANDEM_TRY(auto const where, paths());
  bool const writing = how == How::write || how == How::create;
  if (how == How::create) TANDEM_CHECK(make_state(where));
  TANDEM_CHECK(check_state(where, connection_name()));
  auto opened = std::make_unique<Opened>();
  if (writing) {
    TANDEM_TRY(auto lock, store::RunLock::take(where.directory, lock_timeout, clock(), stop_requested));
    opened->lock.emplace(std::move(lock));
  }
  store::OpenOptions options;
  options.access = how != How::read ? store::Access::read_write : store::Access::read_only;
  options.migrate = writing;
  options.append_only = how == How::append;
  auto store = store::LmdbStore::open(where.directory, std::move(options));
  if (!store) {
    auto error = std::move(store).error();
    // The directory is there, its store is not: `auth set` never finished.
    if (error.kind == ErrorKind::not_found) {
      return fail(Error{ErrorKind::config,
                        fmt::format("there is no connection \"{}\" in {}", connection_name(), where.root),
                        {{"cure", "make one with `tandem auth set`"}}});
    }
    return fail(std::move(error));
  }
  opened->store = std::move(*store);
  opened_ = std::move(opened);
  writing_ = writing;
  if (writing) handled_ = 0;
  return static_cast<store::Store*>(opened_->store.get());
}

Result<store::Store*> Context::open_for_reading() { return open(How::read, Millis{0}); }
Result<store::Store*> Context::open_for_writing(Millis lock_timeout) { return open(How::write, patience(lock_timeout)); }
Result<store::Store*> Context::create_for_writing(Millis lock_timeout) { return open(How::create, patience(lock_timeout)); }
Result<store::Store*> Context::try_for_writing() { return open(How::write, Millis{0}); }
Result<store::Store*> Context::open_for_appending() { return open(How::append, Millis{0}); }

Millis Context::patience(Millis unless_given) const {
  return config_.given("lockTimeout") ? config_.duration("lockTimeout") : unless_given;
}

void Context::close() {
  opened_.reset();
  writing_ = false;
}

Result<sealed::Sealer const*> Context::sealer() {
  if (!opened_->sealer) {
    connection::ConnectionStore kept(*opened_->store);
    TANDEM_TRY(auto made, sealer_for(kept, KeyUse::existing, environment_, log_.redactor()));
    opened_->sealer.emplace(std::move(made));
  }
  return static_cast<sealed::Sealer const*>(&*opened_->sealer);
}

Result<std::optional<Secret>> Context::stored_secret(std::string_view name) {
  if (!opened_) return fail(ErrorKind::internal, "the store is not open");
  connection::ConnectionStore kept(*opened_->store);
  TANDEM_TRY(auto const names, kept.secret_names());
  if (std::find(names.begin(), names.end(), name) == names.end()) return std::optional<Secret>{};
  TANDEM_TRY(auto const* const seal, sealer());
  TANDEM_TRY(auto value, kept.secret(name, *seal, secret_resolver(environment_)));
  log_.redactor().add(value.expose());
  return std::optional<Secret>(std::move(value));
}

connection::Surroundings Context::surroundings() {
  struct Dice {
    std::mutex mutex;
    std::minstd_rand engine{std::random_device{}()};
    std::uniform_real_distribution<double> range{0.0, 1.0};
  };
  auto dice = std::make_shared<Dice>();
  auto const variable = [&](std::initializer_list<char const*> names) {
    for (char const* name : names) {
      if (auto const value = environment_.get(name)) return *value;
    }
    return std::string{};
  };
  return {.clock = clock(),
          .log = log_,
          .wire = {},
          .stop = stop_requested,
          .deadline = [this] { return deadline_; },
          .jobs = static_cast<int>(config_.integer("jobs")),
          .jitter =
              [dice] {
                std::lock_guard const hold(dice->mutex);
                return dice->range(dice->engine);
              },
          .proxy = variable({"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}),
          .no_proxy = variable({"NO_PROXY", "no_proxy"}),
          .wall = {},
          .connect_timeout = config_.duration("connectTimeout"),
          .request_timeout = config_.duration("requestTimeout"),
          .wire_log = trace_ ? std::function<void(std::string_view)>([trace = trace_](auto line) { trace->append(line); })
                             : std::function<void(std::string_view)>()};
}

Result<Unit> Context::open_trace() {
  auto const& file = config_.text("traceHttp");
  if (file.empty() || trace_) return Unit{};
  TANDEM_TRY(trace_, TraceFile::open(file, log_.redactor()));
  return Unit{};
}

Result<std::unique_ptr<connection::Connection>> Context::open_connection(TokenUse use) {
  if (!opened_) return fail(ErrorKind::internal, "the store is not open");
  auto& store = *opened_->store;
  connection::ConnectionStore kept(store);
  TANDEM_TRY(auto stored, kept.load());
  if (!stored) {
    return fail(Error{ErrorKind::config,
                      fmt::format("the connection \"{}\" has no settings", connection_name()),
                      {{"cure", "give them with `tandem auth set`"}}});
  }
  TANDEM_CHECK(sealer());
  TANDEM_TRY(auto credentials, kept.credentials(stored->settings, *opened_->sealer, secret_resolver(environment_)));
  hide(credentials, log_.redactor());
  TANDEM_CHECK(open_trace());
  auto tokens = use == TokenUse::fresh ? connection::memory_token_cache()
                                       : connection::sealed_token_cache(store, *opened_->sealer, writing_);
  return connection::Connection::open(stored->settings, std::move(credentials), std::move(tokens), surroundings());
}

}  // namespace tandem::cli
