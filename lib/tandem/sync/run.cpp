#include <tandem/sync/run.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/sync/conversation/notes_feed.hpp>
#include <tandem/sync/event/drain.hpp>
#include <tandem/sync/history_query.hpp>
#include <tandem/sync/item_cycle.hpp>
#include <tandem/sync/marks_writer.hpp>
#include <tandem/sync/metadata.hpp>
#include <tandem/sync/settle/settle.hpp>
#include <tandem/sync/unlink.hpp>

namespace tandem::sync {

namespace {

constexpr int kRounds = 3;             // of an item whose answers got lost, each after settling
constexpr std::size_t kForgetPerRun = 5000;  // history entries

std::string run_id(RunOptions const& options) {
  // The services' clocks are not known yet, and ours decides nothing: a random id.
  return (options.only_events ? std::string(kEventRun) : std::string{}) + to_hex(random_bytes(6));
}

// Whether an item's part of an event's run is worth being kept: something was written, failed or held, or a link broke.
bool did_something(ItemRun const& part) {
  auto const wrote = part.updated + part.records + part.marks + part.comments + part.notes + part.files;
  return wrote + part.failed + part.held + part.waiting + part.values_left > 0 ||
         part.skipped.contains(std::string(code_of(Reason::issue_missing)));
}

class Cycle {
 public:
  Cycle(RunInput const& input, RunOptions const& options, std::vector<RunItem> const& items)
      : suspecting_(input.observer),
        input_{input.connection, input.store, input.log, input.clock, suspecting_, input.stop, input.organisation_id},
        run_(input_, options, run_id(options)),
        items_(items) {
    for (auto const& item : items_) by_name_.emplace(item.name(), &item);
    record_.id = run_.run_id;
    record_.scope = options.only_issue ? RunScope::issue : options.some_items ? RunScope::items : RunScope::all;
  }

  Result<RunRecord> go() {
    auto const began = run_.in.clock.now();
    run_.tell([&](Observer& observer) { observer.run_started(run_.run_id); });
    auto const requests_before = run_.in.connection.requests();
    auto outcome = everything();
    if (!outcome) take_end(outcome.error());
    for (auto const& item : record_.items) {
      if (item.failed > 0 || item.waiting > 0 || item.held > 0)
        record_.exit = worse_exit(record_.exit, exit_code(ErrorKind::remote));
    }
    record_.started_at = first_seen_;
    if (!record_.started_at) record_.started_at = run_.dataverse_now() ? run_.dataverse_now() : run_.jira_now();
    record_.duration = std::chrono::duration_cast<Millis>(run_.in.clock.now() - began);
    record_.requests = run_.in.connection.requests() - requests_before;
    record_.dataverse = run_.in.connection.limits().of(http::Service::dataverse);
    record_.jira = run_.in.connection.limits().of(http::Service::jira);
    if (run_.options.dry_run) return record_;
    if (run_.options.only_events) {
      if (std::any_of(record_.items.begin(), record_.items.end(), did_something))
        TANDEM_CHECK(keep_event_run(run_.store(), record_));
      return record_;
    }
    TANDEM_CHECK(keep_run(run_.store(), record_));
    if (auto const now = run_.dataverse_now()) {
      TANDEM_CHECK(run_.store().write(
          [&](store::Writer& writer) { return forget_history(writer, *now - run_.options.history, kForgetPerRun); }));
    }
    return record_;
  }

 private:
  Result<Unit> everything() {
    TANDEM_CHECK(run_.go_on());
    if (run_.options.dry_run) {
      TANDEM_CHECK(tell_open_intents());
    } else {
      TANDEM_TRY(settled_, settle_open_intents(run_, by_name_));
      TANDEM_CHECK(owed_removals());
    }
    first_seen_ = run_.dataverse_now() ? run_.dataverse_now() : run_.jira_now();
    if (run_.options.only_issue) return links_of_issue(*run_.options.only_issue);
    if (run_.options.drain_events) TANDEM_CHECK(events());
    if (run_.options.only_events) return Unit{};
    for (auto& item : items_) TANDEM_CHECK(item.compiled->item.synchronised() ? one_item(item) : display_only_item(item));
    return Unit{};
  }

  // Its links' marks, where a system was down when they were made or their issue has moved.
  Result<Unit> display_only_item(RunItem const& item) {
    if (run_.options.dry_run) return Unit{};
    ItemRun stats;
    stats.item = item.name();
    auto done = write_owed(run_, *item.compiled, stats);
    if (stats.marks > 0) record_.items.push_back(stats);
    if (done || ends_run(done.error().kind)) return done;
    record_.exit = worse_exit(record_.exit, exit_code(done.error().kind));
    return Unit{};
  }

