// Notes: create with a derived id, files at once and in blocks, download (contract: dataverse.md §12, §22).
#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/connection/dataverse/client.hpp>
#include <tandem/connection/dataverse/errors.hpp>
#include <tandem/connection/dataverse/odata.hpp>
#include <tandem/connection/http/unreadable.hpp>

namespace tandem::dataverse {
namespace {

constexpr std::uint64_t kBlock = 4U << 20U;  // bytes of the file in one block: the most that is taken
constexpr std::string_view kCreate = "PATCH /annotations({id}) create";

http::Request create_request(std::string_view organisation_url, std::string const& path) {
  auto request =
      make_request(organisation_url, "PATCH", path + "?$select=" + name_list(note_text_columns()), std::string(kCreate));
  request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back("If-None-Match", "*");
  request.headers.emplace_back("Prefer", fmt::format("return=representation,{}", kAnnotations));
  request.repeat = http::Repeat::safe;  // a second one finds the row of the first
  return request;
}

bool says_note_exists(http::Response const& reply) {
  if (reply.status != 412) return false;
  auto const code = odata_error(reply.body).code;
  return code.empty() || code == "0x80040237" || code == "0x80060882";
}

// The members of an object without its braces: for a body that another member is added to while it is sent.
std::string members_text(json::Object const& object) {
  auto text = json::to_text(object);
  return text.substr(1, text.size() - 2);
}

json::Object target_of(std::string const& id, json::Object const& body) {
  json::Object target{{"@odata.type", "Microsoft.Dynamics.CRM.annotation"}, {"annotationid", id}};
  for (auto const& [name, value] : body) target.set(name, value);
  return target;
}

// Block ids are base64 and all of one length.
std::string block_id(std::uint64_t number) { return to_base64(fmt::format("block-{:06}", number)); }

http::Request action(std::string_view organisation_url, std::string const& name, http::Repeat repeat) {
  auto request = make_request(organisation_url, "POST", "/" + name, "POST /" + name);
  request.headers.emplace_back("Content-Type", "application/json");
  request.repeat = repeat;
  return request;
}

// What the note holds after an answer that does not show it. When it is not there the answer was somebody else's.
Result<std::optional<Record>> written_note(Client& client, http::Request const& request, std::string const& id) {
  TANDEM_TRY(auto note, client.get(std::string(kNotes), std::string(kNoteId), id, note_text_columns()));
  if (!note) return fail(http::unreadable_write(request));
  return note;
}

}  // namespace

Result<std::optional<Record>> Client::create_note(std::string const& id, json::Object const& body) {
  TANDEM_TRY(auto const path, row_path(std::string(kNotes), id));
  auto request = create_request(organisation_url_, path);
  request.body = json::to_text(body);
  TANDEM_TRY(auto const reply, http::exchange(transport_, request, http::Access::write));
  if (says_note_exists(reply)) return std::optional<Record>{};
  if (reply.status == 204) return written_note(*this, request, id);  // the preference was not honoured
  if (reply.status != 201 && reply.status != 200)
    return fail(error_of(reply, http::Access::write, organisation_url_, request.endpoint));
  auto const parsed = read_body(reply, request.endpoint);
  if (parsed) {
    if (auto record = read_record(*parsed, kNoteId)) return std::optional(std::move(*record));
  }
  return written_note(*this, request, id);
}

Result<std::optional<Record>> Client::create_file_note(std::string const& id, json::Object const& body,
                                                       std::shared_ptr<http::Spool const> const& file) {
  TANDEM_TRY(auto const path, row_path(std::string(kNotes), id));
  auto request = create_request(organisation_url_, path);
  auto const composed = std::make_shared<http::ComposedBody>();
  composed->text(fmt::format("{{{},\"documentbody\":\"", members_text(body))).file(file, 0, file->size(), true).text("\"}");
  request.source = composed;
  TANDEM_TRY(auto const reply, http::exchange(transport_, request, http::Access::write));
  if (says_note_exists(reply)) return std::optional<Record>{};
  if (reply.status != 201 && reply.status != 200 && reply.status != 204)
    return fail(error_of(reply, http::Access::write, organisation_url_, request.endpoint));
  return written_note(*this, request, id);
}

Result<Unit> Client::upload_file_note(std::string const& id, json::Object const& body,
                                      std::shared_ptr<http::Spool const> const& file) {
  auto const target = target_of(id, body);
  // A begun upload without its commit leaves nothing behind.
  auto begin = action(organisation_url_, "InitializeAnnotationBlocksUpload", http::Repeat::safe);
  begin.body = json::to_text(json::Object{{"Target", target}});
  TANDEM_TRY(auto const begun, http::exchange(transport_, begin, http::Access::read));
  if (begun.status != 200) return fail(error_of(begun, http::Access::read, organisation_url_, begin.endpoint));
  TANDEM_TRY(auto const opened, read_body(begun, begin.endpoint));
  std::string const token(opened["FileContinuationToken"].text());
  if (token.empty())
    return fail(Error{ErrorKind::remote, "Dataverse began an upload without a token", {{"endpoint", begin.endpoint}}});

  json::Array blocks;
  for (std::uint64_t at = 0; at < file->size(); at += kBlock) {
    auto const block = block_id(at / kBlock);
    auto send = action(organisation_url_, "UploadBlock", http::Repeat::safe);  // the same block again is the same block
    json::Object const around{{"BlockId", block}, {"FileContinuationToken", token}};
    auto const composed = std::make_shared<http::ComposedBody>();
    composed->text(fmt::format("{{{},\"BlockData\":\"", members_text(around)))
        .file(file, at, std::min<std::uint64_t>(kBlock, file->size() - at), true)
        .text("\"}");
    send.source = composed;
    TANDEM_TRY(auto const sent, http::exchange(transport_, send, http::Access::read));
    if (sent.status != 204 && sent.status != 200)
      return fail(error_of(sent, http::Access::read, organisation_url_, send.endpoint));
    blocks.emplace_back(block);
  }

  auto end = action(organisation_url_, "CommitAnnotationBlocksUpload", http::Repeat::only_if_unsent);
  end.body = json::to_text(json::Object{{"Target", target}, {"BlockList", std::move(blocks)}, {"FileContinuationToken", token}});
  TANDEM_TRY(auto const ended, http::exchange(transport_, end, http::Access::write));
  if (ended.status != 200 && ended.status != 204)
    return fail(error_of(ended, http::Access::write, organisation_url_, end.endpoint));
  if (ended.status == 200 && !read_body(ended, end.endpoint)) return fail(http::unreadable_write(end));
  return Unit{};
}

Result<Unit> Client::download_note_file(std::string const& id, std::uint64_t most_bytes,
                                        std::function<Result<Unit>(std::string_view)> const& sink) {
  TANDEM_TRY(auto const path, row_path(std::string(kNotes), id));
  auto request =
      make_request(organisation_url_, "GET", path + "/documentbody/$value", "GET /annotations({id})/documentbody/$value");
  http::Base64Decoder decoder;
  request.sink = [&](std::string_view text) -> Result<Unit> {
    TANDEM_TRY(auto const bytes, decoder.take(text));
    return bytes.empty() ? Result<Unit>(Unit{}) : sink(bytes);
  };
  request.most_answer_bytes = most_bytes / 3 * 4 + (64U << 10U);
  TANDEM_TRY(auto const reply, http::exchange(transport_, request, http::Access::read));
  if (reply.status == 204) return Unit{};  // no content
  if (reply.status != 200) return fail(error_of(reply, http::Access::read, organisation_url_, request.endpoint));
  return decoder.finish();
}

}  // namespace tandem::dataverse
