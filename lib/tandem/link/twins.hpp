// Twins: a comment and its note, an attachment and its file note (SPEC "Words", H, I, F10). One is the original, the other our copy.
//
// A twin stays when one of its two goes: it is then the tombstone by which what was deleted is not made again. Each side is compared with
// what it held itself when it was last looked at, by version first and by content where the version moved. A comment or note that was too long for
// one copy has several, its parts: the twin's own ids are of the first.
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

// One part of a copy.
struct CopyPart {
  std::string id;  // on the side of the copy
  std::string version, hash;  // as of Twin's copy
  std::string pending;  // of the content that is being written to it: an edit whose answer is not known yet
  friend bool operator==(CopyPart const&, CopyPart const&) = default;
};

struct Twin {
  TwinKind kind = TwinKind::comment;
  Side original = Side::dynamics;
  std::string note, jira;  // ids: of the annotation; of the comment or attachment
  std::string original_version;  // that the whole copy shows: etag, or `updated` of a comment; "" = it was never complete
  std::string copy_version;  // "" = not seen since it was written
  std::string original_hash, copy_hash;  // of the content at that version; "" = not known
  std::string pending;  // as of a part
  std::vector<CopyPart> more{};  // parts of the copy from the second on

  // Counted from 1; a part that is not there is empty, and setting one makes those before it.
  [[nodiscard]] std::size_t parts() const { return 1 + more.size(); }
  [[nodiscard]] CopyPart part(std::size_t number) const;
  void set_part(std::size_t number, CopyPart part);
  // Of one of its notes, as it was last seen; "" = never, or not one of them.
  [[nodiscard]] std::string note_version(std::string_view id) const;
  friend bool operator==(Twin const&, Twin const&) = default;
  [[nodiscard]] json::Value to_json() const;
  static Result<Twin> from_json(json::Value const& value);
};

struct Copy {
  std::string link, twin;  // the link under which it was made; the id of its original on the other side
  [[nodiscard]] json::Value to_json() const;
  static Result<Copy> from_json(json::Value const& value);
};

// Adds or replaces, and remembers each part of the copy.
Result<Unit> put_twin(store::Writer& writer, std::string_view link_id, Twin const& twin);
// By its note; of a copy in parts, the first one's.
Result<std::optional<Twin>> find_twin(store::Reader& reader, std::string_view link_id, TwinKind kind, std::string_view note);
Result<std::vector<Twin>> twins_of(store::Reader& reader, std::string_view link_id);
Result<Unit> erase_twins(store::Writer& writer, std::string_view link_id);
// What is known of an id on one side as a copy of tandem's, under whatever link.
Result<std::optional<Copy>> find_copy(store::Reader& reader, TwinKind kind, Side side, std::string_view id);

}  // namespace tandem::link
