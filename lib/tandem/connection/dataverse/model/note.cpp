#include <tandem/connection/dataverse/model/note.hpp>

#include <tandem/base/ids/uuid.hpp>

namespace tandem::dataverse {

namespace {

std::string text_of(Record const& record, std::string_view column) {
  auto const* value = record.column(column);
  return value == nullptr ? std::string() : std::string(value->text());
}

std::string id_of(Record const& record, std::string_view column) { return normalized_uuid(text_of(record, column)).value_or(""); }

// Null is an empty text; absent is not known.
std::optional<std::string> text_if_given(Record const& record, std::string_view column) {
  auto const* value = record.column(column);
  if (value == nullptr) return std::nullopt;
  return std::string(value->text());
}

}  // namespace

Note note_of(Record const& record) {
  Note note;
  note.id = record.id;
  note.etag = record.etag;
  note.record = id_of(record, "_objectid_value");
  note.entity = text_of(record, "objecttypecode");
  note.file_name = text_of(record, "filename");
  note.mime_type = text_of(record, "mimetype");
  if (auto const* size = record.column("filesize")) {
    auto const bytes = size->integer().value_or(0);
    note.file_size = bytes > 0 ? static_cast<std::uint64_t>(bytes) : 0;
  }
  if (auto const* version = record.column("versionnumber")) note.version = version->integer().value_or(0);
  auto const* document = record.column("isdocument");
  note.is_document = document != nullptr && document->truthy();
  note.created = parse_instant(text_of(record, "createdon"));
  note.modified = parse_instant(text_of(record, "modifiedon"));
  note.author_id = id_of(record, "_createdby_value");
  note.editor_id = id_of(record, "_modifiedby_value");
  if (auto const name = record.formatted.find("_createdby_value"); name != record.formatted.end()) note.author = name->second;
  note.subject = text_if_given(record, "subject");
  note.text = text_if_given(record, "notetext");
  return note;
}

std::vector<std::string> note_columns() {
  return {std::string(kNoteId), "_objectid_value", "objecttypecode", "filename",         "mimetype",          "filesize",
          "isdocument",         "createdon",       "modifiedon",     "_createdby_value", "_modifiedby_value", "versionnumber"};
}

std::vector<std::string> note_text_columns() {
  auto columns = note_columns();
  columns.emplace_back("subject");
  columns.emplace_back("notetext");
  return columns;
}

}  // namespace tandem::dataverse
