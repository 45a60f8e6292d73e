#include <tandem/mapping/reason.hpp>

#include <array>

namespace tandem {

namespace {

using enum Reason;

// In the order of the enumeration; a test compares every row with its place.
constexpr std::array kReasons{
    ReasonText{before_baseline, "before-baseline", "The record was made before the item's baseline.",
               "Set an older baseline: `tandem items apply --baseline TIME|all`."},
    ReasonText{filtered_out, "filtered-out", "The record does not match the item's filter.",
               "Change dynamics.filter in the item file, or the record."},
    ReasonText{auto_create_off, "auto-create-off", "The item does not make issues for new records.",
               "Set autoCreate to true, or link the record by hand."},
    ReasonText{unlinked_by_hand, "unlinked-by-hand", "Somebody removed this record's link by hand.",
               "Link it again with `tandem link add`, or set a new baseline."},
    ReasonText{open_intent, "open-intent", "An earlier write is not settled yet.",
               "Nothing: a later run finds out whether it was executed and goes on."},
    ReasonText{retry_later, "retry-later", "It failed before and its pause is not over.",
               "Nothing: it is tried again by itself; `tandem status` shows when."},
    ReasonText{parked, "parked", "It failed too often and is set aside.",
               "Remove the cause that `tandem status` names, then run `tandem sync-once --retry-parked`."},
    ReasonText{duplicate_issue, "duplicate-issue", "A second issue carries the same marker.",
               "Compare both issues and delete the one that is not linked."},
    ReasonText{link_note_refused, "link-note-refused", "Dynamics refused the link note on the record's timeline.",
               "Grant create, append and append-to on notes to the application user's role."},
    ReasonText{record_closed, "record-closed", "The record is closed and therefore read-only.", "Reopen the record in Dynamics."},
    ReasonText{skip_closed, "skip-closed", "The record is already resolved, and the item leaves such records out.",
               "Set create.skipClosed to false in the item file."},
    ReasonText{brake, "brake", "More changes are due than the item allows in one run.",
               "Check the plan with --dry-run, then run once with --allow-mass-change or raise the item's brakes."},
    ReasonText{direction, "direction", "This mapping does not write in that direction.",
               "Change the mapping's direction or the item's mode."},
    ReasonText{no_change, "no-change", "The target already shows the value.", "Nothing."},
    ReasonText{unmatched_value, "unmatched-value", "No choice of the target matches the value.",
               "Add the value to the mapping's \"values\", or make an equal choice on the other side."},
    ReasonText{unmatched_user, "unmatched-user", "No user of the other system matches this one.",
               "Add the pair to users.table in the item file, or give both the same e-mail address."},
    ReasonText{hidden_email, "hidden-email", "The user shows no e-mail address, so there is nothing to match by.",
               "Add the pair to users.table in the item file, or let the address be seen (Jira: profile visibility)."},
    ReasonText{ambiguous, "ambiguous", "Several rows or users fit, and none is taken by guessing.",
               "Give the rows different names, or the users different addresses; for users, name the pair in users.table."},
    ReasonText{not_looked_up, "not-looked-up", "The other system could not be asked for the row or the user.",
               "Grant the account the right to read that table, or to browse users; the detail names it."},
    ReasonText{not_convertible, "not-convertible", "The value has no form on the other side.",
               "Correct the value, or map another column."},
    ReasonText{required_empty, "required-empty", "The value is empty, but the target requires one.",
               "Fill the value, or give the mapping a default."},
    ReasonText{out_of_range, "out-of-range", "The value lies outside of what the target can hold.",
               "Correct the value, or widen the target's range."},
    ReasonText{cut, "cut", "The text is longer than the target can hold and was cut.",
               "Nothing, or shorten the text: the whole text stays where it was written."},
    ReasonText{lossy, "lossy", "The target cannot show all of the value; the rest was written.",
               "Nothing: the original is untouched."},
    ReasonText{read_only, "read-only", "The target cannot be written.",
               "Map a writable field, or narrow the mapping's direction."},
    ReasonText{absent, "absent", "The answer did not hold this column, so nothing is known about it.",
               "Check that the application user may read the column."},
    ReasonText{rejected, "rejected", "The service refused the value.",
               "Read the service's message and correct the value or the target's rules."},
    ReasonText{value_made, "value-made", "Jira had no such component or version; it is made, as createMissing asks.", "Nothing."},
    ReasonText{value_not_made, "value-not-made", "Jira has no such component or version, and it could not be made.",
               "Give the Jira account the right to administer the project, or make the component or version by hand."},
    ReasonText{issue_missing, "issue-missing", "The linked issue does not exist or cannot be seen.",
               "Restore the issue, or grant the Jira account the right to browse its project."},
    ReasonText{record_missing, "record-missing", "The record does not exist or cannot be seen.",
               "Restore the record, or give the application user's role read access at organisation level."},
    ReasonText{not_executed, "not-executed", "An interrupted write did not happen; it is planned anew.", "Nothing."},
    ReasonText{adopted, "adopted", "An issue that an earlier store had made for this record was taken over.", "Nothing."},
    ReasonText{remote_link_refused, "remote-link-refused", "Jira refused the link to the record on the issue.",
               "Grant the Jira account the right to link issues in the project."},
    ReasonText{would_lose_content, "would-lose-content",
               "The edited text would lose images, mentions or other content that only the other side can hold.",
               "Make the edit on the side that holds them, or remove them there first."},
    ReasonText{cut_copy_edited, "cut-copy-edited", "The edited text is a cut copy of a longer one, which it must not replace.",
               "Make the edit in the whole text, on the other side; the copy is then cut anew."},
    ReasonText{not_linked, "not-linked", "The issue is not linked to any record.",
               "Nothing, or link the issue to a record if it belongs to one."},
    ReasonText{item_disabled, "item-disabled", "The item of the issue's link is disabled.",
               "Enable it with `tandem items enable NAME` if it should follow events."},
    ReasonText{unneeded_event, "unneeded-event", "Nothing follows from events of this kind.",
               "Nothing, or leave these events out of the webhook in Jira."},
    ReasonText{unknown_event, "unknown-event", "tandem does not know this kind of event.",
               "Nothing, or leave these events out of the webhook in Jira."},
    ReasonText{repeated_delivery, "repeated-delivery", "The same delivery was taken before.", "Nothing."},
    ReasonText{stale_read, "stale-read", "Jira still answers with an older version of the issue than the event tells of.",
               "Nothing: it is read again by the next run."},
    ReasonText{attachments_off, "attachments-off", "The event is about a file, and no item mirrors files.",
               "Nothing, or leave attachment events out of the webhook in Jira."},
    ReasonText{unreachable, "unreachable", "A system could not be reached, or refused us; the event waits.",
               "Nothing: the next run handles it. `tandem auth check` tells why when it lasts."},
    ReasonText{attachment_issue_unknown, "attachment-issue-unknown",
               "The event of a file names no issue, and none that has the file was found within an hour.",
               "Nothing: the next sweep compares the files of every linked issue."},
};

}  // namespace

std::span<ReasonText const> all_reasons() { return kReasons; }

ReasonText const& text_of(Reason reason) { return kReasons.at(static_cast<std::size_t>(reason)); }

}  // namespace tandem
