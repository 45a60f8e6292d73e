#include <tandem/sync/conversation/plan.hpp>

#include <algorithm>
#include <tuple>

#include <tandem/base/text/utf8.hpp>
#include <tandem/sync/conversation/planner.hpp>

namespace tandem::sync::conversation {

using dataverse::Note;
using link::Twin;
using link::TwinKind;

Planner::Planner(Conversation const& all, Rules const& rules) : all_(all), rules_(rules) {
  for (auto const& twin : all_.twins) {
    bool const from_jira = twin.original == Side::jira;
    by_note_[{twin.kind, twin.note}] = &twin;
    by_jira_[{twin.kind, twin.jira}] = &twin;
    for (auto const& part : twin.more) (from_jira ? by_note_ : by_jira_)[{twin.kind, part.id}] = &twin;
  }
  for (auto const& note : all_.notes) notes_[note.id] = &note;
  for (auto const& comment : all_.comments) {
    comments_[comment.id] = &comment;
    if (auto const mark = origin_of(comment)) {
      marked_[mark->note].try_emplace(mark->part, comment.id);
      continue;
    }
    // Of what is too long there are further parts, one after the other.
    auto id = derived(link::NoteKind::comment, comment.id);
    for (std::size_t part = 2; notes_.contains(id); ++part) {
      made_of_comments_.insert(std::move(id));
      id = derived(link::NoteKind::comment, comment.id, part);
    }
    made_of_comments_.insert(std::move(id));
  }
  for (auto const& file : all_.files) made_of_files_.insert(derived(link::NoteKind::file, file.id));
}

std::vector<std::string> Planner::needed() const {
  std::vector<std::string> ids;
  for (auto const& note : all_.notes) {
    if (rules_.comments.enabled && needs_text(note)) ids.push_back(note.id);
  }
  return ids;
}

bool Planner::has_unknown_comment() const {
  return rules_.comments.enabled && std::any_of(all_.comments.begin(), all_.comments.end(), [&](jira::Comment const& one) {
           bool const known = twin_of_jira(TwinKind::comment, one.id) != nullptr || all_.own_comments.contains(one.id);
           return !known && !one.properties && !kept_back(one) && !before_start(Side::jira, one.created);
         });
}

Plan Planner::plan() && {
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

std::string Planner::derived(link::NoteKind kind, std::string const& id, std::size_t part) const {
  return link::note_id({kind, rules_.site, id, part > 1 ? std::to_string(part) : "", all_.link.record});
}

Twin const* Planner::find(Index const& index, TwinKind kind, std::string const& id) {
  auto const found = index.find({kind, id});
  return found == index.end() ? nullptr : found->second;
}

Note const* Planner::note(std::string const& id) const {
  auto const found = notes_.find(id);
  return found == notes_.end() ? nullptr : found->second;
}

jira::Comment const* Planner::comment(std::string const& id) const {
  auto const found = comments_.find(id);
  return found == comments_.end() ? nullptr : found->second;
}

bool Planner::is_own(Note const& note) const {
  return note.id == all_.link.id || made_of_comments_.contains(note.id) || made_of_files_.contains(note.id) ||
         all_.own_notes.contains(note.id);
}

bool Planner::needs_text(Note const& note) const {
  if (auto const* twin = twin_of_note(TwinKind::comment, note.id)) return note.etag != twin->note_version(note.id);
  if (made_of_comments_.contains(note.id)) return true;  // its twin is not known: it is compared before it is taken over
  return !is_own(note) && !before_start(Side::dynamics, note.created);
}

// SPEC H1: all under an automatic link; under a manual one what came after the link, unless the item says from when on. What is older than a
// rebuild and has no twin was deleted on the other side, or never copied: nobody knows (D11).
bool Planner::before_start(Side side, std::optional<Instant> created) const {
  auto const rebuilt = side == Side::jira ? all_.link.rebuilt_at : all_.rebuilt_on_dataverse;
  if (rebuilt && created && *created < floor_seconds(*rebuilt)) return true;
  if (all_.link.kind != link::Kind::manual) return false;
  auto const made = side == Side::jira ? all_.link.made_at : all_.made_on_dataverse;
  auto const start = rules_.comments.since.given ? rules_.comments.since.at : made;
  return start && created && *created < floor_seconds(*start);
}

void Planner::leave(TwinKind kind, Side side, std::string const& id, std::string shown, Reason reason, std::string detail) {
  if (detail.empty()) detail = text::printable(shown);
  plan_.left.push_back({kind, side, id, std::move(shown), {reason, std::move(detail)}});
}

void Planner::keep(Twin const& before, Twin after) {
  if (before == after) return;
  Change change;
  change.twin = std::move(after);
  plan_.changes.push_back(std::move(change));
}

std::string version_of(jira::Comment const& comment) {
  auto const at = comment.updated ? comment.updated : comment.created;
  return at ? to_rfc3339(*at) : std::string();
}

bool older_id(std::string const& a, std::string const& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

std::optional<link::Origin> origin_of(jira::Comment const& comment) {
  if (!comment.properties) return std::nullopt;
  auto const* property = comment.properties->find(link::kCommentProperty);
  return property == nullptr ? std::nullopt : link::origin_of(*property);
}

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

std::optional<Step> step_named(std::string_view name) {
  for (auto const step :
       {Step::add_comment, Step::edit_comment, Step::add_note, Step::edit_note, Step::add_file, Step::add_file_note}) {
    if (name_of(step) == name) return step;
  }
  return std::nullopt;
}

std::size_t Plan::writes() const {
  return static_cast<std::size_t>(
      std::count_if(changes.begin(), changes.end(), [](Change const& change) { return change.step != Step::keep; }));
}

std::vector<std::string> texts_needed(Conversation const& all, Rules const& rules) { return Planner(all, rules).needed(); }

bool has_news(Conversation all, Rules const& rules) {
  Planner const planner(all, rules);
  if (!planner.needed().empty() || planner.has_unknown_comment()) return true;
  return !plan_conversation(std::move(all), rules).changes.empty();
}

bool is_quiet(Conversation all, Rules const& rules) {
  Planner const planner(all, rules);
  if (!planner.needed().empty() || planner.has_unknown_comment()) return false;
  auto const plan = plan_conversation(std::move(all), rules);
  return plan.changes.empty() && plan.left.empty();
}

Plan plan_conversation(Conversation all, Rules const& rules) {
  std::sort(all.notes.begin(), all.notes.end(), [](Note const& a, Note const& b) {
    return std::tie(a.created, a.version, a.id) < std::tie(b.created, b.version, b.id);
  });
  std::sort(all.comments.begin(), all.comments.end(), [](auto const& a, auto const& b) { return older_id(a.id, b.id); });
  std::sort(all.files.begin(), all.files.end(), [](auto const& a, auto const& b) { return older_id(a.id, b.id); });
  return Planner(all, rules).plan();
}

}  // namespace tandem::sync::conversation
