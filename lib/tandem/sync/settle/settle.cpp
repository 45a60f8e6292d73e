#include <tandem/sync/settle/settle.hpp>

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

Result<SettleCounts> settle_open_intents(RunContext& run, ItemsByName const& items) {
  std::vector<Intent> intents;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(intents, open_intents(reader));
    return Unit{};
  }));
  std::map<std::string, std::vector<Intent>> creates;
  std::vector<Intent> edits;
  std::vector<Intent> updates;
  std::vector<Intent> transitions;
  std::vector<Intent> changes;
  SettleCounts counts;
  for (auto& intent : intents) {
    if (items.find(intent.item) == items.end()) {
      ++counts.waiting;
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
  return counts;
}

}  // namespace tandem::sync
