// Story: the main job in process: the sandbox's world, a store of its own, a connection over the test's wire, and the example item.
//
// Deterministic: a fixed virtual clock, one worker, a seed. Each `run` is one process: it opens the store anew and lets it go again.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tandem/connection/connection.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/sync/event/drain.hpp>
#include <tandem/sync/link_items.hpp>
#include <tandem/sync/run.hpp>
#include <tandem/sync/run_context.hpp>

#include "support/contract_watch.hpp"
#include "support/crash_point.hpp"
#include "support/sandbox_transport.hpp"
#include "world/make_world.hpp"

namespace tandem::test {

// A clock that never waits: sleeping moves it, and the world's clock with it.
class StoryClock final : public Clock {
 public:
  explicit StoryClock(sandbox::World& world) : world_(world) {}
  std::chrono::steady_clock::time_point now() override {
    return std::chrono::steady_clock::time_point{} + (world_.now().time_since_epoch());
  }
  bool sleep_for(Millis wait, std::function<bool()> const& stop) override {
    if (stop && stop()) return false;
    world_.advance(wait);
    return true;
  }

 private:
  sandbox::World& world_;
};

// Everything that a run told.
struct Told final : sync::Observer {
  std::vector<sync::Plan> plans;
  std::vector<sync::Skipped> left, failures, holds;
  std::vector<sync::HistoryEntry> written;
  void planned(sync::Plan const& plan) override { plans.push_back(plan); }
  void skipped(sync::Skipped const& one) override { left.push_back(one); }
  void failed(sync::Skipped const& one) override { failures.push_back(one); }
  void held(sync::Skipped const& one) override { holds.push_back(one); }
  void wrote(sync::HistoryEntry const& entry) override { written.push_back(entry); }
  std::vector<sync::Progress> steps;
  void progress(sync::Progress const& progress) override { steps.push_back(progress); }
  std::vector<sync::event::EventOutcome> events;
  void event_handled(sync::event::EventOutcome const& outcome) override { events.push_back(outcome); }
};

struct StoryOptions {
  std::size_t records = 0;  // further cases
  std::optional<Instant> baseline{};  // absent = all
  std::string item_text{};  // "" = the example for the world `support`
  std::vector<std::string> more_items{};  // further items, with the same baseline
  std::string world = "support";  // of those that the sandbox carries
};

class Story {
 public:
  explicit Story(StoryOptions options = {});
  ~Story();
  Story(Story const&) = delete;
  Story& operator=(Story const&) = delete;

  // Changes of the item between runs, by its file's text; the baseline stays.
  void apply(std::string const& item_text);
  // A new baseline for the item.
  void rebase(Instant baseline);
  struct Ran {
    Result<sync::RunRecord> record;
    Told told;
    std::vector<SandboxTransport::Late> late;
    std::uint64_t steps = 0;  // that the crash point counted
  };
  Ran run(sync::RunOptions options = {}, CrashPoint* crash = nullptr);
  // What a command does beside a run: in a process of its own, with the run's ways to both systems and the store.
  struct Worked {
    Told told;
    std::vector<SandboxTransport::Late> late;
    std::uint64_t steps = 0;
  };
  Worked work(std::function<void(sync::RunContext&, sync::LinkItems const&)> const& body, CrashPoint* crash = nullptr);
  // A run that must end well.
  sync::RunRecord run_well(sync::RunOptions options = {});

  sandbox::World& world() { return *box_.world; }
  [[nodiscard]] std::filesystem::path const& store_path() const { return path_; }
  // Goes on with a copy of the store, as it is now: the story is a copy of one in another process.
  void own_store();
  // A request to one side as a person: the answer's status is 2xx or the test fails.
  json::Value edit(std::string_view as, sandbox::ServiceName side, std::string method, std::string target, std::string body = "");
  void configure(std::string_view name, json::Value value);
  // Something happens right before each request that begins like this ("PUT /rest/api/3/issue"); "" ends it.
  void before_request(std::string beginning, std::function<void()> happens) {
    beginning_ = std::move(beginning);
    happens_ = std::move(happens);
  }
  // Something happens right before every request. {} ends it.
  void each_request(std::function<void()> happens) { at_each_ = std::move(happens); }
  // Asked before each commit of a run: an error takes the place of the commit (a full disk). {} ends it.
  void before_commit(std::function<Result<Unit>()> asked) { commit_gate_ = std::move(asked); }
  // How long a run may last before it is told to stop; nothing = for ever.
  void stop_after(std::optional<Millis> time) { stop_after_ = time; }
  // The next run must ask for a token.
  void forget_tokens();
  // How far our own wall clock is off; it dates nothing but what a token is good for.
  void shift_wall_clock(Millis by) { wall_shift_ = by; }
  // Requests since the last `forget_requests`: all, and those that are no reads.
  std::uint64_t requests() const;
  std::vector<std::string> writes() const;
  void forget_requests() { box_.world->forget_requests(); }

  // Both sides as they are.
  struct Case {
    std::string id, title, number;
    json::Value row;
  };
  std::vector<Case> cases();
  json::Array issues();
  // The issue that says it is linked to this record under the story's item, or the named one. Null where there is none.
  json::Value issue_of(std::string_view record, std::string_view item = {});
  json::Array link_notes();
  // What must be equal however a run was interrupted: per case its issue's fields, marks and counts, without ids and times.
  std::string outcome();
  // "" when the store is sound, holds as many links as given and nothing is open or queued; else what is wrong.
  std::string store_faults(std::size_t links);
  Result<Unit> with_store(std::function<Result<Unit>(store::Reader&)> const& body);
  // A connection of its own, for the parts of the product that are no run.
  std::unique_ptr<connection::Connection> connection(CrashPoint* crash = nullptr);
  [[nodiscard]] std::string const& organisation_id() const { return organisation_id_; }
  // Checks each exchange against the published contracts where they are at hand; the story fails at its end if one departs from them.
  ContractWatch const& contracts() const { return watch_; }

 private:
  struct MoreItem {
    mapping::Item item;
    mapping::StoredItem stored;
    connection::Schema schema;
  };
  std::unique_ptr<connection::Connection> connect(std::shared_ptr<http::Transport> wire);
  void add_item(connection::Connection& connection, std::string const& text, mapping::BaselineChoice const& baseline);
  std::vector<sync::RunItem> run_items(store::Store& store) const;

  sandbox::Box box_;
  ContractWatch watch_;
  std::filesystem::path path_;
  std::unique_ptr<StoryClock> clock_;
  mapping::Item item_;
  mapping::StoredItem stored_;
  std::optional<connection::Schema> schema_;
  std::vector<MoreItem> more_;
  std::shared_ptr<connection::TokenCache> tokens_;
  std::string organisation_id_;
  Log log_;
  std::function<Result<Unit>()> commit_gate_;
  std::optional<Millis> stop_after_;
  Millis wall_shift_{0};
  std::function<void()> at_each_;
  std::string beginning_;
  std::function<void()> happens_;
};

std::string example_item();
std::filesystem::path test_directory(
    std::string const& name);  // a fresh one in memory where there is room; TANDEM_TEST_TMP decides

}  // namespace tandem::test