  // Marks of links that were cut while a system was down (SPEC D6).
  Result<Unit> owed_removals() {
    TANDEM_TRY(auto removed, write_removals(run_, nullptr));
    for (auto const& left : removed.left) {
      run_.tell([&](Observer& observer) {
        observer.skipped({left.link.item, left.link.record, left.link.record_number, left.link.issue_key, Reason::removal_owed,
                          fmt::format("{}: {}", left.mark, left.why.to_line())});
      });
    }
    if (removed.fatal) return fail(std::move(*removed.fatal));
    return Unit{};
  }

  // After an item's fields: links that were just made take part. The notes of all items come from one feed, read when it is first needed.
  Result<Unit> conversations(RunItem const& item, ItemRun& stats) {
    auto const done = [&]() -> Result<Unit> {
      if (!notes_read_) TANDEM_CHECK(conversation::read_notes_feed(run_, items_, found_));
      notes_read_ = true;
      return conversation::Cycle(run_, item, stats).run(found_);
    }();
    // A missing privilege for notes costs the conversations, not the fields of this and other items.
    if (!done && done.error().kind == ErrorKind::auth && !done.error().find("privilege").empty()) {
      record_.exit = worse_exit(record_.exit, exit_code(ErrorKind::auth));
      stats.error = done.error().to_line();
      return Unit{};
    }
    return done;
  }

  Result<Unit> events() {
    if (run_.options.dry_run) return event::tell_waiting(run_);
    auto drained = event::drain(run_, items_, drained_);
    if (run_.options.only_events) {
      for (auto const& [name, stats] : drained_) {
        record_.items.push_back(stats);
        record_.items.back().item = name;
      }
    }
    return drained;
  }

  Result<Unit> links_of_issue(std::string const& key) {
    TANDEM_TRY(auto const issue, run_.jira().get(key, {"summary"}, {}));
    if (!issue) return fail(ErrorKind::not_found, fmt::format("the issue {} does not exist or cannot be seen", key));
    bool linked = false;
    for (auto const& item : items_) {
      if (!item.compiled->item.synchronised()) continue;
      ItemRun stats;
      TANDEM_TRY(bool const found, ItemCycle(run_, item, stats).run_link_of(issue->id));
      if (!found) continue;
      linked = true;
      TANDEM_CHECK(conversation::Cycle(run_, item, stats).run_issue(issue->id));
      record_.items.push_back(stats);
      run_.tell([&](Observer& observer) { observer.item_finished(stats); });
    }
    if (linked) return Unit{};
    TANDEM_TRY(bool const displayed, is_displayed(issue->id));
    if (displayed) {
      return fail(Error{ErrorKind::refused,
                        fmt::format("the issue {} is linked only under items that display; nothing is synchronised", key),
                        {{"reason", std::string(code_of(Reason::display_only))}}});
    }
    return fail(ErrorKind::not_found, fmt::format("the issue {} is not linked under an enabled item", key));
  }

