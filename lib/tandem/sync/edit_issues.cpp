#include <tandem/sync/edit_issues.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/create_issues.hpp>
#include <tandem/sync/look_up.hpp>
#include <tandem/sync/marks_writer.hpp>
#include <tandem/sync/workers.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

struct Edit {
  Row row;
  Plan plan;
  Intent intent;
};

Intent intent_for(RunContext const& run, Edit const& edit, Instant at) {
  Intent intent;
  intent.id = edit.row.link->id;
  intent.effect = Effect::edit_issue;
  intent.run = run.run_id;
  intent.item = edit.plan.item;
  intent.entity = edit.row.link->entity;
  intent.record = edit.plan.record;
  intent.number = edit.plan.number;
  intent.at = at;
  intent.etag = edit.row.record.etag;
  intent.base = edit.plan.base;
  intent.issue = edit.plan.issue;
  intent.issue_key = edit.plan.issue_key;
  for (auto const& change : edit.plan.changes) {
    intent.fields.push_back({change.rule, change.field, change.column_raw, change.field_raw, change.write});
  }
  return intent;
}

json::Object body_of(Plan const& plan, Intent const& intent) {
  // Where the site keeps it, the issue's own history then names the intent (SPEC R2).
  json::Object const extra{{"intent", intent.id}, {"run", intent.run}};
  json::Object body{{"historyMetadata", json::Object{{"type", "tandem"}, {"extraData", extra}}}};
  if (!plan.fields.empty()) body.set("fields", plan.fields);
  if (!plan.update.empty()) body.set("update", plan.update);
  return body;
}

Retry retry_for(Edit const& edit, Reason reason, std::string detail) {
  Retry retry;
  retry.item = edit.plan.item;
  retry.record = edit.plan.record;
  retry.number = edit.plan.number;
  retry.reason = code_of(reason);
  retry.detail = std::move(detail);
  return retry;
}

// Takes the fields that the server named as faulty out of the edit; true when others remain that may be tried without them.
bool drop_refused(Plan& plan, Error const& error) {
  auto const refused = [&](std::string const& field) { return !error.find("field:" + field).empty(); };
  std::size_t const before = plan.changes.size();
  for (auto const& change : plan.changes) {
    if (!refused(change.field)) continue;
    plan.left.push_back(
        {change.rule, change.column, change.field, {Reason::rejected, std::string(error.find("field:" + change.field))}});
    plan.fields.erase(change.field);
    plan.update.erase(change.field);
  }
  std::erase_if(plan.changes, [&](FieldChange const& change) { return refused(change.field); });
  return plan.changes.size() < before && !plan.changes.empty();
}

std::string rejected_values(Plan const& plan) {
  std::string out;
  for (auto const& field : plan.left) {
    if (field.report.reason != Reason::rejected) continue;
    out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", field.field, field.report.detail);
  }
  return out;
}

// One edit with its intent already committed. What the first answer names as faulty costs only that value (SPEC C4).
Result<Unit> write_edit(RunContext& run, CompiledItem const& item, Edit& edit, ItemRun& stats, std::mutex& stats_mutex) {
  auto kept = run.jira().edit(edit.plan.issue, body_of(edit.plan, edit.intent));
  if (!kept && kept.error().kind == ErrorKind::remote && drop_refused(edit.plan, kept.error())) {
    edit.intent = intent_for(run, edit, *edit.intent.at);
    TANDEM_CHECK(run.store().write([&](store::Writer& writer) { return put_intent(writer, edit.intent); }));
    kept = run.jira().edit(edit.plan.issue, body_of(edit.plan, edit.intent));
  }
  std::lock_guard const hold(stats_mutex);
  if (!kept && kept.error().kind == ErrorKind::unknown_outcome) {
    ++stats.waiting;
    return fail(std::move(kept).error());
  }
  if (!kept && ends_run(kept.error().kind)) {  // surely not executed
    TANDEM_CHECK(run.store().write([&](store::Writer& writer) { return erase_intent(writer, edit.intent.id); }));
    return fail(std::move(kept).error());
  }
  return run.store().write([&](store::Writer& writer) -> Result<Unit> {
    if (!kept) {
      TANDEM_CHECK(erase_intent(writer, edit.intent.id));
      bool const gone = kept.error().kind == ErrorKind::not_found;
      return commit_failure(run, writer, retry_for(edit, gone ? Reason::issue_missing : Reason::rejected, kept.error().to_line()),
                            stats);
    }
    TANDEM_CHECK(commit_edit(run, writer, item, edit.intent, edit.plan.base, *kept));
    ++stats.updated;
    if (auto const refused = rejected_values(edit.plan); !refused.empty()) {
      return commit_failure(run, writer, retry_for(edit, Reason::rejected, refused), stats);
    }
    return Unit{};
  });
}

// Rows whose issue need not be read: nothing that is mapped moved.
Result<Unit> pass_unchanged(RunContext& run, std::vector<Row> const& rows, ItemRun& stats) {
  if (rows.empty()) return Unit{};
  stats.unchanged += rows.size();
  return run.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const& row : rows) {
      if (row.retry) TANDEM_CHECK(erase_retry(writer, row.link->item, row.record.id));
      if (row.base->etag == row.record.etag) continue;
      auto base = *row.base;
      base.etag = row.record.etag;
      TANDEM_CHECK(link::put_base(writer, row.link->id, base));
    }
    return Unit{};
  });
}

