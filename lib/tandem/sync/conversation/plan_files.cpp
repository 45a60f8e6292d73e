// Files: which travel, which stay where they are and why (SPEC I1, I2, H1).
#include <tandem/mapping/conversation/file.hpp>
#include <tandem/mapping/conversation/text.hpp>
#include <tandem/sync/conversation/planner.hpp>

namespace tandem::sync::conversation {

namespace text_of_copy = mapping::conversation;

void Planner::note_to_file(Note const& note) {
  if (twin_of_note(TwinKind::file, note.id) != nullptr || is_own(note)) return;
  if (link::is_connector_note(note.id, note.subject.value_or(""))) return;
  Twin twin;
  twin.kind = TwinKind::file;
  twin.original = Side::dynamics;
  twin.note = note.id;
  for (auto const& [file, original] : all_.own_files) {
    if (original != note.id) continue;
    twin.jira = file;
    return keep({}, std::move(twin));
  }
  auto const name = text_of_copy::file_name(note.file_name);
  if (before_start(Side::dynamics, note.created))
    return leave(TwinKind::file, Side::dynamics, note.id, name, Reason::before_link);
  // Somebody's upload that goes on: the note moves when its file is there.
  if (note.file_size == 0) return leave(TwinKind::file, Side::dynamics, note.id, name, Reason::empty_file);
  if (auto report = text_of_copy::refusal_of(name, note.file_size, rules_.files.most_bytes, rules_.jira_files)) {
    plan_.left.push_back({TwinKind::file, Side::dynamics, note.id, name, std::move(*report)});
    return;
  }
  add_file_step(Step::add_file, std::move(twin), name, note.mime_type, note.file_size);
}

void Planner::file_to_note(jira::Attachment const& file) {
  if (twin_of_jira(TwinKind::file, file.id) != nullptr || all_.own_files.contains(file.id)) return;
  Twin twin;
  twin.kind = TwinKind::file;
  twin.original = Side::jira;
  twin.jira = file.id;
  twin.note = derived(link::NoteKind::file, file.id);
  auto const* made = note(twin.note);
  if (made != nullptr && made->file_size == file.size) return keep({}, std::move(twin));
  auto const name = text_of_copy::file_name(file.filename);
  // A copy that was begun is finished, however old it is.
  if (made == nullptr && before_start(Side::jira, file.created))
    return leave(TwinKind::file, Side::jira, file.id, name, Reason::before_link);
  if (auto report = text_of_copy::refusal_of(name, file.size, rules_.files.most_bytes, rules_.dynamics_files, file.mime_type)) {
    plan_.left.push_back({TwinKind::file, Side::jira, file.id, name, std::move(*report)});
    return;
  }
  text_of_copy::Attribution const who{file.author, file.created};
  add_file_step(Step::add_file_note, std::move(twin), name, file.mime_type, file.size);
  auto& change = plan_.changes.back();
  change.subject = link::note_subject(all_.link.issue_key, text_of_copy::in_jira(who));
  change.html = text_of_copy::in_jira(who);
}

void Planner::add_file_step(Step step, Twin twin, std::string name, std::string mime_type, std::uint64_t size) {
  Change change;
  change.step = step;
  change.twin = std::move(twin);
  change.shown = name;
  change.file_name = std::move(name);
  change.mime_type = std::move(mime_type);
  change.size = size;
  plan_.changes.push_back(std::move(change));
}

}  // namespace tandem::sync::conversation
