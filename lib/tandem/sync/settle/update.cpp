// Settling a record's update: the record's present values are the evidence (SPEC R2).
//
// The PATCH carried `If-Match` with the version that it was planned over. While the record still has that version it was not executed yet; should it
// be executed later all the same, the write that is planned now finds another version and is planned anew. So nothing need wait here.

#include <algorithm>

#include <tandem/sync/settle/settle.hpp>
#include <tandem/sync/update_records.hpp>

namespace tandem::sync {

namespace {

bool shows_target(mapping::CompiledItem const& item, IntendedField const& field, dataverse::Record const& record) {
  auto const* rule = rule_of(item, field.rule);
  auto const* now = rule != nullptr ? record.column(rule->column.query_name()) : nullptr;
  if (now == nullptr || *now == field.column) return false;
  // A lookup's target is a row with its table and name (column_lookup.cpp); the record shows the row's id.
  if (field.after.is_object() && now->is_string() && field.after["id"].text() == now->text()) return true;
  // A text that was merged into what Dynamics alone holds need not convert to the issue's (C8).
  return *now == field.after || rule->equivalent(*now, "", field.before);
}

// A merged set's target is no value of the issue's: it is compared as it was sent.
bool is_done(mapping::CompiledItem const& item, IntendedField const& field, dataverse::Record const& record, bool undo) {
  if (undo) {  // the value from before is not what the issue shows
    auto const* own = rule_of(item, field.rule);
    auto const* held = own != nullptr ? record.column(own->column.query_name()) : nullptr;
    if (held == nullptr) return false;
    return *held == field.after || (field.after.is_object() && held->text() == field.after["id"].text());
  }
  if (!field.merged) return shows_target(item, field, record);
  auto const* rule = rule_of(item, field.rule);
  auto const* now = rule != nullptr ? record.column(rule->column.query_name()) : nullptr;
  return now != nullptr && rule->same_columns(*now, field.after);
}

// By the clock of the service that was written to.
bool waited_enough(RunContext const& run, Intent const& intent) {
  auto const now = run.dataverse_now();
  return now && intent.at && *now - *intent.at >= run.options.settle_after;
}

}  // namespace

Result<SettleCounts> settle_updates(RunContext& run, ItemsByName const& items, std::vector<Intent> intents) {
  SettleCounts counts;
  for (auto const& intent : intents) {
    TANDEM_CHECK(run.go_on());
    auto const& item = *items.find(intent.item)->second->compiled;
    auto const& entity = item.entity();
    TANDEM_TRY(auto const record, run.dataverse().get(entity.set_name, entity.primary_id, intent.record, row_columns(item)));
    bool const done = record && record->etag != intent.etag &&
                      std::all_of(intent.fields.begin(), intent.fields.end(), [&](IntendedField const& field) {
                        return is_done(item, field, *record, !intent.undoes.empty());
                      });
    // Nothing is planned over an undo that was not executed, so it is waited for until it cannot come any more.
    bool const may_come = !done && !intent.undoes.empty() && record && record->etag == intent.etag && !waited_enough(run, intent);
    if (may_come) {
      ++counts.waiting;
      run.tell([&](Observer& observer) {
        observer.skipped({intent.item, intent.record, intent.number, intent.issue_key.value_or(""), Reason::open_intent,
                          "the outcome of its update is not known yet"});
      });
      continue;
    }
    if (!done) {
      TANDEM_CHECK(plan_anew(run, intent));
      ++counts.not_done;
      continue;
    }
    TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(auto const queued, find_retry(writer, intent.item, intent.record));
      TANDEM_CHECK(commit_update(run, writer, item, intent, *record));
      return queued ? put_retry(writer, *queued) : Result<Unit>(Unit{});
    }));
    ++counts.updated[intent.item];
  }
  return counts;
}

}  // namespace tandem::sync
