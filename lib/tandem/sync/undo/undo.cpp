#include <tandem/sync/undo/undo.hpp>

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/brakes.hpp>
#include <tandem/sync/edit_issues.hpp>
#include <tandem/sync/settle/settle.hpp>
#include <tandem/sync/status/write_status.hpp>
#include <tandem/sync/update_records.hpp>

namespace tandem::sync::undo {

namespace {

constexpr int kRounds = 4;  // both statuses of a pair, a record that was changed in between, an answer that got lost
constexpr std::size_t kLinksAtOnce = 100;

bool holds(std::vector<Step> const& steps, Subject const& subject) {
  return std::any_of(steps.begin(), steps.end(), [&](Step const& step) { return step.of == subject; });
}

class Undo {
 public:
  Undo(RunContext& run, LinkItems const& items, Prepared const& shown, Question question)
      : run_(run), items_(items), shown_(shown.steps()), question_(std::move(question)) {
    question_.run = shown.run;  // "last" would be another one by now
  }

  Result<Undone> go(Prepared const& prepared) {
    for (auto const& item : prepared.items)
      TANDEM_CHECK(check_brakes(run_, item.item->compiled->item, {0, static_cast<std::uint64_t>(item.links.size())}));
    auto outcome = rounds();
    if (!outcome) out_.stopped = outcome.error();
    TANDEM_CHECK(tell());
    return std::move(out_);
  }

 private:
  Result<Unit> rounds() {
    for (int round = 0; round < kRounds; ++round) {
      TANDEM_TRY(auto now, prepare_undo(run_, items_, question_));
      left_ = std::move(now.left);
      bool due = false;
      for (auto& item : now.items) {
        for (auto& link : item.links) {
          keep_to_what_was_shown(link);
          due = due || has_work(link.pair);
        }
      }
      if (!due) return Unit{};
      for (auto& item : now.items) TANDEM_CHECK(one_item(item));
    }
    return Unit{};
  }

  static bool has_work(Pair const& pair) { return !pair.plan.changes.empty() || has_open_status(pair); }

  // What would go back only since then is not asked for; what was tried in vain is not tried again.
  void keep_to_what_was_shown(LinkPlan& link) {
    for (auto const& step : link.steps) {
      bool const tried = std::find(tried_.begin(), tried_.end(), step.of) != tried_.end();
      if (holds(shown_, step.of) && !tried) continue;
      if (step.of.rule == kStatusRule) {
        link.pair.status = {};
      } else {
        link.pair.plan.drop(step.of.rule, step.of.side);
      }
    }
    link.pair.plan.settle_action();
  }

  Result<Unit> one_item(ItemPlan& item) {
    ItemRun stats;
    stats.item = item.item->name();
    for (std::size_t at = 0; at < item.links.size(); at += kLinksAtOnce) {
      TANDEM_CHECK(run_.go_on());
      std::vector<Pair> pairs;
      std::vector<LinkPlan const*> plans;
      for (auto i = at; i < std::min(at + kLinksAtOnce, item.links.size()); ++i) {
        if (!has_work(item.links[i].pair)) continue;
        pairs.push_back(item.links[i].pair);
        plans.push_back(&item.links[i]);
      }
      auto const written = write(*item.item->compiled, pairs, stats);
      take_refusals(pairs, plans);
      if (written) {
        note_tried(pairs, plans);
        continue;
      }
      if (written.error().kind != ErrorKind::unknown_outcome) return written;
      TANDEM_CHECK(settle_first(run_, items_));  // what was executed is found, and the others go on
    }
    return Unit{};
  }

  // As a cycle writes: what opens a side before its fields, what closes it after them (SPEC G7).
  Result<Unit> write(mapping::CompiledItem const& item, std::vector<Pair>& pairs, ItemRun& stats) {
    TANDEM_CHECK(write_statuses(run_, item, pairs, StatusTurn::before_fields, stats));
    TANDEM_CHECK(take_moved_statuses(pairs));
    TANDEM_TRY(auto const overtaken, write_records(run_, item, pairs, stats));
    for (auto const i : overtaken) {  // the next round looks at them anew
      pairs[i].plan.changes.clear();
      pairs[i].plan.settle_action();
      pairs[i].status.done = pairs[i].status.again = true;
    }
    TANDEM_CHECK(write_issues(run_, item, pairs, stats));
    return write_statuses(run_, item, pairs, StatusTurn::after_fields, stats);
  }

