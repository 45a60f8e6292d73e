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
};

struct HistoryEntry {
  Instant at;  // clock of the service that was written to
  std::string run, item, link;
  std::string record, number, issue_key;
  std::string action;  // created-issue, adopted-issue, edited-issue, wrote-remote-link, wrote-link-note, settled, duplicate-issue
  std::string reason;
  std::vector<FieldHistory> fields;
  [[nodiscard]] json::Value to_json() const;
  static Result<HistoryEntry> from_json(json::Value const& value);
};

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
