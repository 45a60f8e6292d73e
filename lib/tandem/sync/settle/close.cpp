// Settling a record's change of status (SPEC R2). An update carried `If-Match`: while the record has that version it was not executed, and never will
// be over the write that is planned now. A closing message has no precondition: the activity that it leaves is the evidence, also when somebody
// has reopened the record since.

#include <tandem/sync/settle/settle.hpp>
#include <tandem/sync/status/change_record.hpp>
#include <tandem/sync/status/write_status.hpp>

namespace tandem::sync {

namespace {

// By the clock of the service that was written to.
bool waited_enough(RunContext const& run, Intent const& intent) {
  auto const now = run.dataverse_now();
  return now && intent.at && *now - *intent.at >= run.options.settle_after;
}

enum class Fate : std::uint8_t { done, not_done, unknown };

Result<Fate> fate_of(RunContext& run, mapping::CompiledItem const& item, Intent const& intent, dataverse::Record const& record) {
  if (intent.effect == Effect::close) {
    TANDEM_TRY(bool const closed, finds_closing_activity(run, item, intent));
    if (closed) return Fate::done;
    auto const* state = record.column("statecode");
    bool const open = state != nullptr && state->integer() == 0;
    // Closed by somebody else: what is left to do is decided anew.
    return !open || waited_enough(run, intent) ? Fate::not_done : Fate::unknown;
  }
  auto const* now = record.column(item.statuses ? item.statuses->column() : "statuscode");
  bool const shows = now != nullptr && *now == intent.moved->status;
  return shows && record.etag != intent.etag ? Fate::done : Fate::not_done;
}

}  // namespace

Result<SettleCounts> settle_changes(RunContext& run, ItemsByName const& items, std::vector<Intent> intents) {
  SettleCounts counts;
  for (auto const& intent : intents) {
    TANDEM_CHECK(run.go_on());
    auto const& item = *items.find(intent.item)->second->compiled;
    auto const& entity = item.entity();
    TANDEM_TRY(auto const record, run.dataverse().get(entity.set_name, entity.primary_id, intent.record, row_columns(item)));
    if (!record || !intent.moved) {
      TANDEM_CHECK(plan_anew(run, intent));
      ++counts.not_done;
      continue;
    }
    TANDEM_TRY(auto const fate, fate_of(run, item, intent, *record));
    if (fate == Fate::done) {
      TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
        TANDEM_TRY(auto const queued, find_retry(writer, intent.item, intent.record));
        TANDEM_CHECK(commit_change(run, writer, item, intent, &*record));
        return queued ? put_retry(writer, *queued) : Result<Unit>(Unit{});
      }));
      ++counts.updated[intent.item];
    } else if (fate == Fate::unknown) {
      ++counts.waiting;
      run.tell([&](Observer& observer) {
        observer.skipped({intent.item, intent.record, intent.number, intent.issue_key.value_or(""), Reason::open_intent,
                          "whether it was closed is not known yet"});
      });
    } else {
      TANDEM_CHECK(plan_anew(run, intent));
      ++counts.not_done;
    }
  }
  return counts;
}

}  // namespace tandem::sync