  Result<Unit> take_moved_statuses(std::vector<Pair>& pairs) {
    return run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      for (auto& pair : pairs) {
        if (!pair.status.done) continue;
        TANDEM_TRY(auto const base, link::find_base(reader, pair.link().id));
        if (base) pair.plan.base.status = base->status;
      }
      return Unit{};
    });
  }

  // What is still due in the next round was refused, unless it was not its turn, or somebody else was quicker.
  void note_tried(std::vector<Pair> const& pairs, std::vector<LinkPlan const*> const& plans) {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      auto const& status = pairs[i].status;
      if (status.again) continue;
      for (auto const& step : plans[i]->steps) {
        bool const other_status =
            step.of.rule == kStatusRule && (step.of.side == Side::dynamics) != (status.action == StatusAction::change_record);
        if (!other_status) tried_.push_back(step.of);
      }
    }
  }

  // `plans`: what was to be done of each pair. A pair that moved meanwhile is no refusal.
  void take_refusals(std::vector<Pair> const& pairs, std::vector<LinkPlan const*> const& plans) {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      for (auto const& left : pairs[i].plan.left) {
        for (auto const& step : plans[i]->steps) {
          if (step.of.rule == left.rule) refused_.push_back({step.of, step.now, step.back, left.report});
        }
      }
      auto const& status = pairs[i].status;
      if (!status.outcome || status.again) continue;
      for (auto const& step : plans[i]->steps) {
        bool const record = status.action == StatusAction::change_record;
        if (step.of.rule == kStatusRule && (step.of.side == Side::dynamics) == record)
          refused_.push_back({step.of, step.now, step.back, *status.outcome});
      }
    }
  }

  // What the history says was written counts, also what was only settled.
  Result<Unit> tell() {
    std::set<std::string> open;
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const found, find_history(reader, {.run = run_.run_id, .most = 1'000'000}));
      for (auto const& link : writes_of(found.entries).links) {
        for (auto const& value : link.values) {
          if (!value.barred) written_.push_back({subject_of(link, value), "", "", value.kept});
        }
      }
      for (auto const& step : shown_) {
        TANDEM_TRY(auto const retry, find_retry(reader, step.of.item, step.of.record));
        auto const reason = retry ? reason_named(retry->reason) : std::nullopt;
        if (reason) failed_[step.of.link] = {*reason, retry->detail};
      }
      TANDEM_TRY(auto const intents, open_intents(reader));
      for (auto const& intent : intents) open.insert(intent.id);
      return Unit{};
    }));
    for (auto const& step : shown_) {
      if (is_written(step)) {
        out_.done.push_back(step);
      } else {
        out_.not_done.push_back({step.of, step.now, step.back, why_not(step.of, open.contains(step.of.link))});
      }
    }
    return Unit{};
  }

  // A status may have stopped on its way; a field is what its service made of it.
  bool is_written(Step const& step) const {
    return std::any_of(written_.begin(), written_.end(), [&](Step const& one) {
      return one.of == step.of && (step.of.rule != kStatusRule || one.goal == step.goal);
    });
  }

  Report why_not(Subject const& subject, bool open) const {
    if (open) return {Reason::open_intent, "whether it was executed is not known yet"};
    for (auto const* list : {&refused_, &left_}) {
      for (auto const& one : *list) {
        if (one.of == subject) return one.report;
      }
    }
    auto const failed = failed_.find(subject.link);
    bool const tried = std::find(tried_.begin(), tried_.end(), subject) != tried_.end();
    if (tried && failed != failed_.end()) return failed->second;
    if (out_.stopped) return {Reason::not_executed, "it was stopped before"};
    return {Reason::busy, ""};
  }

  RunContext& run_;
  LinkItems const& items_;
  std::vector<Step> shown_;
  Question question_;
  std::vector<Left> left_, refused_;
  std::vector<Subject> tried_;
  std::vector<Step> written_;  // by this undo: `goal` is what was kept
  std::map<std::string, Report> failed_;  // by link: what its writes failed of
  Undone out_;
};

}  // namespace

Result<Undone> undo(RunContext& run, LinkItems const& items, Prepared const& shown, Question const& question) {
  return Undo(run, items, shown, question).go(shown);
}

Result<Unit> settle_first(RunContext& run, LinkItems const& items) {
  ItemsByName by_name;
  for (auto const& item : items.items) by_name.emplace(item.name(), &item);
  TANDEM_TRY(auto const counts, settle_open_intents(run, by_name));
  static_cast<void>(counts);  // what waits on is told by the pairs that it concerns
  return Unit{};
}

}  // namespace tandem::sync::undo
