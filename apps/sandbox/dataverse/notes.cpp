#include "dataverse/notes.hpp"

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/text/utf8.hpp>

#include "dataverse/write_body.hpp"

namespace sandbox::dataverse {

namespace {

constexpr std::string_view kNote = "annotation";

constexpr std::string_view kBadNameCharacters = "<>:\"/\\|?*";

bool is_listed(std::string_view list, std::string_view wanted) {
  for (std::size_t at = 0; at < list.size();) {
    auto const end = std::min(list.find(';', at), list.size());
    if (tandem::text::equal_ignoring_case(tandem::text::trimmed(list.substr(at, end - at)), wanted)) return true;
    at = end + 1;
  }
  return false;
}

tl::unexpected<Refusal> blocked() {
  return refuse(400, "0x80043e09",
                "The attachment is either not a valid type or is too large. It cannot be uploaded or downloaded.");
}

// What the organisation allows: size, extension, MIME type.
Checked<std::monostate> check_file(Engine const& engine, std::string_view base64, std::string_view file_name,
                                   std::string_view mime_type) {
  auto const* organizations = engine.schema.table("organization");
  auto const* organization = organizations == nullptr ? nullptr : engine.database.find(*organizations, engine.organization.id);
  if (organization == nullptr) return std::monostate{};
  // The limit is compared with the base64 length, so that a file may have three quarters of it.
  auto const most = organization->number(organizations->index_of("maxuploadfilesize"));
  if (most > 0 && static_cast<std::int64_t>(base64.size()) > most)
    return refuse(400, "0x80044a02", "Attachment file size is too big.");
  auto const list = [&](std::string_view column) { return organization->text(organizations->index_of(column)); };
  auto const dot = file_name.rfind('.');
  if (dot != std::string_view::npos && is_listed(list("blockedattachments"), file_name.substr(dot + 1))) return blocked();
  if (mime_type.empty()) return std::monostate{};
  if (is_listed(list("blockedmimetypes"), mime_type)) return blocked();
  if (!list("allowedmimetypes").empty() && !is_listed(list("allowedmimetypes"), mime_type)) return blocked();
  return std::monostate{};
}

}  // namespace

Checked<std::monostate> apply_note_rules(Engine const& engine, Table const& table, Row& row, tandem::json::Value const* file) {
  if (table.name != kNote) return std::monostate{};
  auto const file_size = table.index_of("filesize");
  auto const is_document = table.index_of("isdocument");
  auto const file_name = row.text(table.index_of("filename"));
  if (file_name.find_first_of(kBadNameCharacters) != std::string_view::npos)
    return refuse(400, "0x80044a08", "Attachment file name contains invalid characters.");
  if (is_null(row.get(file_size))) row.set(file_size, std::int64_t{0});
  if (file == nullptr) return std::monostate{};
  if (file->is_string() && file->text().empty()) return refuse(400, "0x80044a04", "Attachment is empty.");
  auto const base64 = row.text(table.index_of("documentbody"));
  if (!base64.empty()) {
    SANDBOX_TRY([[maybe_unused]] auto const allowed, check_file(engine, base64, file_name, row.text(table.index_of("mimetype"))));
  }
  auto const bytes = tandem::from_base64(base64);
  if (!bytes) return refuse(400, "0x80040203", "The documentbody is not valid base64.");
  row.set(file_size, static_cast<std::int64_t>(bytes->size()));
  if (engine.settings.note_is_document || bytes->empty()) row.set(is_document, !bytes->empty());
  return std::monostate{};
}

void touch_parent(Engine& engine, Caller const& caller, Table const& table, Row const& note) {
  if (!engine.settings.note_touches_parent || table.name != kNote) return;
  auto const* parent = note.reference(table.index_of("objectid"));
  auto const* row = parent == nullptr ? nullptr : engine.database.find(*parent->table, parent->id);
  if (row != nullptr) store_row(engine, caller, *parent->table, *row, Write::update);
}

}  // namespace sandbox::dataverse
