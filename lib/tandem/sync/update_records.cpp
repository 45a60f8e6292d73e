#include <tandem/sync/update_records.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/create_issues.hpp>
#include <tandem/sync/flips.hpp>
#include <tandem/sync/workers.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

// What is sent for these changes.
json::Object body_of(CompiledItem const& item, Intent const& intent) {
  json::Object body;
  for (auto const& field : intent.fields) {
    auto const* rule = rule_of(item, field.rule);
    if (rule == nullptr) continue;
    for (auto const& [column, value] : rule->column_body(field.after)) body.set(column, value);
  }
  return body;
}

IntendedField intended(CompiledItem const& item, FieldChange const& change, dataverse::Record const& record) {
  IntendedField out{change.rule, change.column, change.column_raw, change.field_raw, change.write, change.merged};
  auto const* rule = rule_of(item, change.rule);
  auto const table = rule != nullptr ? record.lookup_tables.find(rule->column.query_name()) : record.lookup_tables.end();
  if (table != record.lookup_tables.end()) out.table = table->second;
  return out;
}

// A refusal that concerns this record, not our identity as a whole.
bool lacks_privilege(Error const& error) {
  return error.kind == ErrorKind::auth && (!error.find("privilege").empty() || error.find("status") == "403");
}

class RecordWriter {
 public:
  RecordWriter(RunContext& run, CompiledItem const& item, Pair& pair, ItemRun& stats, std::mutex& stats_mutex)
      : run_(run), item_(item), pair_(pair), stats_(stats), stats_mutex_(stats_mutex) {}

  // False: somebody else changed the record, nothing was written.
  Result<bool> write() {
    auto kept = send();
    if (!kept && kept.error().kind == ErrorKind::remote && pair_.intent.fields.size() > 1) return write_one_by_one();
    if (!kept && kept.error().kind == ErrorKind::conflict) {
      TANDEM_CHECK(close());
      return false;
    }
    if (kept) {
      TANDEM_CHECK(keep(*kept));
    } else {
      TANDEM_CHECK(refused(std::move(kept).error()));
    }
    TANDEM_CHECK(tell_rejected());
    return true;
  }

 private:
  Result<dataverse::Record> send() {
    return run_.dataverse().update(item_.entity().set_name, item_.entity().primary_id, pair_.intent.record, pair_.intent.etag,
                                   body_of(item_, pair_.intent), row_columns(item_));
  }

  // The refusal does not name the column: each value goes alone, so that the faulty ones are known and cost only themselves.
  Result<bool> write_one_by_one() {
    auto const all = pair_.intent.fields;
    bool first = true;
    for (auto const& field : all) {
      pair_.intent.fields = {field};
      pair_.intent.etag = pair_.row.record.etag;
      pair_.intent.base = pair_.plan.base;
      pair_.intent.more = true;  // the others come after it
      TANDEM_CHECK(run_.store().write([&](store::Writer& writer) { return put_intent(writer, pair_.intent); }));
      auto kept = send();
      if (!kept && kept.error().kind == ErrorKind::conflict) {
        TANDEM_CHECK(close());
        // What is left is looked at anew when some of it was written already.
        if (first) return false;
        return queue_again();
      }
      if (kept) {
        TANDEM_CHECK(keep(*kept));
      } else {
        TANDEM_CHECK(refused(std::move(kept).error()));
      }
      first = false;
    }
    if (pair_.plan.changes_of(Side::jira) == 0) {
      TANDEM_CHECK(
          run_.store().write([&](store::Writer& writer) { return erase_retry(writer, pair_.plan.item, pair_.plan.record); }));
    }
    TANDEM_CHECK(tell_rejected());
    return true;
  }

  Result<bool> queue_again() {
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) { return put_retry(writer, retry_of(pair_, Reason::busy, "")); }));
    pair_.plan.changes.clear();
    pair_.plan.settle_action();
    return true;
  }

  Result<Unit> close() {
    return run_.store().write([&](store::Writer& writer) { return erase_intent(writer, pair_.intent.id); });
  }

  Result<Unit> keep(dataverse::Record const& kept) {
    std::lock_guard const hold(stats_mutex_);
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(pair_.plan.base, commit_update(run_, writer, item_, pair_.intent, kept));
      return Unit{};
    }));
    ++stats_.records;
    pair_.row.record = kept;
    for (auto const& field : pair_.intent.fields) {
      pair_.plan.drop(field.rule, Side::dynamics);
      // The issue's half of a merged set is written over what the record holds now.
      for (auto& change : pair_.plan.changes) {
        auto const* rule = rule_of(item_, change.rule);
        auto const* raw = rule != nullptr ? kept.column(rule->column.query_name()) : nullptr;
        if (change.rule == field.rule && raw != nullptr) change.column_raw = *raw;
      }
    }
    return Unit{};
  }

  // The service refused: these values wait, the other half of a merged set with them.
  Result<Unit> refused(Error error) {
    if (error.kind == ErrorKind::unknown_outcome) {
      std::lock_guard const hold(stats_mutex_);
      ++stats_.waiting;
      return fail(std::move(error));
    }
    TANDEM_CHECK(close());  // surely not executed
    if (ends_run(error.kind) && !lacks_privilege(error)) return fail(std::move(error));
    refusal_ = lacks_privilege(error)               ? Reason::no_privilege
               : error.kind == ErrorKind::not_found ? Reason::record_missing
                                                    : Reason::rejected;
    for (auto const& field : pair_.intent.fields) {
      refused_ += fmt::format("{}{}: {}", refused_.empty() ? "" : "; ", field.field, error.message);
      pair_.plan.left.push_back({field.rule, field.field, "", {*refusal_, error.message}});
      pair_.plan.drop(field.rule, Side::dynamics);
      if (field.merged) pair_.plan.drop(field.rule, Side::jira);
    }
    return Unit{};
  }

  Result<Unit> tell_rejected() {
    pair_.plan.settle_action();
    if (!refusal_) return Unit{};
    std::lock_guard const hold(stats_mutex_);
    return run_.store().write(
        [&](store::Writer& writer) { return commit_failure(run_, writer, retry_of(pair_, *refusal_, refused_), stats_); });
  }

  RunContext& run_;
  CompiledItem const& item_;
  Pair& pair_;
  ItemRun& stats_;
  std::mutex& stats_mutex_;
  std::optional<Reason> refusal_;
  std::string refused_;
};

}  // namespace

