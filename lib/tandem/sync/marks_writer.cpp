#include <tandem/sync/marks_writer.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/rows.hpp>
#include <tandem/sync/workers.hpp>

namespace tandem::sync {

namespace {

using mapping::CompiledItem;

constexpr std::string_view kNotes = "annotations";
constexpr std::string_view kNoteId = "annotationid";
constexpr int kTries = 3;

// What became of one effect: written, or why it stays owed; `fatal` ends the run.
struct Outcome {
  bool written = false;
  std::optional<Error> refused;
  std::optional<Error> fatal;
};

Outcome outcome_of(Error error) {
  // A missing privilege for the note, an issue that is gone, a rejected text: that mark stays owed, the link lives (SPEC D9).
  bool const privilege = error.kind == ErrorKind::auth && !error.find("privilege").empty();
  // Whether it was executed does not matter for an effect that is idempotent by nature; that the service broke off several times does.
  if (error.kind == ErrorKind::unknown_outcome) error.kind = ErrorKind::transient;
  if (ends_run(error.kind) && !privilege) return {false, std::nullopt, std::move(error)};
  return {false, std::move(error), std::nullopt};
}

Outcome written() { return {true, std::nullopt, std::nullopt}; }

// The derived row exists, or did: the same content is done, another one is brought up to date by its etag. One that is gone was deleted by a
// person, and that is respected.
Outcome update_note(RunContext& run, link::Link const& link, link::LinkNote const& note) {
  for (int attempt = 0; attempt < kTries; ++attempt) {
    auto held = run.dataverse().get(std::string(kNotes), std::string(kNoteId), link.id, {"subject", "notetext"});
    if (!held) return outcome_of(std::move(held).error());
    if (!*held && !link.note_hash.empty()) return written();
    if (!*held) return outcome_of(Error{ErrorKind::remote, "the link note exists but cannot be read", {}});
    auto const& row = **held;
    auto const text = [&](std::string_view name) {
      return row.column(name) != nullptr ? row.column(name)->text_or("") : std::string();
    };
    if (text("subject") == note.subject && text("notetext") == note.text) return written();
    auto updated = run.dataverse().update(std::string(kNotes), std::string(kNoteId), link.id, row.etag,
                                          json::Object{{"subject", note.subject}, {"notetext", note.text}}, {"subject"});
    if (updated) return written();
    if (updated.error().kind == ErrorKind::not_found) continue;
    if (updated.error().kind != ErrorKind::conflict) return outcome_of(std::move(updated).error());
  }
  return outcome_of(Error{ErrorKind::conflict, "the link note is being edited by somebody else", {}});
}

std::vector<Outcome> write_notes(RunContext& run, CompiledItem const& item, std::vector<MarkedLink> const& links) {
  std::vector<dataverse::Client::Upsert> rows;
  std::vector<std::size_t> fresh;  // links whose note was never written
  std::vector<link::LinkNote> notes;
  std::vector<Outcome> outcomes(links.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    auto const& marked = links[i];
    notes.push_back(link::link_note(marked.link, run.jira().issue_url(marked.link.issue_key)));
    if (!marked.link.note_hash.empty()) {
      outcomes[i] = update_note(run, marked.link, notes[i]);
      continue;
    }
    fresh.push_back(i);
    rows.push_back(
        {std::string(kNotes), marked.link.id,
         link::link_note_body(notes.back(), item.entity().note_navigation, item.entity().set_name, marked.link.record)});
  }
  std::vector<Result<dataverse::Created>> created;
  if (rows.size() == 1) {
    created.push_back(run.dataverse().create_with_id(rows[0].set_name, rows[0].id, rows[0].body));
  } else if (!rows.empty()) {
    auto batch = run.dataverse().create_many_with_id(rows);
    if (!batch) {
      for (auto const i : fresh) outcomes[i] = outcome_of(batch.error());
      return outcomes;
    }
    created = std::move(*batch);
  }
  for (std::size_t at = 0; at < created.size(); ++at) {
    auto const i = fresh[at];
    if (!created[at]) {
      outcomes[i] = outcome_of(std::move(created[at]).error());
    } else {
      outcomes[i] = *created[at] == dataverse::Created::created ? written() : update_note(run, links[i].link, notes[i]);
    }
  }
  return outcomes;
}

std::vector<Outcome> write_properties(RunContext& run, std::vector<MarkedLink> const& links) {
  std::vector<Outcome> outcomes(links.size());
  for_each_of(links.size(), run.options.jobs, [&](std::size_t i) {
    auto done = write_property(run, links[i].link);
    outcomes[i] = done ? written() : outcome_of(std::move(done).error());
  });
  return outcomes;
}

std::vector<Outcome> write_remote_links(RunContext& run, std::vector<MarkedLink> const& links) {
  std::vector<Outcome> outcomes(links.size());
  for_each_of(links.size(), run.options.jobs, [&](std::size_t i) {
    auto done = run.jira().put_remote_link(links[i].link.issue, link::remote_link(links[i].link, links[i].face));
    outcomes[i] = done ? written() : outcome_of(std::move(done).error());
  });
  return outcomes;
}

void tell_refused(RunContext const& run, link::Link const& link, Reason reason, Error const& error) {
  run.tell([&](Observer& observer) {
    observer.skipped({link.item, link.record, link.record_number, link.issue_key, reason, error.to_line()});
  });
}

Result<Unit> owe_nothing(RunContext const& run, std::vector<std::string> const& links) {
  if (links.empty()) return Unit{};
  return run.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const& id : links) {
      TANDEM_TRY(auto link, link::find_link(writer, id));
      if (!link) continue;
      link->owed.remote_link = link->owed.link_note = false;
      TANDEM_CHECK(link::put_link(writer, *link));
    }
    return Unit{};
  });
}

}  // namespace

