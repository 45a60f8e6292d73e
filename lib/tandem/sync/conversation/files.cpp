// Files on their way: from one service into a nameless temporary file, from there to the other, checked on both ends (SPEC I3, R2).
#include <fmt/format.h>

#include <tandem/sync/conversation/writer.hpp>

namespace tandem::sync::conversation {

namespace {

constexpr std::uint64_t kMostAtOnce = 3U << 20U;  // about 4 MB as base64: what is larger goes in blocks (dataverse.md §22)
constexpr std::size_t kMostType = 256;

Result<std::shared_ptr<http::Spool>> whole(std::shared_ptr<http::Spool> spool, std::uint64_t listed, std::string_view side) {
  if (spool->size() == listed) return spool;
  return fail(ErrorKind::remote, fmt::format("{} lists {} bytes and gave {}", side, listed, spool->size()));
}

Result<Unit> same_content(http::Spool const& sent, http::Spool const& kept, std::string_view side) {
  if (sent.sha256() == kept.sha256()) return Unit{};
  return fail(ErrorKind::remote, fmt::format("{} holds another content than was sent to it", side));
}

}  // namespace

Result<std::shared_ptr<http::Spool>> Writer::fetch_attachment(std::string const& id, std::uint64_t size) const {
  TANDEM_TRY(auto spool, http::Spool::make());
  TANDEM_CHECK(run.jira().download(id, size, [&](std::string_view bytes) { return spool->write(bytes); }));
  return whole(std::move(spool), size, "Jira");
}

Result<std::shared_ptr<http::Spool>> Writer::fetch_note_file(std::string const& id, std::uint64_t size) const {
  TANDEM_TRY(auto spool, http::Spool::make());
  TANDEM_CHECK(run.dataverse().download_note_file(id, size, [&](std::string_view bytes) { return spool->write(bytes); }));
  return whole(std::move(spool), size, "Dynamics");
}

Result<Unit> Writer::add_file(Change const& change, bool verify) {
  TANDEM_TRY(auto const file, fetch_note_file(change.twin.note, change.size));
  auto intent = intent_for(change);
  intent.file_name = change.file_name;
  intent.size = file->size();
  intent.sha256 = file->sha256();
  for (auto const& other : looked.both.files) intent.before.push_back(other.id);
  TANDEM_TRY(intent.at, run.fresh_jira_time());
  TANDEM_CHECK(open(intent));
  auto made = run.jira().upload(link().issue, change.file_name, change.mime_type, file);
  // The intent stays where it may have been executed: the next look finds out by name, size and content.
  if (!made) return failed(intent, std::move(made).error());
  auto twin = change.twin;
  twin.jira = made->id;
  TANDEM_CHECK(commit(change, twin, intent));
  if (made->size != file->size())
    return fail(ErrorKind::remote, fmt::format("Jira kept {} bytes of {}", made->size, file->size()));
  if (!verify) return Unit{};
  TANDEM_TRY(auto const kept, fetch_attachment(made->id, made->size));
  return same_content(*file, *kept, "Jira");
}

Result<Unit> Writer::add_file_note(Change const& change, bool verify) {
  TANDEM_TRY(auto const file, fetch_attachment(change.twin.jira, change.size));
  auto body = note_body(change);
  body.set("isdocument", true);
  body.set("filename", change.file_name);
  if (!change.mime_type.empty() && change.mime_type.size() <= kMostType) body.set("mimetype", change.mime_type);
  auto const& id = change.twin.note;
  auto const read_back = [&] {
    return run.dataverse().get(std::string(dataverse::kNotes), std::string(dataverse::kNoteId), id, dataverse::note_columns());
  };
  auto intent = intent_for(change);
  intent.size = file->size();
  TANDEM_CHECK(open(intent));
  Result<Unit> sent = Unit{};
  if (file->size() <= kMostAtOnce) {
    auto made = run.dataverse().create_file_note(id, body, file);
    if (!made) sent = fail(std::move(made).error());
  } else {
    sent = run.dataverse().upload_file_note(id, body, file);
  }
  if (!sent && sent.error().kind != ErrorKind::unknown_outcome) return failed(intent, std::move(sent).error());
  // The note itself tells whether the last request was executed.
  TANDEM_TRY(auto const row, read_back());
  auto const note = row ? dataverse::note_of(*row) : dataverse::Note{};
  if (note.file_size != file->size() || note.record != link().record) {
    if (!sent) return failed(intent, std::move(sent).error());
    return failed(intent,
                  Error{ErrorKind::remote, fmt::format("Dynamics holds {} bytes of {}", note.file_size, file->size()), {}});
  }
  auto twin = change.twin;
  twin.copy_version = note.etag;
  TANDEM_CHECK(commit(change, twin, intent));
  if (!verify) return Unit{};
  TANDEM_TRY(auto const kept, fetch_note_file(id, note.file_size));
  return same_content(*file, *kept, "Dynamics");
}

}  // namespace tandem::sync::conversation
