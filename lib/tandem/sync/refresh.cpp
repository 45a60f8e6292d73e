#include <tandem/sync/refresh.hpp>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/link/marks.hpp>
#include <tandem/sync/broken_links.hpp>
#include <tandem/sync/find_record.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/item_cycle.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/marks_writer.hpp>

namespace tandem::sync {

namespace {

class Refresh {
 public:
  Refresh(RunContext& run, RunItem const& item, link::Link const& link) : run_(run), item_(item), link_(link) {
    out_.link = link;
    out_.stats.item = item.name();
  }

  Result<Refreshed> go() {
    TANDEM_CHECK(no_open_intent());
    std::string const property(link::kIssueProperty);
    TANDEM_TRY(auto const issue, run_.jira().get(link_.issue, {"summary", "status"}, {property}));
    if (!issue) {
      TANDEM_TRY(bool const gone, issue_is_gone(run_, link_.issue));
      if (gone) return broken(Reason::issue_missing);
    }
    auto const& entity = item_.compiled->entity();
    TANDEM_TRY(auto const record,
               run_.dataverse().get(entity.set_name, entity.primary_id, link_.record, panel_columns(*item_.compiled)));
    if (!record) {
      TANDEM_TRY(bool const gone, record_is_gone(run_, *item_.compiled, link_.record));
      if (gone) return broken(Reason::record_missing);
    }
    if (!issue || !record)
      return fail(ErrorKind::remote,
                  fmt::format("{} cannot be read right now, but it is there", issue ? link_.record_number : link_.issue_key));
    TANDEM_TRY(auto marked, owed_marks(*issue, *record));
    TANDEM_CHECK(write_marks(run_, *item_.compiled, {marked}, out_.stats));
    out_.marks = out_.stats.marks;
    if (item_.compiled->item.synchronised() && item_.stored.enabled) {
      TANDEM_TRY(auto const missing, ItemCycle(run_, item_, out_.stats).run_records({link_.record}));
      static_cast<void>(missing);  // it was there a moment ago: the next run sees what became of it
    }
    return finish();
  }

 private:
  Result<Unit> no_open_intent() {
    return run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const intent, find_intent(reader, link_.id));
      if (!intent) return Unit{};
      return fail(Error{ErrorKind::refused,
                        fmt::format("an earlier write for {} is not settled yet", link_.record_number),
                        {{"reason", std::string(code_of(Reason::open_intent))},
                         {"cure", "run `tandem sync-once`, which finds out whether it was executed"}}});
    });
  }

  Result<Refreshed> broken(Reason reason) {
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) { return break_link(run_, writer, link_.id, reason); }));
    out_.end = Refreshed::End::broken;
    out_.reason = reason;
    return finish();
  }

  // What is not on the issue and the record as it should be, whatever was written once.
  Result<MarkedLink> owed_marks(jira::Issue const& issue, dataverse::Record const& record) {
    std::optional<MarkedLink> marked;
    auto const remote = run_.jira().remote_link(link_.issue, link::remote_link_global_id(link_.id));
    if (!remote && ends_run(remote.error().kind)) return fail(remote.error());
    TANDEM_TRY(bool const note_there, note_is_there());
    auto const* property = issue.property(link::kIssueProperty);
    auto const entry = property == nullptr ? std::nullopt : link::marked(*property, link_.item, run_.in.organisation_id);
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(auto held, link::find_link(writer, link_.id));
      if (!held)
        return fail(ErrorKind::store, fmt::format("the link of {} vanished while it was refreshed", link_.record_number));
      if (held->state == link::State::broken) {  // both sides are there again
        held->state = link::State::active;
        out_.end = Refreshed::End::restored;
        TANDEM_CHECK(append_history(writer, history_of(run_, *held, "restored-link", run_.jira_now().value_or(Instant{}))));
      }
      held->issue_key = issue.key;
      if (!note_there) held->note_hash.clear();  // somebody deleted it: it comes back
      if (!remote || !*remote) held->remote_hash.clear();
      marked = MarkedLink{std::move(*held), face_of(run_, *item_.compiled, record)};
      note_what_is_owed(run_, *item_.compiled, *marked);
      marked->link.owed.property = !entry || entry->link_id != link_.id;
      // A person may have edited it.
      if (remote && *remote && !link::shows(**remote, marked->link, marked->face)) marked->link.owed.remote_link = true;
      return link::put_link(writer, marked->link);
    }));
    return std::move(*marked);
  }

  // Where notes may not be read, whatever was written once is taken to be there.
  Result<bool> note_is_there() {
    auto note = run_.dataverse().get("annotations", "annotationid", link_.id, {"subject"});
    if (note) return note->has_value();
    if (ends_run(note.error().kind) && note.error().find("privilege").empty()) return fail(std::move(note).error());
    return true;
  }

  Result<Refreshed> finish() {
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto held, link::find_link(reader, link_.id));
      if (held) out_.link = std::move(*held);
      return Unit{};
    }));
    return std::move(out_);
  }

  RunContext& run_;
  RunItem const& item_;
  link::Link const& link_;
  Refreshed out_;
};

}  // namespace

std::string_view name_of(Refreshed::End end) {
  switch (end) {
    case Refreshed::End::broken: return "broken";
    case Refreshed::End::restored: return "restored";
    case Refreshed::End::refreshed: break;
  }
  return "refreshed";
}

Result<Refreshed> refresh_link(RunContext& run, RunItem const& item, link::Link const& link) {
  return Refresh(run, item, link).go();
}

}  // namespace tandem::sync
