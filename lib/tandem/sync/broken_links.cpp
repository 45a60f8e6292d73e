#include <tandem/sync/broken_links.hpp>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/retry_table.hpp>

namespace tandem::sync {

Result<bool> issue_is_gone(RunContext& run, std::string const& issue_id) {
  TANDEM_TRY(auto const account, run.jira_account());
  if (account.empty()) return false;
  TANDEM_TRY(auto const issue, run.jira().get(issue_id, {"updated"}, {}));
  return !issue.has_value();
}

Result<bool> record_is_gone(RunContext& run, mapping::CompiledItem const& item, std::string const& record) {
  TANDEM_TRY(auto const self, run.dataverse().who_am_i());
  if (self.user_id.empty()) return false;
  auto const& entity = item.entity();
  TANDEM_TRY(auto const row, run.dataverse().get(entity.set_name, entity.primary_id, record, {entity.primary_id}));
  return !row.has_value();
}

Result<Unit> break_link(RunContext& run, store::Writer& writer, std::string const& link_id, Reason reason) {
  TANDEM_TRY(auto held, link::find_link(writer, link_id));
  if (!held || held->state == link::State::broken) return Unit{};
  held->state = link::State::broken;
  held->owed = {};
  TANDEM_CHECK(link::put_link(writer, *held));
  TANDEM_CHECK(erase_retry(writer, held->item, held->record));
  auto const at = reason == Reason::record_missing ? run.dataverse_now() : run.jira_now();
  auto entry = history_of(run, *held, "broke-link", at.value_or(Instant{}));
  entry.reason = code_of(reason);
  TANDEM_CHECK(append_history(writer, entry));
  run.tell([&](Observer& observer) { observer.wrote(entry); });
  return Unit{};
}

}  // namespace tandem::sync