Result<link::Base> commit_update(RunContext& run, store::Writer& writer, CompiledItem const& item, Intent const& intent,
                                 dataverse::Record const& kept) {
  TANDEM_TRY(auto link, link::find_link(writer, intent.id));
  if (!link) return fail(ErrorKind::store, fmt::format("the link of {} vanished while its record was updated", intent.number));
  auto const at = run.dataverse_now().value_or(Instant{});
  link->synced_at = run.jira_now() ? run.jira_now() : link->synced_at;
  auto base = intent.base;
  base.etag = kept.etag;
  auto entry = history_of(run, *link, "updated-record", at);
  entry.reason = intent.reason;
  entry.undoes = intent.undoes;
  if (!intent.undoes.empty()) entry.run = intent.run;  // also where a later run settles it
  for (auto const& field : intent.fields) {
    auto const* rule = rule_of(item, field.rule);
    if (rule == nullptr) continue;
    auto const* raw = kept.column(rule->column.query_name());
    auto const now = raw != nullptr ? *raw : json::Value();
    auto& held = base.fields[field.rule];
    // A merged set's other half is still to be written: for it the record has moved and the issue has not.
    held = field.merged ? link::FieldBase{held.column, field.before} : link::FieldBase{now, field.before};
    auto const [before, after] = rule->show_columns(field.column, now);
    // What the record does not show may be told by the issue it is in step with.
    bool const told_by_issue = after.empty() && intent.undoes.empty();
    entry.fields.push_back({field.field, before, told_by_issue ? rule->show_field(field.before) : after, field.column,
                            value_print(now), field.rule, field.table});
    TANDEM_CHECK(note_write(writer, link->id, field.rule, json::Array{name_of(Side::dynamics), field.after}, at));
  }
  TANDEM_CHECK(append_history(writer, entry));
  run.tell([&](Observer& observer) { observer.wrote(entry); });
  TANDEM_CHECK(link::put_link(writer, *link));
  TANDEM_CHECK(link::put_base(writer, link->id, base));
  TANDEM_CHECK(erase_intent(writer, intent.id));
  if (!intent.more) {
    TANDEM_CHECK(erase_retry(writer, intent.item, intent.record));
    return base;
  }
  TANDEM_TRY(auto const queued, find_retry(writer, intent.item, intent.record));
  Retry rest = queued.value_or(Retry{});
  rest.next.reset();
  rest.item = intent.item;
  rest.record = intent.record;
  rest.number = intent.number;
  rest.reason = code_of(Reason::open_intent);
  rest.detail = "its issue is still to be written";
  TANDEM_CHECK(put_retry(writer, rest));
  return base;
}

Result<std::vector<std::size_t>> write_records(RunContext& run, CompiledItem const& item, std::vector<Pair>& pairs,
                                               ItemRun& stats) {
  std::vector<std::size_t> due;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (pairs[i].plan.changes_of(Side::dynamics) > 0) due.push_back(i);
  }
  if (due.empty()) return due;
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const i : due) {
      auto& pair = pairs[i];
      pair.intent = intent_of(run, pair, Effect::update_record);
      pair.intent.at = run.dataverse_now();
      pair.intent.more = pair.plan.changes_of(Side::jira) > 0 || has_open_status(pair);
      for (auto const& change : pair.plan.changes) {
        if (change.side != Side::dynamics) continue;
        pair.intent.fields.push_back(intended(item, change, pair.row.record));
        if (!change.lost.empty()) pair.intent.reason = code_of(Reason::conflict);
      }
      TANDEM_CHECK(put_intent(writer, pair.intent));
    }
    return Unit{};
  }));
  std::mutex stats_mutex;
  std::vector<Result<bool>> outcomes(due.size(), Result<bool>(true));
  std::atomic<bool> stopped{false};
  for_each_of(due.size(), run.options.jobs, [&](std::size_t i) {
    auto& pair = pairs[due[i]];
    if (stopped) {  // nothing was sent for this one
      auto const closed = run.store().write([&](store::Writer& writer) { return erase_intent(writer, pair.intent.id); });
      if (!closed) outcomes[i] = fail(closed.error());
      return;
    }
    outcomes[i] = RecordWriter(run, item, pair, stats, stats_mutex).write();
    if (!outcomes[i] && ends_run(outcomes[i].error().kind)) stopped = true;
  });
  std::vector<std::size_t> moved;
  std::optional<Error> worst;
  for (std::size_t i = 0; i < due.size(); ++i) {
    if (outcomes[i]) {
      if (!*outcomes[i]) moved.push_back(due[i]);
      continue;
    }
    auto& pair = pairs[due[i]];
    pair.plan.changes.clear();  // it waits for its intent
    pair.plan.settle_action();
    if (!worst || (ends_run(outcomes[i].error().kind) && !ends_run(worst->kind))) worst = outcomes[i].error();
  }
  if (worst) return fail(std::move(*worst));
  return moved;
}

}  // namespace tandem::sync
