// A note (annotation) of a record (contract: dataverse.md §22). Lists hold neither its text nor its file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/time/instant.hpp>
#include <tandem/connection/dataverse/model/record.hpp>

namespace tandem::dataverse {

inline constexpr std::string_view kNotes = "annotations";
inline constexpr std::string_view kNoteId = "annotationid";
// Of the default organisation, in UTF-16 units; a larger one is not made use of.
inline constexpr std::size_t kMostNoteText = 100'000;
inline constexpr std::size_t kMostNoteSubject = 500;
inline constexpr std::size_t kMostFileName = 255;

struct Note {
  std::string id, etag;
  std::string record, entity;  // of the parent: GUID, logical name
  std::string file_name, mime_type;
  std::uint64_t file_size = 0;  // bytes; 0 without a file
  bool is_document = false;
  std::optional<Instant> created, modified;  // whole seconds
  std::int64_t version = 0;  // of the row: orders what was made within one second
  std::string author_id, author, editor_id;
  std::optional<std::string> subject, text;  // only where they were asked for

  [[nodiscard]] bool has_file() const { return is_document || !file_name.empty() || file_size > 0; }
};

Note note_of(Record const& record);
// For lists and feeds: everything but subject, text and body.
std::vector<std::string> note_columns();
// The same with subject and text, for notes that are really looked at.
std::vector<std::string> note_text_columns();

}  // namespace tandem::dataverse
