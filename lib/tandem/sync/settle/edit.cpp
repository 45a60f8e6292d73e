// Settling an issue edit: the issue's present values are the evidence.

#include <algorithm>

#include <tandem/sync/edit_issues.hpp>
#include <tandem/sync/settle/settle.hpp>

namespace tandem::sync {

namespace {

enum class Shown { target, before, other };

Shown shown_by(mapping::CompiledItem const& item, IntendedField const& field, jira::Issue const& issue) {
  auto const rule = std::find_if(item.rules.begin(), item.rules.end(), [&](auto const& one) { return one->key() == field.rule; });
  if (rule == item.rules.end()) return Shown::other;
  auto const* held = issue.field(field.field);
  auto const now = held != nullptr ? *held : json::Value();
  if ((*rule)->equivalent(field.column, "", now)) return Shown::target;
  return now == field.before ? Shown::before : Shown::other;
}

}  // namespace

Result<SettleCounts> settle_edits(RunContext& run, ItemsByName const& items, std::vector<Intent> intents) {
  SettleCounts counts;
  for (auto const& intent : intents) {
    TANDEM_CHECK(run.go_on());
    auto const& item = *items.find(intent.item)->second->compiled;
    TANDEM_TRY(auto const issue, run.jira().get(intent.issue.value_or(""), item.issue_fields(), {}));
    if (!issue) {
      TANDEM_CHECK(plan_anew(run, intent));
      ++counts.not_done;
      continue;
    }
    bool all_done = true;
    bool untouched = false;
    for (auto const& field : intent.fields) {
      auto const shown = shown_by(item, field, *issue);
      all_done = all_done && shown == Shown::target;
      untouched = untouched || shown == Shown::before;
    }
    if (all_done) {
      TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
        TANDEM_TRY(auto const queued, find_retry(writer, intent.item, intent.record));
        TANDEM_CHECK(commit_edit(run, writer, item, intent, intent.base, *issue));
        return queued ? put_retry(writer, *queued) : Result<Unit>(Unit{});
      }));
      ++counts.edited[intent.item];
    } else if (untouched && !old_enough(run, intent)) {
      ++counts.waiting;  // it may still be executed
      run.tell([&](Observer& observer) {
        observer.skipped({intent.item, intent.record, intent.number, issue->key, Reason::open_intent,
                          "the outcome of its edit is not known yet"});
      });
    } else {
      TANDEM_CHECK(plan_anew(run, intent));
      ++counts.not_done;
    }
  }
  return counts;
}

}  // namespace tandem::sync
