// Lost updates: edits by people in Jira that came between our look at an issue and our write, and which the write replaced (SPEC R3).
//
// Jira has no lock: the history is the only witness. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/connection/jira/model/changelog.hpp>
#include <tandem/mapping/compiled_item.hpp>
#include <tandem/sync/journal.hpp>

namespace tandem::sync {

struct LostUpdate {
  std::size_t field = 0;  // place in Intent::fields
  std::string text;  // what the person had written, as Jira's history shows it
  std::optional<json::Value> value;  // the same for Jira's `fields`; nothing where history does not hold it whole (rich text)
};

// Whether a field of the intent was changed more than once since the issue was read: only then can an update be lost.
bool holds_rivals(Intent const& intent, std::vector<jira::ChangelogEntry> const& history);
// `history`: the entries, oldest first. `account`: our own account id.
std::vector<LostUpdate> lost_updates(mapping::CompiledItem const& item, Intent const& intent,
                                     std::vector<jira::ChangelogEntry> const& history, std::string_view account);

// The written value of a history item, by the field's type; nothing for types of which history does not tell enough.
std::optional<json::Value> written_in_history(jira::Field const& field, std::string const& id, std::string const& text);

}  // namespace tandem::sync