link::RecordFace face_of(RunContext const& run, CompiledItem const& item, dataverse::Record const& record) {
  auto const* state = record.column("statecode");
  return {item.record_number(record), item.record_title(record),
          run.dataverse().record_url(item.entity().logical_name, record.id), item.entity().label,
          state != nullptr && state->integer().value_or(0) != 0};
}

bool note_what_is_owed(RunContext const& run, CompiledItem const& item, MarkedLink& marked) {
  auto& link = marked.link;
  link.record_number = marked.face.number;
  link.owed.remote_link = link.remote_hash != link::content_hash(json::Value(link::remote_link(link, marked.face)));
  auto const note = link::link_note(link, run.jira().issue_url(link.issue_key));
  link.owed.link_note =
      item.item.link_note && !item.entity().note_navigation.empty() && link.note_hash != link::content_hash(note);
  return link.owed.any();
}

Result<Unit> write_property(RunContext const& run, link::Link const& link) {
  std::string const key(link::kIssueProperty);
  TANDEM_TRY(auto const held, run.jira().property(link.issue, key));
  auto const now = held.value_or(json::Value());
  auto const wanted = link::with_mark(now, link, run.in.organisation_id);
  return wanted == now ? Result<Unit>(Unit{}) : run.jira().put_property(link.issue, key, wanted);
}

