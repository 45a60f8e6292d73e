// Files of issues: limits, upload, download by way of the media host (contract: jira.md §9).
#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/connection/http/url.hpp>
#include <tandem/connection/jira/client.hpp>
#include <tandem/connection/jira/errors.hpp>
#include <tandem/connection/jira/rest.hpp>

namespace tandem::jira {
namespace {

constexpr std::string_view kMediaHost = "api.media.atlassian.com";

// `created` is a text, or epoch milliseconds in the answer to an upload.
std::optional<Instant> time_of(json::Value const& value) {
  if (auto const millis = value.integer()) return from_epoch_millis(*millis);
  return parse_instant(value.text());
}

Attachment read_attachment(json::Value const& row) {
  Attachment file;
  file.id = row["id"].scalar_text();
  file.filename = row["filename"].text();
  file.mime_type = row["mimeType"].text();
  file.author_id = row["author"]["accountId"].text();
  file.author = row["author"]["displayName"].text();
  file.created = time_of(row["created"]);
  auto const size = row["size"].integer().value_or(0);
  file.size = size > 0 ? static_cast<std::uint64_t>(size) : 0;
  return file;
}

// What a part's header may hold as a type; anything else lets Jira guess from the name.
bool is_type(std::string_view mime_type) {
  return !mime_type.empty() && mime_type.size() < 256 && mime_type.find('/') != std::string_view::npos &&
         std::all_of(mime_type.begin(), mime_type.end(), [](char c) { return c > ' ' && c <= '~' && c != '"'; });
}

}  // namespace

std::vector<Attachment> Client::attachments_of(Issue const& issue) {
  std::vector<Attachment> files;
  auto const* held = issue.field("attachment");
  if (held == nullptr) return files;
  for (auto const& row : held->items()) {
    if (auto file = read_attachment(row); !file.id.empty()) files.push_back(std::move(file));
  }
  return files;
}

Result<Client::FileLimit> Client::file_limit() {
  TANDEM_TRY(auto const body, read(transport_, make_request(base_url_, "GET", "/attachment/meta", "/attachment/meta")));
  auto const most = body["uploadLimit"].integer().value_or(0);
  auto const* enabled = body["enabled"].if_bool();
  return FileLimit{enabled == nullptr || *enabled, most > 0 ? static_cast<std::uint64_t>(most) : 0};
}

Result<Attachment> Client::upload(std::string const& issue_id, std::string const& name, std::string const& mime_type,
                                  std::shared_ptr<http::Spool const> const& file) {
  if (name.find_first_of("\"\r\n") != std::string::npos)
    return fail(ErrorKind::internal, "a file's name would break the form that it is sent in");
  auto request = make_request(base_url_, "POST", fmt::format("/issue/{}/attachments", text::percent_encoded(issue_id)),
                              "/issue/{id}/attachments");
  auto const boundary = "tandem-" + random_uuid();
  for (auto& [header, value] : request.headers) {
    if (header == "Content-Type") value = "multipart/form-data; boundary=" + boundary;
  }
  request.headers.emplace_back("X-Atlassian-Token", "no-check");
  auto head = fmt::format("--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n", boundary, name);
  if (is_type(mime_type)) head += fmt::format("Content-Type: {}\r\n", mime_type);
  auto const body = std::make_shared<http::ComposedBody>();
  body->text(head + "\r\n").file(file, 0, file->size(), false).text(fmt::format("\r\n--{}--\r\n", boundary));
  request.source = body;
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::write));
  if (reply.status != 200 && reply.status != 201) return fail(error_of(reply, http::Access::write, request.endpoint));
  auto const parsed = json::parse(reply.body);
  auto made = parsed ? read_attachment(parsed->at(0)) : Attachment{};
  if (made.id.empty()) {
    return fail(Error{ErrorKind::unknown_outcome,
                      "Jira's answer to a file cannot be read; it will be settled",
                      {{"endpoint", request.endpoint}}});
  }
  return made;
}

Result<Unit> Client::download(std::string const& attachment_id, std::uint64_t most_bytes,
                              std::function<Result<Unit>(std::string_view)> const& sink) {
  auto request = make_request(base_url_, "GET", fmt::format("/attachment/content/{}", text::percent_encoded(attachment_id)),
                              "/attachment/content/{id}");
  request.headers = {{"Accept", "*/*"}};
  request.sink = sink;
  request.most_answer_bytes = most_bytes;
  TANDEM_TRY(auto const reply, exchange_signed_in(transport_, request, http::Access::read));
  if (reply.status == 200) return Unit{};  // this site gives the bytes itself
  if (reply.status < 300 || reply.status > 399) return fail(error_of(reply, http::Access::read, request.endpoint));

  auto const target = http::parse_url(reply.header("Location").value_or(""));
  auto const own = http::parse_url(base_url_);
  auto const allowed = media_host_.empty() ? std::string(kMediaHost) : media_host_;
  bool const local = target && own && target->loopback() && own->loopback();
  if (!target || !(local || (target->scheme == "https" && target->host == allowed))) {
    return fail(Error{ErrorKind::config,
                      fmt::format("Jira keeps its files at {}, where files are not fetched from; if that is right, allow it with "
                                  "`tandem auth set --media-host`",
                                  target ? target->host : "an address that is no URL"),
                      {{"endpoint", request.endpoint}, {"allowed", allowed}}});
  }
  http::Request media;
  media.method = "GET";
  media.url = std::string(*reply.header("Location"));
  media.service = http::Service::media;
  media.authorize = false;  // the address is signed; our credentials are nobody's business there
  media.repeat = http::Repeat::safe;
  media.endpoint = "GET media file";
  media.headers = {{"Accept", "*/*"}};
  media.sink = sink;
  media.most_answer_bytes = most_bytes;
  TANDEM_TRY(auto const bytes, http::exchange(transport_, media, http::Access::read));
  if (bytes.status == 200) return Unit{};
  if (auto busy = http::not_now(bytes, http::Access::read, "Jira's media host"))
    return fail(std::move(*busy).with("endpoint", media.endpoint));
  return fail(Error{ErrorKind::remote,
                    fmt::format("Jira's media host does not give the file (status {})", bytes.status),
                    {{"endpoint", media.endpoint}}});
}

}  // namespace tandem::jira
