// Planner: one plan in the making (plan.hpp). Inside of this folder only.
//
// Texts are decided in plan_texts.cpp, files in plan_files.cpp; what both need to know of ids and beginnings is here and in plan.cpp.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <tandem/link/identity.hpp>
#include <tandem/link/origin.hpp>
#include <tandem/sync/conversation/plan.hpp>

namespace tandem::sync::conversation {

class Planner {
 public:
  // REQUIRES: both outlive it.
  Planner(Conversation const& all, Rules const& rules);

  [[nodiscard]] std::vector<std::string> needed() const;
  // Of a comment that nobody knows, only its property tells whether it is ours.
  [[nodiscard]] bool has_unknown_comment() const;
  Plan plan() &&;

 private:
  using Note = dataverse::Note;
  using Side = link::Side;
  using Twin = link::Twin;
  using TwinKind = link::TwinKind;
  using Index = std::map<std::pair<TwinKind, std::string>, Twin const*>;

  // An original as it is now.
  struct Original {
    Side side = Side::dynamics;
    std::string id, version;
    std::string hash;  // "" = its text was not read
    std::string shown;
    bool kept_back = false;  // it may not leave Jira
    Note const* note = nullptr;  // one of the two
    jira::Comment const* comment = nullptr;
  };
  // What a part of a copy holds, or is to hold.
  struct Text {
    json::Value body;  // a comment's
    std::string subject, html;  // a note's
    std::string hash;
  };
  struct Rendered {
    std::vector<Text> parts;
    std::vector<Report> reports;
  };
  // A part of a copy as it is now.
  struct Part {
    std::string version;
    std::string hash;  // "" = its text was not read
    std::string shown;
    bool edited_by_others = false;
  };

  // plan_texts.cpp
  void note_to_comment(Note const& note);
  void comment_to_note(jira::Comment const& comment);
  // Makes or follows the copy. `made`: how many of the twin's parts were ever made.
  void follow(Original const& original, Twin const& held, std::size_t made);
  void write_parts(Original const& original, Twin const& held, Twin twin, std::vector<Part> const& there, bool complete);
  Original original_of(Note const& note) const;
  Original original_of(jira::Comment const& comment, Twin const* twin) const;
  std::optional<Part> part_there(Side original, link::CopyPart const& known) const;
  // Parts beyond those that the twin knows which were made nevertheless: their commits got lost, or the store did.
  std::size_t take_over_parts(Twin& twin, std::size_t made) const;
  std::string id_of_part(Original const& original, std::size_t number) const;
  std::optional<Rendered> render(Original const& original);
  Text unused(Original const& original, std::size_t parts) const;
  std::string subject_of(jira::Comment const& comment, std::string const& mark) const;
  [[nodiscard]] bool kept_back(jira::Comment const& comment) const;

  // plan_files.cpp
  void note_to_file(Note const& note);
  void file_to_note(jira::Attachment const& file);
  void add_file_step(Step step, Twin twin, std::string name, std::string mime_type, std::uint64_t size);

  // plan.cpp
  [[nodiscard]] std::string derived(link::NoteKind kind, std::string const& id, std::size_t part = 1) const;
  [[nodiscard]] Twin const* twin_of_note(TwinKind kind, std::string const& id) const { return find(by_note_, kind, id); }
  [[nodiscard]] Twin const* twin_of_jira(TwinKind kind, std::string const& id) const { return find(by_jira_, kind, id); }
  static Twin const* find(Index const& index, TwinKind kind, std::string const& id);
  [[nodiscard]] Note const* note(std::string const& id) const;
  [[nodiscard]] jira::Comment const* comment(std::string const& id) const;
  [[nodiscard]] bool is_own(Note const& note) const;
  [[nodiscard]] bool needs_text(Note const& note) const;
  [[nodiscard]] bool before_start(Side side, std::optional<Instant> created) const;
  void leave(TwinKind kind, Side side, std::string const& id, std::string shown, Reason reason, std::string detail = {});
  void keep(Twin const& before, Twin after);

  Conversation const& all_;
  Rules const& rules_;
  Plan plan_;
  Index by_note_, by_jira_;  // every part of a copy leads to its twin
  std::map<std::string, Note const*> notes_;
  std::map<std::string, jira::Comment const*> comments_;
  std::map<std::string, std::map<std::size_t, std::string>> marked_;  // note -> part -> the oldest comment that carries its mark
  std::set<std::string> made_of_comments_,
      made_of_files_;  // ids of the notes that we made, or would make, of what the issue holds
};

// The mark of a comment that tandem made, where its properties are known.
std::optional<link::Origin> origin_of(jira::Comment const& comment);

}  // namespace tandem::sync::conversation
