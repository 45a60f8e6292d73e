#include <tandem/sync/edit_issues.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/create_issues.hpp>
#include <tandem/sync/flips.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/lost_update.hpp>
#include <tandem/sync/workers.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

// A value that the record's half had to leave: it is on the retry list and stays there.
bool is_refused_by_dynamics(FieldLeft const& left) {
  return left.field.empty() && (left.report.reason == Reason::rejected || left.report.reason == Reason::no_privilege);
}

Intent intent_for(RunContext const& run, Pair const& pair, Instant at) {
  auto intent = intent_of(run, pair, Effect::edit_issue);
  intent.at = at;
  if (auto const* updated = pair.issue.field("updated")) intent.read_at = updated->text();
  for (auto const& change : pair.plan.changes) {
    if (change.side != Side::jira) continue;
    intent.fields.push_back({change.rule, change.field, change.column_raw, change.field_raw, change.write});
    if (!change.lost.empty()) intent.reason = code_of(Reason::conflict);
  }
  intent.more = has_open_status(pair) || std::any_of(pair.plan.left.begin(), pair.plan.left.end(), is_refused_by_dynamics);
  return intent;
}

// Where the site keeps it, the issue's own history then names the intent (SPEC R2).
json::Object body_with(Intent const& intent, json::Object const& fields, json::Object const& update) {
  json::Object const extra{{"intent", intent.id}, {"run", intent.run}};
  json::Object body{{"historyMetadata", json::Object{{"type", "tandem"}, {"extraData", extra}}}};
  if (!fields.empty()) body.set("fields", fields);
  if (!update.empty()) body.set("update", update);
  return body;
}

// Takes the fields that the server named as faulty out of the edit; true when others remain that may be tried without them.
bool drop_refused(Plan& plan, Error const& error) {
  std::vector<FieldChange> refused;
  for (auto const& change : plan.changes) {
    if (change.side == Side::jira && !error.find("field:" + change.field).empty()) refused.push_back(change);
  }
  for (auto const& change : refused) {
    plan.left.push_back(
        {change.rule, change.column, change.field, {Reason::rejected, std::string(error.find("field:" + change.field))}});
    plan.drop(change.rule, Side::jira);
  }
  return !refused.empty() && plan.changes_of(Side::jira) > 0;
}

std::string rejected_values(Plan const& plan) {
  std::string out;
  for (auto const& field : plan.left) {
    if (field.report.reason != Reason::rejected || field.field.empty()) continue;
    out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", field.field, field.report.detail);
  }
  return out;
}

// One edit with its intent already committed. What the first answer names as faulty costs only that value (SPEC C4). Nothing: refused as a whole,
// and told.
Result<std::optional<DoneEdit>> write_edit(RunContext& run, Pair& pair, ItemRun& stats, std::mutex& stats_mutex) {
  auto const send = [&] { return run.jira().edit(pair.issue.id, body_with(pair.intent, pair.plan.fields, pair.plan.update)); };
  auto kept = send();
  if (!kept && kept.error().kind == ErrorKind::remote && drop_refused(pair.plan, kept.error())) {
    pair.intent = intent_for(run, pair, *pair.intent.at);
    TANDEM_CHECK(run.store().write([&](store::Writer& writer) { return put_intent(writer, pair.intent); }));
    kept = send();
  }
  if (kept) return std::optional(DoneEdit{pair.intent, std::move(*kept)});
  std::lock_guard const hold(stats_mutex);
  if (kept.error().kind == ErrorKind::unknown_outcome) {
    ++stats.waiting;
    return fail(std::move(kept).error());
  }
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {  // surely not executed
    TANDEM_CHECK(erase_intent(writer, pair.intent.id));
    if (ends_run(kept.error().kind)) return Unit{};
    bool const gone = kept.error().kind == ErrorKind::not_found;
    return commit_failure(run, writer, retry_of(pair, gone ? Reason::issue_missing : Reason::rejected, kept.error().to_line()),
                          stats);
  }));
  if (ends_run(kept.error().kind)) return fail(std::move(kept).error());
  return std::optional<DoneEdit>{};
}

