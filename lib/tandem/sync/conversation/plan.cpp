#include <tandem/sync/conversation/plan.hpp>

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/link/identity.hpp>
#include <tandem/link/origin.hpp>
#include <tandem/mapping/conversation/text.hpp>

namespace tandem::sync::conversation {

namespace {

namespace text_of_copy = mapping::conversation;
using dataverse::Note;
using link::Side;
using link::Twin;
using link::TwinKind;

class Planner {
 public:
  Planner(Conversation const& all, Rules const& rules) : all_(all), rules_(rules) {
    for (auto const& twin : all_.twins) {
      by_note_[{twin.kind, twin.note}] = &twin;
      by_jira_[{twin.kind, twin.jira}] = &twin;
    }
    for (auto const& note : all_.notes) notes_[note.id] = &note;
    for (auto const& comment : all_.comments) {
      comments_[comment.id] = &comment;
      made_of_comments_.insert(derived(link::NoteKind::comment, comment.id));
    }
    for (auto const& file : all_.files) made_of_files_.insert(derived(link::NoteKind::file, file.id));
  }

  std::vector<std::string> needed() const {
    std::vector<std::string> ids;
    for (auto const& note : all_.notes) {
      if (rules_.comments.enabled && needs_text(note)) ids.push_back(note.id);
    }
    return ids;
  }

  Plan plan() && {
    for (auto const& note : all_.notes) {
      if (rules_.comments.enabled) note_to_comment(note);
      if (rules_.files.enabled && note.has_file()) note_to_file(note);
    }
    for (auto const& comment : all_.comments) {
      if (rules_.comments.enabled) comment_to_note(comment);
    }
    for (auto const& file : all_.files) {
      if (rules_.files.enabled) file_to_note(file);
    }
    return std::move(plan_);
  }

 private:
  std::string derived(link::NoteKind kind, std::string const& id) const {
    return link::note_id({kind, rules_.site, id, "", all_.link.record});
  }
  Twin const* twin_of_note(TwinKind kind, std::string const& id) const { return find(by_note_, kind, id); }
  Twin const* twin_of_jira(TwinKind kind, std::string const& id) const { return find(by_jira_, kind, id); }
  using Index = std::map<std::pair<TwinKind, std::string>, Twin const*>;
  static Twin const* find(Index const& index, TwinKind kind, std::string const& id) {
    auto const found = index.find({kind, id});
    return found == index.end() ? nullptr : found->second;
  }
  Note const* note(std::string const& id) const {
    auto const found = notes_.find(id);
    return found == notes_.end() ? nullptr : found->second;
  }
  jira::Comment const* comment(std::string const& id) const {
    auto const found = comments_.find(id);
    return found == comments_.end() ? nullptr : found->second;
  }

  bool is_own(Note const& note) const {
    return note.id == all_.link.id || made_of_comments_.contains(note.id) || made_of_files_.contains(note.id) ||
           all_.own_notes.contains(note.id);
  }
  bool needs_text(Note const& note) const {
    if (auto const* twin = twin_of_note(TwinKind::comment, note.id)) return note.etag != twin->note_version();
    if (made_of_comments_.contains(note.id)) return true;  // its twin is not known: it is compared before it is taken over
    return !is_own(note) && !before_start(note.created);
  }

  // SPEC H1: all under an automatic link, those after the link under a manual one, unless the item says from when on.
  bool before_start(std::optional<Instant> created) const {
    auto start = rules_.comments.since.at;
    if (!rules_.comments.since.given && all_.link.kind == link::Kind::manual) start = all_.link.made_at;
    return start && created && *created < floor_seconds(*start);
  }

  void leave(TwinKind kind, Side side, std::string const& id, std::string shown, Reason reason, std::string detail = {}) {
    if (detail.empty()) detail = text::printable(shown);
    plan_.left.push_back({kind, side, id, std::move(shown), {reason, std::move(detail)}});
  }
  void keep(Twin const& before, Twin after) {
    bool const same = before.original_version == after.original_version && before.copy_version == after.copy_version &&
                      before.original_hash == after.original_hash && before.copy_hash == after.copy_hash &&
                      before.pending == after.pending;
    if (same) return;
    Change change;
    change.twin = std::move(after);
    plan_.changes.push_back(std::move(change));
  }

  // What became of a copy since it was written: untouched when its version, or else its content, is what we left there.
  static bool untouched(Twin& twin, std::string const& version, std::string const& hash, bool edited_by_others) {
    bool const same = version == twin.copy_version || (!hash.empty() && (hash == twin.copy_hash || hash == twin.pending)) ||
                      (twin.copy_version.empty() && twin.copy_hash.empty() && !edited_by_others);
    if (!same) return false;
    twin.copy_version = version;
    if (!hash.empty()) twin.copy_hash = hash;
    if (hash == twin.pending) twin.pending.clear();  // else it may still be on its way
    return true;
  }

