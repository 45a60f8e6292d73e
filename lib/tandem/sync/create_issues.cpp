#include <tandem/sync/create_issues.hpp>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <tandem/link/identity.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/sync/status/plan_status.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

struct Candidate {
  Row const* row = nullptr;
  Plan plan;
  Intent intent;
};

link::Link link_for(RunContext const& run, CompiledItem const& item, Intent const& intent) {
  link::Link link;
  link.id = intent.id;
  link.item = intent.item;
  link.entity = intent.entity;
  link.record = intent.record;
  link.record_number = intent.number;
  link.issue = intent.issue.value_or("");
  link.issue_key = intent.issue_key.value_or("");
  link.made_at = link.synced_at = run.jira_now();
  link.owed = {true, item.item.link_note && !item.entity().note_navigation.empty()};
  return link;
}

json::Object create_body(RunContext const& run, CompiledItem const& item, Candidate const& candidate) {
  auto fields = candidate.plan.fields;
  fields.set("project", json::Object{{"id", item.schema.project->id}});
  fields.set("issuetype", json::Object{{"id", item.schema.issue_type->id}});
  json::Object const property{{"key", link::kIssueProperty},
                              {"value", link::issue_property(link_for(run, item, candidate.intent), run.in.organisation_id)}};
  return json::Object{{"fields", std::move(fields)}, {"properties", json::Array{property}}};
}

Retry retry_for(Intent const& intent, std::string reason, std::string detail) {
  Retry retry;
  retry.item = intent.item;
  retry.record = intent.record;
  retry.number = intent.number;
  retry.reason = std::move(reason);
  retry.detail = std::move(detail);
  return retry;
}

// Issues that an earlier store already made for these records become their links.
Result<Unit> adopt_existing(RunContext& run, CompiledItem const& item, std::vector<Candidate>& candidates, OwnIssues const& own,
                            std::vector<MarkedLink>& made, ItemRun& stats) {
  std::vector<Intent> intents;
  for (auto const& candidate : candidates) intents.push_back(candidate.intent);
  TANDEM_TRY(auto const found, find_adoptable(run, item, intents, own));
  for (auto const& [id, adopted] : found) {
    auto const at = std::find_if(candidates.begin(), candidates.end(), [&](Candidate const& c) { return c.intent.id == id; });
    auto& intent = at->intent;
    auto const& issue = adopted.issue;
    intent.issue = issue.id;
    intent.issue_key = issue.key;
    // Equal values agree; what differs is left to the next look at both sides, so the base is only what the issue shows already.
    for (auto const& rule : item.rules) {
      auto const held = intent.base.fields.find(rule->key());
      auto const* field = issue.field(rule->field.id);
      if (held != intent.base.fields.end() && (field == nullptr || !rule->equivalent(held->second.column, "", *field))) {
        intent.base.fields.erase(held);
      }
    }
    std::optional<link::Link> link;
    TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(link, commit_link(run, writer, item, intent, issue, "adopted-issue"));
      link->kind = adopted.kind;
      link->rebuilt_at = link->made_at;
      TANDEM_CHECK(link::put_link(writer, *link));
      for (auto const& twin : adopted.twins) TANDEM_CHECK(link::put_twin(writer, link->id, twin));
      return put_retry(
          writer, retry_for(intent, std::string(code_of(Reason::adopted)), "looked at once more, since both sides may differ"));
    }));
    made.push_back({*link, face_of(run, item, at->row->record)});
    ++stats.adopted;
    candidates.erase(at);
  }
  return Unit{};
}

Result<Unit> forget_intents(RunContext& run, std::vector<Candidate> const& candidates) {
  return run.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const& candidate : candidates) TANDEM_CHECK(erase_intent(writer, candidate.intent.id));
    return Unit{};
  });
}

// Takes the values that Jira named as faulty out of the plan; true when the issue may be made without them (SPEC C4). Fields that it requires,
// and those of the item's defaults, cannot be left out. Their base is forgotten, so that the next look at the record tries them again.
bool drop_refused(CompiledItem const& item, Candidate& candidate, jira::Rejection const& rejection) {
  auto const rule_of = [&](std::string const& field) {
    return std::find_if(item.rules.begin(), item.rules.end(), [&](auto const& rule) { return rule->field.id == field; });
  };
  auto& plan = candidate.plan;
  auto const change_of = [&](std::string const& field) {
    return std::find_if(plan.changes.begin(), plan.changes.end(),
                        [&](FieldChange const& change) { return change.field == field && !change.rule.empty(); });
  };
  bool const droppable = std::all_of(rejection.fields.begin(), rejection.fields.end(), [&](auto const& refused) {
    auto const rule = rule_of(refused.first);
    return rule != item.rules.end() && !(*rule)->field.required && change_of(refused.first) != plan.changes.end();
  });
  if (rejection.fields.empty() || !droppable) return false;
  for (auto const& [field, text] : rejection.fields) {
    auto const change = change_of(field);
    plan.left.push_back({change->rule, change->column, field, {Reason::rejected, text}});
    plan.fields.erase(field);
    candidate.intent.base.fields.erase(change->rule);
    plan.changes.erase(change);
  }
  return true;
}

