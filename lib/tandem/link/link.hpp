// Link: one issue tied to one record under one item (SPEC D), and Base: what each side held when both last agreed (SPEC E5).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>

namespace tandem::link {

enum class Kind : std::uint8_t { automatic, manual };
enum class State : std::uint8_t { active, broken };
std::string_view name_of(Kind kind);

// Follow-up writes that must still happen. They are idempotent by nature: being owed is their intent.
struct Owed {
  bool remote_link = false;
  bool link_note = false;
  bool property = false;  // of a link made by hand: an automatic one has it from its issue's creation
  [[nodiscard]] bool any() const { return remote_link || link_note || property; }
};

struct Link {
  std::string id;               // link_id()
  std::string item;
  std::string entity, record;   // logical name, GUID
  std::string record_number;    // "CAS-01001", for people
  std::string issue, issue_key; // identity, and the key as last seen
  Kind kind = Kind::automatic;
  State state = State::active;
  Owed owed;
  std::string note_hash, remote_hash;      // of what was last written; "" = not yet
  std::optional<Instant> made_at, synced_at;  // Jira's clock
  std::optional<Instant> rebuilt_at;  // made anew from both systems, after the store was lost (SPEC D11)

  [[nodiscard]] json::Value to_json() const;
  static Result<Link> from_json(json::Value const& value);
};

// Raw values of one mapping, as each side itself held them after the last write (never converted, so a codec change rewrites nothing).
struct FieldBase {
  json::Value column, field;
};

struct StatusBase {
  json::Value dynamics_state, dynamics_status;  // statecode, statuscode
  std::string jira_status;  // id
  bool apply = false;  // the record's status is older than its issue and still to be shown there, once (SPEC E4)
  // A moved status of the record that could not be brought over yet, and the version that first showed it, by Dataverse's clock (SPEC G1).
  json::Value seen_status{};
  std::optional<Instant> seen_at{};
};

struct Base {
  std::map<std::string, FieldBase> fields;  // by FieldRule::key()
  StatusBase status;
  std::string etag;  // the record's version that was reconciled last
  std::string issue_updated;  // the issue's `updated` as it was then, as Jira wrote it; "" = not known
  bool unseen = false;  // that version of the issue shows an edit that was not looked at yet

  [[nodiscard]] json::Value to_json() const;
  static Result<Base> from_json(json::Value const& value);
};

}  // namespace tandem::link
