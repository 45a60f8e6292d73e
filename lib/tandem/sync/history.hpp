// History: every write, with its fields' before and after, and the reason (SPEC R7). One entry a write; kept `historyDays`, ordered by the
// service's clock, then as they were written.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/time/instant.hpp>
#include <tandem/store/table.hpp>

namespace tandem::sync {

struct FieldHistory {
  std::string field;
  std::string before, after;  // as shown to people
  json::Value replaced;  // of an edit: the raw value that was overwritten, whole
  std::string kept{};  // of an edit: value_print() of what the server kept; "" = not known
  std::string rule{};  // of a mapped field: FieldRule::key(); of a status: "status"
  std::string table{};  // of a lookup: the table to which `replaced` points
};

struct HistoryEntry {
  Instant at;  // clock of the service that was written to
  std::string run, item, link;
  std::string record, number, issue_key;
  std::string action;  // created-issue, adopted-issue, edited-issue, wrote-remote-link, wrote-link-note, settled, duplicate-issue
  std::string reason;
  std::vector<FieldHistory> fields;
  std::string issue_id{};  // of the link as it was then
  std::string undoes{};  // the run that this write takes back; "" for an ordinary one
  [[nodiscard]] json::Value to_json() const;
  static Result<HistoryEntry> from_json(json::Value const& value);
};

// By which a field's whole value is recognised: equal for equal values, in whatever order a list comes, and whatever names and pictures come
// along with an option or a person.
std::string value_print(json::Value const& raw);
// A raw value of a Jira field as it is sent: options, people and the like by their ids alone.
json::Value as_sent(json::Value const& raw);

Result<Unit> append_history(store::Writer& writer, HistoryEntry const& entry);
// Newest last; at most `most` of the newest.
Result<std::vector<HistoryEntry>> read_history(store::Reader& reader, std::size_t most);
// Oldest first, from `from` on, until `visit` answers false. `history_query.hpp` asks for entries by what they are about.
Result<Unit> scan_history(store::Reader& reader, Instant from, std::function<Result<bool>(HistoryEntry)> const& visit);
// Of the newest entry; nothing when there is none. Costs some forty look-ups, however long the past is.
Result<std::optional<Instant>> newest_history(store::Reader& reader);
// Forgets at most `most` entries older than `bound`: a run never pays for a long past.
Result<Unit> forget_history(store::Writer& writer, Instant bound, std::size_t most);

}  // namespace tandem::sync
