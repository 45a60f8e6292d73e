#include <tandem/sync/rebuild_marks.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <tandem/link/identity.hpp>
#include <tandem/link/marks.hpp>
#include <tandem/sync/create_issues.hpp>

namespace tandem::sync {

namespace {

constexpr std::size_t kAtOnce = 100;
constexpr int kNotesPerPage = 250;
constexpr int kMisses = 30;  // in a row, beyond the newest key that the search shows: as where a lost create is looked for
constexpr std::string_view kNoteSubject = "Linked to Jira issue ";  // as link::link_note() begins

class Search {
 public:
  Search(RunContext& run, RunItem const& item, std::function<void(std::size_t)> const& progress)
      : run_(run), item_(item), compiled_(*item.compiled), progress_(progress) {}

  Result<FoundMarks> go() {
    bool const notes = has_link_notes(compiled_);
    if (notes) TANDEM_CHECK(notes_by_subject());
    TANDEM_CHECK(issues_of_project());
    TANDEM_CHECK(issues_that_notes_name());
    if (!notes) return std::move(found_);
    TANDEM_CHECK(notes_by_id());
    TANDEM_CHECK(issues_that_notes_name());
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::string id_of(std::string const& record) const {
    return link::link_id(run_.in.organisation_id, item_.name(), record);
  }

  static dataverse::Query note_query() {
    dataverse::Query query;
    query.set_name = "annotations";
    query.primary_id = "annotationid";
    query.select = {"subject", "notetext", "_objectid_value"};
    query.page_size = kNotesPerPage;
    return query;
  }

  Result<Unit> take_notes(dataverse::Query const& query) {
    TANDEM_TRY(auto page, run_.dataverse().query(query));
    for (;;) {
      TANDEM_CHECK(run_.go_on());
      for (auto const& row : page.records) {
        auto const text = [&](std::string_view name) {
          return row.column(name) == nullptr ? std::string() : std::string(row.column(name)->text());
        };
        auto const record = text("_objectid_value");
        if (record.empty() || id_of(record) != row.id) continue;  // another item's, or no link note at all
        auto const told = text("notetext");
        auto& marks = found_.links[row.id];
        marks.record = record;
        marks.note =
            NoteMark{link::issue_named_by(told).value_or(""), link::key_named_by(told).value_or(""), text("subject"), told};
      }
      if (progress_) progress_(found_.links.size());
      if (page.next_link.empty()) return Unit{};
      TANDEM_TRY(page, run_.dataverse().next(page, query));
    }
  }

  Result<Unit> notes_by_subject() {
    auto query = note_query();
    query.filter = fmt::format("objecttypecode eq {} and startswith(subject,{})",
                               dataverse::quoted(compiled_.entity().logical_name), dataverse::quoted(kNoteSubject));
    return take_notes(query);
  }

  // Those whose subject a person edited.
  Result<Unit> notes_by_id() {
    std::vector<std::string> ids;
    for (auto const& [id, marks] : found_.links) {
      if (!marks.note) ids.push_back(id);
    }
    for (std::size_t at = 0; at < ids.size(); at += kAtOnce) {
      auto query = note_query();
      query.filter = dataverse::in_list(query.primary_id, part_of(ids, at, kAtOnce));
      TANDEM_CHECK(take_notes(query));
    }
    return Unit{};
  }

  static std::vector<std::string> part_of(std::vector<std::string> const& all, std::size_t at, std::size_t most) {
    return {all.begin() + static_cast<std::ptrdiff_t>(at),
            all.begin() + static_cast<std::ptrdiff_t>(std::min(at + most, all.size()))};
  }

  void take(jira::Issue issue) {
    auto const* property = issue.property(link::kIssueProperty);
    auto const entry = property == nullptr ? std::nullopt : link::marked(*property, item_.name(), run_.in.organisation_id);
    if (!entry) return;
    if (entry->link_id != id_of(entry->record)) {
      bool const told = std::any_of(found_.misfits.begin(), found_.misfits.end(),
                                    [&](jira::Issue const& other) { return other.id == issue.id; });
      if (!told) found_.misfits.push_back(std::move(issue));
      return;
    }
    auto& marks = found_.links[entry->link_id];
    marks.record = entry->record;
    marks.issues[issue.id] = entry->kind;
    found_.issues.insert_or_assign(issue.id, std::move(issue));
  }

  Result<Unit> issues_of_project() {
    auto const& project = compiled_.schema.project->key;
    jira::Search search;
    search.jql = fmt::format("project = {} ORDER BY key ASC", jira::quoted_jql(project));
    search.fields = compiled_.issue_fields();
    search.properties = {std::string(link::kIssueProperty)};
    search.page_size = static_cast<int>(kAtOnce);
    std::int64_t newest = 0;
    std::string token;
    do {
      TANDEM_CHECK(run_.go_on());
      TANDEM_TRY(auto page, run_.jira().search(search, token));
      token = page.next_token;
      for (auto& issue : page.issues) {
        newest = std::max(newest, key_number(issue.key).value_or(0));
        take(std::move(issue));
      }
      if (progress_) progress_(found_.links.size());
    } while (!token.empty());
    for (int misses = 0; misses < kMisses;) {
      TANDEM_CHECK(run_.go_on());
      TANDEM_TRY(auto issue, run_.jira().get(fmt::format("{}-{}", project, ++newest), search.fields, search.properties));
      misses = issue ? 0 : misses + 1;
      if (issue) take(std::move(*issue));
    }
    return Unit{};
  }

  // Those that moved to another project, and those that the search does not show. What bulkfetch leaves out is read directly: whether it lags is
  // not verified (jira.md §4).
  Result<Unit> issues_that_notes_name() {
    std::set<std::string> wanted;
    for (auto const& [id, marks] : found_.links) {
      if (marks.note && !marks.note->issue.empty() && !found_.issues.contains(marks.note->issue))
        wanted.insert(marks.note->issue);
    }
    std::vector<std::string> const ids(wanted.begin(), wanted.end());
    std::vector<std::string> const property{std::string(link::kIssueProperty)};
    for (std::size_t at = 0; at < ids.size(); at += jira::Client::kMostFetch) {
      TANDEM_CHECK(run_.go_on());
      auto const part = part_of(ids, at, jira::Client::kMostFetch);
      TANDEM_TRY(auto issues, run_.jira().bulk_fetch(part, compiled_.issue_fields(), property));
      for (auto const& id : part) {
        bool const there = std::any_of(issues.begin(), issues.end(), [&](jira::Issue const& issue) { return issue.id == id; });
        if (there) continue;
        TANDEM_TRY(auto issue, run_.jira().get(id, compiled_.issue_fields(), property));
        if (issue) issues.push_back(std::move(*issue));
      }
      for (auto& issue : issues) {
        found_.issues.emplace(issue.id, issue);
        take(std::move(issue));
      }
    }
    return Unit{};
  }

  RunContext& run_;
  RunItem const& item_;
  mapping::CompiledItem const& compiled_;
  std::function<void(std::size_t)> const& progress_;
  FoundMarks found_;
};

}  // namespace

bool has_link_notes(mapping::CompiledItem const& item) { return item.item.link_note && !item.entity().note_navigation.empty(); }

Result<FoundMarks> find_marks(RunContext& run, RunItem const& item, std::function<void(std::size_t)> const& progress) {
  return Search(run, item, progress).go();
}

}  // namespace tandem::sync
