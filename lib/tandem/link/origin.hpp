// Origin: how a comment or note that tandem wrote is known for one without the store (SPEC H3, N5).
//
// A comment carries the property `tandem.origin`, set by the call that makes it; it names its note, and its number where it is a further part of it. A note has a derived id; one that
// another connection made (another site or organisation, so that its id cannot be derived here) is known by its subject and by the version
// digit of its id together.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <tandem/base/json/value.hpp>

namespace tandem::link {

inline constexpr std::string_view kCommentProperty = "tandem.origin";

struct Origin {
  std::string organisation, record, note;
  std::size_t part = 1;  // of a note that is too long for one comment
  friend bool operator==(Origin const&, Origin const&) = default;
};
json::Value comment_property(Origin const& origin);
// Nothing when the property is none of ours. A property that cannot be read in full still marks its comment: its parts are "" then.
std::optional<Origin> origin_of(json::Value const& property);

// "[Jira SUP-12] Bob Example": what our notes have as subject, cut to a subject's limit.
std::string note_subject(std::string_view issue_key, std::string_view about);
// Whether a note with this id and subject was made by some tandem: a copy, or a link note.
bool is_connector_note(std::string_view note_id, std::string_view subject);

}  // namespace tandem::link
