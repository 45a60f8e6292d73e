#include <tandem/sync/undo/run_writes.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/sync/history_actions.hpp>
#include <tandem/sync/status/plan_status.hpp>

namespace tandem::sync::undo {

namespace {

bool writes_values(HistoryEntry const& entry) {
  for (auto const* action : {"edited-issue", "updated-record", "moved-issue", "changed-status", "closed-record"}) {
    if (entry.action == action) return true;
  }
  return false;
}

// Remote links, link notes and properties follow their link by themselves: they are neither taken back nor told.
bool is_mark(HistoryEntry const& entry) {
  return entry.action.starts_with("wrote-") || entry.action.starts_with("removed-issue-") ||
         entry.action == "removed-remote-link" || entry.action == "removed-link-note";
}

std::optional<Report> why_it_stays(HistoryEntry const& entry) {
  if (is_mark(entry)) return std::nullopt;
  if (entry.action.starts_with("edited-"))
    return Report{Reason::not_kept_whole,
                  fmt::format("of the text that was there before, the history has the first words only: \"{}\"",
                              entry.fields.empty() ? std::string() : entry.fields.front().before)};
  if (entry.action == "removed-link")
    return Report{Reason::not_kept_whole, "what both sides had agreed on is gone; `tandem link add` links them again"};
  bool const made = entry.action.starts_with("created-") || entry.action.starts_with("added-") ||
                    entry.action == "settled-issue" || entry.action == "adopted-issue" || entry.action == "made-link" ||
                    entry.action == "rebuilt-link";
  if (made) return Report{Reason::made_stays, ""};
  return std::nullopt;  // nothing was written
}

WrittenLink& link_of(RunWrites& out, HistoryEntry const& entry) {
  auto const found = std::find_if(out.links.begin(), out.links.end(),
                                  [&](WrittenLink const& one) { return one.link == entry.link && one.issue == entry.issue_id; });
  if (found != out.links.end()) {
    found->issue_key = entry.issue_key;
    return *found;
  }
  out.links.push_back({entry.item, entry.link, entry.record, entry.number, entry.issue_id, entry.issue_key, {}});
  return out.links.back();
}

WrittenValue* find(WrittenLink& link, Side side, std::string const& rule) {
  auto const found = std::find_if(link.values.begin(), link.values.end(),
                                  [&](WrittenValue const& one) { return one.side == side && one.rule == rule; });
  return found == link.values.end() ? nullptr : &*found;
}

void take(RunWrites& out, HistoryEntry const& entry, FieldHistory const& field, Side side) {
  auto& link = link_of(out, entry);
  // An entry of an earlier version of tandem names no rule: its field is all there is to tell it by.
  auto const rule = field.rule.empty() ? field.field : field.rule;
  WrittenValue value{side, rule, field.field, field.replaced, field.table, field.before, field.after, field.kept, entry.at, {}};
  if (field.kept.empty() || field.rule.empty())
    value.barred = Report{Reason::not_kept_whole, "an earlier version of tandem wrote it"};
  auto* const earlier = find(link, side, rule);
  if (earlier == nullptr) {
    link.values.push_back(std::move(value));
    return;
  }
  if (value.barred || earlier->barred || value_print(field.replaced) != earlier->kept) {
    *earlier = std::move(value);
    return;
  }
  earlier->after_shown = field.after;
  earlier->kept = field.kept;
  earlier->at = entry.at;
}

// Our write had taken a person's edit away and gave it back: it is that edit which stands now.
void bar_put_back(RunWrites& out, HistoryEntry const& entry) {
  auto& link = link_of(out, entry);
  for (auto const& field : entry.fields) {
    for (auto& value : link.values) {
      if (value.side != Side::jira || value.field != field.field) continue;
      value.barred = Report{Reason::edited_since, "somebody edited it in that very moment, and got the edit back"};
    }
  }
}

}  // namespace

bool is_of_note(HistoryEntry const& entry) { return writes_values(entry) || why_it_stays(entry).has_value(); }

RunWrites writes_of(std::vector<HistoryEntry> const& entries) {
  RunWrites out;
  for (auto const& entry : entries) {
    out.run = entry.run;
    if (!out.began || entry.at < *out.began) out.began = entry.at;
    if (!entry.undoes.empty()) out.undoes = entry.undoes;
    if (entry.reason == code_of(Reason::rehearsal)) continue;  // it puts everything back itself
    auto const side = side_written(entry.action);
    if (writes_values(entry) && side) {
      for (auto const& field : entry.fields) take(out, entry, field, *side);
    } else if (entry.action == "put-back") {
      bar_put_back(out, entry);
    } else if (auto report = why_it_stays(entry)) {
      out.stays.push_back({entry.item, entry.record, entry.number, entry.issue_key, entry.action,
                           entry.fields.size() == 1 ? entry.fields.front().after : std::string(), std::move(*report)});
    }
  }
  return out;
}

}  // namespace tandem::sync::undo
