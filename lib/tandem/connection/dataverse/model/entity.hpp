// Metadata of a Dataverse table (contract: dataverse.md §17).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>

namespace tandem::dataverse {

struct Option {
  std::int64_t value = 0;
  std::string label;                     // the user's language, else the first label, else ""
  std::vector<std::string> labels;       // in every language
  std::optional<std::int64_t> state;     // status reasons: the state they belong to
  std::optional<std::int64_t> default_status;  // states
  std::string invariant_name;            // states: Active, Resolved, … in every language
  std::optional<std::vector<std::int64_t>> next{};  // status reasons under transition rules: those that may follow; absent = any
};

struct Attribute {
  std::string logical_name;  // "prioritycode"
  std::string schema_name;
  std::string label;
  std::string type;  // AttributeTypeName without "Type": String, Memo, Picklist, MultiSelectPicklist, Boolean, Integer, BigInt,
      // Decimal, Double, Money, DateTime, Lookup, Customer, Owner, State, Status, Uniqueidentifier, …
  std::string required;  // None | Recommended | ApplicationRequired | SystemRequired
  bool readable = true, creatable = true, updatable = true, secured = false;
  std::optional<std::int64_t> max_length;  // String, Memo: UTF-16 units
  std::string format;  // String/Memo: Text, TextArea, RichText, Email, Url…; DateTime: DateOnly, DateAndTime
  std::string behavior;  // DateTime: UserLocal, DateOnly, TimeZoneIndependent
  std::optional<std::string> min_value, max_value;  // decimal text
  std::optional<std::int64_t> precision;
  std::vector<Option> options;  // Picklist, MultiSelectPicklist, State, Status, Boolean (values 0 and 1)
  std::vector<std::string> targets;  // Lookup, Customer, Owner: entities
  std::map<std::string, std::string> navigation;  // lookups: target entity -> single-valued navigation property for @odata.bind

  // The name under which a query selects it and an answer holds it: "_customerid_value" for lookups.
  [[nodiscard]] std::string query_name() const {
    bool const lookup = type == "Lookup" || type == "Customer" || type == "Owner";
    return lookup ? "_" + logical_name + "_value" : logical_name;
  }
  [[nodiscard]] json::Value to_json() const;
  static Result<Attribute> from_json(json::Value const& value);
};

struct Entity {
  std::string logical_name;  // "incident"
  std::string set_name;  // "incidents"
  std::string label;
  std::string primary_id;  // "incidentid"
  std::string primary_name;  // "title"
  std::string metadata_id;
  std::int64_t type_code = 0;
  bool has_notes = false, is_activity = false, change_tracking = false, optimistic_concurrency = true, custom = false;
  bool enforce_transitions = false;  // EnforceStateTransitions: options' `next` binds
  std::string note_navigation;  // bind name on annotation: "objectid_incident"; "" when notes cannot be attached
  std::vector<Attribute> attributes;
  std::map<std::string, std::string> privileges;  // "Read" -> "prvReadIncident"

  [[nodiscard]] Attribute const* attribute(std::string_view logical_name_) const;
  [[nodiscard]] json::Value to_json() const;
  static Result<Entity> from_json(json::Value const& value);
};

// A business application module and the tables that belong to it. "custom" allows any table.
struct Module {
  std::string name;  // unique name: "customer-service"
  std::string label;
  std::vector<std::string> entities;  // logical names that exist here
  bool any_entity = false;
};

}  // namespace tandem::dataverse
