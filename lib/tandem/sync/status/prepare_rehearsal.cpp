// The rules of a rehearsal, and what its plan needs to know of the pair. Reads only.

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/find_links.hpp>
#include <tandem/sync/find_record.hpp>
#include <tandem/sync/flips.hpp>
#include <tandem/sync/status/learn_transitions.hpp>
#include <tandem/sync/status/rehearse.hpp>
#include <tandem/sync/status/transition_memory.hpp>

namespace tandem::sync {

namespace {

namespace status = mapping::status;

tl::unexpected<Error> refused(Reason reason, std::string message, std::string cure = "") {
  if (cure.empty()) cure = text_of(reason).cure;
  return fail(
      Error{ErrorKind::refused, std::move(message), {{"reason", std::string(code_of(reason))}, {"cure", std::move(cure)}}});
}

Result<Unit> item_allows(RunItem const& item) {
  auto const& declared = item.compiled->item;
  if (!declared.synchronised())
    return refused(Reason::display_only, fmt::format("the item {} only displays: it has no statuses to rehearse", item.name()));
  if (item.compiled->statuses) return Unit{};
  return fail(Error{ErrorKind::refused,
                    fmt::format("the item {} leaves the status alone, so there is nothing to rehearse", item.name()),
                    {{"cure", "set status.enabled to true in the item file and apply it; it may stay disabled"}}});
}

// What the store knows of the pair.
struct Known {
  link::Base base;
  std::optional<Intent> intent;
  std::optional<Retry> retry;
  std::vector<Held> held;
  int flips = 0;
  bool has_base = false;
  std::vector<status::KnownTransition> transitions;
};

Result<Known> known_of(RunContext& run, RunItem const& item, link::Link const& link) {
  Known out;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const base, link::find_base(reader, link.id));
    out.has_base = base.has_value();
    if (base) out.base = *base;
    TANDEM_TRY(out.intent, find_intent(reader, link.id));
    TANDEM_TRY(out.retry, find_retry(reader, link.item, link.record));
    TANDEM_TRY(out.held, held_of_link(reader, link.id));
    if (auto const now = run.dataverse_now()) {
      TANDEM_TRY(out.flips, flips_of(reader, link.id, kStatusRule, *now));
    }
    TANDEM_TRY(out.transitions, known_transitions(reader, item.compiled->schema));
    return Unit{};
  }));
  return out;
}

Result<Unit> pair_allows(RunContext const& run, link::Link const& link, Known const& known) {
  auto const pair = fmt::format("{} and {}", link.record_number, link.issue_key);
  if (link.state == link::State::broken) return refused(Reason::link_broken, fmt::format("the link of {} is broken", pair));
  if (known.intent && known.intent->rehearsal)
    return refused(Reason::rehearsal_open, fmt::format("an earlier rehearsal of {} is not put back yet", pair));
  if (known.intent) {
    return refused(Reason::open_intent, fmt::format("an earlier write for {} is not settled yet", pair),
                   "run `tandem sync-once`, which finds out whether it was executed");
  }
  if (!known.has_base)
    return refused(Reason::first_contact, fmt::format("{} were not compared yet", pair), "run `tandem sync-once` first");
  if (!known.held.empty()) {
    auto const& held = known.held.front();
    return refused(reason_named(held.reason).value_or(Reason::conflict),
                   fmt::format("the field {} of {} waits for a decision", held.field.empty() ? held.rule : held.field, pair));
  }
  if (known.retry && (known.retry->parked || known.retry->tries > 0)) {
    return refused(known.retry->parked ? Reason::parked : Reason::retry_later,
                   fmt::format("{} could not be synchronised ({}{}{})", pair, known.retry->reason,
                               known.retry->detail.empty() ? "" : ": ", known.retry->detail),
                   "remove that cause first and run `tandem sync-once --retry-parked`, or rehearse another record");
  }
  if (known.flips > run.options.max_flips)
    return refused(Reason::flipping, fmt::format("the status of {} is undone by something else again and again", pair));
  return Unit{};
}

