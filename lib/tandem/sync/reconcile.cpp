#include <tandem/sync/reconcile.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/create_issues.hpp>
#include <tandem/sync/edit_issues.hpp>
#include <tandem/sync/flips.hpp>
#include <tandem/sync/look_up.hpp>
#include <tandem/sync/marks_writer.hpp>
#include <tandem/sync/moved_issues.hpp>
#include <tandem/sync/status/write_status.hpp>
#include <tandem/sync/update_records.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

constexpr int kRounds = 3;  // of planning anew because the record was changed in between; then it is `busy`

class Reconciliation {
 public:
  Reconciliation(RunContext& run, CompiledItem const& item, ItemRun& stats) : run_(run), item_(item), stats_(stats) {}

  Result<Unit> go(std::vector<Row> rows) {
    std::vector<Row> unchanged;
    std::vector<Row> moved;
    for (auto& row : rows) {
      faces_.push_back({*row.link, face_of(run_, item_, row.record)});
      // A person who takes an edit back settles what was held because of it.
      bool const look = row.look || row.retry || !row.base || row.base->unseen || !row.held.empty() ||
                        needs_issue(item_, row.record, *row.base);
      (look ? moved : unchanged).push_back(std::move(row));
    }
    if (run_.options.dry_run) {
      stats_.unchanged += unchanged.size();
      return tell_plans(std::move(moved));
    }
    TANDEM_CHECK(pass_unchanged(unchanged));
    TANDEM_CHECK(bring_in_step(std::move(moved)));
    return write_marks_of();
  }

 private:
  Result<Unit> tell_plans(std::vector<Row> rows) {
    if (rows.empty()) return Unit{};
    TANDEM_TRY(auto const pairs, plan_rows(std::move(rows)));
    for (auto const& pair : pairs) {
      stats_.updated += pair.plan.changes_of(Side::jira) > 0 ? 1 : 0;
      stats_.records += pair.plan.changes_of(Side::dynamics) > 0 ? 1 : 0;
      bool const to_jira = pair.status.action == StatusAction::move_issue;
      if (pair.status.acts() && pair.status.alone) ++(to_jira ? stats_.updated : stats_.records);
      stats_.unchanged += has_work(pair) ? 0 : 1;
    }
    return Unit{};
  }

  Result<Unit> bring_in_step(std::vector<Row> rows) {
    for (int round = 1; !rows.empty(); ++round) {
      TANDEM_TRY(auto pairs, plan_rows(std::move(rows)));
      TANDEM_CHECK(commit_settled(pairs));
      std::erase_if(pairs, [](Pair const& pair) { return !has_work(pair); });
      rows.clear();
      // What opens a side goes before its fields, what closes it after them (SPEC G7).
      TANDEM_CHECK(write_statuses(run_, item_, pairs, StatusTurn::before_fields, stats_));
      TANDEM_CHECK(take_moved_statuses(pairs));
      TANDEM_TRY(auto const overtaken, write_records(run_, item_, pairs, stats_));
      std::vector<Pair> busy;
      for (auto const i : overtaken) busy.push_back(pairs[i]);
      for (auto i = overtaken.rbegin(); i != overtaken.rend(); ++i) pairs.erase(pairs.begin() + static_cast<std::ptrdiff_t>(*i));
      TANDEM_CHECK(write_issues(run_, item_, pairs, stats_));
      TANDEM_CHECK(write_statuses(run_, item_, pairs, StatusTurn::after_fields, stats_));
      for (auto const& pair : pairs) see(pair);
      for (auto const& pair : busy) see(pair);
      if (busy.empty()) return Unit{};
      if (round == kRounds) return give_up(busy);
      TANDEM_TRY(rows, read_anew(busy));
    }
    return Unit{};
  }

