#include <tandem/sync/read_panel.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/attach.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/find_record.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/look_up.hpp>
#include <tandem/sync/plan.hpp>
#include <tandem/sync/retry_table.hpp>

namespace tandem::sync {

namespace {

constexpr std::size_t kMostHints = 10'000;

std::string name_in(json::Value const* field) { return field == nullptr ? std::string() : (*field)["name"].scalar_text(); }

link::PanelNote note(Reason reason, std::string detail = {}) {
  auto text = std::string(text_of(reason).sentence);
  if (!detail.empty()) text += " " + detail;
  return {std::string(code_of(reason)), std::move(text)};
}

std::string label_of(dataverse::Record const& record, std::string_view column) {
  auto const found = record.formatted.find(std::string(column));
  if (found != record.formatted.end()) return found->second;
  auto const* raw = record.column(column);
  return raw == nullptr ? std::string() : raw->scalar_text();
}

link::PanelNote conflict(Reason reason, std::string const& column, std::string const& field, std::string const& in_dynamics,
                         std::string const& in_jira) {
  return note(reason, fmt::format("({} and {}: \"{}\" in Dynamics, \"{}\" in Jira)", column, field, in_dynamics, in_jira));
}

// What is kept of a link beside itself, in one snapshot.
struct Kept {
  std::optional<link::Base> base;
  std::optional<Retry> retry;
  bool open_intent = false, event_waits = false;
  std::vector<Held> held;
};

Result<Kept> kept_of(RunContext const& run, link::Link const& link) {
  Kept kept;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(kept.base, link::find_base(reader, link.id));
    TANDEM_TRY(kept.retry, find_retry(reader, link.item, link.record));
    TANDEM_TRY(kept.held, held_of_link(reader, link.id));
    TANDEM_TRY(auto const intent, find_intent(reader, link.id));
    kept.open_intent = intent.has_value();
    TANDEM_TRY(auto const hints, event::waiting(reader, 0, kMostHints));
    kept.event_waits = std::any_of(hints.begin(), hints.end(), [&](event::Waiting const& one) {
      return one.hint.issue == link.issue || (one.hint.issue.empty() && one.hint.issue_key == link.issue_key);
    });
    return Unit{};
  }));
  return kept;
}

class PanelReader {
 public:
  PanelReader(RunContext& run, LinkItems const& items, std::optional<jira::Issue> const& issue)
      : run_(run), items_(items), issue_(issue) {}

  Result<link::PanelLink> link(link::Link const& link) {
    link::PanelLink out;
    out.link = link;
    out.owed = link::owed_marks(link);
    out.record_url = run_.dataverse().record_url(link.entity, link.record);
    if (issue_) out.status.jira = name_in(issue_->field("status"));
    if (link.state == link::State::broken) out.pending.push_back(note(Reason::link_broken));
    auto const* item = items_.find(link.item);
    if (item == nullptr) {
      out.trouble = fmt::format("the item {} cannot be used: `tandem items validate` says why", link.item);
      return out;
    }
    auto const& compiled = *item->compiled;
    out.mode = mapping::name_of(compiled.item.mode);
    out.enabled = item->stored.enabled;
    out.status.enabled = compiled.item.synchronised() && compiled.item.status["enabled"].truthy();
    TANDEM_TRY(auto const kept, kept_of(run_, link));
    auto const& entity = compiled.entity();
    auto record = run_.dataverse().get(entity.set_name, entity.primary_id, link.record, panel_columns(compiled));
    if (!record) {
      if (record.error().kind == ErrorKind::cancelled) return fail(std::move(record).error());
      out.trouble = record.error().to_line();
    } else if (!*record) {
      out.trouble = std::string(text_of(Reason::record_missing).sentence);
    } else {
      out.columns = shown_columns(compiled, **record);
      out.status.dynamics = label_of(**record, "statuscode");
    }
    TANDEM_CHECK(open_things(compiled, kept, record && *record ? &**record : nullptr, out));
    return out;
  }

