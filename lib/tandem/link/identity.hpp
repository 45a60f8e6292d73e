// Identities: ids that are derived from what is mirrored, so that a row is recognised without the store (SPEC H3, D9).
//
// One function makes every derived note id. Its input and its name space never change: golden vectors pin them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tandem::link {

enum class NoteKind : std::uint8_t { comment, file, link };

// What a note mirrors. `origin` is where the mirrored thing lives: the Jira site of a comment or file, the organisation of a link note.
struct NoteIdentity {
  NoteKind kind = NoteKind::link;
  std::string_view origin;
  std::string_view id;  // comment or attachment id; the item's name for a link note
  std::string_view part;  // of a comment that was split; "" otherwise
  std::string_view record;  // GUID
};
std::string note_id(NoteIdentity const& identity);

// A link's id is its link note's id: one link per (organisation, item, record) (SPEC D1).
std::string link_id(std::string_view organisation_id, std::string_view item, std::string_view record);

}  // namespace tandem::link
