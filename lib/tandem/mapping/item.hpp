// Item: a Smart Connected Item as its file declares it (SPEC B, N3).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>

namespace tandem::mapping {

enum class Mode : std::uint8_t { display_only, one_way, two_way };
enum class Direction : std::uint8_t { both, to_jira, to_dynamics };
enum class Conflict : std::uint8_t { latest, dynamics, jira, hold };
std::string_view name_of(Mode mode);            // "one-way"
std::string_view name_of(Direction direction);  // "to-jira"

struct Mapping {
  std::string column;                          // logical name: "prioritycode"
  std::string field;                           // id or name as written: "priority"
  Direction direction = Direction::both;
  std::map<std::string, std::string> values;   // column value (option value, label, text) -> field value (id or name)
  std::optional<json::Value> default_value;    // for the field, when the column is empty
  bool on_create_only = false;
  bool create_missing = false;                 // components and versions that Jira does not have are made
  std::uint32_t offset = 0;                    // of the mapping in the file
};

// How people are matched (SPEC C2, last row): first by the table, then, if wanted, by e-mail address through both systems.
struct Users {
  bool by_email = false;
  std::map<std::string, std::string> table;    // Dynamics user (id, e-mail address or full name) -> Jira account id
};

struct Brakes {
  std::int64_t max_creates = 500, max_updates = 5000;
};

struct Item {
  std::string name;
  Mode mode = Mode::one_way;
  std::string project, issue_type;             // as written: key, name or id
  json::Object defaults;                       // jira.defaults: raw values for the create call, by field id
  std::string module, entity, filter;
  bool auto_create = false, fields = true, manual_links = true, link_note = true;
  json::Value status, comments, attachments;   // as written; comments and attachments are read by conversation/options.hpp
  bool skip_closed = false;                    // create.skipClosed
  Conflict conflict = Conflict::latest;
  Brakes brakes;
  std::string time_zone;
  std::optional<Users> users;                  // absent: user fields are not mapped
  std::vector<Mapping> mappings;
  std::vector<std::string> display;
  std::optional<bool> enabled;                 // "enabled" in the file
  json::Value definition;                      // the whole file as parsed

  [[nodiscard]] bool synchronised() const { return mode != Mode::display_only; }
};

// An item as the store keeps it.
struct StoredItem {
  std::string text;                    // the file's JSON, normalised: what `export` gives back
  bool enabled = true;
  bool ever_enabled = false;
  std::optional<Instant> baseline;     // absent = all records
  bool baseline_chosen = false;        // set by a person, so the first enabling leaves it alone
  std::int64_t revision = 0;           // grows with each change of the definition
  std::string filter_mark;             // hash over baseline, filter, auto-create: a change sets the watermark back (E3)
  std::string mapping_mark;            // hash over the mappings: a change queues all links of the item once (E3)

  [[nodiscard]] json::Value to_json() const;
  static Result<StoredItem> from_json(json::Value const& value);
};

// One fault of an item file. All are listed at once (SPEC B4).
struct Fault {
  std::size_t line = 0, column = 0;  // 0: no position
  std::string path;                  // "mappings[3].column"
  std::string message;               // what was found and what would be accepted
};

struct ParsedItem {
  std::optional<Item> item;    // absent when the file is not even an item
  std::vector<Fault> faults;   // structure only; live metadata is judged by validate()
};
// Reads an item file: JSON with comments, checked against the published schema and rule by rule.
ParsedItem parse_item(std::string_view text);

}  // namespace tandem::mapping
