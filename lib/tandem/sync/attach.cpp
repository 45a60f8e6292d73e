#include <tandem/sync/attach.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/identity.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/sync/first_contact.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/item_cycle.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/look_up.hpp>
#include <tandem/sync/retry_table.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

tl::unexpected<Error> refused(Reason reason, std::string message, std::string cure = {}) {
  Error error{ErrorKind::refused, std::move(message), {{"reason", std::string(code_of(reason))}}};
  if (cure.empty()) cure = std::string(text_of(reason).cure);
  error.context.emplace_back("cure", std::move(cure));
  return fail(std::move(error));
}

std::string named_in(json::Value const* field, char const* part) {
  return field == nullptr ? std::string() : (*field)[part].scalar_text();
}

// A link that stands in the way of the new one.
Result<Unit> may_go(link::Link const& held, AttachRequest const& request, bool of_issue) {
  auto const what =
      of_issue
          ? fmt::format("the issue {} is already linked to {} under the item {}", held.issue_key, held.record_number, held.item)
          : fmt::format("the record {} is already linked to {} under the item {}", held.record_number, held.issue_key, held.item);
  if (held.kind == link::Kind::automatic) return refused(Reason::automatic_link, what + ", by an automatic link");
  if (!request.replace) return refused(Reason::already_linked, what);
  return Unit{};
}

Result<Unit> check_item(AttachRequest const& request) {
  auto const& item = *request.item->compiled;
  if (!item.item.manual_links)
    return refused(Reason::manual_links_off, fmt::format("the item {} allows no links by hand", item.item.name));
  if (auto const why = why_not_for(item, request.issue)) {
    if (*why == Reason::not_in_project) {
      return refused(*why, fmt::format("the issue {} is in the project {}; the item {} is for {}", request.issue.key,
                                       named_in(request.issue.field("project"), "key"), item.item.name,
                                       item.schema.project ? item.schema.project->key : item.item.project));
    }
    return refused(*why, fmt::format("the issue {} is a {}; the item {} is for {}", request.issue.key,
                                     named_in(request.issue.field("issuetype"), "name"), item.item.name,
                                     item.schema.issue_type ? item.schema.issue_type->name : item.item.issue_type));
  }
  if (request.initial == Initial::jira && item.item.mode == mapping::Mode::one_way)
    return refused(Reason::direction, fmt::format("the item {} is one-way: it does not write to Dynamics", item.item.name),
                   "choose --initial dynamics or none");
  return Unit{};
}

// The property entry of a replaced link is overwritten where the issue stays.
Result<Unit> commit_replacement(RunContext& run, store::Writer& writer, AttachRequest const& request, AttachPlan const& plan) {
  for (auto const& old : plan.replaced) {
    bool const same_record = old.record == plan.link.record;
    TANDEM_CHECK(commit_unlink(run, writer, old, same_record ? nullptr : request.item, "replaced"));
    bool const same_issue = old.issue == plan.link.issue;
    TANDEM_CHECK(link::put_removal(writer, {old, !same_issue, true, !same_record}));
  }
  return Unit{};
}

// Jira does not take the property: there is no link, and what was in its place is back.
Result<Unit> undo(RunContext& run, AttachPlan const& plan) {
  return run.store().write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(link::erase_link(writer, plan.link));
    TANDEM_CHECK(erase_retry(writer, plan.link.item, plan.link.record));
    for (std::size_t i = 0; i < plan.replaced.size(); ++i) {
      auto const& old = plan.replaced[i];
      TANDEM_CHECK(link::put_removal(writer, {old, false, false, false}));
      TANDEM_CHECK(link::erase_unlinked(writer, old.item, old.record));
      TANDEM_CHECK(link::put_link(writer, old));
      TANDEM_CHECK(link::put_base(writer, old.id, plan.replaced_bases[i]));
    }
    auto entry = history_of(run, plan.link, "removed-link", run.jira_now().value_or(Instant{}));
    entry.reason = code_of(Reason::property_refused);
    return append_history(writer, entry);
  });
}

bool is_refusal(Error const& error) {
  bool const privilege = error.kind == ErrorKind::auth && !error.find("privilege").empty();
  return privilege || (error.kind != ErrorKind::unknown_outcome && !ends_run(error.kind));
}

}  // namespace

std::optional<Reason> why_not_for(CompiledItem const& item, jira::Issue const& issue) {
  auto const project = named_in(issue.field("project"), "id");
  bool const same =
      item.schema.project ? project == item.schema.project->id : named_in(issue.field("project"), "key") == item.item.project;
  if (!same) return Reason::not_in_project;
  if (item.schema.issue_type && named_in(issue.field("issuetype"), "id") != item.schema.issue_type->id) return Reason::wrong_type;
  return std::nullopt;
}

