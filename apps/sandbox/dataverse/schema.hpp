// The tables of the organisation, as the world file declares them: the generic half of the Dataverse engine.
//
// Nothing here knows a particular table. Every table gets the system columns (createdon, modifiedon, createdby, modifiedby,
// versionnumber; owned tables also ownerid and its company) without declaring them. Labels are language code -> text.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>

namespace sandbox::dataverse {

using Labels = std::map<int, std::string>;  // 1033 -> "Case"

enum class Type {
  string,
  memo,
  integer,
  big_int,
  decimal,
  real,
  money,
  boolean,
  picklist,
  multi_select,
  state,
  status,
  date_time,
  lookup,
  customer,
  owner,
  uniqueidentifier,
  entity_name,
};

struct Option {
  std::int64_t value = 0;
  Labels labels;
  std::string color;                      // "" is null
  std::optional<std::int64_t> state;      // status reasons: the state they belong to
  std::optional<std::int64_t> default_status;  // states
  std::string invariant_name;             // states
  std::optional<std::vector<std::int64_t>> transitions;  // status reasons: those that may follow, when the table enforces it
  std::string set_by;                     // states: the message that alone may set it ("CloseIncidentRequest"); "" is anyone
  std::string set_by_code;                // and the error code of the refusal
};

struct Target {
  std::string table;                  // logical name
  std::string navigation;             // on the referencing side: "customerid_account"
  std::string collection_navigation;  // on the referenced side: "incident_customer_accounts"
};

struct Column {
  std::string name;         // "prioritycode"
  std::string schema_name;  // "PriorityCode"
  std::string query_name;   // "_customerid_value" for lookups, else the name
  Type type = Type::string;
  Labels labels;
  std::string required = "None";
  bool readable = true, creatable = true, updatable = true, secured = false;
  bool required_on_create = false;  // the server refuses a create without it
  bool explicit_only = false;       // comes only when selected (documentbody)
  bool system = false;              // one of the columns that the server keeps itself
  std::int64_t max_length = 100;    // String, Memo: UTF-16 units
  std::string format;               // String/Memo: Text…; DateTime: DateOnly, DateAndTime
  std::string behavior = "UserLocal";
  std::string min_value, max_value;
  std::int64_t precision = 0;
  std::vector<Option> options;      // choices; Boolean: values 0 and 1
  std::string global_choice;        // name of the global choice, "" for a local one
  std::vector<Target> targets;      // lookups
  std::string auto_number;          // "CAS-{SEQNUM:5}-{RANDSTRING:6}"
  std::string of;                   // EntityName: the lookup whose target it names
  std::vector<std::string> joined;  // read-only texts that the server keeps: fullname of firstname and lastname
  bool cascades = false;            // lookups: deleting the row it points to deletes this row (notes, activities)
  tandem::json::Value default_value;
  std::string metadata_id;

  [[nodiscard]] bool is_lookup() const { return type == Type::lookup || type == Type::customer || type == Type::owner; }
  [[nodiscard]] bool is_choice() const { return type == Type::picklist || type == Type::state || type == Type::status; }
  [[nodiscard]] bool is_number() const { return type == Type::integer || type == Type::big_int || is_choice(); }
  [[nodiscard]] bool is_decimal() const { return type == Type::decimal || type == Type::real || type == Type::money; }
  [[nodiscard]] bool is_date_only() const { return type == Type::date_time && behavior == "DateOnly"; }
  [[nodiscard]] bool is_text() const {
    return type == Type::string || type == Type::memo || type == Type::multi_select || type == Type::entity_name;
  }
  [[nodiscard]] Option const* option(std::int64_t value) const;
  [[nodiscard]] Target const* target(std::string_view table) const;
};

// An alternate key: accounts(accountnumber='x').
struct AlternateKey {
  std::string name;          // "new_accountnumber"
  std::vector<int> columns;  // indexes into the table's columns
};

struct Table {
  std::string name, schema_name, set_name, collection_schema_name;
  std::string primary_id, primary_name;
  std::string privilege_name;  // "Incident", "Note", "Activity"
  std::string metadata_id;
  std::int64_t type_code = 0;
  Labels labels, collection_labels;
  bool owned = true, has_notes = false, has_activities = false, is_activity = false, change_tracking = false, custom = false;
  bool enforce_transitions = false;
  bool optimistic = true;           // If-Match with an etag is understood
  bool closed_read_only = false;    // rows outside state 0 refuse edits until they are reopened
  std::vector<std::string> privileges;  // Create, Read, …
  std::vector<Column> columns;
  std::vector<AlternateKey> keys;

  // Indexes into `columns`; -1 when absent.
  [[nodiscard]] int index_of(std::string_view logical_name) const;
  [[nodiscard]] int index_of_query_name(std::string_view query_name) const;
  [[nodiscard]] Column const& column(int index) const { return columns[static_cast<std::size_t>(index)]; }
  // A single-valued navigation property: its column and target. A name may have several targets (ownerid).
  struct Navigation {
    int column = -1;
    std::vector<Target const*> targets;
  };
  [[nodiscard]] Navigation navigation(std::string_view name) const;
  void build_indexes();

  int primary = -1, created_on = -1, modified_on = -1, created_by = -1, modified_by = -1, version = -1, owner = -1,
      owning_user = -1, owning_unit = -1, state = -1, status = -1;

 private:
  std::unordered_map<std::string, int> by_name_, by_query_name_;
};

class Schema {
 public:
  // Errors: config, naming table and column.
  static tandem::Result<Schema> from_json(tandem::json::Value const& tables, tandem::json::Value const& global_choices);
  void set_change_tracking(std::string_view logical_name, bool enabled);  // unknown names are ignored
  [[nodiscard]] Table const* table(std::string_view logical_name) const;
  [[nodiscard]] Table const* table_of_set(std::string_view set_name) const;
  [[nodiscard]] Table const* table_of_metadata(std::string_view metadata_id) const;
  [[nodiscard]] std::vector<std::unique_ptr<Table>> const& tables() const { return tables_; }
  // A collection-valued navigation of a table: the referencing table and its lookup column.
  struct Collection {
    Table const* table = nullptr;
    int column = -1;
  };
  [[nodiscard]] Collection collection(Table const& referenced, std::string_view navigation) const;

 private:
  std::vector<std::unique_ptr<Table>> tables_;  // addresses stay
};

std::string_view name_of(Type type);                 // "Picklist": AttributeTypeName without "Type"
std::optional<Type> type_named(std::string_view name);
// The label in a language; nothing when there is none (UserLocalizedLabel null).
std::optional<std::string> label_in(Labels const& labels, int language);
// For formatted values: that language, else the first label, else "".
std::string label_or_any(Labels const& labels, int language);

}  // namespace sandbox::dataverse
