#include <tandem/sync/conversation/recognise.hpp>

#include <algorithm>
#include <tuple>

#include <tandem/link/identity.hpp>
#include <tandem/link/origin.hpp>

namespace tandem::sync::conversation {

namespace {

using dataverse::Note;
using link::Side;
using link::Twin;
using link::TwinKind;

class Recogniser {
 public:
  Recogniser(Conversation const& all, Rules const& rules, std::string const& account)
      : all_(all), rules_(rules), account_(account) {
    for (auto const& note : all.notes) notes_[note.id] = &note;
  }

  Recognised go() && {
    if (rules_.comments.enabled) comments();
    if (rules_.files.enabled) files();
    return std::move(out_);
  }

 private:
  std::string derived(link::NoteKind kind, std::string const& id) const {
    return link::note_id({kind, rules_.site, id, "", all_.link.record});
  }
  Note const* note(std::string const& id) const {
    auto const found = notes_.find(id);
    return found == notes_.end() ? nullptr : found->second;
  }
  void add(TwinKind kind, Side original, std::string note, std::string jira) {
    Twin twin;
    twin.kind = kind;
    twin.original = original;
    twin.note = std::move(note);
    twin.jira = std::move(jira);
    out_.twins.push_back(std::move(twin));
  }

  void comments() {
    std::set<std::string> copied;  // notes
    auto in_order = sorted(all_.comments);
    for (auto const* comment : in_order) {
      auto const* property = comment->properties ? comment->properties->find(link::kCommentProperty) : nullptr;
      auto const mark = property == nullptr ? std::nullopt : link::origin_of(*property);
      if (mark) {
        if (mark->part > 1) continue;  // the next look adds further parts of one text
        // Its note may be gone: the twin is then the tombstone. Of two comments of one note the older is the copy.
        if (mark->record == all_.link.record && !mark->note.empty() && copied.insert(mark->note).second)
          add(TwinKind::comment, Side::dynamics, mark->note, comment->id);
        continue;
      }
      auto made = derived(link::NoteKind::comment, comment->id);
      own_.insert(made);
      if (note(made) != nullptr) add(TwinKind::comment, Side::jira, std::move(made), comment->id);
    }
  }

  void files() {
    std::vector<jira::Attachment const*> ours;
    for (auto const* file : sorted(all_.files)) {
      auto made = derived(link::NoteKind::file, file->id);
      own_.insert(made);
      auto const* copy = note(made);
      if (copy == nullptr) {
        if (file->author_id == account_) ours.push_back(file);
      } else if (copy->file_size > 0) {  // without a file its transfer was broken off, and goes on
        add(TwinKind::file, Side::jira, std::move(made), file->id);
      }
    }
    std::map<std::pair<std::string, std::uint64_t>, Lookalikes> alike;
    for (auto const* file : ours) alike[{file->filename, file->size}].attachments.push_back(file->id);
    for (auto const* one : notes_in_order()) {
      if (!one->has_file() || one->id == all_.link.id || own_.contains(one->id)) continue;
      auto const found = alike.find({mapping::conversation::file_name(one->file_name), one->file_size});
      if (found != alike.end()) found->second.notes.push_back(one->id);
    }
    for (auto& [name_and_size, files] : alike) {
      if (files.notes.empty()) continue;
      files.size = name_and_size.second;
      if (files.notes.size() == 1 && files.attachments.size() == 1)
        add(TwinKind::file, Side::dynamics, files.notes.front(), files.attachments.front());
      else
        out_.doubtful.push_back(std::move(files));
    }
  }

  template <class T>
  static std::vector<T const*> sorted(std::vector<T> const& all) {
    std::vector<T const*> out;
    for (auto const& one : all) out.push_back(&one);
    std::sort(out.begin(), out.end(), [](T const* a, T const* b) { return older_id(a->id, b->id); });
    return out;
  }
  std::vector<Note const*> notes_in_order() const {
    std::vector<Note const*> out;
    for (auto const& one : all_.notes) out.push_back(&one);
    std::sort(out.begin(), out.end(), [](Note const* a, Note const* b) {
      return std::tie(a->created, a->version, a->id) < std::tie(b->created, b->version, b->id);
    });
    return out;
  }

  Conversation const& all_;
  Rules const& rules_;
  std::string const& account_;
  std::map<std::string, Note const*> notes_;
  std::set<std::string> own_;  // ids of the notes that we made, or would make, of what the issue holds
  Recognised out_;
};

}  // namespace

Recognised recognise(Conversation const& all, Rules const& rules, std::string const& account) {
  return Recogniser(all, rules, account).go();
}

}  // namespace tandem::sync::conversation
