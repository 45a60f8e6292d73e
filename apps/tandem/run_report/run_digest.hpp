// RunDigest: what a run told, collected for the files that are written after it. Lists are cut at kMostListed, counts are whole.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <tandem/base/result.hpp>
#include <tandem/connection/http/traffic.hpp>
#include <tandem/sync/event/drain.hpp>
#include <tandem/sync/observer.hpp>
#include <tandem/sync/run_record.hpp>

namespace tandem::cli {

// One line of a dry run's plan.
struct PlannedChange {
  std::string item, issue, number;  // issue: "" where it is to be made
  std::string what;  // "create issue", "update issue", "update record", "status", "add comment", …
  std::string field, before, after;
};

struct RunDigest {
  static constexpr std::size_t kMostListed = 200;

  std::string command;  // "sync-once"
  std::string connection;
  bool dry_run = false;
  std::string run;  // id, "" when it did not come so far
  std::optional<sync::RunRecord> record;
  std::optional<Error> error;  // that ended the command
  int exit = 0;
  Millis duration{0};  // of the whole command, by this machine's clock
  http::TrafficCounts traffic{};

  using Write =
      std::tuple<std::string, std::string, std::string>;  // item, side ("jira", "dynamics", "none"), action of the history
  std::map<Write, std::uint64_t> writes;
  std::vector<sync::Skipped> failed, held;
  std::uint64_t failed_count = 0, held_count = 0;
  std::vector<PlannedChange> planned;
  std::uint64_t planned_count = 0;
  std::map<std::string, std::uint64_t> events;  // by outcome

  void plan(PlannedChange change);
};

class DigestObserver : public sync::Observer {
 public:
  explicit DigestObserver(RunDigest& digest) : digest_(digest) {}
  void run_started(std::string const& run) override { digest_.run = run; }
  void planned(sync::Plan const& plan) override;
  void planned_conversation(link::Link const& link, sync::conversation::Plan const& plan) override;
  void wrote(sync::HistoryEntry const& entry) override;
  void failed(sync::Skipped const& failed) override;
  void held(sync::Skipped const& held) override;
  void event_handled(sync::event::EventOutcome const& outcome) override;

 protected:
  [[nodiscard]] RunDigest const& digest() const { return digest_; }

 private:
  RunDigest& digest_;
};

}  // namespace tandem::cli
