#include <tandem/sync/pair.hpp>

#include <algorithm>

namespace tandem::sync {

Intent intent_of(RunContext const& run, Pair const& pair, Effect effect) {
  Intent intent;
  intent.id = pair.link().id;
  intent.effect = effect;
  intent.run = run.run_id;
  intent.item = pair.plan.item;
  intent.entity = pair.link().entity;
  intent.record = pair.plan.record;
  intent.number = pair.plan.number;
  intent.etag = pair.row.record.etag;
  intent.base = pair.plan.base;
  intent.issue = pair.issue.id;
  intent.issue_key = pair.issue.key;
  intent.rehearsal = pair.rehearsal;
  intent.undoes = pair.undoes;
  if (!pair.undoes.empty()) intent.reason = code_of(Reason::undone);
  if (pair.rehearsal) intent.reason = code_of(Reason::rehearsal);
  return intent;
}

Retry retry_of(Pair const& pair, Reason reason, std::string detail) {
  Retry retry;
  retry.item = pair.plan.item;
  retry.record = pair.plan.record;
  retry.number = pair.plan.number;
  retry.reason = code_of(reason);
  retry.detail = std::move(detail);
  return retry;
}

mapping::FieldRule const* rule_of(mapping::CompiledItem const& item, std::string const& key) {
  auto const found = std::find_if(item.rules.begin(), item.rules.end(), [&](auto const& rule) { return rule->key() == key; });
  return found == item.rules.end() ? nullptr : found->get();
}

}  // namespace tandem::sync
