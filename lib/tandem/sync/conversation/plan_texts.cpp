// Texts: notes that become comments and comments that become notes, each in one part or in several (SPEC F10, H1-H5).
#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/mapping/conversation/file.hpp>
#include <tandem/mapping/conversation/text.hpp>
#include <tandem/sync/conversation/planner.hpp>

namespace tandem::sync::conversation {

namespace text_of_copy = mapping::conversation;
using dataverse::Note;
using link::CopyPart;
using link::Side;
using link::Twin;
using link::TwinKind;

namespace {

// What became of a part since it was written: untouched when its version, or else its content, is what we left there.
bool untouched(CopyPart& known, std::string const& version, std::string const& hash, bool edited_by_others) {
  bool const same = version == known.version || (!hash.empty() && (hash == known.hash || hash == known.pending)) ||
                    (known.version.empty() && known.hash.empty() && !edited_by_others);
  if (!same) return false;
  known.version = version;
  if (!hash.empty()) known.hash = hash;
  if (hash == known.pending) known.pending.clear();  // else it may still be on its way
  return true;
}

text_of_copy::Attribution who_wrote(Note const& note) { return {note.author, note.created}; }
text_of_copy::Attribution who_wrote(jira::Comment const& comment) { return {comment.author, comment.created}; }

}  // namespace

// --- what is an original

void Planner::note_to_comment(Note const& note) {
  if (auto const* twin = twin_of_note(TwinKind::comment, note.id)) {
    if (twin->original == Side::dynamics) follow(original_of(note), *twin, twin->parts());
    return;  // the other way round it is looked at from its comment
  }
  if (is_own(note)) return;
  if (!note.text) {
    if (before_start(Side::dynamics, note.created))
      leave(TwinKind::comment, Side::dynamics, note.id, "a note", Reason::before_link);
    return;
  }
  auto const subject = note.subject.value_or("");
  auto const shown = text_of_copy::shown_note(subject, *note.text);
  if (link::is_connector_note(note.id, subject))
    return leave(TwinKind::comment, Side::dynamics, note.id, shown, Reason::connector_note);
  if (text::trimmed(*note.text).empty()) {
    // The subject of a file-only note is no text of its own (SPEC H1).
    if (note.has_file()) return;
    if (text::trimmed(subject).empty()) return leave(TwinKind::comment, Side::dynamics, note.id, "a note", Reason::empty_note);
  }
  Twin twin;
  twin.original = Side::dynamics;
  twin.note = note.id;
  // Made by us under this very note, and its twin is not known: an interrupted write, or an earlier store.
  auto const made = marked_.find(note.id);
  if (made != marked_.end() && !made->second.contains(1))
    return leave(TwinKind::comment, Side::dynamics, note.id, shown, Reason::copy_deleted);
  if (made == marked_.end() && before_start(Side::dynamics, note.created))
    return leave(TwinKind::comment, Side::dynamics, note.id, shown, Reason::before_link);
  follow(original_of(note), twin, 0);
}

void Planner::comment_to_note(jira::Comment const& comment) {
  if (auto const* twin = twin_of_jira(TwinKind::comment, comment.id)) {
    if (twin->original == Side::jira) follow(original_of(comment, twin), *twin, twin->parts());
    return;
  }
  if (all_.own_comments.contains(comment.id) || origin_of(comment)) return;
  if (!comment.properties) return;  // whether it is ours is not known: another look
  Twin twin;
  twin.original = Side::jira;
  twin.jira = comment.id;
  bool const made = note(derived(link::NoteKind::comment, comment.id)) != nullptr;
  if (!made && !kept_back(comment) && before_start(Side::jira, comment.created)) {
    return leave(TwinKind::comment, Side::jira, comment.id, text_of_copy::shown_comment(comment.body), Reason::before_link);
  }
  follow(original_of(comment, nullptr), twin, 0);
}

Planner::Original Planner::original_of(Note const& note) const {
  Original out{Side::dynamics, note.id, note.etag, "", "", false, &note, nullptr};
  if (!note.text) return out;
  out.hash = text_of_copy::hash_of_note(note.subject.value_or(""), *note.text);
  out.shown = text_of_copy::shown_note(note.subject.value_or(""), *note.text);
  return out;
}

Planner::Original Planner::original_of(jira::Comment const& comment, Twin const* twin) const {
  Original out{Side::jira, comment.id, version_of(comment), "", "", kept_back(comment), nullptr, &comment};
  bool const moved = twin == nullptr || twin->original_version != out.version;
  out.hash = moved ? text_of_copy::hash_of_comment(comment.body) : twin->original_hash;
  if (moved) out.shown = text_of_copy::shown_comment(comment.body);
  return out;
}

bool Planner::kept_back(jira::Comment const& comment) const {
  return (comment.restricted || comment.internal) && !rules_.comments.include_restricted;
}

// --- its copy as it is

std::optional<Planner::Part> Planner::part_there(Side original, CopyPart const& known) const {
  if (original == Side::dynamics) {
    auto const* copy = comment(known.id);
    if (copy == nullptr) return std::nullopt;
    Part out{version_of(*copy), known.hash, "", copy->editor_id != copy->author_id};
    if (out.version != known.version || known.hash.empty()) out.hash = text_of_copy::hash_of_comment(copy->body);
    out.shown = text_of_copy::shown_comment(copy->body);
    return out;
  }
  auto const* copy = note(known.id);
  if (copy == nullptr) return std::nullopt;
  Part out{copy->etag, copy->etag == known.version ? known.hash : "", "", copy->editor_id != copy->author_id};
  if (!copy->text) return out;
  out.hash = text_of_copy::hash_of_note(copy->subject.value_or(""), *copy->text);
  out.shown = text_of_copy::shown_note("", *copy->text);
  return out;
}

std::size_t Planner::take_over_parts(Twin& twin, std::size_t made) const {
  for (;; ++made) {
    std::string id;
    if (twin.original == Side::jira) {
      id = derived(link::NoteKind::comment, twin.jira, made + 1);
      if (note(id) == nullptr) id.clear();
    } else if (auto const marks = marked_.find(twin.note); marks != marked_.end()) {
      if (auto const mark = marks->second.find(made + 1); mark != marks->second.end()) id = mark->second;
    }
    if (id.empty()) return made;
    twin.set_part(made + 1, {std::move(id), "", "", ""});
  }
}

void Planner::follow(Original const& original, Twin const& held, std::size_t made) {
  auto twin = held;
  bool const complete = !twin.original_version.empty();
  bool moved = original.version != twin.original_version;
  if (moved && original.hash.empty()) return;  // its text was not read: another look
  if (moved && complete && (original.hash == twin.original_hash || !rules_.comments.edits)) {
    twin.original_version = original.version;
    twin.original_hash = original.hash;
    moved = false;
  }
  if (moved && original.kept_back) {
    auto const& comment = *original.comment;
    return leave(TwinKind::comment, original.side, original.id, original.shown, Reason::internal_comment,
                 fmt::format("comment {} by {}", comment.id, text::printable(comment.author)));
  }
  auto const known = take_over_parts(twin, made);
  std::vector<Part> there;
  bool edited = false;
  for (std::size_t number = 1; number <= known; ++number) {
    auto part = twin.part(number);
    auto now = part_there(original.side, part);
    if (!now) {
      // One of its parts was deleted: what would be left of the text makes no sense on its own, so none of it is followed any more.
      if (moved) {
        twin.original_version = original.version;
        twin.original_hash = original.hash;
        leave(TwinKind::comment, original.side, original.id, original.shown, Reason::copy_deleted);
      }
      return keep(held, std::move(twin));
    }
    if (now->hash.empty() && now->version != part.version) return;  // its text was not read: another look
    if (untouched(part, now->version, now->hash, now->edited_by_others)) {
      twin.set_part(number, std::move(part));
    } else {
      edited = true;
      auto const side = original.side == Side::dynamics ? Side::jira : Side::dynamics;
      leave(TwinKind::comment, side, part.id, now->shown, Reason::copy_edited);
    }
    there.push_back(std::move(*now));
  }
  if (edited || !moved) return keep(held, std::move(twin));
  write_parts(original, held, std::move(twin), there, complete);
}

// --- its copy as it is to be

void Planner::write_parts(Original const& original, Twin const& held, Twin twin, std::vector<Part> const& there, bool complete) {
  auto rendered = render(original);
  if (!rendered) return;
  bool const to_jira = original.side == Side::dynamics;
  auto const wanted = rendered->parts.size();
  std::vector<Change> changes;
  for (std::size_t number = 1; number <= std::max(wanted, there.size()); ++number) {
    bool const is_there = number <= there.size();
    auto text = number <= wanted ? std::move(rendered->parts[number - 1]) : unused(original, wanted);
    // Of what is taken over without its twin nobody knows whether it was to be brought up to date.
    if (is_there && (text.hash == there[number - 1].hash || (!complete && !rules_.comments.edits))) continue;
    Change change;
    change.step = is_there ? (to_jira ? Step::edit_comment : Step::edit_note) : (to_jira ? Step::add_comment : Step::add_note);
    if (!is_there) twin.set_part(number, {to_jira ? "" : id_of_part(original, number), "", "", ""});
    change.twin = twin;
    change.part = number;
    change.shown = number <= wanted ? original.shown + text_of_copy::part_mark(number, wanted) : "a part that is no longer used";
    if (is_there) change.before = there[number - 1].shown;
    change.body = std::move(text.body);
    change.subject = std::move(text.subject);
    change.html = std::move(text.html);
    if (is_there && !to_jira) change.etag = there[number - 1].version;
    if (changes.empty()) change.reports = std::move(rendered->reports);
    changes.push_back(std::move(change));
  }
  twin.original_version = original.version;
  twin.original_hash = original.hash;
  if (changes.empty()) return keep(held, std::move(twin));
  // Only with its last part the copy shows what the original is now.
  changes.back().twin = std::move(twin);
  std::move(changes.begin(), changes.end(), std::back_inserter(plan_.changes));
}

std::string Planner::id_of_part(Original const& original, std::size_t number) const {
  return derived(link::NoteKind::comment, original.id, number);
}

std::optional<Planner::Rendered> Planner::render(Original const& original) {
  Rendered out;
  mapping::richtext::Losses losses;
  bool was_cut = false;
  if (original.note != nullptr) {
    auto const& note = *original.note;
    auto const file = note.has_file() ? text_of_copy::file_name(note.file_name) : std::string();
    auto written = text_of_copy::comment_of_note(who_wrote(note), note.subject.value_or(""), note.text.value_or(""), file);
    if (!written) {
      leave(TwinKind::comment, Side::dynamics, note.id, original.shown, Reason::not_convertible, written.error().to_line());
      return std::nullopt;
    }
    for (auto& body : written->parts) {
      auto hash = text_of_copy::hash_of_comment(body);
      out.parts.push_back({std::move(body), "", "", std::move(hash)});
    }
    losses = std::move(written->losses);
    was_cut = written->was_cut;
  } else {
    auto const& comment = *original.comment;
    auto written = text_of_copy::note_of_comment(who_wrote(comment), comment.body, dataverse::kMostNoteText);
    for (auto& html : written.parts) {
      auto subject = subject_of(comment, text_of_copy::part_mark(out.parts.size() + 1, written.parts.size()));
      auto hash = text_of_copy::hash_of_note(subject, html);
      out.parts.push_back({{}, std::move(subject), std::move(html), std::move(hash)});
    }
    losses = std::move(written.losses);
    was_cut = written.was_cut;
  }
  if (was_cut) out.reports.push_back({Reason::cut, original.shown});
  if (!losses.empty()) out.reports.push_back({Reason::lossy, mapping::richtext::describe(losses)});
  return out;
}

Planner::Text Planner::unused(Original const& original, std::size_t parts) const {
  Text out;
  if (original.note != nullptr) {
    out.body = text_of_copy::unused_comment(who_wrote(*original.note), parts);
    out.hash = text_of_copy::hash_of_comment(out.body);
  } else {
    out.subject = subject_of(*original.comment, "");
    out.html = text_of_copy::unused_note(who_wrote(*original.comment), parts);
    out.hash = text_of_copy::hash_of_note(out.subject, out.html);
  }
  return out;
}

std::string Planner::subject_of(jira::Comment const& comment, std::string const& mark) const {
  return link::note_subject(all_.link.issue_key, text_of_copy::in_jira(who_wrote(comment)) + mark);
}

}  // namespace tandem::sync::conversation