  // --- notes -> comments

  struct Rendered {
    text_of_copy::WrittenComment comment;
    std::vector<Report> reports;
  };
  std::optional<Rendered> render(Note const& note) {
    auto const file = note.has_file() ? text_of_copy::file_name(note.file_name) : std::string();
    auto written =
        text_of_copy::comment_of_note({note.author, note.created}, note.subject.value_or(""), note.text.value_or(""), file);
    auto const shown = text_of_copy::shown_note(note.subject.value_or(""), note.text.value_or(""));
    if (!written) {
      leave(TwinKind::comment, Side::dynamics, note.id, shown, Reason::not_convertible, written.error().to_line());
      return std::nullopt;
    }
    Rendered out{std::move(*written), {}};
    if (out.comment.was_cut) out.reports.push_back({Reason::cut, shown});
    if (!out.comment.losses.empty()) out.reports.push_back({Reason::lossy, mapping::richtext::describe(out.comment.losses)});
    return out;
  }

  void note_to_comment(Note const& note) {
    if (auto const* twin = twin_of_note(TwinKind::comment, note.id)) {
      if (twin->original == Side::dynamics) follow_note(note, *twin);
      return;  // the other way round it is looked at from its comment
    }
    if (is_own(note)) return;
    if (!note.text) {
      if (before_start(note.created)) leave(TwinKind::comment, Side::dynamics, note.id, "a note", Reason::before_link);
      return;
    }
    auto const shown = text_of_copy::shown_note(note.subject.value_or(""), *note.text);
    if (link::is_connector_note(note.id, note.subject.value_or(""))) {
      return leave(TwinKind::comment, Side::dynamics, note.id, shown, Reason::connector_note);
    }
    if (text::trimmed(*note.text).empty()) {
      // The subject of a file-only note is no text of its own (SPEC H1).
      if (note.has_file()) return;
      if (text::trimmed(note.subject.value_or("")).empty())
        return leave(TwinKind::comment, Side::dynamics, note.id, "a note", Reason::empty_note);
    }
    Twin twin;
    twin.original = Side::dynamics;
    twin.note = note.id;
    // Made by us under this very note, and its twin is not known: an interrupted write, or an earlier store.
    for (auto const& one : all_.comments) {
      auto const mark = origin_of(one);
      if (!mark || mark->note != note.id) continue;
      twin.jira = one.id;
      return follow_note(note, twin);
    }
    if (before_start(note.created)) return leave(TwinKind::comment, Side::dynamics, note.id, shown, Reason::before_link);
    auto rendered = render(note);
    if (!rendered) return;
    twin.original_version = note.etag;
    twin.original_hash = text_of_copy::hash_of_note(note.subject.value_or(""), *note.text);
    Change change;
    change.step = Step::add_comment;
    change.twin = std::move(twin);
    change.shown = shown;
    change.body = std::move(rendered->comment.body);
    change.reports = std::move(rendered->reports);
    plan_.changes.push_back(std::move(change));
  }

  void follow_note(Note const& note, Twin const& held) {
    auto twin = held;
    auto const* copy = comment(twin.jira);
    bool moved = note.etag != twin.original_version;
    auto const hash = note.text ? text_of_copy::hash_of_note(note.subject.value_or(""), *note.text) : std::string();
    if (moved && hash.empty()) return;  // its text was not read: another look
    auto const shown = note.text ? text_of_copy::shown_note(note.subject.value_or(""), *note.text) : std::string();
    if (moved && (hash == twin.original_hash || !rules_.comments.edits)) {
      twin.original_version = note.etag;
      twin.original_hash = hash;
      moved = false;
    }
    if (copy == nullptr) {
      if (moved) {
        twin.original_version = note.etag;
        twin.original_hash = hash;
        leave(TwinKind::comment, Side::dynamics, note.id, shown, Reason::copy_deleted);
      }
      return keep(held, std::move(twin));
    }
    auto const copy_hash = text_of_copy::hash_of_comment(copy->body);
    bool const by_others = copy->editor_id != copy->author_id;
    if (!untouched(twin, version_of(*copy), copy_hash, by_others)) {
      leave(TwinKind::comment, Side::jira, copy->id, text_of_copy::shown_comment(copy->body), Reason::copy_edited);
      return keep(held, std::move(twin));
    }
    if (!moved) return keep(held, std::move(twin));
    auto rendered = render(note);
    if (!rendered) return;
    auto const before = text_of_copy::shown_comment(copy->body);
    twin.original_version = note.etag;
    twin.original_hash = hash;
    if (text_of_copy::hash_of_comment(rendered->comment.body) == copy_hash) return keep(held, std::move(twin));
    Change change;
    change.step = Step::edit_comment;
    change.twin = std::move(twin);
    change.shown = shown;
    change.before = before;
    change.body = std::move(rendered->comment.body);
    change.reports = std::move(rendered->reports);
    plan_.changes.push_back(std::move(change));
  }

