// CompiledItem: an item joined with live metadata: which codec each mapping uses, chosen from metadata and never from the name.
//
// Pure: no I/O, no clock; what must be looked up (users, rows by name) is asked for and comes in a Directory. A codec pair per mapping converts raw values as the two services hold them (SPEC C2); one value that cannot be
// converted costs that value, not the record (C4).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/connection/dataverse/model/record.hpp>
#include <tandem/connection/schema.hpp>
#include <tandem/mapping/item.hpp>
#include <tandem/mapping/reason.hpp>
#include <tandem/mapping/status/status_table.hpp>
#include <tandem/mapping/value/directory.hpp>

namespace tandem::mapping {

// What a conversion gives: a value to write, or the reason why there is none; reports accompany a written value (cut, lossy).
struct Conversion {
  std::optional<json::Value> value;  // JSON for Jira's `fields.<id>` (null clears) or for the column
  std::optional<Report> refused;  // set when `value` is not: nothing is written
  std::vector<Report> reports;
};

class FieldRule {
 public:
  virtual ~FieldRule() = default;
  Mapping mapping;
  dataverse::Attribute column;
  jira::Field field;

  // Stable name of this rule in base, plan and history: "title -> summary" is rendered from its parts; the key is "title|summary".
  [[nodiscard]] std::string key() const { return column.logical_name + "|" + field.id; }
  [[nodiscard]] bool writes_jira(Mode mode) const {
    return mode != Mode::display_only && mapping.direction != Direction::to_dynamics;
  }
  // SPEC B5: only a two-way item writes mapped fields to Dynamics.
  [[nodiscard]] bool writes_column(Mode mode) const { return mode == Mode::two_way && mapping.direction != Direction::to_jira; }

