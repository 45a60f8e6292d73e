// plan_statuses(): the questions that plan_status() answers, put together from what was read.

#include <algorithm>

#include <fmt/format.h>

#include <tandem/sync/status/write_status.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;
namespace status = mapping::status;

json::Value raw_of(json::Object const& object, std::string_view key) {
  auto const* held = object.find(key);
  return held != nullptr ? *held : json::Value();
}

std::string id_of(jira::Issue const& issue, std::string_view field) {
  auto const* held = issue.field(field);
  return held != nullptr ? (*held)["id"].scalar_text() : std::string();
}

StatusQuestion question_of(CompiledItem const& item, Pair const& pair) {
  auto question =
      sync::question_of(item, pair.row.base ? pair.row.base->status : link::StatusBase{}, pair.row.record, pair.issue);
  question.dynamics_at = pair.row.modified_on;
  question.flipping = pair.row.flipping.contains(std::string(kStatusRule));
  return question;
}

// A resolved case is dated by its resolution (SPEC G1): whoever edits it later does not make it younger.
Result<std::optional<Instant>> resolved_at(RunContext& run, CompiledItem const& item, Pair const& pair) {
  auto const* now = item.statuses->reason(raw_of(pair.row.record.columns, item.statuses->column()).integer().value_or(-1));
  if (item.entity().logical_name != "incident" || now == nullptr || now->kind != status::Kind::done)
    return std::optional<Instant>{};
  dataverse::Query query;
  query.set_name = "incidentresolutions";
  query.primary_id = "activityid";
  query.select = {"createdon"};
  query.filter = fmt::format("_incidentid_value eq {}", pair.row.record.id);
  query.order_by = "createdon desc";
  query.page_size = 1;
  auto const page = run.dataverse().query(query);
  if (!page) return page.error().kind == ErrorKind::auth ? Result<std::optional<Instant>>(std::nullopt) : fail(page.error());
  if (page->records.empty()) return std::optional<Instant>{};
  auto const* created = page->records.front().column("createdon");
  return created != nullptr ? parse_instant(created->text()) : std::nullopt;
}

Result<Unit> judge(RunContext& run, CompiledItem const& item, std::vector<Pair*> const& undecided) {
  std::vector<std::string> ids;
  for (auto const* pair : undecided) ids.push_back(pair->issue.id);
  TANDEM_TRY(auto const histories, run.jira().changelogs(ids, {"status"}));
  for (auto* pair : undecided) {
    auto question = question_of(item, *pair);
    TANDEM_TRY(auto const resolved, resolved_at(run, item, *pair));
    if (resolved) {
      question.dynamics_at = resolved;
      question.base.seen_at.reset();
    }
    // A history that does not tell leaves the issue's own time, which is never too early.
    auto const* updated = pair->issue.field("updated");
    if (auto const latest = updated != nullptr ? parse_instant(updated->text()) : std::nullopt)
      question.jira_at = run.on_dataverse_clock(*latest);
    if (auto const found = histories.find(pair->issue.id); found != histories.end()) {
      for (auto const& entry : found->second) {
        bool const moves =
            std::any_of(entry.fields.begin(), entry.fields.end(), [](auto const& one) { return one.field_id == "status"; });
        if (moves) question.jira_at = run.on_dataverse_clock(entry.created);
      }
    }
    pair->status = plan_status(*item.statuses, question);
  }
  return Unit{};
}

// What both agreed on last was lost, and a person is to decide (SPEC D11, D14).
bool is_held(Pair const& pair) {
  return std::any_of(pair.row.held.begin(), pair.row.held.end(),
                     [](Held const& held) { return held.rule == kStatusRule && is_sticky(held.reason); });
}

