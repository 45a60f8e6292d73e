// Held fields: what waits for a person's decision (SPEC D14, E5, C8, C9, R3, R6).
//
// A hold that a look at both sides finds again (a conflict, an edit that would lose content, an edited cut copy) goes by itself when the next look
// does not find it. The others are sticky: the field is left alone until `link resolve`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/time/instant.hpp>
#include <tandem/mapping/reason.hpp>
#include <tandem/store/table.hpp>

namespace tandem::sync {

struct Held {
  std::string link, rule;  // the key: FieldRule::key(), or "status"
  std::string item, record, number, issue_key;
  std::string column, field;
  std::string reason, detail;  // code
  std::string column_shown, field_shown;  // what both sides held, for people
  json::Value column_raw, field_raw;  // the same, whole: nothing that waits is lost
  std::string kept;  // a text that a write of ours replaced, "" else
  std::optional<Instant> at;  // Dataverse's clock, when it was first held
  [[nodiscard]] json::Value to_json() const;
  static Result<Held> from_json(json::Value const& value);
};

// Whether the field is left alone until a person decides.
bool is_sticky(std::string_view reason);

Result<Unit> put_held(store::Writer& writer, Held const& held);
Result<Unit> erase_held(store::Writer& writer, std::string_view link, std::string_view rule);
Result<std::optional<Held>> find_held(store::Reader& reader, std::string_view link, std::string_view rule);
Result<std::vector<Held>> held_of_link(store::Reader& reader, std::string_view link);
// Of all links, in the order of their ids; at most `most`.
Result<std::vector<Held>> all_held(store::Reader& reader, std::size_t most);
Result<std::size_t> count_held(store::Reader& reader);

// All that waits of a link, and what was counted of it: the link goes. In the caller's transaction.
Result<Unit> forget_holds(store::Writer& writer, std::string_view link);

}  // namespace tandem::sync
