// What an undo would do: the run's writes from the history, joined with both sides as they are now.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/create_issues.hpp>
#include <tandem/sync/history_actions.hpp>
#include <tandem/sync/look_up.hpp>
#include <tandem/sync/status/walk_issue.hpp>
#include <tandem/sync/undo/undo.hpp>

namespace tandem::sync::undo {

namespace {

constexpr std::size_t kMostEntries = 500'000;  // of one run
constexpr std::size_t kLinksAtOnce = 100;  // of one bulkfetch

Error unknown_run(std::string const& run) {
  return Error{ErrorKind::not_found,
               fmt::format("the history knows of nothing that a run {} wrote", run),
               {{"cure", "`tandem history` names the runs; entries are kept for historyDays"}}};
}

// By the order of the history: one look at all of it, since an undo may have written more than any number of newest entries.
Result<std::string> last_run(store::Reader& reader) {
  std::string last;
  TANDEM_CHECK(scan_history(reader, Instant{}, [&](HistoryEntry const& entry) -> Result<bool> {
    if (!entry.run.empty() && entry.undoes.empty() && is_of_note(entry)) last = entry.run;
    return true;
  }));
  if (last.empty()) return fail(ErrorKind::not_found, "the history knows of no run that wrote anything");
  return last;
}

// The newest run after it that wrote the same value, by link.
Result<std::map<std::string, LaterRuns>> later_runs(store::Reader& reader, RunWrites const& writes) {
  std::map<std::string, LaterRuns> out;
  if (!writes.began) return out;
  TANDEM_CHECK(scan_history(reader, *writes.began, [&](HistoryEntry const& entry) -> Result<bool> {
    auto const side = side_written(entry.action);
    if (entry.run == writes.run || entry.run.empty() || !side) return true;
    for (auto const& field : entry.fields) {
      if (!field.rule.empty()) out[entry.link][{*side, field.rule}] = entry.run;
    }
    return true;
  }));
  return out;
}

class Preparation {
 public:
  Preparation(RunContext& run, LinkItems const& items, Question const& question)
      : run_(run), items_(items), question_(question) {}

  Result<Prepared> go() {
    TANDEM_CHECK(read_history());
    std::vector<std::string> names;
    for (auto const& link : writes_.links) {
      if (std::find(names.begin(), names.end(), link.item) == names.end()) names.push_back(link.item);
    }
    for (auto const& name : names) TANDEM_CHECK(one_item(name));
    return std::move(out_);
  }