  // A column's raw value (json null = explicitly empty) for Jira. `label` is its formatted value, "" when unknown.
  [[nodiscard]] virtual Conversion to_jira(json::Value const& raw, std::string_view label) const = 0;
  // The same where the field may hold more than the column shows (SPEC C8): `shown` is what the column held when both last agreed, `present`
  // what Jira holds now. Blocks of a rich text that the column left alone keep Jira's own nodes; an edit that would lose media, mentions or
  // unknown content is refused (would-lose-content).
  [[nodiscard]] virtual Conversion to_jira_over(json::Value const& raw, std::string_view label, json::Value const& shown,
                                                json::Value const& present) const {
    static_cast<void>(shown);
    static_cast<void>(present);
    return to_jira(raw, label);
  }
  // Whether a side's value is a cut copy of the other's (SPEC C9). `copy` is what the side holds, `original` what the other side holds: an
  // edit of such a copy is never written back (cut-copy-edited).
  [[nodiscard]] virtual bool column_is_cut_copy(json::Value const& copy, json::Value const& original) const {
    static_cast<void>(copy);
    static_cast<void>(original);
    return false;
  }
  // The same the other way round: `copy` is what Jira shows of the column's `original`.
  [[nodiscard]] virtual bool field_is_cut_copy(json::Value const& copy, json::Value const& original) const {
    static_cast<void>(copy);
    static_cast<void>(original);
    return false;
  }
  // A field's raw value (read or write shape) for the column; json null clears it.
  [[nodiscard]] virtual Conversion to_column(json::Value const& jira_raw) const = 0;
  // The same where the column may hold more than the field shows (SPEC C8): `shown` is what the field held when both last agreed, `present`
  // what the column holds now. Blocks of HTML that the field left alone keep their bytes; an edit that would lose media is refused
  // (would-lose-content).
  [[nodiscard]] virtual Conversion to_column_over(json::Value const& jira_raw, json::Value const& shown,
                                                  json::Value const& present) const {
    static_cast<void>(shown);
    static_cast<void>(present);
    return to_column(jira_raw);
  }
  // Whether a field that holds `jira_raw` already shows what `column_raw` says (SPEC C7: either value converts to the other).
  [[nodiscard]] virtual bool equivalent(json::Value const& column_raw, std::string_view label,
                                        json::Value const& jira_raw) const = 0;
  // What must be looked up of users and rows before these values can be converted (SPEC C2, last rows); nothing for most rules.
  virtual void ask_for_jira(json::Value const& /*raw*/, std::string_view /*label*/, value::Needs& /*needs*/) const {}
  virtual void ask_for_column(json::Value const& /*jira_raw*/, value::Needs& /*needs*/) const {}
  // The members of a record's PATCH that write `write`, a value of to_column(): for most columns {column: write}, for a lookup its bind.
  [[nodiscard]] virtual json::Object column_body(json::Value const& write) const { return {{column.logical_name, write}}; }
  // Both sides of a set (labels, multi-selects) changed since the base: Jira's set with what the column's side added and took away, in the
  // write shape of both sides. Nothing when the pair is no set, or a value does not convert.
  struct Merged {
    Conversion field, column;
  };
  [[nodiscard]] virtual std::optional<Merged> merge(json::Value const& /*base_column*/, json::Value const& /*column_raw*/,
                                                    json::Value const& /*jira_raw*/) const {
    return std::nullopt;
  }
  // Short human text of a value, for the plan and the history ("High", "2026-12-01", first line of a description…); "" when it is empty.
  [[nodiscard]] virtual std::string show_column(json::Value const& raw, std::string_view label) const = 0;
  [[nodiscard]] virtual std::string show_field(json::Value const& jira_raw) const = 0;  // accepts both read and write shapes
  // Two values of one side as an edit shows them: where the first lines do not tell them apart, the first lines that do.
  using Shown = std::pair<std::string, std::string>;
  [[nodiscard]] virtual Shown show_columns(json::Value const& before, json::Value const& after) const {
    return {show_column(before, {}), show_column(after, {})};
  }
  [[nodiscard]] virtual Shown show_fields(json::Value const& before, json::Value const& after) const {
    return {show_field(before), show_field(after)};
  }
  // Whether two values of one side, in read or write shape, say the same: all of it, not only what is shown.
  [[nodiscard]] virtual bool same_columns(json::Value const& a, json::Value const& b) const { return a == b; }
  [[nodiscard]] virtual bool same_fields(json::Value const& a, json::Value const& b) const { return a == b; }
};

struct CompiledItem {
  Item item;
  connection::Schema schema;
  std::vector<std::unique_ptr<FieldRule>> rules;
  std::shared_ptr<value::Directory>
      directory;  // what was looked up in this run; filled by the cycle between plans, by one thread
  std::shared_ptr<status::StatusTable const> statuses;  // null: the item leaves the status alone
  json::Object defaults;  // item.defaults with names resolved to field ids, ready for `fields`

  [[nodiscard]] dataverse::Entity const& entity() const { return *schema.entity; }
  // Columns that a feed must select: mapped, primary name, display number (ticketnumber where it exists), statecode, createdon, modifiedon.
  [[nodiscard]] std::vector<std::string> feed_columns() const;
  // Field ids that a read of the issue must ask for: mapped fields, summary, status, updated.
  [[nodiscard]] std::vector<std::string> issue_fields() const;
  // Whether an edit in Jira alone can lead to a write: only then are changed issues looked for (SPEC B5, E5).
  [[nodiscard]] bool follows_jira() const;
  // A record's number for people: ticketnumber, else the primary name.
  [[nodiscard]] std::string record_number(dataverse::Record const& record) const;
  [[nodiscard]] std::string record_title(dataverse::Record const& record) const;
};

// All faults of the item against live metadata (SPEC B4), with positions in `text` (the file) where it is not empty. Also refuses what this
// version has not built yet ("not in this version").
std::vector<Fault> validate(Item const& item, connection::Schema const& schema, std::string_view text);
// The table's metadata that the item's file carries (SPEC B11); nothing when it carries none. Errors: config (it cannot be read).
Result<std::optional<dataverse::Entity>> carried_entity(Item const& item);
// REQUIRES: validate() found nothing. Errors: config, when metadata has changed since and a mapping has no codec any more.
// `transitions`: names of transitions that are known, by where they lead.
Result<std::shared_ptr<CompiledItem const>> compile(Item item, connection::Schema schema,
                                                    status::TransitionNames transitions = {});

}  // namespace tandem::mapping
