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

// The derived row exists already: the same content is done, another one is brought up to date by its etag.
Outcome update_note(RunContext& run, link::Link const& link, link::LinkNote const& note) {
  for (int attempt = 0; attempt < kTries; ++attempt) {
    auto held = run.dataverse().get(std::string(kNotes), std::string(kNoteId), link.id, {"subject", "notetext"});
    if (!held) return outcome_of(std::move(held).error());
    if (!*held) return outcome_of(Error{ErrorKind::remote, "the link note exists but cannot be read", {}});
    auto const& row = **held;
    auto const text = [&](std::string_view name) {
      return row.column(name) != nullptr ? row.column(name)->text_or("") : std::string();
    };
    if (text("subject") == note.subject && text("notetext") == note.text) return {true, std::nullopt, std::nullopt};
    auto updated = run.dataverse().update(std::string(kNotes), std::string(kNoteId), link.id, row.etag,
                                          json::Object{{"subject", note.subject}, {"notetext", note.text}}, {"subject"});
    if (updated) return {true, std::nullopt, std::nullopt};
    if (updated.error().kind != ErrorKind::conflict) return outcome_of(std::move(updated).error());
  }
  return outcome_of(Error{ErrorKind::conflict, "the link note is being edited by somebody else", {}});
}

std::vector<Outcome> write_notes(RunContext& run, CompiledItem const& item, std::vector<MarkedLink> const& links) {
  std::vector<dataverse::Client::Upsert> rows;
  std::vector<link::LinkNote> notes;
  for (auto const& marked : links) {
    notes.push_back(link::link_note(marked.link, run.jira().issue_url(marked.link.issue_key)));
    rows.push_back(
        {std::string(kNotes), marked.link.id,
         link::link_note_body(notes.back(), item.entity().note_navigation, item.entity().set_name, marked.link.record)});
  }
  std::vector<Outcome> outcomes(links.size());
  std::vector<Result<dataverse::Created>> created;
  if (rows.size() == 1) {
    created.push_back(run.dataverse().create_with_id(rows[0].set_name, rows[0].id, rows[0].body));
  } else if (!rows.empty()) {
    auto batch = run.dataverse().create_many_with_id(rows);
    if (!batch) {
      outcomes.assign(links.size(), outcome_of(std::move(batch).error()));
      return outcomes;
    }
    created = std::move(*batch);
  }
  for (std::size_t i = 0; i < created.size(); ++i) {
    if (!created[i]) {
      outcomes[i] = outcome_of(std::move(created[i]).error());
    } else {
      outcomes[i] = *created[i] == dataverse::Created::created ? Outcome{true, std::nullopt, std::nullopt}
                                                               : update_note(run, links[i].link, notes[i]);
    }
  }
  return outcomes;
}

std::vector<Outcome> write_remote_links(RunContext& run, std::vector<MarkedLink> const& links) {
  std::vector<Outcome> outcomes(links.size());
  for_each_of(links.size(), run.options.jobs, [&](std::size_t i) {
    auto done = run.jira().put_remote_link(links[i].link.issue, link::remote_link(links[i].link, links[i].face));
    outcomes[i] = done ? Outcome{true, std::nullopt, std::nullopt} : outcome_of(std::move(done).error());
  });
  return outcomes;
}

void tell_refused(RunContext const& run, link::Link const& link, Reason reason, Error const& error) {
  run.tell([&](Observer& observer) {
    observer.skipped({link.item, link.record, link.record_number, link.issue_key, reason, error.to_line()});
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

Result<Unit> write_marks(RunContext& run, CompiledItem const& item, std::vector<MarkedLink> links, ItemRun& stats) {
  std::vector<MarkedLink> for_notes;
  std::vector<MarkedLink> for_remote;
  for (auto const& marked : links) {
    if (marked.link.owed.link_note) for_notes.push_back(marked);
    if (marked.link.owed.remote_link) for_remote.push_back(marked);
  }
  auto const remote = write_remote_links(run, for_remote);
  auto const notes = write_notes(run, item, for_notes);

  std::optional<Error> fatal;
  auto const done = run.store().write([&](store::Writer& writer) -> Result<Unit> {
    auto const settle = [&](std::vector<MarkedLink> const& part, std::vector<Outcome> const& outcomes,
                            bool note) -> Result<Unit> {
      for (std::size_t i = 0; i < part.size(); ++i) {
        if (outcomes[i].fatal && !fatal) fatal = outcomes[i].fatal;
        if (!outcomes[i].written) continue;
        TANDEM_TRY(auto link, link::find_link(writer, part[i].link.id));
        if (!link) continue;
        link->record_number = part[i].face.number;
        if (note) {
          link->owed.link_note = false;
          link->note_hash = link::content_hash(link::link_note(part[i].link, run.jira().issue_url(part[i].link.issue_key)));
        } else {
          link->owed.remote_link = false;
          link->remote_hash = link::content_hash(json::Value(link::remote_link(part[i].link, part[i].face)));
        }
        TANDEM_CHECK(link::put_link(writer, *link));
        auto const at = note ? run.dataverse_now() : run.jira_now();
        TANDEM_CHECK(append_history(
            writer, history_of(run, *link, note ? "wrote-link-note" : "wrote-remote-link", at.value_or(Instant{}))));
        ++stats.marks;
      }
      return Unit{};
    };
    TANDEM_CHECK(settle(for_remote, remote, false));
    return settle(for_notes, notes, true);
  });
  TANDEM_CHECK(Result<Unit>(done));
  for (std::size_t i = 0; i < for_remote.size(); ++i) {
    if (!remote[i].refused) continue;
    tell_refused(run, for_remote[i].link, Reason::remote_link_refused, *remote[i].refused);
    ++stats.failed;
  }
  for (std::size_t i = 0; i < for_notes.size(); ++i) {
    if (!notes[i].refused) continue;
    tell_refused(run, for_notes[i].link, Reason::link_note_refused, *notes[i].refused);
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
    for (auto& link : links) {
      auto const found =
          std::find_if(records.begin(), records.end(), [&](auto const& record) { return record.id == link.record; });
      if (found == records.end()) continue;  // invisible or gone: it stays owed
      MarkedLink one{std::move(link), face_of(run, item, *found)};
      note_what_is_owed(run, item, one);
      marked.push_back(std::move(one));
    }
    auto const before = stats.marks;
    TANDEM_CHECK(write_marks(run, item, std::move(marked), stats));
    if (stats.marks == before) return Unit{};
  }
}

}  // namespace tandem::sync
