#include <tandem/sync/rebuild.hpp>

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include <tandem/link/identity.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/link/marks.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/sync/first_contact.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/look_up.hpp>
#include <tandem/sync/marks_writer.hpp>
#include <tandem/sync/retry_table.hpp>
#include <tandem/sync/rows.hpp>
#include <tandem/sync/workers.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

constexpr std::size_t kAtOnce = 100;
constexpr int kNotesPerPage = 250;
constexpr std::string_view kNoteSubject = "Linked to Jira issue ";  // as link::link_note() begins

struct Note {
  std::string record;
  std::optional<std::string> issue;  // named by its text
  std::string subject, text;
};

// What is known of one derived id.
struct Candidate {
  std::string record;
  std::optional<Note> note;
  std::map<std::string, link::Kind> issues;  // that name it in their property
};

class Rebuild {
 public:
  Rebuild(RunContext& run, RunItem const& item, Prefer prefer, std::function<void(std::size_t)> const& progress)
      : run_(run), item_(item), compiled_(*item.compiled), prefer_(prefer), progress_(progress) {}

  Result<RebuildPlan> go() {
    if (has_notes()) TANDEM_CHECK(notes_by_subject());
    TANDEM_CHECK(issues_of_project());
    TANDEM_CHECK(issues_that_notes_name());
    if (has_notes()) TANDEM_CHECK(notes_by_id());
    TANDEM_CHECK(judge());
    return std::move(plan_);
  }

 private:
  // An item that writes no notes has the property alone; its derived id still proves record, item and organisation.
  [[nodiscard]] bool has_notes() const { return compiled_.item.link_note && !compiled_.entity().note_navigation.empty(); }

  [[nodiscard]] std::string id_of(std::string const& record) const {
    return link::link_id(run_.in.organisation_id, item_.name(), record);
  }

