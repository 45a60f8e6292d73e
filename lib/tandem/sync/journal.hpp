// Journal: what is about to be written, and the evidence by which it is recognised afterwards (SPEC R2).
//
// An intent is committed before every write that is not idempotent by nature and leaves the journal in the same commit that records the
// write's outcome. A link with an open intent is not planned. Notes with derived ids, remote links and properties need none: being owed
// by their link is their intent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tandem/link/link.hpp>
#include <tandem/store/table.hpp>

namespace tandem::sync {

enum class Effect : std::uint8_t { create_issue, edit_issue, update_record, transition, set_status, close, rehearse };

// One value of an edit of the issue or of an update of the record.
struct IntendedField {
  std::string rule, field;  // FieldRule::key(); the field's id, or the column's name where the record is written
  json::Value column;  // what the record held when it was planned, raw
  json::Value before, after;  // what the issue held then (read shape), what is sent
  bool merged = false;  // the other side gets the same set in a write of its own
  std::string table{};  // of a lookup: the table to which `column` points
};

// One hop of an issue's way to a status, or a record's change of status.
struct IntendedStatus {
  std::string transition, from,
      to;  // a hop: the transition, and the statuses between which it leads. A record: `to` is the issue's status
  std::string target;  // where the way ends
  std::string last_entry;  // a hop: the newest entry of the issue's history that told of its status
  std::string way;  // a record: "update", "CloseIncident"…
  json::Value state, status;  // the record's: as it stands (a hop), or as it is to stand
  json::Value was{};  // the record's status as it was read
  std::string activity{}, subject{};  // of a closing message: the id and subject of what it leaves behind

  [[nodiscard]] json::Value to_json() const;
  static IntendedStatus from_json(json::Value const& value);
};

// How a pair stood before its statuses were walked through as a rehearsal (SPEC G8): what is put back, whoever comes to do it.
struct Rehearsal {
  json::Value state, status;  // the record's: statecode, and the value of the item's status column
  std::string issue_status, resolution;  // ids
  link::Base base;
  json::Value retry;  // the record's entry on the retry list; null = none

  [[nodiscard]] json::Value to_json() const;
  static Result<Rehearsal> from_json(json::Value const& value);
};

struct Intent {
  std::string id;  // of the link: a link has at most one open intent
  Effect effect = Effect::create_issue;
  std::string run;
  std::string item, entity, record, number;
  std::optional<Instant> at;  // Jira's clock just before the write
  std::string etag;  // of the record that was read

  // create_issue
  std::string project;  // key
  std::int64_t floor = 0;  // highest issue number of the project that was known
  link::Base base;  // what the record held: becomes the link's base
  std::optional<std::string> issue, issue_key;  // known once the answer came; then only the read-back is missing

  // edit_issue, update_record (also use issue, issue_key, base)
  std::vector<IntendedField> fields;
  std::string read_at;  // edit_issue: the issue's `updated` as it was planned over; later entries of its history came in between
  bool put_back = false;  // edit_issue: it restores what our own write took from a person (SPEC R3); the base stays as it is
  bool more = false;  // update_record: the issue is to be written after it
  std::optional<IntendedStatus> moved;  // transition, set_status, close
  std::string undoes{};  // the run that the write takes back: then `after` is a value from before, and no value of the other side
  std::string reason;  // code that goes into the history with the write; "" for an ordinary one
  // Of each write of a rehearsal, and of the entry that stands for it in between (effect rehearse).
  std::optional<Rehearsal> rehearsal;

  [[nodiscard]] json::Value to_json() const;
  static Result<Intent> from_json(json::Value const& value);
};

Result<Unit> put_intent(store::Writer& writer, Intent const& intent);
// The write is done, or was not executed. Of a rehearsal the entry stays, as `rehearse`, until both sides are put back.
Result<Unit> erase_intent(store::Writer& writer, std::string_view id);
Result<Unit> erase_rehearsal(store::Writer& writer, std::string_view id);
Result<std::optional<Intent>> find_intent(store::Reader& reader, std::string_view id);
Result<std::vector<Intent>> open_intents(store::Reader& reader);

}  // namespace tandem::sync
