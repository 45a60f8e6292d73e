#include "dataverse/notes.hpp"

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/text/utf8.hpp>

#include "dataverse/write_body.hpp"

namespace sandbox::dataverse {

namespace {

constexpr std::string_view kNote = "annotation";

bool is_blocked(std::string_view list, std::string_view file_name) {
  auto const dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return false;
  auto const extension = tandem::text::ascii_lower(file_name.substr(dot + 1));
  for (std::size_t at = 0; at < list.size();) {
    auto const end = std::min(list.find(';', at), list.size());
    if (tandem::text::ascii_lower(tandem::text::trimmed(list.substr(at, end - at))) == extension) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

Checked<std::monostate> apply_note_rules(Engine const& engine, Table const& table, Row& row, bool file_given) {
  if (table.name != kNote) return std::monostate{};
  auto const file_size = table.index_of("filesize");
  auto const is_document = table.index_of("isdocument");
  if (is_null(row.get(file_size))) row.set(file_size, std::int64_t{0});
  if (!file_given) return std::monostate{};
  auto const base64 = row.text(table.index_of("documentbody"));
  auto const* organizations = engine.schema.table("organization");
  auto const* organization = organizations == nullptr ? nullptr : engine.database.find(*organizations, engine.organization.id);
  if (organization != nullptr) {
    // The limit is compared with the base64 length, so that a file may have three quarters of it.
    auto const most = organization->number(organizations->index_of("maxuploadfilesize"));
    if (most > 0 && static_cast<std::int64_t>(base64.size()) > most)
      return refuse(400, "0x80044a02", "Attachment file size is too big.");
    if (is_blocked(organization->text(organizations->index_of("blockedattachments")), row.text(table.index_of("filename")))) {
      return refuse(400, "0x80043e09",
                    "The attachment is either not a valid type or is too large. It cannot be uploaded or downloaded.");
    }
  }
  auto const bytes = tandem::from_base64(base64);
  if (!bytes) return refuse(400, "0x80040203", "The documentbody is not valid base64.");
  row.set(file_size, static_cast<std::int64_t>(bytes->size()));
  row.set(is_document, !bytes->empty());
  return std::monostate{};
}

void touch_parent(Engine& engine, Caller const& caller, Table const& table, Row const& note) {
  if (!engine.settings.note_touches_parent || table.name != kNote) return;
  auto const* parent = note.reference(table.index_of("objectid"));
  auto const* row = parent == nullptr ? nullptr : engine.database.find(*parent->table, parent->id);
  if (row != nullptr) store_row(engine, caller, *parent->table, *row, Write::update);
}

}  // namespace sandbox::dataverse
