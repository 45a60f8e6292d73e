// Marks: what tandem leaves on both sides so that a link is seen by people and recognised by a later run (SPEC D9, D10, N5).
//
// Pure texts and objects; writing them is sync's work.
#pragma once

#include <optional>
#include <string>

#include <tandem/base/json/value.hpp>
#include <tandem/link/link.hpp>

namespace tandem::link {

inline constexpr std::string_view kIssueProperty = "tandem.link";

// The issue property: one object, one entry per item.
json::Value issue_property(Link const& link, std::string_view organisation_id);
// The record that the property ties to this item in this organisation; nothing when it has no such entry.
struct Marked {
  std::string link_id, entity, record;
  Kind kind = Kind::automatic;
};
std::optional<Marked> marked(json::Value const& property, std::string_view item, std::string_view organisation_id);

// The property with the entry of this link; what other items and organisations wrote stays.
json::Value with_mark(json::Value const& property, Link const& link, std::string_view organisation_id);

// The property without the entry of this item in this organisation; nothing when it has none. Without any entry left it is null: the
// property goes.
std::optional<json::Value> without_mark(json::Value const& property, std::string_view item, std::string_view organisation_id);

// What people see of the record on the issue.
struct RecordFace {
  std::string number, title, url, entity_label;
  bool resolved = false;
};
json::Object remote_link(Link const& link, RecordFace const& record);
// Whether a remote link, as Jira holds it, shows what it should: title, address and state.
bool shows(json::Value const& held, Link const& link, RecordFace const& record);
std::string remote_link_global_id(std::string_view link_id);

// The annotation on the record's timeline: subject, text and (for the create) the bind to the record.
struct LinkNote {
  std::string subject, text;
  friend bool operator==(LinkNote const&, LinkNote const&) = default;
};
LinkNote link_note(Link const& link, std::string_view issue_url);
json::Object link_note_body(LinkNote const& note, std::string_view navigation, std::string_view set_name,
                            std::string_view record);
// The issue id that a link note's text names; nothing when a person rewrote it beyond recognition. Tags and entities of rich text are ignored.
std::optional<std::string> issue_named_by(std::string_view note_text);
// Likewise the key that it names, as it was when the note was written, and how the link was made.
std::optional<std::string> key_named_by(std::string_view note_text);
Kind kind_named_by(std::string_view note_text);

// Equal contents have equal hashes: what was written is not written again.
std::string content_hash(json::Value const& content);
std::string content_hash(LinkNote const& note);

}  // namespace tandem::link
