// Settling an issue edit: the issue's present values are the evidence.

#include <algorithm>

#include <tandem/sync/edit_issues.hpp>
#include <tandem/sync/settle/settle.hpp>

namespace tandem::sync {

namespace {

enum class Shown { target, before, other };

// A text that was merged into what Jira alone holds is no column's value: the issue shows what was sent, or its column's side of it.
bool shows_what_was_sent(mapping::FieldRule const& rule, IntendedField const& field, json::Value const& now) {
  if (holds_what_was_sent(now, field.after)) return true;
  auto const sent = rule.to_column(field.after), found = rule.to_column(now), before = rule.to_column(field.before);
  return sent.value && found.value && *sent.value == *found.value && !(before.value && *before.value == *sent.value);
}

// Labels are added and removed one by one, and others stay (plan_fields.cpp): the issue has all that were sent and none that the mapping had put
// there before and no longer does.
bool shows_labels_sent(mapping::FieldRule const& rule, Intent const& intent, IntendedField const& field, json::Value const& now) {
  if (rule.field.items != "string" || !now.is_array() || !field.after.is_array() || now == field.before) return false;
  auto const in = [](json::Value const& list, json::Value const& label) {
    return std::find(list.items().begin(), list.items().end(), label) != list.items().end();
  };
  for (auto const& label : field.after.items()) {
    if (!in(now, label)) return false;
  }
  auto const base = intent.base.fields.find(field.rule);
  if (base == intent.base.fields.end()) return true;
  auto const put = rule.to_jira(base->second.column, "");
  if (!put.value) return true;
  return std::none_of(put.value->items().begin(), put.value->items().end(),
                      [&](json::Value const& label) { return !in(field.after, label) && in(now, label); });
}

Shown shown_by(mapping::CompiledItem const& item, Intent const& intent, IntendedField const& field, jira::Issue const& issue) {
  auto const* rule = rule_of(item, field.rule);
  if (rule == nullptr) return Shown::other;
  auto const* held = issue.field(field.field);
  auto const now = held != nullptr ? *held : json::Value();
  if (!intent.undoes.empty()) {  // the value from before: what the column says is what was there until now
    bool const target = holds_what_was_sent(now, field.after) || rule->same_fields(now, field.after);
    return target ? Shown::target : now == field.before ? Shown::before : Shown::other;
  }
  // What is put back is no column's value.
  bool const target = intent.put_back ? rule->same_fields(now, field.after)
                                      : rule->equivalent(field.column, "", now) || shows_what_was_sent(*rule, field, now) ||
                                            shows_labels_sent(*rule, intent, field, now);
  if (target) return Shown::target;
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
      auto const shown = shown_by(item, intent, field, *issue);
      all_done = all_done && shown == Shown::target;
      untouched = untouched || shown == Shown::before;
    }
    if (all_done) {
      std::optional<Retry> queued;
      TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
        TANDEM_TRY(queued, find_retry(reader, intent.item, intent.record));
        return Unit{};
      }));
      ItemRun stats;
      TANDEM_CHECK(finish_edits(run, item, {{intent, *issue}}, stats));
      if (queued) TANDEM_CHECK(run.store().write([&](store::Writer& writer) { return put_retry(writer, *queued); }));
      counts.edited[intent.item] += stats.updated;
      counts.held[intent.item] += stats.held;
    } else if (untouched && !old_enough(run, intent)) {
      ++counts.waiting;  // it may still be executed
      run.tell([&](Observer& observer) {
        observer.skipped({intent.item, intent.record, intent.number, issue->key, Reason::open_intent,
                          "the outcome of its edit is not known yet"});
      });
    } else if (intent.put_back && untouched) {
      // What a person had written is not in Jira again: it is kept, and the field held.
      TANDEM_CHECK(run.store().write([&](store::Writer& writer) { return hold_put_back(run, writer, item, intent); }));
      counts.held[intent.item] += intent.fields.size();
      ++counts.not_done;
    } else {
      TANDEM_CHECK(plan_anew(run, intent));
      ++counts.not_done;
    }
  }
  return counts;
}

}  // namespace tandem::sync