  dataverse::Query note_query() const {
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
        auto const* parent = row.column("_objectid_value");
        auto const record = parent == nullptr ? std::string() : std::string(parent->text());
        if (record.empty() || id_of(record) != row.id) continue;  // another item's, or no link note at all
        auto const* subject = row.column("subject");
        auto const* text = row.column("notetext");
        Note note{record, text == nullptr ? std::nullopt : link::issue_named_by(text->text()),
                  subject == nullptr ? "" : std::string(subject->text()), text == nullptr ? "" : std::string(text->text())};
        auto& candidate = candidates_[row.id];
        candidate.record = record;
        candidate.note = std::move(note);
      }
      if (progress_) progress_(candidates_.size());
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
    for (auto const& [id, candidate] : candidates_) {
      if (!candidate.note) ids.push_back(id);
    }
    for (std::size_t at = 0; at < ids.size(); at += kAtOnce) {
      auto const end = std::min(at + kAtOnce, ids.size());
      auto query = note_query();
      query.filter = dataverse::in_list(
          query.primary_id, {ids.begin() + static_cast<std::ptrdiff_t>(at), ids.begin() + static_cast<std::ptrdiff_t>(end)});
      TANDEM_CHECK(take_notes(query));
    }
    return Unit{};
  }

  void take_issue_marks(std::vector<jira::Issue> issues) {
    for (auto& issue : issues) {
      auto const* property = issue.property(link::kIssueProperty);
      auto const entry = property == nullptr ? std::nullopt : link::marked(*property, item_.name(), run_.in.organisation_id);
      if (!entry) continue;
      if (entry->link_id != id_of(entry->record)) {
        plan_.left.push_back({issue.key, entry->record, "the issue property's parts do not belong together"});
        continue;
      }
      auto& candidate = candidates_[entry->link_id];
      candidate.record = entry->record;
      candidate.issues[issue.id] = entry->kind;
      issues_.insert_or_assign(issue.id, std::move(issue));
    }
  }

  Result<Unit> issues_of_project() {
    jira::Search search;
    search.jql = fmt::format("project = {} ORDER BY key ASC", jira::quoted_jql(compiled_.schema.project->key));
    search.fields = compiled_.issue_fields();
    search.properties = {std::string(link::kIssueProperty)};
    search.page_size = static_cast<int>(kAtOnce);
    std::string token;
    do {
      TANDEM_CHECK(run_.go_on());
      TANDEM_TRY(auto page, run_.jira().search(search, token));
      token = page.next_token;
      take_issue_marks(std::move(page.issues));
    } while (!token.empty());
    return Unit{};
  }

  // Those that moved to another project, and those that the search's index does not show yet.
  Result<Unit> issues_that_notes_name() {
    std::set<std::string> wanted;
    for (auto const& [id, candidate] : candidates_) {
      if (candidate.note && candidate.note->issue && !candidate.issues.contains(*candidate.note->issue))
        wanted.insert(*candidate.note->issue);
    }
    std::vector<std::string> const ids(wanted.begin(), wanted.end());
    for (std::size_t at = 0; at < ids.size(); at += jira::Client::kMostFetch) {
      TANDEM_CHECK(run_.go_on());
      auto const end = std::min(at + jira::Client::kMostFetch, ids.size());
      TANDEM_TRY(auto found, run_.jira().bulk_fetch(
                                 {ids.begin() + static_cast<std::ptrdiff_t>(at), ids.begin() + static_cast<std::ptrdiff_t>(end)},
                                 compiled_.issue_fields(), {std::string(link::kIssueProperty)}));
      take_issue_marks(std::move(found));
    }
    return Unit{};
  }

  // The issue that both marks agree on; else why there is none.
  std::optional<std::string> agreed(Candidate const& candidate, std::string& why) const {
    if (candidate.issues.empty()) {
      why = "the link note's issue has no entry for this record: the link was removed, or never finished";
      return std::nullopt;
    }
    if (has_notes() && !candidate.note) {
      why = "the record has no link note";
      return std::nullopt;
    }
    if (candidate.note && candidate.note->issue) {
      if (candidate.issues.contains(*candidate.note->issue)) return candidate.note->issue;
      why = "the link note names another issue";
      return std::nullopt;
    }
    if (candidate.issues.size() == 1) return candidate.issues.begin()->first;
    why = fmt::format("{} issues carry the same mark, and the link note names none of them", candidate.issues.size());
    return std::nullopt;
  }

  Result<Unit> judge() {
    std::vector<std::pair<std::string, std::string>> due;  // link id, issue
    for (auto const& [id, candidate] : candidates_) {
      std::string why;
      if (auto const issue = agreed(candidate, why)) {
        due.emplace_back(id, *issue);
        continue;
      }
      auto const key = candidate.issues.empty() ? std::string() : issues_.at(candidate.issues.begin()->first).key;
      plan_.left.push_back({key, candidate.record, std::move(why)});
    }
    TANDEM_CHECK(drop_known(due));
    for (std::size_t at = 0; at < due.size(); at += kAtOnce) {
      TANDEM_CHECK(run_.go_on());
      std::vector<std::string> records;
      auto const end = std::min(at + kAtOnce, due.size());
      for (auto i = at; i < end; ++i) records.push_back(candidates_.at(due[i].first).record);
      TANDEM_TRY(auto const found, records_by_id(run_, compiled_, records));
      TANDEM_CHECK(look_up_for(run_, compiled_, rows_of(found)));
      for (auto i = at; i < end; ++i) {
        auto const& candidate = candidates_.at(due[i].first);
        auto const record = std::find_if(found.begin(), found.end(), [&](auto const& one) { return one.id == candidate.record; });
        if (record == found.end())
          plan_.left.push_back({issues_.at(due[i].second).key, candidate.record, "the record does not exist or cannot be seen"});
        else
          plan_.links.push_back(made(due[i].first, candidate, issues_.at(due[i].second), *record));
      }
    }
    return see_remote_links();
  }

  static std::vector<Row> rows_of(std::vector<dataverse::Record> const& records) {
    std::vector<Row> rows;
    for (auto const& record : records) {
      Row row;
      row.record = record;
      rows.push_back(std::move(row));
    }
    return rows;
  }

  Result<Unit> drop_known(std::vector<std::pair<std::string, std::string>>& due) {
    return run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      std::vector<std::pair<std::string, std::string>> fresh;
      for (auto& [id, issue] : due) {
        TANDEM_TRY(auto const held, link::find_link(reader, id));
        TANDEM_TRY(auto const of_issue, link::find_by_issue(reader, issue));
        bool const taken = std::any_of(of_issue.begin(), of_issue.end(),
                                       [&](link::Link const& link) { return link.item == item_.name() && link.id != id; });
        if (held && held->issue == issue)
          ++plan_.known;
        else if (held || taken)
          plan_.left.push_back(
              {issues_.at(issue).key, candidates_.at(id).record, "the store has another link of this issue or record"});
        else
          fresh.emplace_back(std::move(id), std::move(issue));
      }
      due = std::move(fresh);
      return Unit{};
    });
  }

  RebuiltLink made(std::string const& id, Candidate const& candidate, jira::Issue const& issue, dataverse::Record const& record) {
    RebuiltLink out;
    auto& link = out.link;
    link.id = id;
    link.item = item_.name();
    link.entity = compiled_.entity().logical_name;
    link.record = record.id;
    link.record_number = compiled_.record_number(record);
    link.issue = issue.id;
    link.issue_key = issue.key;
    link.kind = candidate.issues.at(issue.id);
    link.made_at = link.rebuilt_at = run_.jira_now();
    link.owed.remote_link = true;
    if (candidate.note) {
      auto const wanted = link::link_note(link, run_.jira().issue_url(link.issue_key));
      link.note_hash = link::content_hash(link::LinkNote{candidate.note->subject, candidate.note->text});
      link.owed.link_note = link.note_hash != link::content_hash(wanted);
    }
    for (auto const& rule : compiled_.rules) {
      if (rule->mapping.on_create_only) continue;
      auto const* column = record.column(rule->column.query_name());
      auto const* field = issue.field(rule->field.id);
      auto const label = record.formatted.find(rule->column.query_name());
      auto const shown = label == record.formatted.end() ? std::string() : label->second;
      if (column == nullptr || rule->equivalent(*column, shown, field == nullptr ? json::Value() : *field)) continue;
      out.differing.push_back(rule->key());
    }
    auto const initial = !compiled_.item.synchronised() ? Initial::none
                         : prefer_ == Prefer::jira      ? Initial::jira
                                                        : Initial::dynamics;
    out.base = first_contact(compiled_, record, issue, initial);
    out.record = record;
    out.issue = issue;
    return out;
  }

  // A remote link that is there as it should be is not written again.
  Result<Unit> see_remote_links() {
    std::vector<std::optional<Error>> failed(plan_.links.size());
    for_each_of(plan_.links.size(), run_.options.jobs, [&](std::size_t i) {
      auto& [link, base, record, issue, differing] = plan_.links[i];
      auto held = run_.jira().remote_link(link.issue, link::remote_link_global_id(link.id));
      if (!held) {
        if (ends_run(held.error().kind)) failed[i] = std::move(held).error();
        return;
      }
      auto const face = face_of(run_, compiled_, record);
      if (!*held || !link::shows(**held, link, face)) return;
      link.remote_hash = link::content_hash(json::Value(link::remote_link(link, face)));
      link.owed.remote_link = false;
    });
    for (auto& error : failed) {
      if (error) return fail(std::move(*error));
    }
    return Unit{};
  }

  RunContext& run_;
  RunItem const& item_;
  CompiledItem const& compiled_;
  Prefer prefer_;
  std::function<void(std::size_t)> const& progress_;
  std::map<std::string, Candidate> candidates_;  // by link id
  std::map<std::string, jira::Issue> issues_;    // by id
  RebuildPlan plan_;
};

