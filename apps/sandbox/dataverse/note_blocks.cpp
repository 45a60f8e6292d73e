// The file of a note in blocks (dataverse.md §22): initialize, upload blocks, commit; initialize, download blocks.
//
// A block holds at most 4 MiB; block ids are base64 of at most 64 bytes and all of one length. The committed file meets the same limits
// as one sent at once. The commit writes the note, or creates it with the id of the target.
#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/ids/uuid.hpp>

#include "dataverse/functions.hpp"
#include "dataverse/rows.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::size_t kMostBlock = 4U << 20U;
constexpr std::size_t kMostBlockId = 64;

tl::unexpected<Refusal> required(std::string_view parameter) {
  return tl::unexpected(invalid_argument(fmt::format("The parameter '{}' of the action is required.", parameter)));
}

Checked<Table const*> notes(Engine const& engine) {
  auto const* table = engine.schema.table("annotation");
  if (table == nullptr) return tl::unexpected(unknown_segment(engine.settings.dialect, "annotations"));
  return table;
}

struct Target {
  std::string id;
  json::Object columns;
};

Checked<Target> target_of(json::Object const& parameters) {
  auto const* given = parameters.find("Target");
  if (given == nullptr || !given->is_object()) return required("Target");
  auto const type = (*given)["@odata.type"].text();
  if (!type.ends_with("Microsoft.Dynamics.CRM.annotation"))
    return tl::unexpected(bad_payload("", "Microsoft.OData.ODataException: The Target is no Microsoft.Dynamics.CRM.annotation."));
  auto const id = tandem::normalized_uuid((*given)["annotationid"].text());
  if (!id) return required("Target.annotationid");
  return Target{*id, given->members()};
}

Checked<BlockTransfer*> transfer_of(Engine& engine, json::Object const& parameters, bool upload) {
  auto const* token = parameters.find("FileContinuationToken");
  if (token == nullptr || !token->is_string()) return required("FileContinuationToken");
  auto const found = engine.transfers.find(token->text_or(""));
  if (found == engine.transfers.end() || found->second.upload != upload)
    return tl::unexpected(invalid_argument("The FileContinuationToken is not valid."));
  return &found->second;
}

std::string response_type(Call const& call, std::string_view action) {
  return fmt::format("{}/$metadata#Microsoft.Dynamics.CRM.{}Response", call.base, action);
}

}  // namespace

Checked<Response> initialize_upload(Engine& engine, Call const& call) {
  SANDBOX_TRY(auto const* table, notes(engine));
  SANDBOX_TRY(auto const parameters, parameters_of(call));
  SANDBOX_TRY(auto const target, target_of(parameters));
  bool const exists = engine.database.find(*table, target.id) != nullptr;
  SANDBOX_TRY([[maybe_unused]] auto const held, need(engine, call.caller, exists ? "Write" : "Create", *table));
  auto const token = tandem::to_base64(engine.next_id("upload"));
  engine.transfers[token] = BlockTransfer{target.id, true, {}};
  return json_answer(200, json::Object{{"@odata.context", response_type(call, "InitializeAnnotationBlocksUpload")},
                                       {"FileContinuationToken", token}});
}

Checked<Response> upload_block(Engine& engine, Call const& call) {
  SANDBOX_TRY(auto const parameters, parameters_of(call));
  SANDBOX_TRY(auto* const transfer, transfer_of(engine, parameters, true));
  auto const* block_id = parameters.find("BlockId");
  auto const* data = parameters.find("BlockData");
  if (block_id == nullptr || !block_id->is_string()) return required("BlockId");
  if (data == nullptr || !data->is_string()) return required("BlockData");
  auto const name = tandem::from_base64(block_id->text());
  if (!name || name->empty() || name->size() > kMostBlockId)
    return tl::unexpected(invalid_argument("The BlockId is base64 of 1 to 64 bytes."));
  auto const& blocks = transfer->blocks;
  if (!blocks.empty() && blocks.begin()->first.size() != block_id->text().size())
    return tl::unexpected(invalid_argument("All block ids of a file have the same length."));
  auto bytes = tandem::from_base64(data->text());
  if (!bytes) return tl::unexpected(invalid_argument("The BlockData is not valid base64."));
  if (bytes->size() > kMostBlock) return tl::unexpected(invalid_argument("The BlockData has more than 4194304 bytes."));
  transfer->blocks[block_id->text_or("")] = std::move(*bytes);
  return no_content();
}