std::string rejected_values(Plan const& plan) {
  std::string out;
  for (auto const& field : plan.left) {
    if (field.report.reason == Reason::rejected)
      out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", field.field, field.report.detail);
  }
  return out;
}

// The answer came: what succeeded is read back and becomes a link, what was rejected goes on the retry list. Those that may be made without the
// values that Jira refused are left in `candidates`, with their intents.
Result<Unit> take_answer(RunContext& run, CompiledItem const& item, std::vector<Candidate>& candidates,
                         jira::BulkCreated const& answer, std::vector<MarkedLink>& made, ItemRun& stats) {
  std::vector<std::string> ids;
  std::int64_t highest = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    auto const& created = answer.elements[i].issue;
    if (!created) continue;
    candidates[i].intent.issue = created->id;
    candidates[i].intent.issue_key = created->key;
    ids.push_back(created->id);
    highest = std::max(highest, key_number(created->key).value_or(0));
  }
  auto issues = read_issues(run, item, ids);
  std::vector<Candidate> again;
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
    if (highest > 0) TANDEM_CHECK(raise_highest_key(writer, item.schema.project->key, highest));
    std::size_t read = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      auto const& intent = candidates[i].intent;
      if (!intent.issue && drop_refused(item, candidates[i], answer.elements[i].rejection)) {
        TANDEM_CHECK(put_intent(writer, candidates[i].intent));
        again.push_back(std::move(candidates[i]));
        continue;
      }
      if (!intent.issue) {
        TANDEM_CHECK(erase_intent(writer, intent.id));
        TANDEM_CHECK(commit_failure(
            run, writer, retry_for(intent, std::string(code_of(Reason::rejected)), answer.elements[i].rejection.to_line()),
            stats));
        continue;
      }
      if (!issues) {  // only the read-back is missing: the intent knows the issue and is settled by a direct read
        TANDEM_CHECK(put_intent(writer, intent));
        ++stats.waiting;
        continue;
      }
      // Deleted within the moment between: the link is made all the same, finding it gone is the sweep's work.
      auto const issue = (*issues)[read++].value_or(jira::Issue{*intent.issue, *intent.issue_key, {}, {}});
      TANDEM_TRY(auto const link, commit_link(run, writer, item, intent, issue, "created-issue"));
      made.push_back({link, face_of(run, item, candidates[i].row->record)});
      ++stats.created;
      if (auto refused = rejected_values(candidates[i].plan); !refused.empty()) {
        ++stats.values_left;
        TANDEM_CHECK(
            commit_failure(run, writer, retry_for(intent, std::string(code_of(Reason::rejected)), std::move(refused)), stats));
      }
    }
    return Unit{};
  }));
  candidates = std::move(again);
  if (!issues) return fail(std::move(issues).error());
  return Unit{};
}

}  // namespace

std::optional<std::int64_t> key_number(std::string_view key) {
  auto const dash = key.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  auto const digits = key.substr(dash + 1);
  std::int64_t number = 0;
  auto const parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  return number;
}

Result<std::int64_t> newest_key(RunContext& run, std::string const& project) {
  jira::Search search;
  search.jql = fmt::format("project = {} ORDER BY key DESC", jira::quoted_jql(project));
  search.fields = {"summary"};
  search.page_size = 1;
  TANDEM_TRY(auto const page, run.jira().search(search));
  auto const found = page.issues.empty() ? 0 : key_number(page.issues.front().key).value_or(0);
  std::int64_t known = 0;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const held, highest_key(reader, project));
    known = held.value_or(0);
    return Unit{};
  }));
  return std::max(found, known);
}

Result<std::int64_t> project_floor(RunContext& run, std::string const& project) {
  std::optional<std::int64_t> held;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(held, highest_key(reader, project));
    return Unit{};
  }));
  if (held) return *held;
  return newest_key(run, project);
}

Result<link::Link> commit_link(RunContext& run, store::Writer& writer, CompiledItem const& item, Intent const& intent,
                               jira::Issue const& issue, std::string const& action) {
  auto link = link_for(run, item, intent);
  link.issue = issue.id;
  link.issue_key = issue.key;
  auto base = intent.base;
  take_issue(base, item, issue);
  // An issue that was made for the record shows its status once (SPEC E4); one that was there before keeps its own (G1).
  bool const made = action != "adopted-issue";
  base.status.apply = made && item.statuses && owes_status(*item.statuses, base.status.dynamics_status, base.status.jira_status);
  TANDEM_CHECK(link::put_link(writer, link));
  TANDEM_CHECK(link::put_base(writer, link.id, base));
  TANDEM_CHECK(erase_intent(writer, intent.id));
  TANDEM_CHECK(erase_retry(writer, intent.item, intent.record));
  if (base.status.apply) {
    TANDEM_CHECK(
        put_retry(writer, retry_for(intent, std::string(code_of(Reason::open_intent)), "its status is still to be shown")));
  }
  auto entry = history_of(run, link, action, run.jira_now().value_or(Instant{}));
  for (auto const& rule : item.rules) {
    auto const held = base.fields.find(rule->key());
    if (held == base.fields.end() || held->second.field.is_null()) continue;
    entry.fields.push_back({rule->field.id, "", rule->show_field(held->second.field), json::Value()});
  }
  TANDEM_CHECK(append_history(writer, entry));
  run.tell([&](Observer& observer) { observer.wrote(entry); });
  return link;
}

