// commit_rebuild(): what was planned becomes links, bases, twins, holds and owed work, in batches (SPEC D11).
#include <algorithm>

#include <tandem/link/link_table.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/moved_issues.hpp>
#include <tandem/sync/rebuild.hpp>
#include <tandem/sync/retry_table.hpp>
#include <tandem/sync/status/plan_status.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

constexpr std::size_t kAtOnce = 100;
constexpr std::string_view kWhy = "both sides differ, and what they agreed on last was lost";

class Commit {
 public:
  Commit(RunContext& run, RunItem const& item, bool hold) : run_(run), item_(item), compiled_(*item.compiled), hold_(hold) {}

  Result<RebuildDone> go(RebuildPlan const& plan) {
    TANDEM_CHECK(in_batches(plan.links.size(), [&](store::Writer& writer, std::size_t i) { return put(writer, plan.links[i]); }));
    TANDEM_CHECK(in_batches(plan.broken.size(), [&](store::Writer& writer, std::size_t i) {
      ++done_.broken;
      return put_made(writer, plan.broken[i], "rebuilt-broken-link");
    }));
    TANDEM_CHECK(
        in_batches(plan.left.size(), [&](store::Writer& writer, std::size_t i) { return keep_apart(writer, plan.left[i]); }));
    TANDEM_CHECK(in_batches(plan.removals.size(),
                            [&](store::Writer& writer, std::size_t i) { return link::put_removal(writer, plan.removals[i]); }));
    return done_;
  }

 private:
  // What was counted of a batch that is not committed does not count.
  template <class Put>
  Result<Unit> in_batches(std::size_t size, Put const& put_one) {
    for (std::size_t at = 0; at < size; at += kAtOnce) {
      TANDEM_CHECK(run_.go_on());
      auto const before = done_;
      TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
        done_ = before;
        for (auto i = at; i < std::min(at + kAtOnce, size); ++i) TANDEM_CHECK(put_one(writer, i));
        return Unit{};
      }));
    }
    return Unit{};
  }

  Result<Unit> put_made(store::Writer& writer, link::Link const& link, std::string const& action) {
    TANDEM_CHECK(link::put_link(writer, link));
    TANDEM_CHECK(link::erase_unlinked(writer, link.item, link.record));
    auto const entry = history_of(run_, link, action, run_.jira_now().value_or(Instant{}));
    TANDEM_CHECK(append_history(writer, entry));
    run_.tell([&](Observer& observer) { observer.wrote(entry); });
    return Unit{};
  }

  Result<Unit> put(store::Writer& writer, RebuiltLink const& found) {
    TANDEM_CHECK(put_made(writer, found.link, "rebuilt-link"));
    TANDEM_CHECK(link::put_base(writer, found.link.id, found.base));
    for (auto const& twin : found.twins) TANDEM_CHECK(link::put_twin(writer, found.link.id, twin));
    TANDEM_CHECK(remember_project(writer, found.link.item, compiled_.schema.project->key, found.link.issue_key));
    ++done_.links;
    done_.comments += found.twins_of(link::TwinKind::comment);
    done_.files += found.twins_of(link::TwinKind::file);
    if (found.differing.empty() || !compiled_.item.synchronised()) return Unit{};
    return hold_ ? hold(writer, found) : queue(writer, found.link);
  }

  Result<Unit> queue(store::Writer& writer, link::Link const& link) {
    Retry retry;
    retry.item = link.item;
    retry.record = link.record;
    retry.number = link.record_number;
    retry.reason = code_of(Reason::first_contact);
    retry.detail = "rebuilt; one side's values are taken";
    ++done_.queued;
    return put_retry(writer, retry);
  }

  Result<Unit> hold(store::Writer& writer, RebuiltLink const& found) {
    auto const differs = [&](std::string_view rule) {
      return std::find(found.differing.begin(), found.differing.end(), rule) != found.differing.end();
    };
    for (auto const& rule : compiled_.rules) {
      if (!differs(rule->key())) continue;
      TANDEM_CHECK(put_held(writer, held_field(found, *rule)));
      ++done_.held;
    }
    if (!differs(kStatusRule)) return Unit{};
    TANDEM_CHECK(put_held(writer, held_status(found)));
    ++done_.held;
    return Unit{};
  }

  // What waits for a person, without what both sides hold.
  Held held(RebuiltLink const& found, std::string rule) const {
    Held held;
    held.link = found.link.id;
    held.rule = std::move(rule);
    held.item = found.link.item;
    held.record = found.link.record;
    held.number = compiled_.record_number(found.record);
    held.issue_key = found.link.issue_key;
    held.reason = code_of(Reason::unknown_base);
    held.detail = kWhy;
    held.at = run_.dataverse_now();
    return held;
  }

  Held held_field(RebuiltLink const& found, mapping::FieldRule const& rule) const {
    auto out = held(found, rule.key());
    out.column = rule.column.logical_name;
    out.field = rule.field.id;
    auto const* column = found.record.column(rule.column.query_name());
    auto const* field = found.issue.field(rule.field.id);
    out.column_raw = column == nullptr ? json::Value() : *column;
    out.field_raw = field == nullptr ? json::Value() : *field;
    auto const label = found.record.formatted.find(rule.column.query_name());
    out.column_shown = rule.show_column(out.column_raw, label == found.record.formatted.end() ? "" : label->second);
    out.field_shown = rule.show_field(out.field_raw);
    return out;
  }

  Held held_status(RebuiltLink const& found) const {
    auto out = held(found, std::string(kStatusRule));
    auto const& table = *compiled_.statuses;
    out.column = table.column();
    out.field = kStatusRule;
    out.column_raw = found.base.status.dynamics_status;
    out.field_raw = found.base.status.jira_status;
    auto const* reason = table.reason(out.column_raw.integer().value_or(-1));
    auto const* status = table.status(found.base.status.jira_status);
    out.column_shown = reason != nullptr ? reason->label : out.column_raw.scalar_text();
    out.field_shown = status != nullptr ? status->name : found.base.status.jira_status;
    return out;
  }

  // No issue is made for the record by itself (SPEC D6).
  Result<Unit> keep_apart(store::Writer& writer, LeftMarked const& left) {
    if (left.record.empty()) return Unit{};
    TANDEM_TRY(auto const held, link::find_by_record(writer, item_.name(), left.record));
    if (held) return Unit{};
    return link::put_unlinked(writer, item_.name(), left.record,
                              {left.record, left.issue_key, item_.stored.baseline, run_.jira_now()});
  }

  RunContext& run_;
  RunItem const& item_;
  CompiledItem const& compiled_;
  bool hold_;
  RebuildDone done_;
};

}  // namespace

Result<RebuildDone> commit_rebuild(RunContext& run, RunItem const& item, RebuildPlan const& plan, Prefer prefer) {
  return Commit(run, item, prefer == Prefer::neither).go(plan);
}

}  // namespace tandem::sync