  // A status that was moved just now is what the fields' writes keep: they were planned over the one before.
  Result<Unit> take_moved_statuses(std::vector<Pair>& pairs) {
    if (std::none_of(pairs.begin(), pairs.end(), has_status_work)) return Unit{};
    return run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      for (auto& pair : pairs) {
        if (!has_status_work(pair) || !pair.row.base) continue;
        TANDEM_TRY(auto const held, link::find_base(reader, pair.link().id));
        auto const& before = pair.row.base->status;
        bool const moved = held && (held->status.jira_status != before.jira_status ||
                                    !(held->status.dynamics_status == before.dynamics_status) ||
                                    !(held->status.dynamics_state == before.dynamics_state));
        if (moved) pair.plan.base.status = held->status;
      }
      return Unit{};
    });
  }

  static bool has_work(Pair const& pair) { return !pair.plan.changes.empty() || has_status_work(pair); }

  Result<Unit> give_up(std::vector<Pair> const& busy) {
    return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& pair : busy) {
        TANDEM_CHECK(
            commit_failure(run_, writer, retry_of(pair, Reason::busy, std::string(text_of(Reason::busy).sentence)), stats_));
      }
      return Unit{};
    });
  }

  Result<std::vector<Row>> read_anew(std::vector<Pair> const& pairs) {
    std::vector<std::string> ids;
    for (auto const& pair : pairs) ids.push_back(pair.row.record.id);
    TANDEM_TRY(auto records, records_by_id(run_, item_, ids));
    TANDEM_TRY(auto rows, joined(run_, item_, std::move(records)));
    for (auto& row : rows) row.look = true;
    std::erase_if(rows, [](Row const& row) { return !row.link || row.open_intent; });
    return rows;
  }

  // Rows whose issue need not be read: nothing that is mapped moved.
  Result<Unit> pass_unchanged(std::vector<Row> const& rows) {
    if (rows.empty()) return Unit{};
    stats_.unchanged += rows.size();
    return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& row : rows) {
        if (row.base->etag == row.record.etag) continue;
        auto base = *row.base;
        base.etag = row.record.etag;
        TANDEM_CHECK(link::put_base(writer, row.link->id, base));
      }
      return Unit{};
    });
  }

  // Both sides of each row, and what is to be done. A row whose issue is gone is told and put on the retry list.
  Result<std::vector<Pair>> plan_rows(std::vector<Row> rows) {
    TANDEM_CHECK(look_up_for(run_, item_, rows));
    TANDEM_TRY(auto issues, issues_of(rows));
    if (item_.follows_jira()) {
      std::vector<jira::Issue> there;
      for (auto const& issue : issues) {
        if (issue) there.push_back(*issue);
      }
      TANDEM_CHECK(look_up_for(run_, item_, there));
    }
    std::vector<Pair> pairs;
    std::vector<Pair> gone;
    bool moved = false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Pair pair;
      pair.row = std::move(rows[i]);
      pair.plan.item = item_.item.name;
      pair.plan.record = pair.row.record.id;
      pair.plan.number = item_.record_number(pair.row.record);
      if (issues[i]) {
        pair.issue = std::move(*issues[i]);
        if (pair.row.link->issue_key != pair.issue.key) moved = true;
        pair.row.link->issue_key = pair.issue.key;
        plan(pair, std::nullopt);
      }
      (pair.issue.id.empty() ? gone : pairs).push_back(std::move(pair));
    }
    if (moved) TANDEM_CHECK(follow_keys(pairs));
    TANDEM_CHECK(judge_conflicts(pairs));
    TANDEM_CHECK(plan_statuses(run_, item_, pairs));
    for (auto const& pair : pairs) {
      stats_.values_left += pair.plan.values_lost();
      run_.tell([&](Observer& observer) { observer.planned(pair.plan); });
    }
    TANDEM_CHECK(tell_gone(gone));
    return pairs;
  }

  // An issue that moved keeps its link; people are shown its new key (SPEC D12, F9).
  Result<Unit> follow_keys(std::vector<Pair> const& pairs) {
    for (auto& marked : faces_) {
      for (auto const& pair : pairs) {
        if (pair.link().id == marked.link.id) marked.link.issue_key = pair.issue.key;
      }
    }
    if (run_.options.dry_run) return Unit{};
    return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& pair : pairs) TANDEM_CHECK(follow_key(writer, pair.link().id, pair.issue.key));
      return Unit{};
    });
  }

  // Those that were not read moments ago are read now.
  Result<std::vector<std::optional<jira::Issue>>> issues_of(std::vector<Row>& rows) {
    std::vector<std::optional<jira::Issue>> issues(rows.size());
    std::vector<std::string> ids;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].issue) {
        issues[i] = std::move(rows[i].issue);
      } else {
        ids.push_back(rows[i].link->issue);
        places.push_back(i);
      }
    }
    TANDEM_TRY(auto found, read_issues(run_, item_, ids));
    for (std::size_t i = 0; i < places.size(); ++i) issues[places[i]] = std::move(found[i]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!issues[i] || !is_stale(rows[i], *issues[i])) continue;
      TANDEM_TRY(issues[i], run_.jira().get(rows[i].link->issue, item_.issue_fields(), {}));
    }
    return issues;
  }

  // Older than what the base knows: whether bulkfetch shows what was just written is not verified (jira.md §4), and what it showed before must not
  // pass for an edit. A direct read does not lag.
  static bool is_stale(Row const& row, jira::Issue const& issue) {
    auto const* updated = issue.field("updated");
    auto const now = updated != nullptr ? parse_instant(updated->text()) : std::nullopt;
    auto const known = row.base ? parse_instant(row.base->issue_updated) : std::nullopt;
    return now && known && *now < *known;
  }

  void plan(Pair& pair, std::optional<std::map<std::string, Instant>> jira_at) {
    Circumstances circumstances;
    circumstances.first_contact = run_.options.first_contact;
    circumstances.dynamics_at = pair.row.modified_on;
    circumstances.jira_at = std::move(jira_at);
    for (auto const& rule : item_.rules) {
      for (auto const& name : {rule->field.id, rule->field.name, rule->column.logical_name}) {
        if (auto const found = run_.options.take.find(name); found != run_.options.take.end())
          circumstances.take[rule->key()] = found->second;
      }
    }
    for (auto const& held : pair.row.held) {
      if (!is_sticky(held.reason)) continue;
      auto const reason = reason_named(held.reason);
      if (reason) circumstances.sticky[held.rule] = Report{*reason, held.detail};
    }
    for (auto const& rule : pair.row.flipping) circumstances.sticky.emplace(rule, Report{Reason::flipping, ""});
    pair.plan = plan_update(item_, pair.row.base.value_or(link::Base{}), pair.row.record, pair.issue, circumstances);
  }

  // Where the policy is `latest`, Jira's histories tell when its side was changed; one read for all.
  Result<Unit> judge_conflicts(std::vector<Pair>& pairs) {
    std::vector<std::string> ids;
    std::set<std::string> fields;
    for (auto const& pair : pairs) {
      if (pair.plan.times_wanted.empty()) continue;
      ids.push_back(pair.issue.id);
      fields.insert(pair.plan.times_wanted.begin(), pair.plan.times_wanted.end());
    }
    if (ids.empty()) return Unit{};
    TANDEM_TRY(auto const histories, run_.jira().changelogs(ids, {fields.begin(), fields.end()}));
    for (auto& pair : pairs) {
      if (pair.plan.times_wanted.empty()) continue;
      std::map<std::string, Instant> at;
      // A history that does not tell leaves the issue's own time, which is never too early.
      auto const* updated = pair.issue.field("updated");
      auto const latest = updated != nullptr ? parse_instant(updated->text()) : std::nullopt;
      for (auto const& field : pair.plan.times_wanted) {
        if (latest) at[field] = run_.on_dataverse_clock(*latest);
      }
      if (auto const found = histories.find(pair.issue.id); found != histories.end()) {
        for (auto const& entry : found->second) {
          for (auto const& one : entry.fields) {
            if (at.contains(one.field_id)) at[one.field_id] = run_.on_dataverse_clock(entry.created);
          }
        }
      }
      plan(pair, std::move(at));
    }
    return Unit{};
  }

  Result<Unit> tell_gone(std::vector<Pair> const& gone) {
    if (gone.empty()) return Unit{};
    if (run_.options.dry_run) {
      stats_.failed += gone.size();
      return Unit{};
    }
    return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& pair : gone) {
        TANDEM_CHECK(commit_failure(
            run_, writer,
            retry_of(pair, Reason::issue_missing, fmt::format("{} does not exist or cannot be seen", pair.link().issue_key)),
            stats_));
      }
      return Unit{};
    });
  }

  // What waits for a person, and the pairs that need no write.
  Result<Unit> commit_settled(std::vector<Pair> const& pairs) {
    return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& pair : pairs) {
        TANDEM_CHECK(commit_held(writer, pair));
        if (has_status_work(pair)) TANDEM_CHECK(queue_status(writer, pair));
        if (!pair.plan.changes.empty()) continue;
        TANDEM_CHECK(link::put_base(writer, pair.link().id, pair.plan.base));
        if (has_status_work(pair)) continue;
        tell_left_status(pair);
        ++stats_.unchanged;
        TANDEM_CHECK(erase_retry(writer, pair.plan.item, pair.plan.record));
      }
      return Unit{};
    });
  }

  // Whatever is committed of the pair from here on takes the traces of its move from the feeds: the list keeps it until its status is brought over.
  static Result<Unit> queue_status(store::Writer& writer, Pair const& pair) {
    TANDEM_TRY(auto const held, find_retry(writer, pair.plan.item, pair.plan.record));
    auto entry = held.value_or(retry_of(pair, Reason::open_intent, "its status is still to be brought over"));
    entry.next.reset();
    return put_retry(writer, entry);
  }

  void tell_left_status(Pair const& pair) {
    if (!pair.status.left) return;
    ++stats_.skipped[std::string(code_of(pair.status.left->reason))];
    run_.tell([&](Observer& observer) {
      observer.skipped({pair.plan.item, pair.plan.record, pair.plan.number, pair.issue.key, pair.status.left->reason,
                        "status: " + pair.status.left->detail});
    });
  }

  // Which status counts was decided: that outlives this run, also where it dies before it is written.
  static Result<Unit> keep_status_base(store::Writer& writer, Pair const& pair) {
    TANDEM_TRY(auto base, link::find_base(writer, pair.link().id));
    if (!base) return Unit{};
    base->status = pair.status.base;
    return link::put_base(writer, pair.link().id, *base);
  }

  Result<Unit> commit_held(store::Writer& writer, Pair const& pair) {
    for (auto const& old : pair.row.held) {
      bool const still = std::any_of(pair.plan.held.begin(), pair.plan.held.end(),
                                     [&](FieldHeld const& field) { return field.rule == old.rule; });
      if (still) continue;
      if (old.rule == kStatusRule && item_.statuses) {
        if (pair.status.left && pair.status.left->reason == Reason::unknown_base) continue;
        TANDEM_CHECK(keep_status_base(writer, pair));
        TANDEM_CHECK(erase_held(writer, old.link, old.rule));
        continue;
      }
      if (rule_of(item_, old.rule) == nullptr) continue;  // not one of the mapped fields: others own it
      TANDEM_CHECK(erase_held(writer, old.link, old.rule));
      TANDEM_CHECK(forget_flips(writer, old.link, old.rule));
    }
    for (auto const& field : pair.plan.held) {
      auto const old = std::find_if(pair.row.held.begin(), pair.row.held.end(), [&](Held const& one) {
        return one.rule == field.rule && one.reason == code_of(field.report.reason);
      });
      bool const known = old != pair.row.held.end();
      if (known && (is_sticky(old->reason) || (old->column_raw == field.column_raw && old->field_raw == field.field_raw)))
        continue;
      Held held{pair.link().id,
                field.rule,
                pair.plan.item,
                pair.plan.record,
                pair.plan.number,
                pair.issue.key,
                field.column,
                field.field,
                std::string(code_of(field.report.reason)),
                field.report.detail,
                field.column_shown,
                field.field_shown,
                field.column_raw,
                field.field_raw,
                "",
                known ? old->at : run_.dataverse_now()};
      TANDEM_CHECK(put_held(writer, held));
      ++stats_.held;
      run_.tell([&](Observer& observer) {
        observer.held({pair.plan.item, pair.plan.record, pair.plan.number, pair.issue.key, field.report.reason,
                       fmt::format("{}: Dynamics has \"{}\", Jira has \"{}\"{}", field.field, field.column_shown,
                                   field.field_shown, field.report.detail.empty() ? "" : "; " + field.report.detail)});
      });
    }
    return Unit{};
  }

  // What people are shown of a record follows what was written to it just now.
  void see(Pair const& pair) {
    for (auto& marked : faces_) {
      if (marked.link.id == pair.link().id) marked = {pair.link(), face_of(run_, item_, pair.row.record)};
    }
  }

  Result<Unit> write_marks_of() {
    std::vector<MarkedLink> marks;
    for (auto& marked : faces_) {
      if (note_what_is_owed(run_, item_, marked)) marks.push_back(std::move(marked));
    }
    if (marks.empty()) return Unit{};
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& marked : marks) {
        TANDEM_TRY(auto link, link::find_link(writer, marked.link.id));
        if (!link) continue;
        link->owed = marked.link.owed;
        TANDEM_CHECK(link::put_link(writer, *link));
      }
      return Unit{};
    }));
    return write_marks(run_, item_, std::move(marks), stats_);
  }

  RunContext& run_;
  CompiledItem const& item_;
  ItemRun& stats_;
  std::vector<MarkedLink> faces_;  // of all rows: what is shown of each record
};

}  // namespace

Result<Unit> reconcile(RunContext& run, CompiledItem const& item, std::vector<Row> rows, ItemRun& stats) {
  return Reconciliation(run, item, stats).go(std::move(rows));
}

}  // namespace tandem::sync
