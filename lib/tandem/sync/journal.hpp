// Journal: what is about to be written, and the evidence by which it is recognised afterwards (SPEC R2).
//
// An intent is committed before every write that is not idempotent by nature and leaves the journal in the same commit that records the
// write's outcome. A link with an open intent is not planned. Notes with derived ids, remote links and properties need none: being owed
// by their link is their intent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tandem/link/link.hpp>
#include <tandem/store/table.hpp>

namespace tandem::sync {

enum class Effect : std::uint8_t { create_issue, edit_issue };

// One field of an edit.
struct IntendedField {
  std::string rule, field;  // FieldRule::key(), field id
  json::Value column;  // the record's raw value that is being written
  json::Value before, after;  // what the issue held (read shape), what is sent (write shape)
};

struct Intent {
  std::string id;  // of the link: a link has at most one open intent
  Effect effect = Effect::create_issue;
  std::string run;
  std::string item, entity, record, number;
  std::optional<Instant> at;  // Jira's clock just before the write
  std::string etag;  // of the record that was read

  // create_issue
  std::string project;  // key
  std::int64_t floor = 0;  // highest issue number of the project that was known
  link::Base base;  // what the record held: becomes the link's base
  std::optional<std::string> issue, issue_key;  // known once the answer came; then only the read-back is missing

  // edit_issue (also uses issue, issue_key)
  std::vector<IntendedField> fields;

  [[nodiscard]] json::Value to_json() const;
  static Result<Intent> from_json(json::Value const& value);
};

Result<Unit> put_intent(store::Writer& writer, Intent const& intent);
Result<Unit> erase_intent(store::Writer& writer, std::string_view id);
Result<std::optional<Intent>> find_intent(store::Reader& reader, std::string_view id);
Result<std::vector<Intent>> open_intents(store::Reader& reader);

}  // namespace tandem::sync
