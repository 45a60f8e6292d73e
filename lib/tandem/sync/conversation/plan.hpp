// The plan of one link's conversation: every copy to be made or brought up to date, and every reason for leaving something (SPEC F10, H, I).
//
// Pure: no I/O, no clock. What tandem wrote under any link is known and never copied on; an edited original updates its copy, an edited copy
// changes nothing; what was deleted is neither mirrored nor made again.
//
//   twin | original moved | copy moved by others | result
//   no   | -              | -                    | a copy is made, or found by its mark and taken over
//   yes  | no             | -                    | nothing (a copy that moved is told: `copy-edited`)
//   yes  | yes            | no                   | the copy is written anew
//   yes  | yes            | yes                  | held: `copy-edited`
//   yes  | copy or original gone                 | nothing: the twin is the tombstone
//
// A text that is too long for one copy has several, its parts: they are written in their order, and the twin shows the original's version only with
// the last of them, so that what was interrupted goes on. When the text shrinks, a part that it needs no more says so; it is not deleted, and serves
// again when the text grows. A copy of which somebody edited or deleted a part is left alone as a whole.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tandem/connection/dataverse/model/note.hpp>
#include <tandem/connection/jira/model/comment.hpp>
#include <tandem/link/link.hpp>
#include <tandem/link/twins.hpp>
#include <tandem/mapping/conversation/file.hpp>
#include <tandem/mapping/conversation/options.hpp>
#include <tandem/mapping/reason.hpp>

namespace tandem::sync::conversation {

// Both sides of one link as they were just read.
struct Conversation {
  link::Link link;
  std::optional<Instant> made_on_dataverse;  // when the link was made, by Dataverse's clock: the two clocks differ (SPEC R8)
  std::optional<Instant> rebuilt_on_dataverse;  // likewise when it was rebuilt (SPEC D11)
  std::vector<dataverse::Note> notes;  // of the record
  std::vector<jira::Comment> comments;  // of the issue
  std::vector<jira::Attachment> files;
  std::vector<link::Twin> twins;
  // What the store knows of these ids under any link: our notes and link notes, our comments, our attachments with the note they copy.
  std::set<std::string> own_notes, own_comments;
  std::map<std::string, std::string> own_files;
};

struct Rules {
  mapping::conversation::Comments comments;
  mapping::conversation::Files files;
  mapping::conversation::FileRules jira_files, dynamics_files;
  std::string site;  // Jira's, part of derived ids
};

enum class Step : std::uint8_t { add_comment, edit_comment, add_note, edit_note, add_file, add_file_note, keep };
std::string_view name_of(Step step);
std::optional<Step> step_named(std::string_view name);

struct Change {
  Step step = Step::keep;  // keep: only what is known of the twin is written
  link::Twin twin;  // as it will be; the id and version that an answer brings are "" until then
  std::size_t part = 1;  // of the copy, which is written
  std::string shown, before;  // for people: the first words or the file's name
  json::Value body;  // of a comment: ADF
  std::string subject, html;  // of a note
  std::string etag;  // of the note that is edited
  std::string file_name, mime_type;  // as they will be sent
  std::uint64_t size = 0;  // of the file, as listed
  std::vector<Report> reports;  // cut, lossy
};

struct Left {
  link::TwinKind kind = link::TwinKind::comment;
  link::Side side = link::Side::dynamics;  // where it is
  std::string id, shown;
  Report report;
};

struct Plan {
  std::vector<Change> changes;  // in the order in which they are to be written
  std::vector<Left> left;
  [[nodiscard]] std::size_t writes() const;
};

// How a comment's state is told from another: the time of its last edit.
std::string version_of(jira::Comment const& comment);
// Whether one of Jira's ids is older than another: they are numbers that grow.
bool older_id(std::string const& a, std::string const& b);

// The notes whose subject and text must be read before anything can be decided: the new ones and those that moved.
std::vector<std::string> texts_needed(Conversation const& all, Rules const& rules);
// Whether a look is worth its requests, by listings without any text and property: something is new, moved or not known.
bool has_news(Conversation all, Rules const& rules);
// Whether there is neither anything to do nor anything to tell, by the same listings.
bool is_quiet(Conversation all, Rules const& rules);
// REQUIRES: the notes named by texts_needed() have their texts; those without are left for another look.
Plan plan_conversation(Conversation all, Rules const& rules);

}  // namespace tandem::sync::conversation
