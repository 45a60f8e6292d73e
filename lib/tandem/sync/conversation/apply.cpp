#include <tandem/sync/conversation/apply.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <tandem/link/origin.hpp>
#include <tandem/mapping/conversation/text.hpp>
#include <tandem/sync/conversation/writer.hpp>

namespace tandem::sync::conversation {

namespace {

using link::Side;
using link::TwinKind;

// What of a write is told to people: the effect's name, as in the history.
std::string action_of(Step step) {
  switch (step) {
    case Step::add_comment: return "added-comment";
    case Step::edit_comment: return "edited-comment";
    case Step::add_note: return "added-note";
    case Step::edit_note: return "edited-note";
    case Step::add_file: return "added-attachment";
    case Step::add_file_note: return "added-file-note";
    case Step::keep: break;
  }
  return "";
}

bool writes_jira(Step step) { return step == Step::add_comment || step == Step::edit_comment || step == Step::add_file; }

json::Object comment_properties(Writer const& writer, Change const& change) {
  json::Object properties{
      {std::string(link::kCommentProperty),
       link::comment_property({writer.run.in.organisation_id, writer.link().record, change.twin.note, change.part})}};
  // Comments through this API are public unless they say otherwise (jira.md §8).
  auto const& project = writer.item.schema.project;
  bool const service = project && project->type == "service_desk";
  if (service && !mapping::conversation::comments_of(writer.item.item).is_public)
    properties.set("sd.public.comment", json::Object{{"internal", true}});
  return properties;
}

Result<Unit> add_comment(Writer& writer, Change const& change) {
  auto intent = writer.intent_for(change);
  intent.hash = mapping::conversation::hash_of_comment(change.body);
  for (auto const& comment : writer.looked.both.comments) {
    if (older_id(intent.floor, comment.id)) intent.floor = comment.id;
  }
  TANDEM_TRY(intent.at, writer.run.fresh_jira_time());
  TANDEM_CHECK(writer.open(intent));
  auto made = writer.run.jira().add_comment(writer.link().issue, change.body, comment_properties(writer, change));
  if (made) return writer.commit(change, with_comment(intent.twin, change.part, *made), intent);
  if (made.error().kind == ErrorKind::unknown_outcome) {
    // The list does not lag: what was executed is seen at once, what is still on its way is waited for.
    auto const now = writer.run.jira().comments(writer.link().issue);
    auto const* found = now ? marked(*now, intent) : nullptr;
    if (found != nullptr) return writer.commit(change, with_comment(intent.twin, change.part, *found), intent);
  }
  return writer.failed(intent, std::move(made).error());
}

Result<Unit> edit_comment(Writer& writer, Change const& change) {
  auto intent = writer.intent_for(change);
  intent.hash = mapping::conversation::hash_of_comment(change.body);
  intent.at = writer.run.jira_now();
  TANDEM_CHECK(writer.open_edit(change, intent));
  auto kept = writer.run.jira().edit_comment(writer.link().issue, intent.twin.part(change.part).id, change.body);
  if (!kept) return writer.failed(intent, std::move(kept).error());
  return writer.commit(change, with_comment(intent.twin, change.part, *kept), intent);
}

Result<Unit> add_note(Writer& writer, Change const& change) {
  auto intent = writer.intent_for(change);
  intent.hash = mapping::conversation::hash_of_note(change.subject, change.html);
  auto const id = intent.twin.part(change.part).id;
  TANDEM_CHECK(writer.open(intent));
  auto made = writer.run.dataverse().create_note(id, writer.note_body(change));
  if (made && !*made) {  // it was made before
    made = read_note(writer.run, id);
    if (made && (!*made || dataverse::note_of(**made).record != writer.link().record))
      made = fail(ErrorKind::remote, fmt::format("the note {} exists already, and not on this record", id));
  }
  if (!made) return writer.failed(intent, std::move(made).error());
  return writer.commit(change, with_note(intent.twin, change.part, **made), intent);
}

Result<Unit> edit_note(Writer& writer, Change const& change) {
  auto intent = writer.intent_for(change);
  intent.hash = mapping::conversation::hash_of_note(change.subject, change.html);
  TANDEM_CHECK(writer.open_edit(change, intent));
  auto kept = writer.run.dataverse().update(
      std::string(dataverse::kNotes), std::string(dataverse::kNoteId), intent.twin.part(change.part).id, change.etag,
      json::Object{{"subject", change.subject}, {"notetext", change.html}}, dataverse::note_text_columns());
  if (!kept) return writer.failed(intent, std::move(kept).error());
  return writer.commit(change, with_note(intent.twin, change.part, *kept), intent);
}

Result<Unit> write(Writer& writer, Change const& change, bool verify_files) {
  switch (change.step) {
    case Step::add_comment: return add_comment(writer, change);
    case Step::edit_comment: return edit_comment(writer, change);
    case Step::add_note: return add_note(writer, change);
    case Step::edit_note: return edit_note(writer, change);
    case Step::add_file: return writer.add_file(change, verify_files);
    case Step::add_file_note: return writer.add_file_note(change, verify_files);
    case Step::keep: break;
  }
  return writer.commit_twin(change.twin);
}

}  // namespace

jira::Comment const* marked(std::vector<jira::Comment> const& comments, Intent const& intent) {
  for (auto const& comment : comments) {
    if (!older_id(intent.floor, comment.id) || !comment.properties) continue;
    auto const* property = comment.properties->find(link::kCommentProperty);
    auto const origin = property == nullptr ? std::nullopt : link::origin_of(*property);
    if (!origin || origin->note != intent.twin.note || origin->record != intent.record) continue;
    if (origin->part == intent.part) return &comment;
  }
  return nullptr;
}

link::Twin with_comment(link::Twin twin, std::size_t part, jira::Comment const& kept) {
  twin.set_part(part, {kept.id, version_of(kept), mapping::conversation::hash_of_comment(kept.body), ""});
  return twin;
}

Result<std::optional<dataverse::Record>> read_note(RunContext const& run, std::string const& id) {
  return run.dataverse().get(std::string(dataverse::kNotes), std::string(dataverse::kNoteId), id, dataverse::note_text_columns());
}

link::Twin with_note(link::Twin twin, std::size_t part, dataverse::Record const& kept) {
  auto const note = dataverse::note_of(kept);
  auto hash = mapping::conversation::hash_of_note(note.subject.value_or(""), note.text.value_or(""));
  twin.set_part(part, {twin.part(part).id, note.etag, std::move(hash), ""});
  return twin;
}

Result<Unit> Writer::commit_twin(link::Twin const& twin) {
  TANDEM_CHECK(run.store().write([&](store::Writer& store) { return link::put_twin(store, link().id, twin); }));
  twins[key_of(twin)] = twin;
  return Unit{};
}

link::Twin Writer::after(Change const& change) const {
  auto twin = change.twin;
  auto const now = twins.find(key_of(twin));
  if (now == twins.end()) return twin;
  for (std::size_t number = 1; number <= std::min(now->second.parts(), twin.parts()); ++number) {
    if (number != change.part) twin.set_part(number, now->second.part(number));
  }
  return twin;
}

Result<Unit> Writer::open(Intent const& intent) const {
  return run.store().write([&](store::Writer& store) { return put_intent(store, intent); });
}

Result<Unit> Writer::open_edit(Change const& change, Intent const& intent) {
  auto twin = intent.twin;
  // What the copy shows as a whole is what it showed before, until the last part is written.
  twin.original_version.clear();
  twin.original_hash.clear();
  for (auto const& held : looked.both.twins) {
    if (key_of(held) != key_of(twin)) continue;
    twin.original_version = held.original_version;
    twin.original_hash = held.original_hash;
  }
  auto part = twin.part(change.part);
  part.pending = intent.hash;
  twin.set_part(change.part, std::move(part));
  TANDEM_CHECK(run.store().write([&](store::Writer& store) -> Result<Unit> {
    TANDEM_CHECK(put_intent(store, intent));
    return link::put_twin(store, link().id, twin);
  }));
  twins[key_of(twin)] = twin;
  return Unit{};
}

Result<Unit> Writer::failed(Intent const& intent, Error error) const {
  bool const maybe_done = error.kind == ErrorKind::unknown_outcome || error.kind == ErrorKind::transient;
  if (!maybe_done) TANDEM_CHECK(run.store().write([&](store::Writer& store) { return erase_intent(store, intent); }));
  return fail(std::move(error));
}

Result<Unit> Writer::commit(Change const& change, link::Twin const& twin, Intent const& intent) {
  bool const to_jira = writes_jira(change.step);
  auto const at = to_jira ? run.jira_now() : run.dataverse_now();
  auto entry = history_of(run, link(), action_of(change.step), at.value_or(Instant{}));
  entry.fields.push_back({std::string(link::name_of(twin.kind)), change.before, change.shown, json::Value()});
  if (intent.cut) entry.reason = code_of(Reason::cut);
  TANDEM_CHECK(run.store().write([&](store::Writer& store) -> Result<Unit> {
    TANDEM_CHECK(link::put_twin(store, link().id, twin));
    TANDEM_CHECK(erase_intent(store, intent));
    return append_history(store, entry);
  }));
  twins[key_of(twin)] = twin;
  run.tell([&](Observer& observer) { observer.wrote(entry); });
  if (twin.kind == TwinKind::file)
    ++outcome.files;
  else
    ++(to_jira ? outcome.comments : outcome.notes);
  return Unit{};
}

Intent Writer::intent_for(Change const& change) const {
  Intent intent;
  intent.link = link().id;
  intent.item = link().item;
  intent.record = link().record;
  intent.number = link().record_number;
  intent.issue = link().issue;
  intent.issue_key = link().issue_key;
  intent.step = change.step;
  intent.twin = after(change);
  intent.part = change.part;
  intent.shown = change.shown;
  intent.shown_before = change.before;
  intent.cut = std::any_of(change.reports.begin(), change.reports.end(),
                           [](Report const& report) { return report.reason == Reason::cut; });
  return intent;
}

json::Object Writer::note_body(Change const& change) const {
  return json::Object{{"subject", change.subject},
                      {"notetext", change.html},
                      {fmt::format("{}@odata.bind", item.entity().note_navigation),
                       fmt::format("/{}({})", item.entity().set_name, link().record)}};
}

bool Writer::take_error(Error error, std::string const& shown) {
  if (error.kind == ErrorKind::unknown_outcome) {
    ++outcome.waiting;
    outcome.again = true;  // most lost answers are of writes that were executed: it is looked at once more, at once
    return false;
  }
  if (error.kind == ErrorKind::conflict || error.kind == ErrorKind::not_found) {  // the copy moved or went since it was looked at
    outcome.again = true;
    if (!outcome.failure) outcome.failure = Report{Reason::busy, fmt::format("{}: {}", shown, error.to_line())};
    return true;
  }
  // Limits that a listing does not tell, or that changed since: the file stays where it is (SPEC I2).
  auto const code = error.find("code");
  bool const too_large = code == "0x80044a02" || error.find("status") == "413";
  if (too_large || code == "0x80043e09") {
    outcome.left.push_back(
        {too_large ? Reason::larger_than_limit : Reason::blocked_file, fmt::format("{}: {}", shown, error.message)});
    return true;
  }
  // A missing privilege for notes stops this conversation, not the run (as for link notes, SPEC D9).
  bool const privilege = error.kind == ErrorKind::auth && !error.find("privilege").empty();
  if (ends_run(error.kind) && !privilege) {
    outcome.fatal = std::move(error);
    return false;
  }
  if (!outcome.failure) outcome.failure = Report{Reason::rejected, fmt::format("{}: {}", shown, error.to_line())};
  return !privilege;
}

Outcome apply(RunContext& run, mapping::CompiledItem const& item, Looked const& looked, Plan const& plan, bool verify_files) {
  Outcome outcome;
  Writer writer{run, item, looked, outcome};
  std::set<Writer::Key> broken;  // copies of which a part could not be written: nothing comes after a gap
  for (auto const& change : plan.changes) {
    if (broken.contains(Writer::key_of(change.twin))) continue;
    auto done = run.go_on();
    if (done) done = write(writer, change, verify_files);
    if (done) continue;
    if (!writer.take_error(std::move(done).error(), change.shown)) break;
    broken.insert(Writer::key_of(change.twin));
  }
  return outcome;
}

}  // namespace tandem::sync::conversation
