#include <tandem/sync/adopt_issues.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/marks.hpp>
#include <tandem/sync/conversation/find_twins.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

constexpr std::size_t kPage = 100;

std::vector<std::string> property() { return {std::string(link::kIssueProperty)}; }

std::optional<link::Marked> entry_of(RunContext const& run, std::string const& item, jira::Issue const& issue) {
  auto const* held = issue.property(link::kIssueProperty);
  return held == nullptr ? std::nullopt : link::marked(*held, item, run.in.organisation_id);
}

// The issues that the records' link notes name, by link id.
Result<std::map<std::string, std::string>> named_by_notes(RunContext& run, CompiledItem const& item,
                                                          std::vector<Intent> const& intents) {
  std::map<std::string, std::string> named;
  if (item.entity().note_navigation.empty()) return named;
  dataverse::Query query;
  query.set_name = "annotations";
  query.primary_id = "annotationid";
  query.select = {"notetext"};
  query.page_size = static_cast<int>(jira::Client::kMostBulk);
  std::vector<std::string> ids;
  for (auto const& intent : intents) ids.push_back(intent.id);
  query.filter = dataverse::in_list(query.primary_id, ids);
  auto page = run.dataverse().query(query);
  if (!page && !page.error().find("privilege").empty()) return named;
  if (!page) return fail(std::move(page).error());
  for (auto const& note : page->records) {
    auto const* text = note.column("notetext");
    if (auto issue = text == nullptr ? std::nullopt : link::issue_named_by(text->text())) named[note.id] = std::move(*issue);
  }
  return named;
}

// A bulk read where it shows them, else direct reads.
Result<std::vector<jira::Issue>> read(RunContext& run, CompiledItem const& item,
                                      std::map<std::string, std::string> const& named) {
  std::vector<std::string> ids;
  for (auto const& [link, issue] : named) ids.push_back(issue);
  if (ids.empty()) return std::vector<jira::Issue>{};
  TANDEM_TRY(auto issues, run.jira().bulk_fetch(ids, item.issue_fields(), property()));
  for (auto const& id : ids) {
    bool const there = std::any_of(issues.begin(), issues.end(), [&](jira::Issue const& issue) { return issue.id == id; });
    if (there) continue;
    TANDEM_TRY(auto issue, run.jira().get(id, item.issue_fields(), property()));
    if (issue) issues.push_back(std::move(*issue));
  }
  return issues;
}

Result<Unit> add_twins(RunContext& run, CompiledItem const& item, std::vector<Intent> const& intents,
                       std::map<std::string, Adoptable>& found) {
  std::vector<link::Link> links;
  for (auto const& intent : intents) {
    auto const adopted = found.find(intent.id);
    if (adopted == found.end()) continue;
    link::Link link;
    link.id = intent.id;
    link.item = intent.item;
    link.record = intent.record;
    link.issue = adopted->second.issue.id;
    link.issue_key = adopted->second.issue.key;
    links.push_back(std::move(link));
  }
  TANDEM_TRY(auto twins, conversation::find_twins(run, item, links, {}));
  for (std::size_t i = 0; i < links.size(); ++i) found.at(links[i].id).twins = std::move(twins[i].twins);
  return Unit{};
}

}  // namespace

Result<OwnIssues> find_own_issues(RunContext& run, RunItem const& item) {
  auto const& compiled = *item.compiled;
  jira::Search search;
  search.jql = fmt::format("project = {} AND creator = currentUser()", jira::quoted_jql(compiled.schema.project->key));
  if (item.stored.baseline) {
    // An issue is younger than its record; the two clocks may differ.
    auto const since = std::chrono::floor<std::chrono::minutes>(*item.stored.baseline - run.options.overlap);
    search.jql += fmt::format(" AND created >= {}", epoch_millis(since));
  }
  search.jql += " ORDER BY created ASC, key ASC";
  search.fields = compiled.issue_fields();
  search.properties = property();
  search.page_size = static_cast<int>(kPage);
  OwnIssues own;
  std::string token;
  do {
    TANDEM_CHECK(run.go_on());
    TANDEM_TRY(auto page, run.jira().search(search, token));
    token = page.next_token;
    for (auto& issue : page.issues) {
      if (auto const entry = entry_of(run, item.name(), issue)) own.emplace(entry->link_id, std::move(issue));
    }
  } while (!token.empty());
  return own;
}

Result<std::map<std::string, Adoptable>> find_adoptable(RunContext& run, CompiledItem const& item,
                                                        std::vector<Intent> const& intents, OwnIssues const& own) {
  std::map<std::string, Adoptable> found;
  TANDEM_TRY(auto const named, named_by_notes(run, item, intents));
  TANDEM_TRY(auto const issues, read(run, item, named));
  for (auto const& intent : intents) {
    auto const take = [&](jira::Issue const& issue) {
      auto const entry = entry_of(run, item.item.name, issue);
      if (entry && entry->record == intent.record) found[intent.id] = {issue, entry->kind, {}};
    };
    if (auto const name = named.find(intent.id); name != named.end()) {
      for (auto const& issue : issues) {
        if (issue.id == name->second) take(issue);
      }
    }
    auto const made = own.find(intent.id);
    if (!found.contains(intent.id) && made != own.end()) take(made->second);
  }
  TANDEM_CHECK(add_twins(run, item, intents, found));
  return found;
}

}  // namespace tandem::sync
