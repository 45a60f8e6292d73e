#include <tandem/sync/status/put_back.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/flips.hpp>
#include <tandem/sync/settle/settle.hpp>
#include <tandem/sync/status/change_record.hpp>
#include <tandem/sync/status/rehearse_plan.hpp>
#include <tandem/sync/status/walk_issue.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;
namespace status = mapping::status;

constexpr Millis kBetweenLooks{10'000};  // while the outcome of a write is not known
constexpr Millis kLonger{30'000};  // than settleAfter: each service's clock has to be seen to pass it
constexpr int kLostAnswers = 3;
constexpr int kRounds =
    8;  // reopened, closed as it was, and a look; more where rules ask for steps, or somebody edits in between

std::string id_in(jira::Issue const& issue, std::string_view field) {
  auto const* held = issue.field(field);
  return held != nullptr ? (*held)["id"].scalar_text() : std::string();
}

json::Value column_of(dataverse::Record const& record, std::string_view name) {
  auto const* held = record.column(name);
  return held != nullptr ? *held : json::Value();
}

Result<std::optional<Intent>> intent_at(RunContext& run, std::string const& link) {
  std::optional<Intent> intent;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(intent, find_intent(reader, link));
    return Unit{};
  }));
  return intent;
}

class Restorer {
 public:
  Restorer(RunContext& run, CompiledItem const& item, Intent const& intent)
      : run_(run), item_(item), table_(*item.statuses), intent_(intent), before_(*intent.rehearsal) {}

  Result<PutBack> go() {
    TANDEM_CHECK(read_link());
    if (!link_) return cut();
    // The record first: what it stands for says why an issue ends, where a screen asks.
    TANDEM_CHECK(record());
    TANDEM_CHECK(issue());
    if (out_.complete()) TANDEM_CHECK(close());
    return std::move(out_);
  }

