// Twins: a comment and its note, an attachment and its file note (SPEC "Words", H, I, F10). One is the original, the other our copy.
//
// A twin stays when one of its two goes: it is then the tombstone by which what was deleted is not made again. Each side is compared with
// what it held itself when it was last looked at, by version first and by content where the version moved.
//
// Tables: "twins" ((link, kind, note) -> Twin), "copies" ((kind, side, id) -> Copy). A copy is remembered for ever, also after its link is
// gone: what tandem wrote is never taken for somebody's own under another link or item.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/store/table.hpp>

namespace tandem::link {

enum class TwinKind : std::uint8_t { comment, file };
enum class Side : std::uint8_t { jira, dynamics };
std::string_view name_of(TwinKind kind);
std::string_view name_of(Side side);

struct Twin {
  TwinKind kind = TwinKind::comment;
  Side original = Side::dynamics;
  std::string note, jira;  // ids: of the annotation; of the comment or attachment
  std::string original_version, copy_version;  // etag, or `updated` of a comment; "" = not seen since it was written
  std::string original_hash, copy_hash;  // of the content at that version; "" = not known
  std::string pending;  // of the content that is being written to the copy: an edit whose answer is not known yet

  [[nodiscard]] std::string const& note_version() const { return original == Side::dynamics ? original_version : copy_version; }
  [[nodiscard]] json::Value to_json() const;
  static Result<Twin> from_json(json::Value const& value);
};

struct Copy {
  std::string link, twin;  // the link under which it was made; the id of its original on the other side
  [[nodiscard]] json::Value to_json() const;
  static Result<Copy> from_json(json::Value const& value);
};

// Adds or replaces, and remembers the copy.
Result<Unit> put_twin(store::Writer& writer, std::string_view link_id, Twin const& twin);
Result<std::optional<Twin>> find_twin(store::Reader& reader, std::string_view link_id, TwinKind kind, std::string_view note);
Result<std::vector<Twin>> twins_of(store::Reader& reader, std::string_view link_id);
Result<Unit> erase_twins(store::Writer& writer, std::string_view link_id);
// What is known of an id on one side as a copy of tandem's, under whatever link.
Result<std::optional<Copy>> find_copy(store::Reader& reader, TwinKind kind, Side side, std::string_view id);

}  // namespace tandem::link