// A status that is still to be brought over would look younger afterwards than it is.
Result<Unit> is_in_step(RunItem const& item, link::Link const& link, Known const& known, Look const& seen) {
  StatusQuestion question;
  question.entity = item.compiled->entity().logical_name;
  question.base = known.base.status;
  question.state = seen.record_state;
  question.status = seen.record_status;
  question.issue_status = seen.issue_status;
  question.resolution = seen.resolution;
  auto const plan = plan_status(*item.compiled->statuses, question);
  if (!plan.acts() && !plan.times_wanted) return Unit{};
  return fail(Error{ErrorKind::refused,
                    fmt::format("the statuses of {} and {} are not in step: one of them is still to be brought over",
                                link.record_number, link.issue_key),
                    {{"cure", item.stored.enabled ? "run `tandem sync-once` first, or rehearse another record"
                                                  : "rehearse a record whose status nobody has changed since it was linked"}}});
}

tl::unexpected<Error> gone(Reason reason, std::string const& what) {
  return fail(Error{ErrorKind::not_found,
                    fmt::format("{} does not exist or cannot be seen", what),
                    {{"reason", std::string(code_of(reason))}, {"cure", std::string(text_of(reason).cure)}}});
}

}  // namespace

Result<link::Link> find_rehearsal_pair(RunContext& run, LinkItems const& items, RunItem const& item, std::string const& text) {
  TANDEM_CHECK(item_allows(item));
  auto const not_linked = [&](std::string const& what) {
    return refused(
        Reason::not_linked, fmt::format("{} is not linked under the item {}", what, item.name()),
        "rehearse a linked pair (`tandem link list`), or link it first with `tandem link add KEY --item NAME --record REF`");
  };
  auto found = find_links(run, items, text);
  if (!found && found.error().kind == ErrorKind::not_found && found.error().find("reason") == code_of(Reason::not_linked)) {
    // A record that is there and has no link is another answer than none.
    TANDEM_TRY(auto const reference, link::parse_record(text, sites_of(run)));
    TANDEM_TRY(auto const record, find_record(run, *item.compiled, reference));
    return not_linked(item.compiled->record_number(record));
  }
  if (!found) return fail(std::move(found).error());
  if (found->unreachable) return fail(*found->unreachable);
  for (auto const& link : found->links) {
    if (link.item == item.name()) return link;
  }
  return not_linked(found->shown);
}

Result<PreparedRehearsal> prepare_rehearsal(RunContext& run, RunItem const& item, link::Link const& link) {
  TANDEM_CHECK(item_allows(item));
  TANDEM_TRY(auto seen, look_at_pair(run, *item.compiled, link, nullptr));
  TANDEM_TRY(auto const known, known_of(run, item, link));
  TANDEM_CHECK(pair_allows(run, link, known));
  if (!seen.record_there) return gone(Reason::record_missing, link.record_number);
  if (!seen.issue_there) return gone(Reason::issue_missing, link.issue_key);
  auto const& table = *item.compiled->statuses;
  auto const* record = table.reason(seen.record_status.integer().value_or(-1));
  auto const* issue = table.status(seen.issue_status);
  if (record == nullptr || issue == nullptr) {
    return refused(Reason::status_unmatched,
                   record == nullptr
                       ? fmt::format("{} has no status that its table knows", link.record_number)
                       : fmt::format("the status of {} is none of the item's project and issue type", link.issue_key));
  }
  TANDEM_CHECK(is_in_step(item, link, known, seen));
  PreparedRehearsal out;
  out.item = &item;
  out.link = link;
  out.link.issue_key = seen.pair.issue.key;
  out.before = {seen.record_state, seen.record_status, seen.issue_status,
                seen.resolution,   known.base,         known.retry ? known.retry->to_json() : json::Value()};
  out.record_shown = record->label;
  out.issue_shown = issue->name;
  RehearsalQuestion question{
      item.compiled->entity().logical_name, record->value, issue->id, seen.pair.issue.key, link.record_number, known.transitions};
  TANDEM_TRY(auto offered, run.jira().transitions(seen.pair.issue.id));
  if (offered) {
    for (auto const& one : *offered) question.known.push_back({issue->id, one});
  }
  TANDEM_TRY(auto const learned, ask_around(run.jira(), item.compiled->schema, table, question.known, issue->id));
  question.known.insert(question.known.end(), learned.begin(), learned.end());
  out.plan = plan_rehearsal(table, question);
  return out;
}

}  // namespace tandem::sync