Held held_for(RunContext const& run, CompiledItem const& item, Intent const& intent, IntendedField const& field,
              std::string const& kept_text) {
  Held held;
  held.link = intent.id;
  held.rule = field.rule;
  held.item = intent.item;
  held.record = intent.record;
  held.number = intent.number;
  held.issue_key = intent.issue_key.value_or("");
  held.field = field.field;
  held.reason = code_of(Reason::overwrote_concurrent_edit);
  held.detail = "the text that was replaced is kept";
  held.kept = kept_text;
  held.column_raw = field.column;
  held.field_raw = field.after;
  held.at = run.dataverse_now();
  if (auto const* rule = rule_of(item, field.rule)) {
    held.column = rule->column.logical_name;
    held.column_shown = rule->show_column(field.column, "");
    held.field_shown = rule->show_field(field.after);
  }
  return held;
}

Result<Unit> commit_hold(RunContext& run, store::Writer& writer, Held const& held) {
  TANDEM_CHECK(put_held(writer, held));
  run.tell([&](Observer& observer) {
    observer.held({held.item, held.record, held.number, held.issue_key, Reason::overwrote_concurrent_edit,
                   fmt::format("{}: {}", held.field, held.detail)});
  });
  return Unit{};
}

// Of what Jira shows, that which was sent.
bool holds_entry(json::Value const& now, json::Value const& sent) {
  if (!now.is_object() || !sent.is_object() || sent.members().empty()) return now == sent;
  return std::all_of(sent.members().begin(), sent.members().end(),
                     [&](auto const& member) { return holds_entry(now[member.first], member.second); });
}

// What Jira holds of the field since our write, for the base. What a person changed in the same moment is left out: it has moved since then, and
// the next look finds it (SPEC E5).
json::Value held_after(mapping::FieldRule const& rule, IntendedField const& field, json::Value const& kept) {
  auto const in = [](json::Value const& list, json::Value const& entry) {
    return std::find(list.items().begin(), list.items().end(), entry) != list.items().end();
  };
  if (kept.is_array() && field.after.is_array() && rule.field.items == "string") {
    json::Array ours;
    for (auto const& entry : kept.items()) {
      if (in(field.before, entry) || in(field.after, entry)) ours.push_back(entry);
    }
    for (auto const& entry : field.before.items()) {
      if (in(field.after, entry) && !in(kept, entry)) ours.push_back(entry);
    }
    return ours;
  }
  bool const as_sent =
      rule.same_fields(kept, field.after) || rule.equivalent(field.column, "", kept) || holds_what_was_sent(kept, field.after);
  return as_sent ? kept : field.after;
}

// Whether the issue shows nothing but what the base knows: then its present version need not be looked at.
bool shows_only(CompiledItem const& item, link::Base const& base, jira::Issue const& issue) {
  return std::all_of(item.rules.begin(), item.rules.end(), [&](auto const& rule) {
    if (!rule->writes_column(item.item.mode)) return true;
    auto const held = base.fields.find(rule->key());
    auto const* now = issue.field(rule->field.id);
    return held == base.fields.end() || now == nullptr || held->second.field == *now;
  });
}

// Puts what the server kept into link, base and history; the intent goes, or makes way for the put-back that follows.
Result<Unit> commit_edit(RunContext& run, store::Writer& writer, CompiledItem const& item, DoneEdit const& edit) {
  auto const& intent = edit.intent;
  TANDEM_TRY(auto link, link::find_link(writer, intent.id));
  if (!link) return fail(ErrorKind::store, fmt::format("the link of {} vanished while its issue was edited", intent.number));
  link->issue_key = edit.kept.key.empty() ? link->issue_key : edit.kept.key;
  link->synced_at = run.jira_now();
  auto const at = run.jira_now().value_or(Instant{});
  auto base = intent.base;
  auto entry = history_of(run, *link, intent.put_back ? "put-back" : "edited-issue", at);
  entry.reason = intent.reason;
  entry.undoes = intent.undoes;
  if (!intent.undoes.empty()) entry.run = intent.run;  // also where a later run settles it
  for (auto const& field : intent.fields) {
    auto const* now = edit.kept.field(field.field);
    auto const value = now != nullptr ? *now : json::Value();
    auto const* rule = rule_of(item, field.rule);
    bool const both_ways = rule != nullptr && rule->writes_column(item.item.mode);
    // What was put back counts as an edit that a person made after ours.
    if (!intent.put_back) base.fields[field.rule] = {field.column, both_ways ? held_after(*rule, field, value) : value};
    if (rule == nullptr) continue;
    auto const [before, after] = rule->show_fields(field.before, value);
    entry.fields.push_back({field.field, before, after, field.before, value_print(value), field.rule});
    TANDEM_CHECK(
        note_write(writer, link->id, field.rule, json::Array{name_of(Side::jira), field.after}, run.on_dataverse_clock(at)));
  }
  if (auto const* updated = edit.kept.field("updated")) base.issue_updated = updated->text();
  base.unseen = !shows_only(item, base, edit.kept);
  TANDEM_CHECK(append_history(writer, entry));
  run.tell([&](Observer& observer) { observer.wrote(entry); });
  TANDEM_CHECK(link::put_link(writer, *link));
  TANDEM_CHECK(link::put_base(writer, link->id, base));
  TANDEM_CHECK(erase_intent(writer, intent.id));
  if (intent.more) return Unit{};
  if (!intent.put_back) return erase_retry(writer, intent.item, intent.record);
  Retry look;
  look.item = intent.item;
  look.record = intent.record;
  look.number = intent.number;
  look.reason = code_of(Reason::overwrote_concurrent_edit);
  look.detail = "what was put back is looked at";
  return put_retry(writer, look);
}

