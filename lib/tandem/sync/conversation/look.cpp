#include <tandem/sync/conversation/look.hpp>

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include <tandem/connection/jira/issue_comments.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/sync/workers.hpp>

namespace tandem::sync::conversation {

namespace {

constexpr std::size_t kRecordsPerQuery = 100;  // keeps the URL far below 32,768 characters
constexpr std::size_t kRowsPerPage = 1000;    // of listings, whose rows hold neither text nor file
constexpr std::size_t kTextsPerQuery = 50;

Result<std::vector<dataverse::Note>> query_notes(RunContext& run, std::string filter, std::vector<std::string> columns,
                                                 std::size_t rows_a_page) {
  dataverse::Query query;
  query.set_name = dataverse::kNotes;
  query.primary_id = dataverse::kNoteId;
  query.select = std::move(columns);
  query.filter = std::move(filter);
  query.order_by = "createdon asc,annotationid asc";
  query.page_size = static_cast<int>(rows_a_page);
  std::vector<dataverse::Note> notes;
  TANDEM_TRY(auto page, run.dataverse().query(query));
  for (;;) {
    for (auto const& record : page.records) notes.push_back(dataverse::note_of(record));
    if (page.next_link.empty()) return notes;
    TANDEM_TRY(page, run.dataverse().next(page, query));
  }
}

Result<Unit> read_notes(RunContext& run, std::vector<Looked>& all) {
  for (std::size_t at = 0; at < all.size(); at += kRecordsPerQuery) {
    auto const end = std::min(at + kRecordsPerQuery, all.size());
    std::string filter;
    for (auto i = at; i < end; ++i)
      filter += fmt::format("{}_objectid_value eq {}", filter.empty() ? "" : " or ", all[i].both.link.record);
    TANDEM_TRY(auto const notes, query_notes(run, std::move(filter), dataverse::note_columns(), kRowsPerPage));
    for (auto i = at; i < end; ++i) {
      for (auto const& note : notes) {
        if (note.record == all[i].both.link.record) all[i].both.notes.push_back(note);
      }
    }
  }
  return Unit{};
}

Result<Unit> read_texts(RunContext& run, Rules const& rules, std::vector<Looked>& all) {
  std::vector<std::string> ids;
  for (auto const& one : all) {
    if (one.failed) continue;
    for (auto& id : texts_needed(one.both, rules)) ids.push_back(std::move(id));
  }
  std::vector<Result<std::vector<dataverse::Note>>> parts((ids.size() + kTextsPerQuery - 1) / kTextsPerQuery,
                                                          std::vector<dataverse::Note>{});
  for_each_of(parts.size(), run.options.jobs, [&](std::size_t part) {
    auto const begin = ids.begin() + static_cast<std::ptrdiff_t>(part * kTextsPerQuery);
    auto const end = ids.begin() + static_cast<std::ptrdiff_t>(std::min((part + 1) * kTextsPerQuery, ids.size()));
    parts[part] =
        query_notes(run, dataverse::in_list(dataverse::kNoteId, {begin, end}), dataverse::note_text_columns(), kTextsPerQuery);
  });
  std::map<std::string, dataverse::Note> texts;
  for (auto& part : parts) {
    TANDEM_TRY(auto notes, std::move(part));
    for (auto& note : notes) texts[note.id] = std::move(note);
  }
  for (auto& one : all) {
    for (auto& note : one.both.notes) {
      // The later read holds version and text of one moment.
      if (auto const found = texts.find(note.id); found != texts.end()) note = found->second;
    }
  }
  return Unit{};
}

// One list for each issue, on the run's workers.
Result<Unit> list_comments(RunContext& run, std::vector<Looked*> const& all) {
  std::vector<Result<std::vector<jira::Comment>>> lists(all.size(), std::vector<jira::Comment>{});
  for_each_of(all.size(), run.options.jobs, [&](std::size_t i) {
    if (!all[i]->failed) lists[i] = run.jira().comments(all[i]->both.link.issue);
  });
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (lists[i]) {
      all[i]->both.comments = std::move(*lists[i]);
    } else if (ends_run(lists[i].error().kind)) {
      return fail(std::move(lists[i]).error());
    } else {
      all[i]->failed = std::move(lists[i]).error();
    }
  }
  return Unit{};
}

// `with_comments`: the newest ones of each issue come along; those of an issue that has more are listed.
Result<Unit> read_issues(RunContext& run, std::vector<Looked>& all, std::vector<std::string> const& fields, bool with_comments) {
  std::vector<Looked*> more;
  for (std::size_t at = 0; at < all.size(); at += jira::Client::kMostFetch) {
    auto const end = std::min(at + jira::Client::kMostFetch, all.size());
    std::vector<std::string> ids;
    for (auto i = at; i < end; ++i) ids.push_back(all[i].both.link.issue);
    TANDEM_TRY(auto const issues, run.jira().bulk_fetch(ids, fields, {}));
    for (auto i = at; i < end; ++i) {
      auto& link = all[i].both.link;
      auto const found = std::find_if(issues.begin(), issues.end(), [&](auto const& issue) { return issue.id == link.issue; });
      std::optional<jira::Issue> issue;
      if (found != issues.end()) issue = *found;
      // Whether a fetch of many lags is not verified (jira.md §4): what it does not show is read directly.
      if (!issue) {
        TANDEM_TRY(issue, run.jira().get(link.issue, fields, {}));
      }
      if (!issue) {
        all[i].failed = Error{ErrorKind::not_found, fmt::format("{} does not exist or cannot be seen", link.issue_key), {}};
        continue;
      }
      all[i].both.files = jira::Client::attachments_of(*issue);
      if (!issue->key.empty()) link.issue_key = issue->key;
      if (auto const* updated = issue->field("updated")) all[i].issue_updated = updated->text();
      if (!with_comments) continue;
      if (auto comments = jira::comments_of(*issue))
        all[i].both.comments = std::move(*comments);
      else
        more.push_back(&all[i]);
    }
  }
  return list_comments(run, more);
}

// Where the list does not tell properties, they are asked for by id: only of comments that nothing is known of.
Result<Unit> complete_properties(RunContext& run, Conversation& both) {
  std::vector<std::string> ids;
  for (auto const& comment : both.comments) {
    bool const known =
        both.own_comments.contains(comment.id) || std::any_of(both.twins.begin(), both.twins.end(), [&](link::Twin const& twin) {
          return twin.kind == link::TwinKind::comment && twin.jira == comment.id;
        });
    if (!comment.properties && !known) ids.push_back(comment.id);
  }
  if (ids.empty()) return Unit{};
  TANDEM_TRY(auto const told, run.jira().comments_by_id(ids));
  for (auto& comment : both.comments) {
    auto const found = std::find_if(told.begin(), told.end(), [&](auto const& one) { return one.id == comment.id; });
    if (found != told.end()) comment.properties = found->properties ? found->properties : json::Object{};
  }
  return Unit{};
}

// What the store knows of each id under any link.
Result<Unit> recognise(RunContext& run, std::vector<Looked>& all) {
  return run.store().read([&](store::Reader& reader) -> Result<Unit> {
    for (auto& one : all) {
      auto& both = one.both;
      for (auto const& note : both.notes) {
        TANDEM_TRY(auto const comment, link::find_copy(reader, link::TwinKind::comment, link::Side::dynamics, note.id));
        TANDEM_TRY(auto const file, link::find_copy(reader, link::TwinKind::file, link::Side::dynamics, note.id));
        TANDEM_TRY(auto const of_link, link::find_link(reader, note.id));  // a link's id is its link note's
        if (comment || file || of_link) both.own_notes.insert(note.id);
      }
      for (auto const& comment : both.comments) {
        TANDEM_TRY(auto const copy, link::find_copy(reader, link::TwinKind::comment, link::Side::jira, comment.id));
        if (copy) both.own_comments.insert(comment.id);
      }
      for (auto const& file : both.files) {
        TANDEM_TRY(auto const copy, link::find_copy(reader, link::TwinKind::file, link::Side::jira, file.id));
        if (copy) both.own_files[file.id] = copy->twin;
      }
    }
    return Unit{};
  });
}

Rules own_rules(RunContext& run, mapping::CompiledItem const& item) {
  Rules rules;
  rules.comments = mapping::conversation::comments_of(item.item);
  rules.files = mapping::conversation::files_of(item.item);
  rules.site = run.jira().site_url();
  if (auto const scheme = rules.site.find("://"); scheme != std::string::npos) rules.site.erase(0, scheme + 3);  // the host alone
  return rules;
}

}  // namespace

