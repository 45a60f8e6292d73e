#include <tandem/sync/status/rehearse.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/status/change_record.hpp>
#include <tandem/sync/status/walk_issue.hpp>

namespace tandem::sync {

namespace {

namespace status = mapping::status;
using mapping::CompiledItem;
using HalfEnd = RehearsedHalf::End;
using StepEnd = RehearsedStep::End;

std::string shown_record(status::StatusTable const& table, json::Value const& value) {
  auto const* one = table.reason(value.integer().value_or(-1));
  return one != nullptr ? one->label : value.scalar_text();
}
std::string shown_issue(status::StatusTable const& table, std::string const& id) {
  auto const* one = table.status(id);
  return one != nullptr ? one->name : id;
}

std::string way_of(status::StatusTable const& table, status::RecordChange const& change) {
  if (change.way == status::Way::none || change.to == nullptr) return {};
  if (change.way != status::Way::patch) return fmt::format("{}, Status {}", status::name_of(change.way), change.to->value);
  std::string out = "update";
  for (auto const& [column, value] : status::patch_body(table, change)) {
    out += fmt::format("{} {} {}", out == "update" ? "" : ",", column, value.scalar_text());
  }
  return out;
}

std::string way_of(std::vector<Hop> const& hops, status::StatusTable const& table) {
  std::string out;
  for (auto const& hop : hops) {
    out += fmt::format("{}\"{}\" ({})", out.empty() ? "" : ", ", hop.name, hop.transition);
    if (&hop != &hops.back()) out += " to " + shown_issue(table, hop.to);
  }
  return out;
}

class Walker {
 public:
  Walker(RunContext& run, PreparedRehearsal const& prepared, RehearsalWatch const& watch)
      : run_(run), prepared_(prepared), item_(*prepared.item->compiled), table_(*item_.statuses), watch_(watch) {}

  Result<Rehearsed> go() {
    TANDEM_CHECK(open());
    for (std::size_t i = 0; i < prepared_.plan.steps.size(); ++i) {
      out_.steps.emplace_back();
      out_.steps.back().place = i;
    }
    for (auto& step : out_.steps) {
      if (auto done = walk(step); !done) {
        out_.stopped = std::move(done).error();
        break;
      }
      if (watch_.walked) watch_.walked(step);
    }
    if (watch_.putting_back) watch_.putting_back();
    auto back = finish();
    if (back) {
      out_.back = std::move(*back);
    } else {
      out_.not_back = std::move(back).error();
    }
    return std::move(out_);
  }

 private:
  // From this commit on the pair is put back, whatever happens.
  Result<Unit> open() {
    Intent intent;
    auto const& link = prepared_.link;
    intent.id = link.id;
    intent.effect = Effect::rehearse;
    intent.run = run_.run_id;
    intent.item = link.item;
    intent.entity = link.entity;
    intent.record = link.record;
    intent.number = link.record_number;
    intent.issue = link.issue;
    intent.issue_key = link.issue_key;
    intent.at = run_.jira_now();
    intent.base = prepared_.before.base;
    intent.reason = code_of(Reason::rehearsal);
    intent.rehearsal = prepared_.before;
    last_record_ = prepared_.before.status;
    last_issue_ = prepared_.before.issue_status;
    // From here on the base says how our own writes left both sides: a status that could not be brought over is not one of them.
    auto base = prepared_.before.base;
    base.status = {prepared_.before.state, prepared_.before.status, prepared_.before.issue_status};
    return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_CHECK(put_intent(writer, intent));
      return link::put_base(writer, link.id, base);
    });
  }

  // Looks at both sides; an error when somebody else moved one of them.
  Result<Unit> look() {
    TANDEM_TRY(seen_, look_at_pair(run_, item_, prepared_.link, &prepared_.before));
    auto const& link = prepared_.link;
    if (!seen_.record_there || !seen_.issue_there) {
      auto const reason = seen_.record_there ? Reason::issue_missing : Reason::record_missing;
      return fail(Error{ErrorKind::conflict,
                        fmt::format("{} is gone", seen_.record_there ? link.issue_key : link.record_number),
                        {{"reason", std::string(code_of(reason))}}});
    }
    if (seen_.record_status == last_record_ && seen_.issue_status == last_issue_) return Unit{};
    bool const record = !(seen_.record_status == last_record_);
    return fail(Error{
        ErrorKind::conflict,
        record ? fmt::format("somebody else moved {} to \"{}\"", link.record_number, shown_record(table_, seen_.record_status))
               : fmt::format("somebody else moved {} to \"{}\"", link.issue_key, shown_issue(table_, seen_.issue_status)),
        {{"reason", std::string(code_of(Reason::busy))}}});
  }

