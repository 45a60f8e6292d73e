#include <tandem/sync/status/write_status.hpp>

#include <atomic>
#include <mutex>

#include <tandem/sync/create_issues.hpp>
#include <tandem/sync/status/change_record.hpp>
#include <tandem/sync/status/walk_issue.hpp>
#include <tandem/sync/workers.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

bool is_due(Pair const& pair, StatusTurn turn) {
  return pair.status.acts() && !pair.status.done && pair.status.reopens == (turn == StatusTurn::before_fields);
}

// Edits for a record that could not be reopened wait with it.
void keep_edits_back(Pair& pair, Report const& report) {
  auto const changes = pair.plan.changes;
  for (auto const& change : changes) {
    if (change.side != Side::dynamics) continue;
    pair.plan.left.push_back({change.rule, change.column, change.field, {Reason::record_closed, report.detail}});
    pair.plan.drop(change.rule, Side::dynamics);
    if (change.merged) pair.plan.drop(change.rule, Side::jira);
  }
  pair.plan.settle_action();
}

Result<Unit> tell_refused(RunContext& run, Pair& pair, StatusOutcome const& outcome, ItemRun& stats) {
  pair.status.left = outcome.refused;
  if (outcome.again) {
    return run.store().write(
        [&](store::Writer& writer) { return put_retry(writer, retry_of(pair, Reason::busy, outcome.refused->detail)); });
  }
  return run.store().write([&](store::Writer& writer) {
    return commit_failure(run, writer, retry_of(pair, outcome.refused->reason, outcome.refused->detail), stats);
  });
}

}  // namespace

Result<Unit> write_statuses(RunContext& run, CompiledItem const& item, std::vector<Pair>& pairs, StatusTurn turn,
                            ItemRun& stats) {
  std::vector<Pair*> due;
  for (auto& pair : pairs) {
    if (is_due(pair, turn)) due.push_back(&pair);
  }
  std::vector<Result<StatusOutcome>> outcomes(due.size(), Result<StatusOutcome>(StatusOutcome{}));
  std::atomic<bool> stopped{false};
  std::atomic<std::uint64_t> waiting{0};
  for_each_of(due.size(), run.options.jobs, [&](std::size_t i) {
    if (stopped) return;  // nothing was begun for this one
    auto& pair = *due[i];
    pair.status.done = true;
    bool const to_jira = pair.status.action == StatusAction::move_issue;
    outcomes[i] = to_jira ? walk_issue(run, item, pair) : change_record(run, item, pair);
    if (outcomes[i]) return;
    if (outcomes[i].error().kind == ErrorKind::unknown_outcome) ++waiting;
    if (ends_run(outcomes[i].error().kind)) stopped = true;
  });
  stats.waiting += waiting;
  std::optional<Error> worst;
  for (std::size_t i = 0; i < due.size(); ++i) {
    auto& pair = *due[i];
    if (!pair.status.done) continue;  // the run ends before it
    if (!outcomes[i]) {
      if (!worst || (ends_run(outcomes[i].error().kind) && !ends_run(worst->kind))) worst = outcomes[i].error();
      pair.plan.changes.clear();  // it waits for its intent
      pair.plan.settle_action();
      continue;
    }
    bool const to_jira = pair.status.action == StatusAction::move_issue;
    if (auto const& refused = outcomes[i]->refused) {
      if (!to_jira && pair.status.reopens) keep_edits_back(pair, *refused);
      pair.status.outcome = *outcomes[i]->refused;
      pair.status.again = outcomes[i]->again;
      continue;
    }
    // Counted once, with the fields where there are some.
    if (pair.status.alone) ++(to_jira ? stats.updated : stats.records);
  }
  if (worst) return fail(std::move(*worst));
  if (turn == StatusTurn::before_fields) return Unit{};
  // After all that is written of the pair, since a write that succeeds takes it from the retry list.
  for (auto& pair : pairs) {
    if (pair.status.outcome) TANDEM_CHECK(tell_refused(run, pair, {pair.status.outcome, pair.status.again}, stats));
  }
  return Unit{};
}

}  // namespace tandem::sync
