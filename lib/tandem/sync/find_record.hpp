// Records as a person names them, and the search for them (SPEC D2, D3; dataverse.md §7).
//
// Text is data: a quotation mark is doubled, and what `contains` and `eq` take for wildcards (% _ [ ]) is escaped; what the service then
// gives is compared with the literal text once more, so that a query finds that and nothing else. Reads only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/connection/dataverse/model/record.hpp>
#include <tandem/link/reference.hpp>
#include <tandem/mapping/compiled_item.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

// The item's display columns, else what tells a record apart: number, name, status, owner.
std::vector<std::string> display_columns(mapping::CompiledItem const& item);
// The columns of every read of a link command: those of a cycle, and the display columns.
std::vector<std::string> panel_columns(mapping::CompiledItem const& item);

// Errors: not_found (unknown-record), usage (ambiguous with the candidates; unreadable-reference for a record of another table).
Result<dataverse::Record> find_record(RunContext const& run, mapping::CompiledItem const& item,
                                      link::RecordReference const& reference);
// All records whose number, or else whose name, is the text; by id at most one.
Result<std::vector<dataverse::Record>> records_named(RunContext const& run, mapping::CompiledItem const& item,
                                                     link::RecordReference const& reference);

struct FoundRecords {
  std::vector<dataverse::Record> records;
  bool more = false;  // than were asked for
  bool table_shows_nothing = false;  // nothing matched, and not one record of the table can be seen
};
// Records whose name or number holds `text` (of any case), by name; at most `most`. A text that is an id finds that record.
Result<FoundRecords> search_records(RunContext const& run, mapping::CompiledItem const& item, std::string_view text,
                                    std::size_t most);

// A LIKE pattern that matches `text` literally: "50%" -> "50[%]".
std::string literal_pattern(std::string_view text);

}  // namespace tandem::sync