  Result<Unit> walk(RehearsedStep& out) {
    auto const& step = prepared_.plan.steps[out.place];
    if (step.refused) {
      out.end = StepEnd::not_possible;
      out.refused = step.refused;
      return Unit{};
    }
    TANDEM_CHECK(run_.go_on());
    TANDEM_CHECK(look());
    auto const record_before = seen_.record_status;
    auto const state_before = seen_.record_state;
    auto const issue_before = seen_.issue_status;
    TANDEM_CHECK(step.set == Side::dynamics ? set_record(*step.record, out.set) : set_issue(step, out.set));
    if (out.set.end == HalfEnd::blocked) {
      out.end = StepEnd::blocked;
      return Unit{};
    }
    // What a cycle would see: one side has moved since both agreed, the other has not.
    StatusQuestion question;
    question.entity = item_.entity().logical_name;
    question.base = {state_before, record_before, issue_before, false, {}, std::nullopt};
    if (step.set == Side::dynamics) {
      question.base.apply = true;
    } else if (seen_.issue_status == issue_before) {
      question.base.jira_status = kElsewhere;  // it stood there already: the record is still to follow
    }
    question.state = seen_.record_state;
    question.status = seen_.record_status;
    question.issue_status = seen_.issue_status;
    question.resolution = seen_.resolution;
    TANDEM_CHECK(follow(plan_status(table_, question), step, out));
    return judge(step, out);
  }

  Result<Unit> set_record(status::DynamicsStatus const& to, RehearsedHalf& out) {
    auto const change = status::change_of(table_, item_.entity().logical_name, seen_.record_status.integer().value_or(-1), to);
    out.before = out.after = shown_record(table_, seen_.record_status);
    if (seen_.record_status.integer() == to.value) {
      out.end = HalfEnd::already;
      return Unit{};
    }
    if (change.refused || change.way == status::Way::none) {
      out.end = HalfEnd::blocked;
      out.refused = change.refused ? *change.refused : Report{Reason::record_closed, "it could not be reopened before"};
      return Unit{};
    }
    return write_record(change, out);
  }

  Result<Unit> write_record(status::RecordChange const& change, RehearsedHalf& out) {
    auto& plan = seen_.pair.status;
    plan.action = StatusAction::change_record;
    plan.change = change;
    out.before = shown_record(table_, seen_.record_status);
    out.way = way_of(table_, change);
    TANDEM_TRY(auto const outcome, sure([&] { return change_record(run_, item_, seen_.pair); }));
    return written(outcome, out);
  }

  Result<Unit> set_issue(RehearsalStep const& step, RehearsedHalf& out) {
    out.before = out.after = shown_issue(table_, seen_.issue_status);
    if (seen_.issue_status == step.issue->id) {
      out.end = HalfEnd::already;
      return Unit{};
    }
    status::ToJira to;
    to.target = step.issue;
    to.resolution = step.resolution;
    return write_issue(to, out);
  }

  Result<Unit> write_issue(status::ToJira const& to, RehearsedHalf& out) {
    auto& plan = seen_.pair.status;
    plan.action = StatusAction::move_issue;
    plan.to_jira = to;
    out.before = shown_issue(table_, seen_.issue_status);
    auto done = sure([&] { return walk_issue(run_, item_, seen_.pair); });
    out.hops = seen_.pair.status.hops;
    out.way = way_of(out.hops, table_);
    if (!done) return fail(std::move(done).error());
    return written(*done, out);
  }

  // What became of it is looked at; by us until the next look says otherwise.
  Result<Unit> written(StatusOutcome const& outcome, RehearsedHalf& out) {
    out.end = outcome.refused ? HalfEnd::blocked : HalfEnd::done;
    out.refused = outcome.refused;
    bool const record = seen_.pair.status.action == StatusAction::change_record;
    TANDEM_CHECK(take_what_is_known());
    TANDEM_CHECK(look());
    out.after = record ? shown_record(table_, seen_.record_status) : shown_issue(table_, seen_.issue_status);
    if (out.end == HalfEnd::done && out.after == out.before) {
      out.end = HalfEnd::blocked;
      out.refused = Report{Reason::not_executed, "its answer was lost, and it shows the status from before"};
    }
    return Unit{};
  }