struct PutBack {
  Intent intent;
  json::Object fields;
};

// The edit's lost updates: rich texts are held at once, scalars are put back by an edit of its own.
Result<std::optional<PutBack>> commit_lost(RunContext& run, store::Writer& writer, CompiledItem const& item, DoneEdit const& edit,
                                           std::vector<LostUpdate> const& lost, Instant at, ItemRun& stats) {
  PutBack back;
  back.intent = edit.intent;
  back.intent.fields.clear();
  back.intent.at = at;
  back.intent.put_back = true;
  back.intent.reason = code_of(Reason::overwrote_concurrent_edit);
  for (auto const& one : lost) {
    auto const& field = edit.intent.fields[one.field];
    if (!one.value) {
      ++stats.held;
      TANDEM_CHECK(commit_hold(run, writer, held_for(run, item, edit.intent, field, one.text)));
      continue;
    }
    auto const* now = edit.kept.field(field.field);
    back.fields.set(field.field, *one.value);
    back.intent.fields.push_back({field.rule, field.field, field.column, now != nullptr ? *now : json::Value(), *one.value});
  }
  if (back.intent.fields.empty()) return std::optional<PutBack>{};
  TANDEM_TRY(auto const base, link::find_base(writer, edit.intent.id));
  if (base) back.intent.base = *base;
  TANDEM_CHECK(put_intent(writer, back.intent));
  return std::optional(std::move(back));
}

Result<Unit> put_back(RunContext& run, CompiledItem const& item, PutBack const& back, ItemRun& stats) {
  auto kept = run.jira().edit(back.intent.issue.value_or(""), body_with(back.intent, back.fields, {}));
  if (!kept && (kept.error().kind == ErrorKind::unknown_outcome || ends_run(kept.error().kind))) {
    if (kept.error().kind == ErrorKind::unknown_outcome) ++stats.waiting;
    return fail(std::move(kept).error());  // the intent stays: it is settled
  }
  return run.store().write([&](store::Writer& writer) -> Result<Unit> {
    if (kept) return commit_edit(run, writer, item, {back.intent, *kept});
    ++stats.held;
    return hold_put_back(run, writer, item, back.intent);
  });
}

}  // namespace

bool holds_what_was_sent(json::Value const& now, json::Value const& sent) {
  if (!now.is_array() || !sent.is_array()) return holds_entry(now, sent);
  return now.items().size() == sent.items().size() &&
         std::is_permutation(now.items().begin(), now.items().end(), sent.items().begin(), holds_entry);
}

Result<Unit> hold_put_back(RunContext& run, store::Writer& writer, CompiledItem const& item, Intent const& intent) {
  for (auto const& field : intent.fields) {
    auto const* rule = rule_of(item, field.rule);
    auto held = held_for(run, item, intent, field, rule != nullptr ? rule->show_field(field.after) : field.after.scalar_text());
    held.field_raw = field.before;
    if (rule != nullptr) held.field_shown = rule->show_field(field.before);
    TANDEM_CHECK(commit_hold(run, writer, held));
  }
  return erase_intent(writer, intent.id);
}