  // --- comments -> notes

  static std::optional<link::Origin> origin_of(jira::Comment const& comment) {
    if (!comment.properties) return std::nullopt;
    auto const* property = comment.properties->find(link::kCommentProperty);
    return property == nullptr ? std::nullopt : link::origin_of(*property);
  }

  struct RenderedNote {
    std::string subject;
    text_of_copy::WrittenNote note;
    std::vector<Report> reports;
  };
  RenderedNote render(jira::Comment const& comment) const {
    text_of_copy::Attribution const who{comment.author, comment.created};
    RenderedNote out{link::note_subject(all_.link.issue_key, text_of_copy::in_jira(who)),
                     text_of_copy::note_of_comment(who, comment.body, dataverse::kMostNoteText),
                     {}};
    if (out.note.was_cut) out.reports.push_back({Reason::cut, text_of_copy::shown_comment(comment.body)});
    if (!out.note.losses.empty()) out.reports.push_back({Reason::lossy, mapping::richtext::describe(out.note.losses)});
    return out;
  }
  bool kept_back(jira::Comment const& comment) const {
    return (comment.restricted || comment.internal) && !rules_.comments.include_restricted;
  }

  void comment_to_note(jira::Comment const& comment) {
    if (auto const* twin = twin_of_jira(TwinKind::comment, comment.id)) {
      if (twin->original == Side::jira) follow_comment(comment, *twin);
      return;
    }
    if (all_.own_comments.contains(comment.id) || origin_of(comment)) return;
    if (!comment.properties) return;  // whether it is ours is not known: another look
    Twin twin;
    twin.original = Side::jira;
    twin.jira = comment.id;
    twin.note = derived(link::NoteKind::comment, comment.id);
    if (note(twin.note) != nullptr) return follow_comment(comment, twin);
    auto const shown = text_of_copy::shown_comment(comment.body);
    if (kept_back(comment)) {
      return leave(TwinKind::comment, Side::jira, comment.id, shown, Reason::internal_comment,
                   fmt::format("comment {} by {}", comment.id, text::printable(comment.author)));
    }
    if (before_start(comment.created)) return leave(TwinKind::comment, Side::jira, comment.id, shown, Reason::before_link);
    auto rendered = render(comment);
    twin.original_version = version_of(comment);
    twin.original_hash = text_of_copy::hash_of_comment(comment.body);
    add_note_step(Step::add_note, std::move(twin), std::move(rendered), shown, "", "");
  }

  void add_note_step(Step step, Twin twin, RenderedNote rendered, std::string shown, std::string before, std::string etag) {
    Change change;
    change.step = step;
    change.twin = std::move(twin);
    change.shown = std::move(shown);
    change.before = std::move(before);
    change.subject = std::move(rendered.subject);
    change.html = std::move(rendered.note.html);
    change.etag = std::move(etag);
    change.reports = std::move(rendered.reports);
    plan_.changes.push_back(std::move(change));
  }

  void follow_comment(jira::Comment const& comment, Twin const& held) {
    auto twin = held;
    auto const* copy = note(twin.note);
    auto const version = version_of(comment);
    bool moved = version != twin.original_version;
    auto const hash = moved ? text_of_copy::hash_of_comment(comment.body) : twin.original_hash;
    auto const shown = text_of_copy::shown_comment(comment.body);
    if (moved && (hash == twin.original_hash || !rules_.comments.edits)) {
      twin.original_version = version;
      twin.original_hash = hash;
      moved = false;
    }
    if (moved && kept_back(comment)) {
      return leave(TwinKind::comment, Side::jira, comment.id, shown, Reason::internal_comment,
                   fmt::format("comment {} by {}", comment.id, text::printable(comment.author)));
    }
    if (copy == nullptr) {
      if (moved) {
        twin.original_version = version;
        twin.original_hash = hash;
        leave(TwinKind::comment, Side::jira, comment.id, shown, Reason::copy_deleted);
      }
      return keep(held, std::move(twin));
    }
    auto const copy_hash = copy->text ? text_of_copy::hash_of_note(copy->subject.value_or(""), *copy->text) : std::string();
    if (copy_hash.empty() && copy->etag != twin.copy_version) return;  // its text was not read: another look
    if (!untouched(twin, copy->etag, copy_hash, copy->editor_id != copy->author_id)) {
      leave(TwinKind::comment, Side::dynamics, copy->id, text_of_copy::shown_note(copy->subject.value_or(""), *copy->text),
            Reason::copy_edited);
      return keep(held, std::move(twin));
    }
    if (!moved) return keep(held, std::move(twin));
    auto rendered = render(comment);
    twin.original_version = version;
    twin.original_hash = hash;
    if (!copy_hash.empty() && text_of_copy::hash_of_note(rendered.subject, rendered.note.html) == copy_hash)
      return keep(held, std::move(twin));
    auto before = copy->text ? text_of_copy::shown_note("", *copy->text) : std::string();
    add_note_step(Step::edit_note, std::move(twin), std::move(rendered), shown, std::move(before), copy->etag);
  }