Result<AttachPlan> plan_attach(RunContext& run, AttachRequest const& request) {
  TANDEM_CHECK(check_item(request));
  auto const& item = *request.item->compiled;
  AttachPlan plan;
  auto& link = plan.link;
  link.id = link::link_id(run.in.organisation_id, item.item.name, request.record.id);
  link.item = item.item.name;
  link.entity = item.entity().logical_name;
  link.record = request.record.id;
  link.record_number = item.record_number(request.record);
  link.issue = request.issue.id;
  link.issue_key = request.issue.key;
  link.kind = link::Kind::manual;
  link.made_at = run.jira_now();
  link.owed.property = true;
  link.owed.remote_link = true;
  link.owed.link_note = item.item.link_note && !item.entity().note_navigation.empty();

  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const intent, find_intent(reader, link.id));
    if (intent) {
      return refused(Reason::open_intent,
                     fmt::format("an earlier write for the record {} is not settled yet", link.record_number),
                     "run `tandem sync-once` first, which finds out whether it was executed");
    }
    TANDEM_TRY(auto const of_record, link::find_by_record(reader, link.item, link.record));
    TANDEM_TRY(auto const of_issue, link::find_by_issue(reader, link.issue));
    if (of_record && of_record->issue == link.issue) {
      return refused(Reason::already_linked, fmt::format("{} and {} are already linked under the item {}", link.issue_key,
                                                         link.record_number, link.item));
    }
    for (auto const& other : of_issue) {
      if (other.item != link.item) continue;
      TANDEM_CHECK(may_go(other, request, true));
      plan.replaced.push_back(other);
    }
    if (of_record) {
      TANDEM_CHECK(may_go(*of_record, request, false));
      plan.replaced.push_back(*of_record);
    }
    for (auto const& old : plan.replaced) {
      TANDEM_TRY(auto const open, find_intent(reader, old.id));
      if (open) {
        return refused(Reason::open_intent,
                       fmt::format("an earlier write for the record {} is not settled yet", old.record_number),
                       "run `tandem sync-once` first, which finds out whether it was executed");
      }
      TANDEM_TRY(auto base, link::find_base(reader, old.id));
      plan.replaced_bases.push_back(base.value_or(link::Base{}));
    }
    return Unit{};
  }));

  plan.base = first_contact(item, request.record, request.issue, item.item.synchronised() ? request.initial : Initial::none);
  plan.contact = item.item.synchronised() && request.initial != Initial::none;
  plan.first = plan_update(item, plan.base, request.record, request.issue);
  return plan;
}

Result<Unit> commit_attach(RunContext& run, store::Writer& writer, AttachRequest const& request, AttachPlan const& plan) {
  TANDEM_CHECK(commit_replacement(run, writer, request, plan));
  TANDEM_CHECK(link::take_over_removals(writer, plan.link));
  TANDEM_CHECK(link::erase_unlinked(writer, plan.link.item, plan.link.record));
  TANDEM_CHECK(link::put_link(writer, plan.link));
  TANDEM_CHECK(link::put_base(writer, plan.link.id, plan.base));
  if (plan.contact) {
    Retry retry;
    retry.item = plan.link.item;
    retry.record = plan.link.record;
    retry.number = plan.link.record_number;
    retry.reason = code_of(Reason::first_contact);
    retry.detail = "linked by hand; to be compared";
    TANDEM_CHECK(put_retry(writer, retry));
  }
  auto const entry = history_of(run, plan.link, "made-link", run.jira_now().value_or(Instant{}));
  run.tell([&](Observer& observer) { observer.wrote(entry); });
  return append_history(writer, entry);
}

Result<Attached> attach(RunContext& run, AttachRequest const& request, AttachPlan plan) {
  auto const& item = *request.item->compiled;
  Attached out;
  out.stats.item = item.item.name;
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) { return commit_attach(run, writer, request, plan); }));
  if (auto marked = write_property(run, plan.link); !marked) {
    if (is_refusal(marked.error())) {
      TANDEM_CHECK(undo(run, plan));
      return fail(std::move(marked).error());
    }
    out.unreachable = std::move(marked).error();
    return out;
  }
  // From here on nothing is taken back: what cannot be written now is owed.
  auto const goes_on = [&](Result<Unit> done) -> Result<bool> {
    if (done) return true;
    if (done.error().kind == ErrorKind::store) return fail(std::move(done).error());
    out.unreachable = std::move(done).error();
    return false;
  };
  TANDEM_TRY(bool on, goes_on(write_marks(run, item, {{plan.link, face_of(run, item, request.record)}}, out.stats)));
  for (auto const& old : plan.replaced) {
    if (!on) break;
    TANDEM_TRY(auto removed, write_removals(run, &old));
    if (removed.fatal) {
      out.unreachable = std::move(*removed.fatal);
      on = false;
    }
  }
  if (!on || !plan.contact || !request.item->stored.enabled) return out;
  TANDEM_TRY(on, goes_on([&]() -> Result<Unit> {
               TANDEM_CHECK(ItemCycle(run, *request.item, out.stats).run_records({plan.link.record}));
               return Unit{};
             }()));
  return out;
}

}  // namespace tandem::sync