Result<Unit> write_marks(RunContext& run, CompiledItem const& item, std::vector<MarkedLink> links, ItemRun& stats) {
  enum class Mark : std::uint8_t { property, remote_link, note };
  struct Part {
    Mark mark;
    std::vector<MarkedLink> links{};
    std::vector<Outcome> outcomes{};
  };
  Part properties{Mark::property}, remote{Mark::remote_link}, notes{Mark::note};
  for (auto const& marked : links) {
    if (marked.link.owed.property) properties.links.push_back(marked);
    if (marked.link.owed.link_note) notes.links.push_back(marked);
    if (marked.link.owed.remote_link) remote.links.push_back(marked);
  }
  // In this order: a rebuild tells by it what was still to be written (rebuild.hpp).
  properties.outcomes = write_properties(run, properties.links);
  notes.outcomes = write_notes(run, item, notes.links);
  remote.outcomes = write_remote_links(run, remote.links);

  std::optional<Error> fatal;
  auto const done = run.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const* part : {&properties, &remote, &notes}) {
      for (std::size_t i = 0; i < part->links.size(); ++i) {
        auto const& [written_link, face] = part->links[i];
        if (part->outcomes[i].fatal && !fatal) fatal = part->outcomes[i].fatal;
        if (!part->outcomes[i].written) continue;
        TANDEM_TRY(auto link, link::find_link(writer, written_link.id));
        if (!link || link->issue != written_link.issue) continue;
        link->record_number = face.number;
        std::string action;
        switch (part->mark) {
          case Mark::property:
            link->owed.property = false;
            action = "wrote-issue-property";
            break;
          case Mark::remote_link:
            link->owed.remote_link = false;
            link->remote_hash = link::content_hash(json::Value(link::remote_link(written_link, face)));
            action = "wrote-remote-link";
            break;
          case Mark::note:
            link->owed.link_note = false;
            link->note_hash = link::content_hash(link::link_note(written_link, run.jira().issue_url(written_link.issue_key)));
            action = "wrote-link-note";
            break;
        }
        TANDEM_CHECK(link::put_link(writer, *link));
        auto const at = part->mark == Mark::note ? run.dataverse_now() : run.jira_now();
        TANDEM_CHECK(append_history(writer, history_of(run, *link, action, at.value_or(Instant{}))));
        ++stats.marks;
      }
    }
    return Unit{};
  });
  TANDEM_CHECK(Result<Unit>(done));
  for (auto const* part : {&properties, &remote}) {
    auto const reason = part->mark == Mark::property ? Reason::property_refused : Reason::remote_link_refused;
    for (std::size_t i = 0; i < part->links.size(); ++i) {
      if (!part->outcomes[i].refused) continue;
      tell_refused(run, part->links[i].link, reason, *part->outcomes[i].refused);
      ++stats.failed;
    }
  }
  for (std::size_t i = 0; i < notes.links.size(); ++i) {
    if (!notes.outcomes[i].refused) continue;
    tell_refused(run, notes.links[i].link, Reason::link_note_refused, *notes.outcomes[i].refused);
    ++stats.skipped[std::string(code_of(Reason::link_note_refused))];
  }
  if (fatal) return fail(std::move(*fatal));
  return Unit{};
}

Result<Unit> write_owed(RunContext& run, CompiledItem const& item, ItemRun& stats) {
  constexpr std::size_t kBatch = 50;
  std::string after;
  for (;;) {
    TANDEM_CHECK(run.go_on());
    std::vector<link::Link> links;
    TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(links, link::links_that_owe(reader, item.item.name, after, kBatch));
      return Unit{};
    }));
    std::erase_if(links, [](link::Link const& link) { return link.state == link::State::broken; });
    if (links.empty()) return Unit{};
    after = links.back().id;
    std::vector<std::string> ids;
    for (auto const& link : links) ids.push_back(link.record);
    TANDEM_TRY(auto const records, records_by_id(run, item, ids));
    std::vector<MarkedLink> marked;
    std::vector<std::string> shown;  // links whose marks say already what they should: the issue moved there and back
    for (auto& link : links) {
      auto const found =
          std::find_if(records.begin(), records.end(), [&](auto const& record) { return record.id == link.record; });
      if (found == records.end()) continue;  // invisible or gone: it stays owed
      MarkedLink one{std::move(link), face_of(run, item, *found)};
      if (note_what_is_owed(run, item, one))
        marked.push_back(std::move(one));
      else
        shown.push_back(one.link.id);
    }
    TANDEM_CHECK(owe_nothing(run, shown));
    auto const before = stats.marks;
    TANDEM_CHECK(write_marks(run, item, std::move(marked), stats));
    if (stats.marks == before && shown.empty()) return Unit{};
  }
}

}  // namespace tandem::sync