 private:
  // The link, and how the rehearsal's writes left both sides.
  Result<Unit> read_link() {
    return run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(link_, link::find_link(reader, intent_.id));
      TANDEM_TRY(auto const base, link::find_base(reader, intent_.id));
      left_ = base ? base->status : before_.base.status;
      return Unit{};
    });
  }

  // Somebody cut the link meanwhile: nothing is known any more of what was written last, so nothing is moved.
  Result<PutBack> cut() {
    out_.dynamics.end = out_.jira.end = BackEnd::foreign;
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) { return erase_rehearsal(writer, intent_.id); }));
    return std::move(out_);
  }

  Result<Unit> look() {
    TANDEM_CHECK(read_link());
    if (!link_) return fail(ErrorKind::store, fmt::format("the link of {} vanished while it was put back", intent_.number));
    TANDEM_TRY(seen_, look_at_pair(run_, item_, *link_, &before_));
    return Unit{};
  }

  Result<Unit> record() {
    auto& out = out_.dynamics;
    for (int round = 0; round < kRounds; ++round) {
      TANDEM_CHECK(look());
      if (!seen_.record_there) {
        out.end = BackEnd::gone;
        return Unit{};
      }
      if (seen_.record_status == before_.status) return Unit{};
      if (!(seen_.record_status == left_.dynamics_status)) {
        out.end = BackEnd::foreign;
        return Unit{};
      }
      TANDEM_TRY(auto const outcome, change(target_of_record()));
      out.end = outcome.refused ? BackEnd::refused : BackEnd::put_back;
      out.refused = outcome.refused;
      if (outcome.refused && !outcome.again) return Unit{};
    }
    out.end = BackEnd::refused;
    if (!out.refused) out.refused = Report{Reason::busy, "it does not keep the status that is written"};
    return Unit{};
  }

  // Where it is to go next: a record that was closed otherwise is opened first, and rules of the table may ask for steps in between.
  status::DynamicsStatus const* target_of_record() const {
    auto const* was = table_.reason(before_.status.integer().value_or(-1));
    if (was == nullptr) return nullptr;
    auto const* next = next_towards(table_, item_.entity().logical_name, seen_.record_status.integer().value_or(-1), *was);
    return next != nullptr ? next : was;
  }

  Result<StatusOutcome> change(status::DynamicsStatus const* to) {
    if (to == nullptr) return StatusOutcome{Report{Reason::status_unmatched, "its former status does not exist any more"}};
    auto& plan = seen_.pair.status;
    plan.action = StatusAction::change_record;
    plan.change = status::change_of(table_, item_.entity().logical_name, seen_.record_status.integer().value_or(-1), *to);
    if (plan.change.refused) return StatusOutcome{plan.change.refused};
    if (plan.change.way == status::Way::none)
      return StatusOutcome{Report{Reason::record_closed, "no change leads back to its former status"}};
    return change_record(run_, item_, seen_.pair);
  }

  Result<Unit> issue() {
    auto& out = out_.jira;
    for (int round = 0; round < kRounds; ++round) {
      TANDEM_CHECK(look());
      if (!seen_.issue_there) {
        out.end = BackEnd::gone;
        return Unit{};
      }
      if (seen_.issue_status == before_.issue_status) return Unit{};
      if (seen_.issue_status != left_.jira_status) {
        out.end = BackEnd::foreign;
        return Unit{};
      }
      TANDEM_TRY(auto const outcome, move());
      out.end = outcome.refused ? BackEnd::refused : BackEnd::put_back;
      out.refused = outcome.refused;
      out.hops.insert(out.hops.end(), seen_.pair.status.hops.begin(), seen_.pair.status.hops.end());
      if (outcome.refused && !outcome.again) return Unit{};
    }
    out.end = BackEnd::refused;
    if (!out.refused) out.refused = Report{Reason::busy, "it does not keep the status to which it is moved"};
    return Unit{};
  }

  Result<StatusOutcome> move() {
    auto& plan = seen_.pair.status;
    plan.action = StatusAction::move_issue;
    plan.to_jira.target = table_.status(before_.issue_status);
    plan.to_jira.resolution = table_.resolution(before_.resolution);
    if (plan.to_jira.target == nullptr)
      return StatusOutcome{Report{Reason::status_unmatched, "its former status does not exist any more"}};
    return walk_issue(run_, item_, seen_.pair);
  }

  // Everything is as it was, but for the versions: both sides are newer, and the next look compares them once.
  Result<Unit> close() {
    bool const same = seen_.resolution == before_.resolution;
    auto const* shown = table_.resolution(seen_.resolution);
    bool const stays = out_.jira.end == BackEnd::put_back || out_.jira.end == BackEnd::untouched;
    if (stays && !same) out_.resolution = shown != nullptr ? shown->name : seen_.resolution.empty() ? "none" : seen_.resolution;
    return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(auto const link, link::find_link(writer, intent_.id));
      auto base = before_.base;
      // A look at the versions from before would take what was walked through for an edit of somebody's.
      if (!base.etag.empty() && seen_.record_there) base.etag = seen_.pair.row.record.etag;
      if (auto const* updated = seen_.pair.issue.field("updated")) base.issue_updated = updated->text();
      base.unseen = true;
      if (link) TANDEM_CHECK(link::put_base(writer, intent_.id, base));
      TANDEM_CHECK(forget_flips(writer, intent_.id, kStatusRule));
      TANDEM_CHECK(erase_retry(writer, intent_.item, intent_.record));
      if (before_.retry.is_object()) {
        TANDEM_TRY(auto const retry, Retry::from_json(before_.retry));
        TANDEM_CHECK(put_retry(writer, retry));
      }
      auto entry = history_of(run_, *link_, "ended-rehearsal", run_.dataverse_now().value_or(Instant{}));
      entry.reason = code_of(Reason::rehearsal);
      TANDEM_CHECK(append_history(writer, entry));
      return erase_rehearsal(writer, intent_.id);
    });
  }

  RunContext& run_;
  CompiledItem const& item_;
  status::StatusTable const& table_;
  Intent const& intent_;
  Rehearsal const& before_;
  std::optional<link::Link> link_;
  link::StatusBase left_;  // as the rehearsal left both sides
  Look seen_;
  PutBack out_;
};

}  // namespace