Result<Rules> rules_of(RunContext& run, mapping::CompiledItem const& item) {
  auto rules = own_rules(run, item);
  if (!rules.files.enabled) return rules;
  TANDEM_TRY(auto const jira, run.jira().file_limit());
  rules.jira_files.enabled = jira.enabled;
  rules.jira_files.most_bytes = jira.most_bytes;
  TANDEM_TRY(auto const organisation, run.dataverse().organization(run.in.organisation_id));
  auto& dynamics = rules.dynamics_files;
  dynamics.most_base64 =
      organisation.max_upload_file_size > 0 ? static_cast<std::uint64_t>(organisation.max_upload_file_size) : 0;
  dynamics.blocked_extensions = organisation.blocked_attachments;
  dynamics.takes_empty = false;
  // Newer organisations have these too (dataverse.md §5); where they are not known, a refused upload tells of them.
  auto const types =
      run.dataverse().get("organizations", "organizationid", run.in.organisation_id, {"blockedmimetypes", "allowedmimetypes"});
  if (!types && ends_run(types.error().kind)) return fail(types.error());
  auto const listed = [&](char const* name) {
    auto const* value = types && *types ? (*types)->column(name) : nullptr;
    return value == nullptr ? std::string() : std::string(value->text());
  };
  dynamics.blocked_types = listed("blockedmimetypes");
  dynamics.allowed_types = listed("allowedmimetypes");
  return rules;
}