// Plans each row over its issue; gives those that need a write, and commits what only moved the base.
Result<std::vector<Edit>> plan_rows(RunContext& run, CompiledItem const& item, std::vector<Row> rows, ItemRun& stats) {
  TANDEM_CHECK(look_up_for(run, item, rows));
  std::vector<std::string> ids;
  for (auto const& row : rows) ids.push_back(row.link->issue);
  TANDEM_TRY(auto const issues, read_issues(run, item, ids));
  std::vector<Edit> edits;
  std::vector<Edit> settled;
  std::vector<Edit> gone;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Edit edit;
    edit.row = std::move(rows[i]);
    if (!issues[i]) {
      edit.plan.item = item.item.name;
      edit.plan.record = edit.row.record.id;
      edit.plan.number = item.record_number(edit.row.record);
      gone.push_back(std::move(edit));
      continue;
    }
    edit.row.link->issue_key = issues[i]->key;
    edit.plan = plan_update(item, edit.row.base.value_or(link::Base{}), edit.row.record, *issues[i]);
    stats.values_left += edit.plan.values_lost();
    run.tell([&](Observer& observer) { observer.planned(edit.plan); });
    (edit.plan.action == Action::edit_issue ? edits : settled).push_back(std::move(edit));
  }
  stats.unchanged += settled.size();
  if (run.options.dry_run) {
    stats.failed += gone.size();
    return edits;
  }
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const& edit : settled) {
      TANDEM_CHECK(link::put_base(writer, edit.row.link->id, edit.plan.base));
      TANDEM_CHECK(erase_retry(writer, edit.plan.item, edit.plan.record));
    }
    for (auto const& edit : gone) {
      TANDEM_CHECK(commit_failure(
          run, writer,
          retry_for(edit, Reason::issue_missing, fmt::format("{} does not exist or cannot be seen", edit.row.link->issue_key)),
          stats));
    }
    return Unit{};
  }));
  return edits;
}

}  // namespace

Result<Unit> commit_edit(RunContext& run, store::Writer& writer, CompiledItem const& item, Intent const& intent, link::Base base,
                         jira::Issue const& kept) {
  TANDEM_TRY(auto link, link::find_link(writer, intent.id));
  if (!link) return fail(ErrorKind::store, fmt::format("the link of {} vanished while its issue was edited", intent.number));
  link->issue_key = kept.key.empty() ? link->issue_key : kept.key;
  link->synced_at = run.jira_now();
  auto entry = history_of(run, *link, "edited-issue", run.jira_now().value_or(Instant{}));
  for (auto const& field : intent.fields) {
    auto const* now = kept.field(field.field);
    base.fields[field.rule] = {field.column, now != nullptr ? *now : json::Value()};
    auto const rule =
        std::find_if(item.rules.begin(), item.rules.end(), [&](auto const& one) { return one->key() == field.rule; });
    if (rule == item.rules.end()) continue;
    entry.fields.push_back(
        {field.field, (*rule)->show_field(field.before), (*rule)->show_field(base.fields[field.rule].field), field.before});
  }
  TANDEM_CHECK(append_history(writer, entry));
  run.tell([&](Observer& observer) { observer.wrote(entry); });
  TANDEM_CHECK(link::put_link(writer, *link));
  TANDEM_CHECK(link::put_base(writer, link->id, base));
  TANDEM_CHECK(erase_intent(writer, intent.id));
  return erase_retry(writer, intent.item, intent.record);
}

Result<Unit> update_issues(RunContext& run, CompiledItem const& item, std::vector<Row> rows, ItemRun& stats) {
  std::vector<Row> unchanged;
  std::vector<Row> moved;
  std::vector<MarkedLink> marks;
  for (auto& row : rows) {
    MarkedLink marked{*row.link, face_of(run, item, row.record)};
    if (note_what_is_owed(run, item, marked)) marks.push_back(std::move(marked));
    bool const look = !row.base || needs_issue(item, row.record, *row.base);
    (look ? moved : unchanged).push_back(std::move(row));
  }
  if (run.options.dry_run) {
    stats.unchanged += unchanged.size();
    if (!moved.empty()) {
      TANDEM_TRY(auto const edits, plan_rows(run, item, std::move(moved), stats));
      stats.updated += edits.size();
    }
    return Unit{};
  }
  TANDEM_CHECK(pass_unchanged(run, unchanged, stats));
  if (!moved.empty()) {
    TANDEM_TRY(auto edits, plan_rows(run, item, std::move(moved), stats));
    if (!edits.empty()) {
      TANDEM_TRY(auto const at, run.fresh_jira_time());
      TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
        for (auto& edit : edits) {
          edit.intent = intent_for(run, edit, at);
          TANDEM_CHECK(put_intent(writer, edit.intent));
        }
        return Unit{};
      }));
      std::mutex stats_mutex;
      std::vector<Result<Unit>> outcomes(edits.size(), Result<Unit>(Unit{}));
      std::atomic<bool> stopped{false};
      for_each_of(edits.size(), run.options.jobs, [&](std::size_t i) {
        if (stopped) {  // nothing was sent for this one
          outcomes[i] = run.store().write([&](store::Writer& writer) { return erase_intent(writer, edits[i].intent.id); });
          return;
        }
        outcomes[i] = write_edit(run, item, edits[i], stats, stats_mutex);
        if (!outcomes[i] && ends_run(outcomes[i].error().kind)) stopped = true;
      });
      for (auto& outcome : outcomes) {
        if (!outcome && ends_run(outcome.error().kind)) return outcome;
      }
      for (auto& outcome : outcomes) {
        if (!outcome) return outcome;
      }
    }
  }
  if (marks.empty()) return Unit{};
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const& marked : marks) {
      TANDEM_TRY(auto link, link::find_link(writer, marked.link.id));
      if (!link) continue;
      link->owed = marked.link.owed;
      TANDEM_CHECK(link::put_link(writer, *link));
    }
    return Unit{};
  }));
  return write_marks(run, item, std::move(marks), stats);
}

}  // namespace tandem::sync