// A field that waits for a person, with what both sides hold.
Held held_field(RunContext const& run, CompiledItem const& item, RebuiltLink const& found, mapping::FieldRule const& rule) {
  Held held;
  held.link = found.link.id;
  held.rule = rule.key();
  held.item = found.link.item;
  held.record = found.link.record;
  held.number = item.record_number(found.record);
  held.issue_key = found.link.issue_key;
  held.column = rule.column.logical_name;
  held.field = rule.field.id;
  held.reason = code_of(Reason::unknown_base);
  held.detail = "both sides differ, and what they agreed on last was lost";
  auto const* column = found.record.column(rule.column.query_name());
  auto const* field = found.issue.field(rule.field.id);
  held.column_raw = column == nullptr ? json::Value() : *column;
  held.field_raw = field == nullptr ? json::Value() : *field;
  auto const label = found.record.formatted.find(rule.column.query_name());
  held.column_shown = rule.show_column(held.column_raw, label == found.record.formatted.end() ? "" : label->second);
  held.field_shown = rule.show_field(held.field_raw);
  held.at = run.dataverse_now();
  return held;
}

Result<Unit> commit_one(RunContext& run, store::Writer& writer, RunItem const& item, RebuiltLink const& found, bool hold,
                        RebuildDone& done) {
  auto const& compiled = *item.compiled;
  TANDEM_CHECK(link::put_link(writer, found.link));
  TANDEM_CHECK(link::put_base(writer, found.link.id, found.base));
  TANDEM_CHECK(link::erase_unlinked(writer, found.link.item, found.link.record));
  auto const entry = history_of(run, found.link, "rebuilt-link", run.jira_now().value_or(Instant{}));
  TANDEM_CHECK(append_history(writer, entry));
  run.tell([&](Observer& observer) { observer.wrote(entry); });
  ++done.links;
  if (found.differing.empty() || !compiled.item.synchronised()) return Unit{};
  if (!hold) {
    Retry retry;
    retry.item = found.link.item;
    retry.record = found.link.record;
    retry.number = found.link.record_number;
    retry.reason = code_of(Reason::first_contact);
    retry.detail = "rebuilt; one side's values are taken";
    ++done.queued;
    return put_retry(writer, retry);
  }
  for (auto const& rule : compiled.rules) {
    if (std::find(found.differing.begin(), found.differing.end(), rule->key()) == found.differing.end()) continue;
    TANDEM_CHECK(put_held(writer, held_field(run, compiled, found, *rule)));
    ++done.held;
  }
  return Unit{};
}

}  // namespace

Result<RebuildPlan> plan_rebuild(RunContext& run, RunItem const& item, Prefer prefer,
                                 std::function<void(std::size_t)> const& progress) {
  return Rebuild(run, item, prefer, progress).go();
}

Result<RebuildDone> commit_rebuild(RunContext& run, RunItem const& item, RebuildPlan const& plan, Prefer prefer) {
  RebuildDone done;
  bool const hold = prefer == Prefer::neither;
  for (std::size_t at = 0; at < plan.links.size(); at += kAtOnce) {
    TANDEM_CHECK(run.go_on());
    auto const end = std::min(at + kAtOnce, plan.links.size());
    auto batch = done;
    TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
      batch = done;
      for (auto i = at; i < end; ++i) TANDEM_CHECK(commit_one(run, writer, item, plan.links[i], hold, batch));
      return Unit{};
    }));
    done = batch;
  }
  return done;
}

}  // namespace tandem::sync
