// HistoryQuery: what was written, asked for by what it is about (SPEC R7). Reads the store only.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tandem/sync/history.hpp>
#include <tandem/sync/plan.hpp>

namespace tandem::sync {

// A link as people name it: by its issue (key or id), by its record (GUID or number), or by its own id.
struct HistoryLink {
  std::string issue{}, record{};  // "" = not named so; `record` may be the link's id
};

struct HistoryQuery {
  std::string item{}, run{};  // "" = any
  std::string issue{};        // a key, as it was or as the link has it now, or an issue's id
  std::string record{};       // GUID, or number or its beginning up to a hyphen, in any case of letters
  // Either side of a link, or the link's id: an entry that one of them names will do. Not together with `issue`.
  std::optional<HistoryLink> link{};
  std::string field{};  // a Jira field or a column of the mapping, in any case of letters: only these are given of an entry
  std::set<std::string> actions{}, reasons{};  // empty = any; several: one of them
  std::optional<Side> side{};  // that was written
  std::optional<Instant> since{}, until{};  // both inclusive
  std::size_t most = 50;  // the newest
};

struct HistoryAnswer {
  std::vector<HistoryEntry> entries;  // newest last
  bool more = false;  // older ones were left out
};

// Reads backwards in growing steps, so that the newest entries of a long past cost little.
Result<HistoryAnswer> find_history(store::Reader& reader, HistoryQuery const& query);

// A run that only handled events names itself so in the history: "event-0123456789ab".
inline constexpr std::string_view kEventRun = "event-";

}  // namespace tandem::sync
