// What apply, settle and the two file transfers share: one link on its way, and the commits that end a write.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include <tandem/sync/conversation/apply.hpp>

namespace tandem::sync::conversation {

struct Writer {
  using Key = std::pair<link::TwinKind, std::string>;  // by its note, which is known before anything is written
  RunContext& run;
  mapping::CompiledItem const& item;
  Looked const& looked;
  Outcome& outcome;
  std::map<Key, link::Twin> twins{};  // as they stand by now: what is written in several parts goes on from the part before

  [[nodiscard]] link::Link const& link() const { return looked.both.link; }
  // Twin and history in one commit; the intent goes with it.
  Result<Unit> commit(Change const& change, link::Twin const& twin, Intent const& intent);
  Result<Unit> commit_twin(link::Twin const& twin);
  static Key key_of(link::Twin const& twin) { return {twin.kind, twin.note}; }
  // The change's twin with what the answers to its other parts brought.
  [[nodiscard]] link::Twin after(Change const& change) const;
  [[nodiscard]] Intent intent_for(Change const& change) const;
  Result<Unit> open(Intent const& intent) const;
  // Before a part is edited: what is about to stand there (`intent.hash`) is known before it does, so that an edit of ours is never taken for
  // somebody else's.
  Result<Unit> open_edit(Change const& change, Intent const& intent);
  // A write that failed: its intent goes unless it may have been executed. Gives the error.
  Result<Unit> failed(Intent const& intent, Error error) const;
  // The members that every note of ours has: subject, text, and what binds it to the record.
  [[nodiscard]] json::Object note_body(Change const& change) const;
  // Sorts an error into what it means for this conversation: refused, waits, looked at again, or the end of the run. True when the changes
  // that follow may still be written.
  bool take_error(Error error, std::string const& shown);

  Result<Unit> add_file(Change const& change, bool verify);
  Result<Unit> add_file_note(Change const& change, bool verify);
  // The content of an attachment. Errors: remote, when it is not of the size that was listed.
  Result<std::shared_ptr<http::Spool>> fetch_attachment(std::string const& id, std::uint64_t size) const;
  Result<std::shared_ptr<http::Spool>> fetch_note_file(std::string const& id, std::uint64_t size) const;
};

// The comment that carries the intent's mark, among those that came after it; null when there is none.
jira::Comment const* marked(std::vector<jira::Comment> const& comments, Intent const& intent);
// One of our notes as it is now; nothing when it does not exist.
Result<std::optional<dataverse::Record>> read_note(RunContext const& run, std::string const& id);
// The twin of a copy, completed by what the server kept of one part.
link::Twin with_note(link::Twin twin, std::size_t part, dataverse::Record const& kept);
link::Twin with_comment(link::Twin twin, std::size_t part, jira::Comment const& kept);

}  // namespace tandem::sync::conversation