// True when the pair's status waits on. One that agrees by now, or was decided, is planned as any other.
bool waits(RunContext const& run, CompiledItem const& item, Pair& pair) {
  if (!is_held(pair)) return false;
  auto const question = question_of(item, pair);
  auto& base = pair.row.base ? *pair.row.base : pair.row.base.emplace();
  if (!statuses_differ(*item.statuses, question)) {
    base.status = {};
    return false;
  }
  if (auto const taken = run.options.take.find(std::string(kStatusRule)); taken != run.options.take.end()) {
    base.status = base_taking(question, taken->second == Side::dynamics);
    return false;
  }
  pair.status.base = base.status;
  pair.status.left = Report{Reason::unknown_base, std::string(kStatusRule)};
  return true;
}

// The same for people.
std::optional<StatusChange> change_for_people(CompiledItem const& item, Pair const& pair) {
  auto const& planned = pair.status;
  if (!planned.acts() && !planned.left) return std::nullopt;
  auto const* record = item.statuses->reason(raw_of(pair.row.record.columns, item.statuses->column()).integer().value_or(-1));
  auto const* issue = item.statuses->status(id_of(pair.issue, "status"));
  StatusChange out;
  out.side = planned.action == StatusAction::change_record ? Side::dynamics : Side::jira;
  out.before = planned.before;
  out.after = planned.after;
  out.lost = planned.lost;
  out.dynamics = record != nullptr ? record->label : raw_of(pair.row.record.columns, item.statuses->column()).scalar_text();
  out.jira = issue != nullptr ? issue->name : id_of(pair.issue, "status");
  out.left = planned.left;
  return out;
}

void keep_from_closed(CompiledItem const& item, Pair& pair) {
  bool const opens = pair.status.action == StatusAction::change_record && pair.status.reopens;
  if (opens || pair.plan.changes_of(Side::dynamics) == 0 || !is_read_only(item, pair.row.record)) return;
  auto const changes = pair.plan.changes;
  for (auto const& change : changes) {
    if (change.side != Side::dynamics) continue;
    pair.plan.left.push_back({change.rule, change.column, change.field, {Reason::record_closed, pair.plan.number}});
    pair.plan.drop(change.rule, Side::dynamics);
    if (change.merged) pair.plan.drop(change.rule, Side::jira);
  }
  pair.plan.settle_action();
}

}  // namespace

bool is_read_only(CompiledItem const& item, dataverse::Record const& record) {
  auto const& entity = item.entity();
  if (entity.logical_name != "incident" && entity.logical_name != "opportunity" && !entity.is_activity) return false;
  return raw_of(record.columns, "statecode").integer().value_or(0) != 0;
}

StatusQuestion question_of(CompiledItem const& item, link::StatusBase const& base, dataverse::Record const& record,
                           jira::Issue const& issue) {
  auto const& table = *item.statuses;
  StatusQuestion question;
  question.entity = item.entity().logical_name;
  question.base = base;
  if (table.has_states()) question.state = raw_of(record.columns, "statecode");
  question.status = raw_of(record.columns, table.column());
  question.issue_status = id_of(issue, "status");
  question.resolution = id_of(issue, "resolution");
  return question;
}

Result<Unit> plan_statuses(RunContext& run, CompiledItem const& item, std::vector<Pair>& pairs) {
  std::vector<Pair*> undecided;
  for (auto& pair : pairs) {
    if (!item.statuses) {
      // Remembered all the same: a reopened record takes the edits that waited for it.
      auto& base = pair.plan.base.status;
      base = {raw_of(pair.row.record.columns, "statecode"), raw_of(pair.row.record.columns, "statuscode"),
              id_of(pair.issue, "status")};
      continue;
    }
    if (waits(run, item, pair)) continue;
    pair.status = plan_status(*item.statuses, question_of(item, pair));
    if (pair.status.times_wanted) undecided.push_back(&pair);
  }
  if (!undecided.empty()) TANDEM_CHECK(judge(run, item, undecided));
  for (auto& pair : pairs) {
    keep_from_closed(item, pair);
    if (!item.statuses) continue;
    pair.plan.base.status = pair.status.base;
    pair.plan.status = change_for_people(item, pair);
    pair.status.alone = pair.plan.changes_of(pair.status.action == StatusAction::move_issue ? Side::jira : Side::dynamics) == 0;
  }
  return Unit{};
}

}  // namespace tandem::sync
