#include <tandem/sync/settle/settle.hpp>

#include <fmt/format.h>

#include <tandem/sync/clock_back.hpp>
#include <tandem/sync/status/put_back.hpp>

namespace tandem::sync {

void SettleCounts::add(SettleCounts const& part) {
  not_done += part.not_done;
  waiting += part.waiting;
  for (auto const& [item, count] : part.created) created[item] += count;
  for (auto const& [item, count] : part.edited) edited[item] += count;
  for (auto const& [item, count] : part.updated) updated[item] += count;
  for (auto const& [item, count] : part.held) held[item] += count;
  for (auto const& [item, count] : part.failed) failed[item] += count;
}

bool old_enough(RunContext const& run, Intent const& intent) {
  auto const now = run.jira_now();
  return now && intent.at && *now - *intent.at >= run.options.settle_after;
}

Result<Unit> plan_anew(RunContext& run, Intent const& intent) {
  return run.store().write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(erase_intent(writer, intent.id));
    Retry retry;
    retry.item = intent.item;
    retry.record = intent.record;
    retry.number = intent.number;
    retry.reason = code_of(Reason::not_executed);
    return put_retry(writer, retry);
  });
}

namespace {

void tell_open(RunContext& run, Intent const& intent) {
  run.tell([&](Observer& observer) {
    observer.skipped({intent.item, intent.record, intent.number, intent.issue_key.value_or(""), Reason::rehearsal_open,
                      "its item takes no part in this run"});
  });
}

void tell_back(RunContext& run, Intent const& intent, SideBack const& side, std::string const& what, SettleCounts& counts) {
  if (side.end != BackEnd::refused) return;
  ++counts.failed[intent.item];
  run.tell([&](Observer& observer) {
    observer.failed({intent.item, intent.record, intent.number, intent.issue_key.value_or(""), Reason::rehearsal_open,
                     fmt::format("{} could not be put back: {}: {}", what, code_of(side.refused->reason), side.refused->detail)});
  });
}

// Rehearsals that ended before both statuses were put back (SPEC G8).
Result<Unit> put_rehearsals_back(RunContext& run, ItemsByName const& items, SettleCounts& counts) {
  std::vector<Intent> open;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(open, open_intents(reader));
    return Unit{};
  }));
  for (auto const& intent : open) {
    auto const item = items.find(intent.item);
    if (intent.effect != Effect::rehearse || item == items.end()) continue;
    TANDEM_CHECK(run.go_on());
    if (!item->second->compiled->statuses) {
      // Its item leaves the status alone by now: there is no table any more by which to put it back.
      tell_back(run, intent, {BackEnd::refused, Report{Reason::rehearsal_open, "its item leaves the status alone by now"}, {}},
                fmt::format("{} and {}", intent.number, intent.issue_key.value_or("")), counts);
      continue;
    }
    auto const back = put_back(run, *item->second->compiled, intent);
    if (!back && ends_run(back.error().kind)) return fail(back.error());
    if (!back) {
      ++counts.waiting;
      tell_open(run, intent);
      continue;
    }
    tell_back(run, intent, back->dynamics, intent.number, counts);
    tell_back(run, intent, back->jira, intent.issue_key.value_or(""), counts);
  }
  return Unit{};
}

// Intents of a time that Jira's clock has not reached: it went back. They are counted from now on, so that they do not wait for that time.
Result<Unit> date_anew(RunContext& run, std::vector<Intent>& intents) {
  if (intents.empty()) return Unit{};
  TANDEM_TRY(auto const now, run.fresh_jira_time());
  for (auto& intent : intents) {
    if (!intent.at || *intent.at <= now + kClocksAgree) continue;
    intent.at = now;
    TANDEM_CHECK(run.store().write([&](store::Writer& writer) { return put_intent(writer, intent); }));
  }
  return Unit{};
}

}  // namespace

Result<SettleCounts> settle_open_intents(RunContext& run, ItemsByName const& items) {
  std::vector<Intent> intents;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(intents, open_intents(reader));
    return Unit{};
  }));
  TANDEM_CHECK(date_anew(run, intents));
  std::map<std::string, std::vector<Intent>> creates;
  std::vector<Intent> edits;
  std::vector<Intent> updates;
  std::vector<Intent> transitions;
  std::vector<Intent> changes;
  SettleCounts counts;
  for (auto& intent : intents) {
    if (items.find(intent.item) == items.end()) {
      ++counts.waiting;
      if (intent.rehearsal) tell_open(run, intent);
    } else if (intent.effect == Effect::rehearse) {
      continue;  // below, with those whose last write is settled first
    } else if (intent.effect == Effect::create_issue) {
      creates[intent.project].push_back(std::move(intent));
    } else if (intent.effect == Effect::edit_issue) {
      edits.push_back(std::move(intent));
    } else if (intent.effect == Effect::update_record) {
      updates.push_back(std::move(intent));
    } else {
      (intent.effect == Effect::transition ? transitions : changes).push_back(std::move(intent));
    }
  }
  for (auto& [project, part] : creates) {
    TANDEM_TRY(auto const settled, settle_creates(run, items, project, std::move(part)));
    counts.add(settled);
  }
  if (!edits.empty()) {
    TANDEM_TRY(auto const settled, settle_edits(run, items, std::move(edits)));
    counts.add(settled);
  }
  if (!updates.empty()) {
    TANDEM_TRY(auto const settled, settle_updates(run, items, std::move(updates)));
    counts.add(settled);
  }
  if (!transitions.empty()) {
    TANDEM_TRY(auto const settled, settle_transitions(run, items, std::move(transitions)));
    counts.add(settled);
  }
  if (!changes.empty()) {
    TANDEM_TRY(auto const settled, settle_changes(run, items, std::move(changes)));
    counts.add(settled);
  }
  TANDEM_CHECK(put_rehearsals_back(run, items, counts));
  for (auto const& [name, item] : items) TANDEM_CHECK(settle_parts(run, *item));
  return counts;
}

}  // namespace tandem::sync
