// Settling a transition: our own entry in the issue's history is the evidence (SPEC R2). It is repeated only where the issue still stands at the
// status it was to leave and its history has no newer entry.

#include <algorithm>

#include <tandem/sync/settle/settle.hpp>
#include <tandem/sync/status/write_status.hpp>

namespace tandem::sync {

namespace {

// Ids count upwards.
bool newer(std::string const& id, std::string const& than) {
  return id.size() != than.size() ? id.size() > than.size() : id > than;
}

struct Witness {
  bool ours = false, others = false;
};

Witness witness_of(IntendedStatus const& moved, std::vector<jira::ChangelogEntry> const& history, std::string_view account) {
  Witness out;
  for (auto const& entry : history) {
    if (!newer(entry.id, moved.last_entry)) continue;
    for (auto const& field : entry.fields) {
      if (field.field_id != "status") continue;
      bool const ours = entry.author == account && field.from == moved.from && field.to == moved.to;
      (ours && !out.ours && !out.others ? out.ours : out.others) = true;
    }
  }
  return out;
}

}  // namespace

Result<SettleCounts> settle_transitions(RunContext& run, ItemsByName const& items, std::vector<Intent> intents) {
  SettleCounts counts;
  for (auto const& intent : intents) {
    TANDEM_CHECK(run.go_on());
    auto const& item = *items.find(intent.item)->second->compiled;
    auto const id = intent.issue.value_or("");
    TANDEM_TRY(auto const issue, run.jira().get(id, {"status", "updated"}, {}));
    if (!issue || !intent.moved) {
      TANDEM_CHECK(plan_anew(run, intent));
      ++counts.not_done;
      continue;
    }
    TANDEM_TRY(auto const histories, run.jira().changelogs({issue->id}, {"status"}));
    TANDEM_TRY(auto const account, run.jira_account());
    auto const found = histories.find(issue->id);
    auto const witness = found == histories.end() ? Witness{} : witness_of(*intent.moved, found->second, account);
    auto const* held = issue->field("status");
    bool const at_start = held != nullptr && (*held)["id"].scalar_text() == intent.moved->from;
    if (witness.ours) {
      TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
        // What the issue shows by now may be a person's: the base is what we wrote, and the pair is looked at again.
        TANDEM_CHECK(commit_hop(run, writer, item, intent, nullptr));
        Retry look;
        look.item = intent.item;
        look.record = intent.record;
        look.number = intent.number;
        look.reason = code_of(Reason::open_intent);
        look.detail = "its transition was done; the rest is looked at";
        return put_retry(writer, look);
      }));
      ++counts.edited[intent.item];
    } else if (at_start && !witness.others && !old_enough(run, intent)) {
      ++counts.waiting;  // it may still be executed
      run.tell([&](Observer& observer) {
        observer.skipped({intent.item, intent.record, intent.number, issue->key, Reason::open_intent,
                          "the outcome of its transition is not known yet"});
      });
    } else {
      TANDEM_CHECK(plan_anew(run, intent));
      ++counts.not_done;
    }
  }
  return counts;
}

}  // namespace tandem::sync
