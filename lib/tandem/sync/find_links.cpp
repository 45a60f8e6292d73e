#include <tandem/sync/find_links.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/sync/find_record.hpp>

namespace tandem::sync {

namespace {

// A system that cannot be asked now: the store's own knowledge has to do.
bool is_unreachable(Error const& error) {
  return error.kind == ErrorKind::transient || error.kind == ErrorKind::throttled || error.kind == ErrorKind::auth ||
         error.kind == ErrorKind::unknown_outcome;
}

tl::unexpected<Error> unknown_issue(std::string const& key) {
  return fail(Error{ErrorKind::not_found,
                    fmt::format("the issue {} does not exist or cannot be seen", key),
                    {{"reason", std::string(code_of(Reason::unknown_issue))},
                     {"cure", "check the key, and that the Jira account may browse the project"}}});
}

Result<std::vector<link::Link>> links_where(RunContext const& run, std::function<bool(link::Link const&)> const& fits) {
  std::vector<link::Link> out;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) {
    return link::each_link(reader, [&](link::Link const& link) -> Result<bool> {
      if (fits(link)) out.push_back(link);
      return true;
    });
  }));
  return out;
}

class Finder {
 public:
  Finder(RunContext const& run, LinkItems const& items) : run_(run), items_(items) {}

  Result<FoundLinks> go(std::string const& text) {
    TANDEM_TRY(auto const reference, link::parse_reference(text, sites_of(run_)));
    found_.shown = std::string(text::trimmed(text));
    std::optional<Error> not_there;
    if (reference.key) {
      auto done = by_key(*reference.key);
      if (done || done.error().kind != ErrorKind::not_found || !reference.record) return finish(std::move(done));
      not_there = std::move(done).error();
    }
    auto done = by_record(*reference.record);
    if (!done && done.error().kind == ErrorKind::not_found && not_there) return fail(std::move(*not_there));
    return finish(std::move(done));
  }

 private:
  Result<FoundLinks> finish(Result<Unit> done) {
    if (!done) return fail(std::move(done).error());
    std::sort(found_.links.begin(), found_.links.end(),
              [](auto const& a, auto const& b) { return std::tie(a.item, a.record) < std::tie(b.item, b.record); });
    return std::move(found_);
  }

  Result<Unit> by_key(std::string const& key) {
    auto issue = run_.jira().get(key, panel_fields(items_.items), {});
    if (!issue && !is_unreachable(issue.error())) return fail(std::move(issue).error());
    if (issue && *issue) {
      found_.shown = (*issue)->key;
      found_.issue = std::move(**issue);
      return run_.store().read([&](store::Reader& reader) -> Result<Unit> {
        TANDEM_TRY(found_.links, link::find_by_issue(reader, found_.issue->id));
        return Unit{};
      });
    }
    TANDEM_TRY(found_.links, links_where(run_, [&](link::Link const& link) { return link.issue_key == key; }));
    found_.shown = key;
    if (!issue) {
      if (found_.links.empty()) return fail(std::move(issue).error());
      found_.unreachable = std::move(issue).error();
    }
    if (found_.links.empty()) return unknown_issue(key);
    return Unit{};
  }

  Result<Unit> by_record(link::RecordReference const& reference) {
    std::set<std::string> ids;
    if (!reference.id.empty()) {
      ids.insert(reference.id);
      found_.shown = reference.id;
    } else {
      TANDEM_CHECK(ids_named(reference, ids));
    }
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      for (auto const& item : items_.items) {
        for (auto const& id : ids) {
          TANDEM_TRY(auto link, link::find_by_record(reader, item.name(), id));
          bool const fits = link && (reference.entity.empty() || link->entity == reference.entity);
          if (fits) found_.links.push_back(std::move(*link));
        }
      }
      return Unit{};
    }));
    if (found_.links.empty() && found_.unreachable) return fail(std::move(*found_.unreachable));
    if (found_.links.empty()) {
      return fail(Error{ErrorKind::not_found,
                        fmt::format("the record {} is not linked", found_.shown),
                        {{"reason", std::string(code_of(Reason::not_linked))},
                         {"cure", "`tandem link add KEY --item NAME --record REF` links it"}}});
    }
    return one_issue();
  }

  Result<Unit> ids_named(link::RecordReference const& reference, std::set<std::string>& ids) {
    std::set<std::string> tables;
    std::vector<std::string> candidates;
    for (auto const& item : items_.items) {
      if (!tables.insert(item.compiled->entity().logical_name).second) continue;
      auto records = records_named(run_, *item.compiled, reference);
      if (!records && !is_unreachable(records.error())) return fail(std::move(records).error());
      if (!records) {
        found_.unreachable = std::move(records).error();
        TANDEM_TRY(auto const known,
                   links_where(run_, [&](link::Link const& link) { return link.record_number == reference.name; }));
        for (auto const& link : known) ids.insert(link.record);
        return Unit{};
      }
      for (auto const& record : *records) {
        ids.insert(record.id);
        candidates.push_back(fmt::format("{} ({})", item.compiled->record_number(record), record.id));
      }
    }
    if (ids.empty()) {
      return fail(Error{ErrorKind::not_found,
                        fmt::format("\"{}\" is neither an issue nor a record that can be seen", reference.name),
                        {{"reason", std::string(code_of(Reason::unknown_record))},
                         {"cure", "give an issue's key, or look for the record with `tandem link search`"}}});
    }
    if (ids.size() == 1) return Unit{};
    return fail(Error{ErrorKind::usage,
                      fmt::format("{} records are called \"{}\": {}", ids.size(), reference.name, fmt::join(candidates, ", ")),
                      {{"reason", std::string(code_of(Reason::ambiguous))}, {"cure", "give the id of the one that is meant"}}});
  }

  // All links of the record lead to one issue: it is read too.
  Result<Unit> one_issue() {
    auto const& first = found_.links.front();
    bool const same =
        std::all_of(found_.links.begin(), found_.links.end(), [&](link::Link const& link) { return link.issue == first.issue; });
    if (!same) return Unit{};
    auto issue = run_.jira().get(first.issue, panel_fields(items_.items), {});
    if (issue) {
      found_.issue = std::move(*issue);
    } else if (is_unreachable(issue.error())) {
      found_.unreachable = std::move(issue).error();
    } else {
      return fail(std::move(issue).error());
    }
    return Unit{};
  }

  RunContext const& run_;
  LinkItems const& items_;
  FoundLinks found_;
};

}  // namespace

link::Sites sites_of(RunContext const& run) { return {run.jira().site_url(), run.dataverse().url()}; }

std::vector<std::string> panel_fields(std::vector<RunItem> const& items) {
  std::set<std::string> fields{"summary", "status", "project", "issuetype", "updated"};
  for (auto const& item : items) {
    for (auto const& field : item.compiled->issue_fields()) fields.insert(field);
  }
  return {fields.begin(), fields.end()};
}

Result<jira::Issue> find_issue(RunContext const& run, std::vector<RunItem> const& items, std::string const& text) {
  TANDEM_TRY(auto const key, link::parse_issue(text, sites_of(run)));
  TANDEM_TRY(auto issue, run.jira().get(key, panel_fields(items), {}));
  if (!issue) return unknown_issue(key);
  return std::move(*issue);
}

Result<FoundLinks> find_links(RunContext const& run, LinkItems const& items, std::string const& text) {
  return Finder(run, items).go(text);
}

}  // namespace tandem::sync
