// Reason: the stable codes that say why something was not done (SPEC X4). Each has a sentence, a cure and a test.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tandem {

enum class Reason : std::uint8_t {
  // why a record did not become an issue, or a link was not looked at
  before_baseline,      // created before the item's baseline
  filtered_out,         // does not match the item's filter
  auto_create_off,
  unlinked_by_hand,
  open_intent,          // an earlier write is not settled yet
  retry_later,          // failed before; its pause is not over
  parked,               // failed too often
  duplicate_issue,      // a second issue carries the same marker
  link_note_refused,    // no privilege for the link note; owed
  record_closed,
  skip_closed,
  brake,                // too many changes for one run
  // why a field was left alone
  direction,            // this mapping does not write that way
  no_change,            // the target already shows the value
  unmatched_value,      // no option or priority matches
  unmatched_user,       // neither the item's table nor an e-mail address leads to a user of the other side
  hidden_email,         // the account or the user shows no e-mail address
  ambiguous,            // several rows, users or accounts fit
  not_looked_up,        // the other side could not be asked
  not_convertible,      // the value has no form on the other side
  required_empty,       // the target requires a value
  out_of_range,
  cut,                  // written, but cut at the target's limit
  lossy,                // written, but something was lost
  read_only,
  absent,               // the answer had no such column; nothing is cleared by silence
  rejected,             // the service refused the value
  value_made,           // the component or version that it names is made in Jira
  value_not_made,       // it names a component or version that Jira does not have, and that could not be made
  undone,               // an undo put the former value back, and the other side's is not copied again before it is edited
  // why a write is not taken back
  edited_since,         // somebody, or a later run, wrote the field or its source since
  not_kept_whole,       // the history does not hold what stood there before
  mapping_gone,         // the item or its mapping is not there any more
  made_stays,           // what was made is not deleted
  would_close_again,    // the record would have to be closed once more
  // what happened to a record or a link as a whole
  issue_missing,        // the linked issue does not exist or cannot be seen
  record_missing,       // the record does not exist or cannot be seen
  not_executed,         // an interrupted write was proved not to have happened; it is planned anew
  adopted,              // an issue that an earlier store had made was taken over
  remote_link_refused,  // the remote link could not be written; owed
  busy,                 // the record was changed by others each time it was to be written
  no_privilege,         // the service refused the right to write
  went_back,            // a known record shows an older version than before: its organisation was restored
  mass_gone,            // a sweep found too many links gone at once to believe it
  metadata_changed,     // a column, field or option that the item names changed or went since the item was applied
  clock_went_back,      // a service's clock shows an earlier time than a watermark of that service
  // what is held until a person decides
  would_lose_content,   // the edit of a shown copy would lose media, mentions or unknown content of the original
  cut_copy_edited,      // the edit is of a cut copy, the original is longer
  conflict,             // both sides changed the field, and the item's policy is to hold
  unknown_base,         // both sides differ, and what they last agreed on is not known
  flipping,             // something else keeps undoing what is written
  overwrote_concurrent_edit,  // a person's edit in Jira came between our look and our write
  // why a status was left alone
  status_unmatched,     // nothing on the other side stands for it
  status_ambiguous,     // several fit equally
  status_unsure,        // matched by the lowest rank, which does nothing unless the item allows it
  no_transition,        // no known way leads to the Jira status
  transition_field_missing,  // the way's screen requires a field that the item gives no value for
  transition_refused,   // Jira refused the transition
  transition_rules,     // the table's status transition rules do not let this status follow
  open_child_cases,     // child cases keep a case from being closed
  open_activities,      // open activities keep a case from being closed
  closing_message,      // the service closes this table only by a message of its own, which tandem does not know
  reason_not_of_state,  // the status reason does not belong to the state
  on_hold_refused,      // the account may not put a case on hold
  plugin_refused,       // a plug-in of the organisation refused
  status_privilege,     // the account may not change this status
  rehearsal,            // written by a rehearsal, which puts it back
  rehearsal_open,       // a rehearsal ended before both statuses were put back
  // why an event changed nothing, or waits
  not_linked,           // its issue has no link
  item_disabled,        // its issue's item is disabled
  unneeded_event,       // of a kind that nothing follows from
  unknown_event,        // its name is not known
  repeated_delivery,    // it came before
  stale_read,           // Jira still answers with an older version than the event tells of
  attachments_off,      // a file's event, and no item mirrors files
  unreachable,          // a system could not be reached
  attachment_issue_unknown,  // a file's event without an issue, and the search does not show one
  // why a comment, note or file was not copied
  before_link,          // older than the link, or than `since`
  internal_comment,     // internal or restricted: it goes out with includeRestricted only
  copy_edited,          // somebody edited a copy; the original is left as it is
  copy_deleted,         // somebody deleted a copy; it is not made again
  empty_note,           // neither text nor file
  connector_note,       // a note of a connector: ours under another link, a link note, another connection's
  larger_than_limit,
  blocked_file,         // of a kind that the organisation blocks
  empty_file,           // of no bytes, which Dynamics refuses
  files_disabled,       // the other system takes no files at all
  // why a link was not made, shown or removed as asked
  unreadable_reference, // the text names neither an issue nor a record of this connection
  unknown_issue,
  unknown_record,
  not_in_project,       // the issue is in another project than the item's
  wrong_type,           // the issue is of another type than the item's
  manual_links_off,     // the item allows no links by hand
  already_linked,       // the issue or the record has a link under this item
  automatic_link,       // made by a cycle: neither removed nor replaced by hand
  display_only,         // the item shows records and synchronises nothing
  link_broken,          // its issue or its record is gone
  property_refused,     // the issue property could not be written; owed
  first_contact,        // linked by hand, and not compared yet
  removal_owed,         // the link is cut; one of its marks could not be taken away yet
};

struct ReasonText {
  Reason reason;
  std::string_view code, sentence, cure;
};
std::span<ReasonText const> all_reasons();
ReasonText const& text_of(Reason reason);
std::optional<Reason> reason_named(std::string_view code);
inline std::string_view code_of(Reason reason) { return text_of(reason).code; }

struct Report {
  Reason reason;
  std::string detail;  // the value and what would be accepted; never a secret
};

}  // namespace tandem