 private:
  Result<Unit> read_history() {
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      std::string run = question_.run;
      if (run == kLast) {
        TANDEM_TRY(run, last_run(reader));
      }
      HistoryQuery query{
          .item = question_.item, .run = run, .link = question_.link, .side = question_.side, .most = kMostEntries};
      TANDEM_TRY(auto const found, find_history(reader, query));
      if (found.entries.empty()) {
        TANDEM_TRY(auto const any, find_history(reader, {.run = run, .most = 1}));
        if (any.entries.empty()) return fail(unknown_run(run));
      }
      writes_ = writes_of(found.entries);
      TANDEM_TRY(later_, later_runs(reader, writes_));
      out_.run = run;
      return Unit{};
    }));
    out_.undoes = writes_.undoes;
    out_.began = writes_.began;
    if (question_.field.empty()) out_.stays = writes_.stays;
    return Unit{};
  }

  // A field may be named as Jira or as Dynamics does.
  bool is_asked_for(mapping::CompiledItem const* item, WrittenValue const& value) const {
    if (question_.field.empty() || value.field == question_.field || value.rule == question_.field) return true;
    auto const* rule = item != nullptr ? rule_of(*item, value.rule) : nullptr;
    return rule != nullptr && (rule->field.id == question_.field || rule->field.name == question_.field ||
                               rule->column.logical_name == question_.field);
  }

  void leave(WrittenLink const& link, Report const& report) {
    for (auto const& value : link.values) out_.left.push_back({subject_of(link, value), "", value.before_shown, report});
  }

  Result<Unit> one_item(std::string const& name) {
    auto const* item = items_.find(name);
    std::vector<WrittenLink> links;
    for (auto link : writes_.links) {
      if (link.item != name) continue;
      std::erase_if(link.values, [&](WrittenValue const& value) {
        return !is_asked_for(item != nullptr ? item->compiled.get() : nullptr, value);
      });
      if (!link.values.empty()) links.push_back(std::move(link));
    }
    if (item == nullptr) {
      std::string why = "the item is not there any more";
      for (auto const& [unusable, error] : items_.unusable) {
        if (unusable == name) why = error.to_line();
      }
      for (auto const& link : links) leave(link, {Reason::mapping_gone, why});
      return Unit{};
    }
    ItemPlan plan{item, {}};
    for (std::size_t at = 0; at < links.size(); at += kLinksAtOnce) {
      TANDEM_CHECK(run_.go_on());
      auto const end = std::min(at + kLinksAtOnce, links.size());
      TANDEM_CHECK(
          some_links({links.begin() + static_cast<std::ptrdiff_t>(at), links.begin() + static_cast<std::ptrdiff_t>(end)}, plan));
    }
    if (!plan.links.empty()) out_.items.push_back(std::move(plan));
    return Unit{};
  }

  Result<Unit> some_links(std::vector<WrittenLink> links, ItemPlan& plan) {
    TANDEM_CHECK(drop_unlinked(links));
    if (links.empty()) return Unit{};
    auto const& item = *plan.item->compiled;
    std::vector<std::string> records, issues;
    for (auto const& link : links) {
      records.push_back(link.record);
      issues.push_back(link.issue);
    }
    TANDEM_TRY(auto found, records_by_id(run_, item, records));
    TANDEM_TRY(auto rows, joined(run_, item, std::move(found)));
    TANDEM_CHECK(look_up_for(run_, item, rows));
    TANDEM_CHECK(name_sets(item, links));
    TANDEM_TRY(auto live, read_issues(run_, item, issues));
    for (std::size_t i = 0; i < links.size(); ++i) {
      auto const row = std::find_if(rows.begin(), rows.end(), [&](Row const& one) { return one.record.id == links[i].record; });
      if (row == rows.end()) {
        leave(links[i], {Reason::record_missing, links[i].number});
      } else if (!live[i]) {
        leave(links[i], {Reason::issue_missing, links[i].issue_key});
      } else if (row->open_intent) {
        leave(links[i], {Reason::open_intent, ""});
      } else {
        TANDEM_CHECK(one_link(plan, links[i], *row, std::move(*live[i])));
      }
    }
    return Unit{};
  }

  // Each table is asked for once; one that the role may not see costs the lookups to it, not the undo.
  Result<Unit> name_sets(mapping::CompiledItem const& item, std::vector<WrittenLink> const& links) {
    for (auto const& link : links) {
      for (auto const& value : link.values) {
        auto const table = unusual_table(item, value);
        if (!table || sets_.contains(*table)) continue;
        auto entity = run_.dataverse().entity(*table);
        if (!entity && ends_run(entity.error().kind) && entity.error().kind != ErrorKind::auth)
          return fail(std::move(entity).error());
        sets_[*table] = entity && *entity ? (*entity)->set_name : std::string();
      }
    }
    return Unit{};
  }

  Result<Unit> one_link(ItemPlan& plan, WrittenLink const& link, Row const& row, jira::Issue issue) {
    Pair pair;
    pair.row = row;
    pair.row.link->issue_key = issue.key;
    pair.issue = std::move(issue);
    auto one = plan_undo(*plan.item->compiled, out_.run, link, std::move(pair), later_[link.link], sets_);
    if (one.pair.status.action == StatusAction::move_issue) {
      TANDEM_TRY(auto const none, why_no_way(run_, *plan.item->compiled, one.pair));
      if (none) drop_status(one, *none);
    }
    out_.left.insert(out_.left.end(), one.left.begin(), one.left.end());
    out_.already += one.already;
    if (!one.steps.empty()) plan.links.push_back(std::move(one));
    return Unit{};
  }

  static void drop_status(LinkPlan& one, Report const& report) {
    one.pair.status = {};
    std::erase_if(one.steps, [&](Step const& step) {
      if (step.of.rule != kStatusRule || step.of.side != Side::jira) return false;
      one.left.push_back({step.of, step.now, step.back, report});
      return true;
    });
  }

  // Links that are not what they were when the run wrote: cut, broken, or to another issue by now.
  Result<Unit> drop_unlinked(std::vector<WrittenLink>& links) {
    std::vector<WrittenLink> held;
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      for (auto& written : links) {
        TANDEM_TRY(auto const link, link::find_link(reader, written.link));
        if (written.issue.empty() && link) written.issue = link->issue;  // an earlier version wrote it: each value says so
        if (!link || link->issue != written.issue)
          leave(written,
                {Reason::not_linked, link ? "its record is linked to another issue by now" : "the link is not there any more"});
        else if (link->state == link::State::broken)
          leave(written, {Reason::link_broken, ""});
        else
          held.push_back(std::move(written));
      }
      return Unit{};
    }));
    links = std::move(held);
    return Unit{};
  }

  RunContext& run_;
  LinkItems const& items_;
  Question const& question_;
  RunWrites writes_;
  std::map<std::string, LaterRuns> later_;
  SetNames sets_;
  Prepared out_;
};

}  // namespace

std::vector<Step> Prepared::steps() const {
  std::vector<Step> out;
  for (auto const& item : items) {
    for (auto const& link : item.links) out.insert(out.end(), link.steps.begin(), link.steps.end());
  }
  return out;
}

Result<Prepared> prepare_undo(RunContext& run, LinkItems const& items, Question const& question) {
  return Preparation(run, items, question).go();
}

}  // namespace tandem::sync::undo