std::string_view name_of(BackEnd end) {
  switch (end) {
    case BackEnd::put_back: return "put-back";
    case BackEnd::untouched: return "untouched";
    case BackEnd::foreign: return "moved-by-others";
    case BackEnd::gone: return "gone";
    case BackEnd::refused: return "refused";
  }
  return "";
}

Result<Look> look_at_pair(RunContext& run, CompiledItem const& item, link::Link const& link, Rehearsal const* rehearsal) {
  Look out;
  auto const& entity = item.entity();
  TANDEM_TRY(auto record, run.dataverse().get(entity.set_name, entity.primary_id, link.record, row_columns(item)));
  TANDEM_TRY(auto issue, run.jira().get(link.issue, item.issue_fields(), {}));
  out.record_there = record.has_value();
  out.issue_there = issue.has_value();
  auto& pair = out.pair;
  pair.row.link = link;
  pair.plan.item = link.item;
  pair.plan.record = link.record;
  pair.plan.number = link.record_number;
  if (record) {
    out.record_status = column_of(*record, item.statuses->column());
    if (item.statuses->has_states()) out.record_state = column_of(*record, "statecode");
    pair.row.record = std::move(*record);
  } else if (rehearsal != nullptr) {
    // What it stood for still says why its issue ends.
    pair.row.record.columns.set(item.statuses->column(), rehearsal->status);
  }
  if (issue) {
    out.issue_status = id_in(*issue, "status");
    out.resolution = id_in(*issue, "resolution");
    pair.row.link->issue_key = issue->key;
    pair.issue = std::move(*issue);
  }
  if (rehearsal != nullptr) {
    pair.rehearsal = *rehearsal;
    pair.plan.base = rehearsal->base;
  }
  return out;
}

Result<bool> settle_write(RunContext& run, RunItem const& item, std::string const& link, Waits const& waits) {
  ItemsByName const items{{item.name(), &item}};
  auto const longest = run.options.settle_after + kLonger;
  for (Millis waited{0};; waited += kBetweenLooks) {
    TANDEM_TRY(auto intent, intent_at(run, link));
    if (!intent || intent->effect == Effect::rehearse) return true;
    // That it is not known yet is told once, by `waits`, and not by each look.
    Observer nobody;
    RunInput const quiet{run.in.connection, run.in.store, run.in.log, run.in.clock, nobody, run.in.stop, run.in.organisation_id};
    RunContext looks(quiet, run.options, run.run_id);
    if (intent->effect == Effect::transition) {
      TANDEM_CHECK(settle_transitions(looks, items, {*intent}));
    } else {
      TANDEM_CHECK(settle_changes(looks, items, {*intent}));
    }
    TANDEM_TRY(intent, intent_at(run, link));
    if (!intent || intent->effect == Effect::rehearse) return true;
    if (waited >= longest) return false;
    if (waited == Millis{0} && waits) waits(longest);
    if (!run.in.clock.sleep_for(kBetweenLooks, run.in.stop)) return false;
  }
}

Result<PutBack> put_back(RunContext& run, CompiledItem const& item, Intent const& intent) {
  return Restorer(run, item, intent).go();
}

Result<std::optional<PutBack>> put_back_earlier(RunContext& run, RunItem const& item, link::Link const& link,
                                                Waits const& waits) {
  for (int lost = 0;; ++lost) {
    TANDEM_TRY(auto const intent, intent_at(run, link.id));
    if (!intent || !intent->rehearsal) return std::optional<PutBack>{};
    TANDEM_TRY(bool const settled, settle_write(run, item, link.id, waits));
    if (!settled) {
      return fail(
          Error{ErrorKind::unknown_outcome,
                fmt::format("whether the rehearsal's last write for {} was executed is not known yet", link.record_number),
                {{"reason", std::string(code_of(Reason::rehearsal_open))},
                 {"cure", std::string(text_of(Reason::rehearsal_open).cure)}}});
    }
    auto back = put_back(run, *item.compiled, *intent);
    if (back) return std::optional(std::move(*back));
    if (back.error().kind != ErrorKind::unknown_outcome || lost == kLostAnswers) return fail(std::move(back).error());
  }
}

}  // namespace tandem::sync