  // --- files

  void note_to_file(Note const& note) {
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
    if (before_start(note.created)) return leave(TwinKind::file, Side::dynamics, note.id, name, Reason::before_link);
    if (auto report = text_of_copy::refusal_of(name, note.file_size, rules_.files.most_bytes, rules_.jira_files)) {
      plan_.left.push_back({TwinKind::file, Side::dynamics, note.id, name, std::move(*report)});
      return;
    }
    add_file_step(Step::add_file, std::move(twin), name, note.mime_type, note.file_size);
  }

  void file_to_note(jira::Attachment const& file) {
    if (twin_of_jira(TwinKind::file, file.id) != nullptr || all_.own_files.contains(file.id)) return;
    Twin twin;
    twin.kind = TwinKind::file;
    twin.original = Side::jira;
    twin.jira = file.id;
    twin.note = derived(link::NoteKind::file, file.id);
    auto const* made = note(twin.note);
    if (made != nullptr && made->file_size == file.size) return keep({}, std::move(twin));
    auto const name = text_of_copy::file_name(file.filename);
    if (before_start(file.created)) return leave(TwinKind::file, Side::jira, file.id, name, Reason::before_link);
    if (auto report = text_of_copy::refusal_of(name, file.size, rules_.files.most_bytes, rules_.dynamics_files)) {
      plan_.left.push_back({TwinKind::file, Side::jira, file.id, name, std::move(*report)});
      return;
    }
    text_of_copy::Attribution const who{file.author, file.created};
    add_file_step(Step::add_file_note, std::move(twin), name, file.mime_type, file.size);
    auto& change = plan_.changes.back();
    change.subject = link::note_subject(all_.link.issue_key, text_of_copy::in_jira(who));
    change.html = text_of_copy::in_jira(who);
  }

  void add_file_step(Step step, Twin twin, std::string name, std::string mime_type, std::uint64_t size) {
    Change change;
    change.step = step;
    change.twin = std::move(twin);
    change.shown = name;
    change.file_name = std::move(name);
    change.mime_type = std::move(mime_type);
    change.size = size;
    plan_.changes.push_back(std::move(change));
  }

  Conversation const& all_;
  Rules const& rules_;
  Plan plan_;
  Index by_note_, by_jira_;
  std::map<std::string, Note const*> notes_;
  std::map<std::string, jira::Comment const*> comments_;
  std::set<std::string> made_of_comments_,
      made_of_files_;  // ids of the notes that we made, or would make, of what the issue holds
};

}  // namespace

std::string version_of(jira::Comment const& comment) {
  auto const at = comment.updated ? comment.updated : comment.created;
  return at ? to_rfc3339(*at) : std::string();
}

bool older_id(std::string const& a, std::string const& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

std::string_view name_of(Step step) {
  switch (step) {
    case Step::add_comment: return "add-comment";
    case Step::edit_comment: return "edit-comment";
    case Step::add_note: return "add-note";
    case Step::edit_note: return "edit-note";
    case Step::add_file: return "add-attachment";
    case Step::add_file_note: return "add-file-note";
    case Step::keep: break;
  }
  return "keep";
}

std::size_t Plan::writes() const {
  return static_cast<std::size_t>(
      std::count_if(changes.begin(), changes.end(), [](Change const& change) { return change.step != Step::keep; }));
}

std::vector<std::string> texts_needed(Conversation const& all, Rules const& rules) { return Planner(all, rules).needed(); }

Plan plan_conversation(Conversation all, Rules const& rules) {
  std::sort(all.notes.begin(), all.notes.end(), [](Note const& a, Note const& b) {
    return std::tie(a.created, a.version, a.id) < std::tie(b.created, b.version, b.id);
  });
  std::sort(all.comments.begin(), all.comments.end(), [](auto const& a, auto const& b) { return older_id(a.id, b.id); });
  std::sort(all.files.begin(), all.files.end(), [](auto const& a, auto const& b) { return older_id(a.id, b.id); });
  return Planner(all, rules).plan();
}

}  // namespace tandem::sync::conversation