  Result<bool> is_displayed(std::string const& issue) {
    bool found = false;
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const links, link::find_by_issue(reader, issue));
      for (auto const& link : links) {
        auto const item = by_name_.find(link.item);
        found = found || (item != by_name_.end() && !item->second->compiled->item.synchronised());
      }
      return Unit{};
    }));
    return found;
  }

  // Metadata that changed since are noticed by what a round met, or by their age; with new ones the round is repeated for what was met.
  // True: go round again.
  Result<bool> renew_metadata(RunItem& item, ItemRun& stats, Result<Unit> const& outcome) {
    auto const suspects = suspecting_.take(item.name());
    TANDEM_TRY(bool const wanted, wants_metadata(run_, item, outcome, !suspects.empty()));
    if (!wanted) return false;
    auto renewed = with_new_metadata(run_, item);
    // Metadata that cannot be read now leave what is known: only what the round itself ended with counts.
    bool const changed = !renewed && renewed.error().find("reason") == code_of(Reason::metadata_changed);
    if (!renewed && !changed && renewed.error().kind != ErrorKind::store && renewed.error().kind != ErrorKind::cancelled)
      return false;
    if (!renewed) return fail(std::move(renewed).error());
    if (!*renewed) return false;
    item = std::move(**renewed);
    for (auto const& one : suspects) {
      if (one.failed && stats.failed > 0) --stats.failed;  // looked at once more, it counts then
    }
    if (run_.options.dry_run) return true;
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& one : suspects) {
        TANDEM_TRY(auto const held, find_retry(writer, item.name(), one.record));
        auto entry = held.value_or(Retry{});
        entry.item = item.name();
        entry.record = one.record;
        entry.number = one.number;
        entry.next.reset();
        if (!held) entry.reason = code_of(Reason::metadata_changed);
        TANDEM_CHECK(put_retry(writer, entry));
      }
      // What was left alone for want of what is there now shows when the links are compared.
      Feed const feed(item.name());
      TANDEM_TRY(auto state, feed.load(writer));
      if (!state) return Unit{};
      state->start_sweep();
      return feed.save(writer, *state);
    }));
    return true;
  }

  // An answer that got lost is looked for at once: what was executed is found, and the item goes on.
  Result<Unit> one_item(RunItem& item) {
    run_.tell([&](Observer& observer) { observer.item_started(item.name()); });
    record_.items.emplace_back();
    auto& stats = record_.items.back();
    stats.created = settled_.created[item.name()];
    stats.updated = settled_.edited[item.name()];
    stats.records = settled_.updated[item.name()];
    stats.held = settled_.held[item.name()];
    stats.failed = settled_.failed[item.name()];
    if (auto const found = drained_.find(item.name()); found != drained_.end()) {
      stats.updated += found->second.updated;
      stats.records += found->second.records;
      stats.held += found->second.held;
      stats.failed += found->second.failed;
      stats.marks += found->second.marks;
      stats.comments += found->second.comments;
      stats.notes += found->second.notes;
      stats.files += found->second.files;
      stats.values_left += found->second.values_left;
    }
    Result<Unit> done = Unit{};
    bool renewed = false;
    for (int round = 0; round < kRounds; ++round) {
      stats.waiting = 0;
      ItemCycle cycle(run_, item, stats);
      done = cycle.run();
      if (!cycle.conversations().empty()) found_[item.name()].insert(cycle.conversations().begin(), cycle.conversations().end());
      if (!std::exchange(renewed, true)) {
        auto const again = renew_metadata(item, stats, done);
        if (!again) {
          done = fail(again.error());
          break;
        }
        if (*again) continue;
      }
      if (done || done.error().kind != ErrorKind::unknown_outcome || run_.options.dry_run) break;
      auto settled = settle_open_intents(run_, by_name_);
      if (!settled) {
        done = fail(std::move(settled).error());
        break;
      }
      stats.created += settled->created[item.name()];
      stats.updated += settled->edited[item.name()];
      stats.records += settled->updated[item.name()];
      stats.held += settled->held[item.name()];
      stats.failed += settled->failed[item.name()];
      stats.waiting = settled->waiting;
      if (settled->waiting > 0) break;
    }
    if (done) done = conversations(item, stats);
    // A run that was told to stop says so once, for all its items.
    if (!done && done.error().kind != ErrorKind::cancelled) {
      auto const& error = done.error();
      stats.error = error.to_line();
      if (error.kind == ErrorKind::unknown_outcome) stats.waiting = std::max<std::uint64_t>(stats.waiting, 1);
      record_.exit = worse_exit(record_.exit, exit_code(error.kind));
      run_.in.log(Level::info, "stopped_item", {{"item", item.name()}, {"reason", stats.error}});
    }
    run_.tell([&](Observer& observer) { observer.item_finished(stats); });
    if (!done && ends_run(done.error().kind)) return done;
    return Unit{};
  }

  // A run that was told to stop has not failed: it says so and the next one goes on.
  void take_end(Error const& error) {
    record_.error = error.to_line();
    if (error.kind == ErrorKind::cancelled) {
      record_.stopped = true;
    } else {
      record_.exit = worse_exit(record_.exit, exit_code(error.kind));
    }
  }

  Result<Unit> tell_open_intents() {
    std::vector<Intent> intents;
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(intents, open_intents(reader));
      return Unit{};
    }));
    for (auto const& intent : intents) {
      run_.tell([&](Observer& observer) {
        observer.skipped({intent.item, intent.record, intent.number, intent.issue_key.value_or(""), Reason::open_intent,
                          "a dry run does not settle it"});
      });
    }
    return Unit{};
  }

  Suspecting suspecting_;
  RunInput input_;
  RunContext run_;
  std::vector<RunItem> items_;
  ItemsByName by_name_;
  RunRecord record_;
  std::optional<Instant> first_seen_;
  SettleCounts settled_;
  event::DrainStats drained_;
  conversation::Found found_;
  bool notes_read_ = false;
};

}  // namespace

int worse_exit(int a, int b) {
  constexpr std::array kOrder{11, 1, 4, 3, 2, 5, 7, 9, 6, 0};
  auto const rank = [&](int code) { return std::find(kOrder.begin(), kOrder.end(), code) - kOrder.begin(); };
  return rank(a) <= rank(b) ? a : b;
}

Result<RunRecord> run_cycle(RunInput const& input, RunOptions const& options, std::vector<RunItem> const& items) {
  return Cycle(input, options, items).go();
}

}  // namespace tandem::sync