 private:
  Result<Unit> open_things(mapping::CompiledItem const& item, Kept const& kept, dataverse::Record const* record,
                           link::PanelLink& out) {
    for (auto const& held : kept.held) {
      auto const reason = reason_named(held.reason).value_or(Reason::unknown_base);
      out.conflicts.push_back(conflict(reason, held.column, held.field, held.column_shown, held.field_shown));
    }
    if (kept.open_intent) out.pending.push_back(note(Reason::open_intent));
    if (kept.event_waits) out.pending.push_back({"event-waits", "An event of the issue waits for the next run."});
    if (kept.retry) {
      auto const text = kept.retry->detail.empty() ? std::string() : fmt::format("({})", kept.retry->detail);
      if (kept.retry->parked)
        out.conflicts.push_back(note(Reason::parked, text));
      else
        out.pending.push_back(
            {kept.retry->reason, kept.retry->tries == 0
                                     ? "It is looked at by the next run " + text
                                     : fmt::format("It failed {} times and is tried again {}", kept.retry->tries, text)});
    }
    if (record == nullptr || !issue_ || !kept.base || !item.item.synchronised() || out.link.state == link::State::broken)
      return Unit{};
    Row row;
    row.record = *record;
    row.link = out.link;
    row.base = kept.base;
    TANDEM_CHECK(look_up_for(run_, item, std::vector<Row>{row}));
    auto const plan = plan_update(item, *kept.base, *record, *issue_);
    for (auto const& change : plan.changes) {
      auto const& target = change.side == Side::jira ? change.field_name : change.column;
      out.pending.push_back(
          {"change", fmt::format("{} in {}: \"{}\" becomes \"{}\"", target, change.side == Side::jira ? "Jira" : "Dynamics",
                                 change.before, change.after)});
    }
    for (auto const& held : plan.held) {
      bool const known = std::any_of(kept.held.begin(), kept.held.end(), [&](Held const& one) { return one.rule == held.rule; });
      if (!known)
        out.conflicts.push_back(conflict(held.report.reason, held.column, held.field, held.column_shown, held.field_shown));
    }
    for (auto const& left : plan.left) {
      if (left.report.reason == Reason::no_change || left.report.reason == Reason::direction) continue;
      out.conflicts.push_back(note(left.report.reason, fmt::format("({} -> {}{})", left.column, left.field,
                                                                   left.report.detail.empty() ? "" : ": " + left.report.detail)));
    }
    return Unit{};
  }

  RunContext& run_;
  LinkItems const& items_;
  std::optional<jira::Issue> const& issue_;
};

}  // namespace

std::vector<link::PanelColumn> shown_columns(mapping::CompiledItem const& item, dataverse::Record const& record) {
  std::vector<link::PanelColumn> out;
  for (auto const& name : display_columns(item)) {
    auto const* attribute = item.entity().attribute(name);
    if (attribute == nullptr) continue;
    auto const column = attribute->query_name();
    auto const* raw = record.column(column);
    out.push_back({name, attribute->label.empty() ? name : attribute->label, raw == nullptr ? json::Value() : *raw,
                   label_of(record, column)});
  }
  return out;
}

Result<link::Panel> read_panel(RunContext& run, LinkItems const& items, std::optional<jira::Issue> const& issue,
                               std::vector<link::Link> const& links, std::optional<Error> const& unreachable) {
  link::Panel panel;
  if (issue) {
    panel.issue = issue->id;
    panel.key = issue->key;
    panel.summary = issue->field("summary") == nullptr ? "" : issue->field("summary")->text_or("");
    panel.status = name_in(issue->field("status"));
    panel.type = name_in(issue->field("issuetype"));
    panel.project = name_in(issue->field("project"));
  } else if (!links.empty()) {
    panel.issue = links.front().issue;
    panel.key = links.front().issue_key;
    panel.trouble = unreachable ? unreachable->to_line() : std::string(text_of(Reason::issue_missing).sentence);
  }
  panel.url = run.jira().issue_url(panel.key);
  for (auto const& item : items.items) {
    link::PanelItem one;
    one.name = item.name();
    one.mode = mapping::name_of(item.compiled->item.mode);
    one.enabled = item.stored.enabled;
    one.manual_links = item.compiled->item.manual_links;
    one.linked = std::any_of(links.begin(), links.end(), [&](link::Link const& link) { return link.item == one.name; });
    if (issue) {
      if (auto const why = why_not_for(*item.compiled, *issue)) {
        one.applies = false;
        one.why_not = code_of(*why);
      }
    }
    panel.items.push_back(std::move(one));
  }
  PanelReader reader(run, items, issue);
  for (auto const& link : links) {
    TANDEM_TRY(auto shown, reader.link(link));
    panel.links.push_back(std::move(shown));
  }
  panel.now = run.jira_now() ? run.jira_now() : run.dataverse_now();
  return panel;
}

}  // namespace tandem::sync