Result<Unit> finish_edits(RunContext& run, CompiledItem const& item, std::vector<DoneEdit> const& edits, ItemRun& stats) {
  std::vector<std::string> ids;
  std::set<std::string> fields;
  for (auto const& edit : edits) {
    if (edit.intent.put_back) continue;
    ids.push_back(edit.kept.id);
    for (auto const& field : edit.intent.fields) fields.insert(field.field);
  }
  TANDEM_TRY(auto const histories, run.jira().changelogs(ids, {fields.begin(), fields.end()}));
  std::vector<std::vector<LostUpdate>> lost(edits.size());
  for (std::size_t i = 0; i < edits.size(); ++i) {
    auto const found = histories.find(edits[i].kept.id);
    if (found == histories.end() || !holds_rivals(edits[i].intent, found->second)) continue;
    TANDEM_TRY(auto const account, run.jira_account());
    lost[i] = lost_updates(item, edits[i].intent, found->second, account);
  }
  std::vector<PutBack> backs;
  auto const at = run.jira_now().value_or(Instant{});
  // One commit for all: a flush to the disk is what they would wait for.
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (std::size_t i = 0; i < edits.size(); ++i) {
      TANDEM_CHECK(commit_edit(run, writer, item, edits[i]));
      if (lost[i].empty()) continue;
      TANDEM_TRY(auto back, commit_lost(run, writer, item, edits[i], lost[i], at, stats));
      if (back) backs.push_back(std::move(*back));
    }
    return Unit{};
  }));
  for (auto const& edit : edits) stats.updated += edit.intent.put_back ? 0U : 1U;
  for (auto const& back : backs) TANDEM_CHECK(put_back(run, item, back, stats));
  return Unit{};
}

Result<Unit> write_issues(RunContext& run, CompiledItem const& item, std::vector<Pair>& pairs, ItemRun& stats) {
  std::vector<Pair*> due;
  for (auto& pair : pairs) {
    if (pair.plan.changes_of(Side::jira) > 0) due.push_back(&pair);
  }
  if (due.empty()) return Unit{};
  TANDEM_TRY(auto const at, run.fresh_jira_time());
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto* pair : due) {
      pair->intent = intent_for(run, *pair, at);
      TANDEM_CHECK(put_intent(writer, pair->intent));
    }
    return Unit{};
  }));
  std::mutex stats_mutex;
  std::vector<Result<std::optional<DoneEdit>>> outcomes(due.size(), Result<std::optional<DoneEdit>>(std::optional<DoneEdit>{}));
  std::atomic<bool> stopped{false};
  for_each_of(due.size(), run.options.jobs, [&](std::size_t i) {
    if (stopped) {  // nothing was sent for this one
      auto const closed = run.store().write([&](store::Writer& writer) { return erase_intent(writer, due[i]->intent.id); });
      if (!closed) outcomes[i] = fail(closed.error());
      return;
    }
    outcomes[i] = write_edit(run, *due[i], stats, stats_mutex);
    if (!outcomes[i] && ends_run(outcomes[i].error().kind)) stopped = true;
  });
  std::vector<DoneEdit> done;
  std::vector<Pair const*> done_pairs;
  std::optional<Error> worst;
  for (std::size_t i = 0; i < due.size(); ++i) {
    if (!outcomes[i]) {
      if (!worst || (ends_run(outcomes[i].error().kind) && !ends_run(worst->kind))) worst = outcomes[i].error();
    } else if (*outcomes[i]) {
      done.push_back(std::move(**outcomes[i]));
      done_pairs.push_back(due[i]);
    }
  }
  auto finished = done.empty() ? Result<Unit>(Unit{}) : finish_edits(run, item, done, stats);
  if (worst && (finished || !ends_run(finished.error().kind))) return fail(std::move(*worst));
  TANDEM_CHECK(std::move(finished));
  return run.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const* pair : done_pairs) {
      auto const refused = rejected_values(pair->plan);
      if (refused.empty()) continue;
      TANDEM_CHECK(commit_failure(run, writer, retry_of(*pair, Reason::rejected, refused), stats));
    }
    return Unit{};
  });
}

}  // namespace tandem::sync