Result<Unit> commit_failure(RunContext& run, store::Writer& writer, Retry retry, ItemRun& stats) {
  TANDEM_TRY(auto before, find_retry(writer, retry.item, retry.record));
  auto const entry = run.options.retries.failed(std::move(before), std::move(retry), run.dataverse_now());
  TANDEM_CHECK(put_retry(writer, entry));
  ++stats.failed;
  run.tell([&](Observer& observer) {
    observer.failed({entry.item, entry.record, entry.number, "",
                     entry.parked ? Reason::parked : reason_named(entry.reason).value_or(Reason::rejected), entry.detail});
  });
  return Unit{};
}

Result<std::vector<std::optional<jira::Issue>>> read_issues(RunContext& run, CompiledItem const& item,
                                                            std::vector<std::string> const& ids) {
  std::vector<std::optional<jira::Issue>> issues(ids.size());
  for (std::size_t at = 0; at < ids.size(); at += jira::Client::kMostFetch) {
    auto const end = std::min(at + jira::Client::kMostFetch, ids.size());
    std::vector<std::string> const part(ids.begin() + static_cast<std::ptrdiff_t>(at),
                                        ids.begin() + static_cast<std::ptrdiff_t>(end));
    TANDEM_TRY(auto found, run.jira().bulk_fetch(part, item.issue_fields(), {}));
    for (auto& issue : found) {
      auto const place = std::find(part.begin(), part.end(), issue.id);
      if (place != part.end()) issues[at + static_cast<std::size_t>(place - part.begin())] = std::move(issue);
    }
  }
  // Whether bulkfetch is read-after-write correct is not verified (jira.md §4): what it does not show is read directly.
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (issues[i]) continue;
    TANDEM_TRY(issues[i], run.jira().get(ids[i], item.issue_fields(), {}));
  }
  return issues;
}

Result<std::vector<MarkedLink>> create_issues(RunContext& run, CompiledItem const& item, std::vector<Row> const& rows,
                                              OwnIssues const& own, ItemRun& stats) {
  std::vector<MarkedLink> made;
  std::vector<Candidate> candidates;
  for (auto const& row : rows) {
    Candidate candidate;
    candidate.row = &row;
    candidate.plan = plan_create(item, row.record);
    auto& intent = candidate.intent;
    intent.id = link::link_id(run.in.organisation_id, item.item.name, row.record.id);
    intent.run = run.run_id;
    intent.item = item.item.name;
    intent.entity = item.entity().logical_name;
    intent.record = row.record.id;
    intent.number = candidate.plan.number;
    intent.etag = row.record.etag;
    intent.project = item.schema.project->key;
    intent.base = candidate.plan.base;
    candidates.push_back(std::move(candidate));
  }
  TANDEM_CHECK(adopt_existing(run, item, candidates, own, made, stats));
  if (candidates.empty()) return made;

  TANDEM_TRY(auto const floor, project_floor(run, item.schema.project->key));
  TANDEM_TRY(auto const at, run.fresh_jira_time());
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(raise_highest_key(writer, item.schema.project->key, floor));
    for (auto& candidate : candidates) {
      candidate.intent.floor = floor;
      candidate.intent.at = at;
      TANDEM_CHECK(put_intent(writer, candidate.intent));
    }
    return Unit{};
  }));
  for (auto const& candidate : candidates) {
    run.tell([&](Observer& observer) { observer.planned(candidate.plan); });
    stats.values_left += candidate.plan.values_lost();
  }
  std::optional<Error> failed;
  // Each round makes an issue, gives a candidate up, or takes at least one value out of it: it ends.
  while (!candidates.empty() && !failed) {
    std::vector<json::Object> bodies;
    for (auto const& candidate : candidates) bodies.push_back(create_body(run, item, candidate));
    auto answer = run.jira().create_issues(bodies);
    if (answer)
      TANDEM_CHECK(take_answer(run, item, candidates, *answer, made, stats));
    else
      failed = std::move(answer).error();
  }
  if (!failed) return made;
  auto error = std::move(*failed);
  if (error.kind == ErrorKind::unknown_outcome) {
    stats.waiting += candidates.size();
    return fail(std::move(error));
  }
  TANDEM_CHECK(forget_intents(run, candidates));  // surely not executed
  if (ends_run(error.kind)) return fail(std::move(error));
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const& candidate : candidates) {
      TANDEM_CHECK(commit_failure(run, writer,
                                  retry_for(candidate.intent, std::string(code_of(Reason::rejected)), error.to_line()), stats));
    }
    return Unit{};
  }));
  return made;
}

}  // namespace tandem::sync
