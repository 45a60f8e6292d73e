#include <tandem/sync/explain_conditions.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tandem::sync::explain {

namespace {

std::string error_text(std::optional<Error> const& error) { return error ? error->to_line() : "it was not asked for"; }

bool makes_issue(HistoryEntry const& entry) { return entry.action == "created-issue" || entry.action == "adopted-issue"; }

}  // namespace

std::string shown_time(std::optional<Instant> at) { return at ? to_rfc3339_seconds(*at) : "an unknown time"; }

std::string quoted(std::string_view text) { return text.empty() ? "(empty)" : "\"" + std::string(text) + "\""; }

std::optional<Instant> time_in(dataverse::Record const& record, std::string_view column) {
  auto const* text = record.column(column);
  return text == nullptr ? std::nullopt : parse_instant(text->text());
}

std::optional<Instant> updated_at(jira::Issue const& issue) {
  auto const* text = issue.field("updated");
  return text == nullptr ? std::nullopt : parse_instant(text->text());
}

std::string run_of(Facts const& facts, std::function<bool(HistoryEntry const&)> const& fits) {
  auto const found = std::find_if(facts.history.rbegin(), facts.history.rend(), fits);
  return found == facts.history.rend() ? std::string{} : found->run;
}

Condition holds(bool yes, std::string asks, std::string found, std::optional<Reason> reason, std::string cure) {
  Condition out{.asks = std::move(asks), .answer = yes ? Answer::yes : Answer::no, .found = std::move(found)};
  if (yes) return out;
  out.reason = reason;
  out.cure = std::move(cure);
  if (out.cure.empty() && reason) out.cure = text_of(*reason).cure;
  return out;
}

void item_conditions(Facts const& facts, Conditions& ask) {
  auto const& item = facts.item.item;
  ask.push_back(holds(item.synchronised(), "the item synchronises", fmt::format("mode {}", mapping::name_of(item.mode)), {},
                      "Set mode to one-way or two-way in the item file."));
  ask.push_back(
      holds(facts.stored.enabled, "the item is enabled", facts.stored.enabled ? "enabled" : "disabled", Reason::item_disabled));
}

Condition part_is_on(std::string_view name, json::Value const& part) {
  bool const on = part["enabled"].truthy();
  return holds(on, fmt::format("{} {} on", name, name == "status" ? "is" : "are"), on ? "enabled" : "not enabled", {},
               fmt::format("Set {}.enabled to true in the item file.", name));
}

bool whole_link_conditions(Facts const& facts, Conditions& ask) {
  auto const& link = facts.link;
  auto linked =
      holds(link.has_value(), "record and issue are linked",
            link ? fmt::format("{} and {}, {}", link->record_number, link->issue_key, link::name_of(link->kind)) : "no link",
            Reason::not_linked);
  if (link) {
    linked.at = link->made_at;
    linked.run = run_of(facts, makes_issue);
  }
  ask.push_back(std::move(linked));
  if (!link) return false;
  bool const broken = link->state == link::State::broken;
  auto whole = holds(!broken, "the link is not broken", broken ? "broken" : "active", Reason::issue_missing);
  if (broken) whole.run = run_of(facts, [](HistoryEntry const& entry) { return entry.action == "broke-link"; });
  ask.push_back(std::move(whole));
  return true;
}

void link_conditions(Facts const& facts, Conditions& ask) {
  if (!whole_link_conditions(facts, ask)) return;
  ask.push_back(no_open_intent(facts));
  ask.push_back(not_set_aside(facts));
}

Condition unlinked(Facts const& facts) {
  auto const& link = facts.link;
  auto out = holds(!link, "the record has no issue under this item", link ? "its issue is " + link->issue_key : "none", {},
                   "Nothing: it has its issue.");
  if (link) {
    out.at = link->made_at;
    out.run = run_of(facts, makes_issue);
  }
  return out;
}

Condition no_open_intent(Facts const& facts) {
  auto const& intent = facts.intent;
  auto out = holds(!intent, "no earlier write is unsettled", intent ? "a write whose outcome is not known" : "none",
                   Reason::open_intent);
  if (intent) {
    out.at = intent->at;
    out.run = intent->run;
  }
  return out;
}

Condition not_set_aside(Facts const& facts) {
  auto const& retry = facts.retry;
  if (!retry) return holds(true, "it is not set aside", "no failures", {});
  if (retry->parked) {
    return holds(false, "it is not set aside",
                 fmt::format("failed {} times, last: {} {}", retry->tries, retry->reason, retry->detail), Reason::parked,
                 "Remove the cause, then run `tandem sync-once --retry-parked`; a new version of the record is tried at once.");
  }
  bool const due = retry->due(facts.dataverse_now, false);
  auto out = holds(due, "it is not set aside",
                   fmt::format("{} {} {}, {}", retry->tries, retry->tries == 1 ? "failure:" : "failures, last:", retry->reason,
                               due ? "its next try is due" : "its next try is at " + shown_time(retry->next)),
                   Reason::retry_later);
  out.at = retry->next;
  return out;
}

Condition readable_record(Facts const& facts) {
  std::string const asks = "the record can be read";
  if (facts.record) {
    auto out = holds(true, asks, facts.record->id, {});
    out.at = time_in(*facts.record, "modifiedon");
    return out;
  }
  if (facts.record_error) return {.asks = asks, .answer = Answer::unknown, .found = error_text(facts.record_error)};
  return holds(false, asks, facts.record_id.empty() ? "no record is known" : facts.record_id, Reason::record_missing);
}

Condition readable_issue(Facts const& facts) {
  std::string const asks = "the issue can be read";
  if (facts.issue) {
    auto out = holds(true, asks, facts.issue->key, {});
    out.at = updated_at(*facts.issue);
    return out;
  }
  if (facts.issue_error) return {.asks = asks, .answer = Answer::unknown, .found = error_text(facts.issue_error)};
  return holds(false, asks, facts.issue_key.empty() ? "no issue is known" : facts.issue_key, Reason::issue_missing);
}

}  // namespace tandem::sync::explain
