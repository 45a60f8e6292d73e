// Settling an issue create: the marker in the issue property is the evidence, direct reads by key are the way to it.

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/marks.hpp>
#include <tandem/sync/create_issues.hpp>
#include <tandem/sync/settle/settle.hpp>

namespace tandem::sync {

namespace {

constexpr int kMisses = 30;  // in a row, beyond the newest known key: deleted or moved issues leave gaps

using Found = std::map<std::string, std::vector<jira::Issue>>;  // by link id, lowest issue number first

// Which of the open intents this issue carries the marker of.
void sort_in(RunContext const& run, std::vector<Intent> const& intents, jira::Issue const& issue, Found& found) {
  auto const* property = issue.property(link::kIssueProperty);
  if (property == nullptr) return;
  for (auto const& intent : intents) {
    auto const marked = link::marked(*property, intent.item, run.in.organisation_id);
    if (!marked || marked->record != intent.record) continue;
    auto& list = found[intent.id];
    bool const known = std::any_of(list.begin(), list.end(), [&](jira::Issue const& other) { return other.id == issue.id; });
    if (!known) list.push_back(issue);
  }
}

std::vector<std::string> fields_of(ItemsByName const& items, std::vector<Intent> const& intents) {
  std::vector<std::string> fields;
  for (auto const& intent : intents) {
    for (auto& field : items.find(intent.item)->second->compiled->issue_fields()) {
      if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(std::move(field));
    }
  }
  return fields;
}

Result<Found> read_next_keys(RunContext& run, std::string const& project, std::vector<Intent> const& intents,
                             std::vector<std::string> const& fields) {
  Found found;
  TANDEM_TRY(auto const newest, newest_key(run, project));
  auto const lowest =
      std::min_element(intents.begin(), intents.end(), [](auto const& a, auto const& b) { return a.floor < b.floor; });
  int misses = 0;
  std::int64_t highest = 0;
  for (auto number = lowest->floor + 1; number <= newest || misses < kMisses; ++number) {
    TANDEM_CHECK(run.go_on());
    TANDEM_TRY(auto const issue,
               run.jira().get(fmt::format("{}-{}", project, number), fields, {std::string(link::kIssueProperty)}));
    misses = issue ? 0 : misses + 1;
    if (!issue) continue;
    highest = number;
    sort_in(run, intents, *issue, found);
    // An issue that moved away answers under its new key; every intent found is all that is looked for.
    if (found.size() == intents.size()) break;
  }
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
    return highest > 0 ? raise_highest_key(writer, project, highest) : Result<Unit>(Unit{});
  }));
  return found;
}

// The second net, before an intent is given up: what this account made since, with its properties.
Result<Unit> search_by_creator(RunContext& run, std::string const& project, std::vector<Intent> const& intents,
                               std::vector<std::string> const& fields, Found& found) {
  auto const oldest =
      std::min_element(intents.begin(), intents.end(), [](auto const& a, auto const& b) { return a.at < b.at; })->at;
  jira::Search search;
  auto const since = std::chrono::floor<std::chrono::minutes>(oldest.value_or(Instant{})) - std::chrono::minutes{5};
  search.jql = fmt::format("project = {} AND creator = currentUser() AND created >= {} ORDER BY created ASC, key ASC",
                           jira::quoted_jql(project), epoch_millis(since));
  search.fields = fields;
  search.properties = {std::string(link::kIssueProperty)};
  std::string token;
  do {
    TANDEM_CHECK(run.go_on());
    TANDEM_TRY(auto const page, run.jira().search(search, token));
    for (auto const& issue : page.issues) sort_in(run, intents, issue, found);
    token = page.next_token;
  } while (!token.empty());
  return Unit{};
}

Result<Unit> adopt(RunContext& run, RunItem const& item, Intent intent, std::vector<jira::Issue> issues) {
  std::sort(issues.begin(), issues.end(), [](jira::Issue const& a, jira::Issue const& b) {
    return a.id.size() != b.id.size() ? a.id.size() < b.id.size() : a.id < b.id;
  });
  return run.store().write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(auto const queued, find_retry(writer, intent.item, intent.record));
    TANDEM_TRY(auto const link, commit_link(run, writer, *item.compiled, intent, issues.front(), "settled-issue"));
    // The record may have changed while its link waited.
    if (queued) TANDEM_CHECK(put_retry(writer, *queued));
    for (std::size_t i = 1; i < issues.size(); ++i) {
      auto entry = history_of(run, link, "duplicate-issue", run.jira_now().value_or(Instant{}));
      entry.issue_key = issues[i].key;
      entry.reason = code_of(Reason::duplicate_issue);
      TANDEM_CHECK(append_history(writer, entry));
      run.tell([&](Observer& observer) {
        observer.failed({intent.item, intent.record, intent.number, issues[i].key, Reason::duplicate_issue,
                         fmt::format("{} keeps the link", issues.front().key)});
      });
    }
    return Unit{};
  });
}

}  // namespace

Result<SettleCounts> settle_creates(RunContext& run, ItemsByName const& items, std::string const& project,
                                    std::vector<Intent> intents) {
  SettleCounts counts;
  auto const fields = fields_of(items, intents);
  // Where the answer came and only the read-back was missing, the issue is known.
  std::vector<Intent> unknown;
  for (auto& intent : intents) {
    if (!intent.issue) {
      unknown.push_back(std::move(intent));
      continue;
    }
    TANDEM_TRY(auto const issue, run.jira().get(*intent.issue, fields, {}));
    auto const known = issue.value_or(jira::Issue{*intent.issue, intent.issue_key.value_or(""), {}, {}});
    TANDEM_CHECK(adopt(run, *items.find(intent.item)->second, intent, {known}));
    ++counts.created[intent.item];
  }
  if (unknown.empty()) return counts;

  TANDEM_TRY(auto found, read_next_keys(run, project, unknown, fields));
  bool const some_given_up = std::any_of(unknown.begin(), unknown.end(), [&](Intent const& intent) {
    return found.find(intent.id) == found.end() && old_enough(run, intent);
  });
  if (some_given_up) TANDEM_CHECK(search_by_creator(run, project, unknown, fields, found));
  for (auto const& intent : unknown) {
    if (auto const issues = found.find(intent.id); issues != found.end()) {
      TANDEM_CHECK(adopt(run, *items.find(intent.item)->second, intent, issues->second));
      ++counts.created[intent.item];
      // What must not be is no quiet success: a person has to look at the doubles.
      counts.failed[intent.item] += issues->second.size() - 1;
    } else if (some_given_up && old_enough(run, intent)) {
      TANDEM_CHECK(plan_anew(run, intent));
      ++counts.not_done;
    } else {
      ++counts.waiting;
      run.tell([&](Observer& observer) {
        observer.skipped(
            {intent.item, intent.record, intent.number, "", Reason::open_intent, "the outcome of its create is not known yet"});
      });
    }
  }
  return counts;
}

}  // namespace tandem::sync