Checked<Response> commit_upload(Engine& engine, Call const& call) {
  SANDBOX_TRY(auto const* table, notes(engine));
  SANDBOX_TRY(auto const parameters, parameters_of(call));
  SANDBOX_TRY(auto target, target_of(parameters));
  SANDBOX_TRY(auto* const transfer, transfer_of(engine, parameters, true));
  if (transfer->note_id != target.id)
    return tl::unexpected(invalid_argument("The Target is not the one that the upload was started with."));
  auto const* list = parameters.find("BlockList");
  if (list == nullptr || !list->is_array()) return required("BlockList");
  std::string bytes;
  for (auto const& id : list->items()) {
    auto const block = transfer->blocks.find(id.text_or(""));
    if (block == transfer->blocks.end())
      return tl::unexpected(invalid_argument(fmt::format("The block '{}' was not uploaded.", id.text())));
    bytes += block->second;
  }
  auto const size = static_cast<std::int64_t>(bytes.size());
  target.columns.erase("annotationid");
  target.columns.set("documentbody", tandem::to_base64(bytes));
  bool const exists = engine.database.find(*table, target.id) != nullptr;
  SANDBOX_TRY([[maybe_unused]] auto const* row, exists ? update_row(engine, call, *table, target.id, target.columns)
                                                       : insert_row(engine, call, *table, target.id, target.columns));
  engine.transfers.erase(parameters.find("FileContinuationToken")->text_or(""));
  return json_answer(200, json::Object{{"@odata.context", response_type(call, "CommitAnnotationBlocksUpload")},
                                       {"AnnotationId", target.id},
                                       {"FileSizeInBytes", size}});
}

Checked<Response> initialize_download(Engine& engine, Call const& call) {
  SANDBOX_TRY(auto const* table, notes(engine));
  SANDBOX_TRY(auto const parameters, parameters_of(call));
  SANDBOX_TRY(auto const target, target_of(parameters));
  SANDBOX_TRY(auto const* row, visible_row(engine, call, *table, target.id));
  if (row->text(table->index_of("documentbody")).empty()) return tl::unexpected(invalid_argument("The note has no file."));
  auto const token = tandem::to_base64(engine.next_id("download"));
  engine.transfers[token] = BlockTransfer{target.id, false, {}};
  return json_answer(200, json::Object{{"@odata.context", response_type(call, "InitializeAnnotationBlocksDownload")},
                                       {"FileContinuationToken", token},
                                       {"FileSizeInBytes", row->number(table->index_of("filesize"))},
                                       {"FileName", std::string(row->text(table->index_of("filename")))}});
}

Checked<Response> download_block(Engine& engine, Call const& call) {
  SANDBOX_TRY(auto const* table, notes(engine));
  SANDBOX_TRY(auto const parameters, parameters_of(call));
  SANDBOX_TRY(auto const* const transfer, transfer_of(engine, parameters, false));
  auto const* from = parameters.find("Offset");
  auto const* length = parameters.find("BlockLength");
  auto const offset = from == nullptr ? std::nullopt : from->integer();
  auto const wanted = length == nullptr ? std::nullopt : length->integer();
  if (!offset || *offset < 0) return required("Offset");
  if (!wanted || *wanted <= 0) return required("BlockLength");
  SANDBOX_TRY(auto const* row, visible_row(engine, call, *table, transfer->note_id));
  auto const bytes = tandem::from_base64(row->text(table->index_of("documentbody"))).value_or("");
  auto const start = static_cast<std::size_t>(*offset);
  if (start >= bytes.size()) return tl::unexpected(invalid_argument("The Offset is behind the end of the file."));
  auto const part = std::string_view(bytes).substr(start, std::min(static_cast<std::size_t>(*wanted), kMostBlock));
  return json_answer(200,
                     json::Object{{"@odata.context", response_type(call, "DownloadBlock")}, {"Data", tandem::to_base64(part)}});
}

}  // namespace sandbox::dataverse