  // The base says where our writes left both sides.
  Result<Unit> take_what_is_known() {
    return run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const base, link::find_base(reader, prepared_.link.id));
      if (!base) return Unit{};
      last_record_ = base->status.dynamics_status;
      last_issue_ = base->status.jira_status;
      return Unit{};
    });
  }

  Result<Unit> follow(StatusPlan const& plan, RehearsalStep const& step, RehearsedStep& out) {
    bool const record_follows = step.set == Side::jira;
    auto& half = out.follows;
    half.before = half.after =
        record_follows ? shown_record(table_, seen_.record_status) : shown_issue(table_, seen_.issue_status);
    if (plan.left) {
      half.end = HalfEnd::blocked;
      half.refused = plan.left;
      return Unit{};
    }
    if (!plan.acts()) {
      half.end = HalfEnd::already;
      return Unit{};
    }
    return plan.action == StatusAction::change_record ? write_record(plan.change, half) : write_issue(plan.to_jira, half);
  }

  Result<Unit> judge(RehearsalStep const& step, RehearsedStep& out) const {
    out.end = out.follows.end == HalfEnd::blocked ? StepEnd::blocked : StepEnd::ok;
    if (out.end == StepEnd::blocked || step.kind == status::Kind::none) return Unit{};
    auto const* now = table_.reason(seen_.record_status.integer().value_or(-1));
    if (now == nullptr || now->kind == step.kind) return Unit{};
    // The way there did not let the resolution be set that tells a cancelled issue from a resolved one.
    auto const* resolution = table_.resolution(seen_.resolution);
    out.end = StepEnd::blocked;
    out.refused = Report{Reason::status_unmatched, fmt::format("{} is \"{}\", resolution {}: its record becomes \"{}\"",
                                                               prepared_.link.issue_key, shown_issue(table_, seen_.issue_status),
                                                               resolution == nullptr ? "none" : resolution->name, now->label)};
    return Unit{};
  }

  // A write whose answer got lost is looked for, as long as it may still be executed.
  template <class Write>
  Result<StatusOutcome> sure(Write const& write) {
    auto outcome = write();
    if (outcome || outcome.error().kind != ErrorKind::unknown_outcome) return outcome;
    TANDEM_TRY(bool const settled, settle_write(run_, *prepared_.item, prepared_.link.id, watch_.waits));
    return settled ? Result<StatusOutcome>(StatusOutcome{}) : outcome;
  }

  Result<PutBack> finish() {
    TANDEM_TRY(auto back, put_back_earlier(run_, *prepared_.item, prepared_.link, watch_.waits));
    if (back) return std::move(*back);
    return fail(ErrorKind::store, fmt::format("the journal has no entry of the rehearsal of {}", prepared_.link.record_number));
  }

  static constexpr char const* kElsewhere = "-";

  RunContext& run_;
  PreparedRehearsal const& prepared_;
  CompiledItem const& item_;
  status::StatusTable const& table_;
  RehearsalWatch const& watch_;
  json::Value last_record_;  // as our own writes left them
  std::string last_issue_;
  Look seen_;
  Rehearsed out_;
};

}  // namespace

std::string_view name_of(RehearsedHalf::End end) {
  switch (end) {
    case HalfEnd::done: return "done";
    case HalfEnd::already: return "already";
    case HalfEnd::blocked: return "blocked";
    case HalfEnd::not_tried: return "not-tried";
  }
  return "";
}

std::string_view name_of(RehearsedStep::End end) {
  switch (end) {
    case StepEnd::ok: return "ok";
    case StepEnd::blocked: return "blocked";
    case StepEnd::not_possible: return "not-possible";
    case StepEnd::not_reached: return "not-reached";
  }
  return "";
}

bool Rehearsed::all_ok() const {
  return std::all_of(steps.begin(), steps.end(), [](RehearsedStep const& step) { return step.end == StepEnd::ok; });
}

Result<Rehearsed> rehearse(RunContext& run, PreparedRehearsal const& prepared, RehearsalWatch const& watch) {
  return Walker(run, prepared, watch).go();
}

}  // namespace tandem::sync