namespace {

Result<std::vector<Looked>> with_what_is_known(RunContext& run, std::vector<link::Link> links) {
  std::vector<Looked> all(links.size());
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    for (std::size_t i = 0; i < links.size(); ++i) {
      all[i].both.link = std::move(links[i]);
      TANDEM_TRY(all[i].both.twins, link::twins_of(reader, all[i].both.link.id));
      TANDEM_TRY(all[i].intents, intents_of(reader, all[i].both.link.id));
    }
    return Unit{};
  }));
  return all;
}

}  // namespace

Result<std::vector<Looked>> look(RunContext& run, Rules const& rules, std::vector<link::Link> links, Texts texts) {
  TANDEM_TRY(auto all, with_what_is_known(run, std::move(links)));
  TANDEM_CHECK(read_notes(run, all));
  if (rules.files.enabled) TANDEM_CHECK(read_issues(run, all, {"attachment"}, false));
  if (rules.comments.enabled) {
    std::vector<Looked*> each;
    for (auto& one : all) each.push_back(&one);
    TANDEM_CHECK(list_comments(run, each));
  }
  TANDEM_CHECK(recognise(run, all));
  for (auto& one : all) {
    if (rules.comments.enabled && !one.failed) TANDEM_CHECK(complete_properties(run, one.both));
    auto const& made = one.both.link.made_at;
    if (made) one.both.made_on_dataverse = run.on_dataverse_clock(*made);
    if (auto const& rebuilt = one.both.link.rebuilt_at) one.both.rebuilt_on_dataverse = run.on_dataverse_clock(*rebuilt);
  }
  if (texts == Texts::needed) TANDEM_CHECK(read_texts(run, rules, all));
  return all;
}

namespace {

// By listings alone, without texts and properties; `judge` is given each link with what they show.
Result<Unit> by_listings(RunContext& run, Rules const& rules, std::vector<link::Link> const& links,
                         std::function<void(Looked&)> const& judge) {
  std::vector<std::string> fields{"updated"};
  if (rules.comments.enabled) fields.emplace_back("comment");
  if (rules.files.enabled) fields.emplace_back("attachment");
  for (std::size_t at = 0; at < links.size(); at += kRecordsPerQuery) {
    auto const end = std::min(at + kRecordsPerQuery, links.size());
    TANDEM_TRY(auto all, with_what_is_known(run, {links.begin() + static_cast<std::ptrdiff_t>(at),
                                                  links.begin() + static_cast<std::ptrdiff_t>(end)}));
    TANDEM_CHECK(read_notes(run, all));
    TANDEM_CHECK(read_issues(run, all, fields, rules.comments.enabled));
    TANDEM_CHECK(recognise(run, all));
    for (auto& one : all) judge(one);
  }
  return Unit{};
}

}  // namespace

Result<std::vector<std::string>> with_news(RunContext& run, Rules const& rules, std::vector<link::Link> links) {
  std::vector<std::string> found;
  TANDEM_CHECK(by_listings(run, rules, links, [&](Looked& one) {
    auto const id = one.both.link.id;
    if (!one.failed && (!one.intents.empty() || has_news(std::move(one.both), rules))) found.push_back(id);
  }));
  return found;
}

Result<std::set<std::string>> without_news(RunContext& run, mapping::CompiledItem const& item, std::vector<link::Link> links,
                                           std::map<std::string, std::string> const& told) {
  auto const rules = own_rules(run, item);
  std::set<std::string> quiet;
  TANDEM_CHECK(by_listings(run, rules, links, [&](Looked& one) {
    auto const id = one.both.link.id;
    if (one.failed || !one.intents.empty()) return;
    if (auto const found = told.find(id); found != told.end()) {
      auto const wanted = parse_instant(found->second);
      auto const shown = parse_instant(one.issue_updated);
      if (wanted && (!shown || *shown < *wanted)) return;
    }
    if (is_quiet(std::move(one.both), rules)) quiet.insert(id);
  }));
  return quiet;
}

}  // namespace tandem::sync::conversation
