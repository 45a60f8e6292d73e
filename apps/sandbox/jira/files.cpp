#include "jira/files.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>

#include "jira/render.hpp"
#include "jira/zones.hpp"

namespace sandbox::jira {

namespace {

constexpr std::string_view kNameSpace = "2f6c1a9e-7d43-4b58-9c21-6a0f3e8d5b74";

std::string type_by_name(std::string_view filename) {
  static std::map<std::string, std::string_view, std::less<>> const types{
      {"txt", "text/plain"},        {"log", "text/plain"},      {"csv", "text/csv"},        {"html", "text/html"},
      {"json", "application/json"}, {"xml", "application/xml"}, {"pdf", "application/pdf"}, {"zip", "application/zip"},
      {"png", "image/png"},         {"jpg", "image/jpeg"},      {"jpeg", "image/jpeg"},     {"gif", "image/gif"},
      {"svg", "image/svg+xml"},     {"mp4", "video/mp4"},       {"md", "text/markdown"}};
  auto const dot = filename.rfind('.');
  auto const found = types.find(tandem::text::ascii_lower(dot == std::string_view::npos ? "" : filename.substr(dot + 1)));
  return std::string(found == types.end() ? "application/octet-stream" : found->second);
}

// One `bytes=first-last`; several ranges or another unit are no range.
struct Range {
  std::size_t first = 0, last = 0;
};
enum class Ranged { whole, part, outside, unreadable };
Ranged read_range(std::string_view header, std::size_t size, Range& out) {
  if (header.empty()) return Ranged::whole;
  if (!header.starts_with("bytes=")) return Ranged::unreadable;
  header.remove_prefix(6);
  auto const dash = header.find('-');
  if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) return Ranged::unreadable;
  auto const number = [](std::string_view text) -> std::optional<std::size_t> {
    std::size_t value = 0;
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size() ? std::optional(value) : std::nullopt;
  };
  auto const first = number(header.substr(0, dash));
  auto const last = number(header.substr(dash + 1));
  if (!first && !last) return Ranged::unreadable;
  if (!first) {  // the last so many bytes
    if (*last == 0 || size == 0) return Ranged::outside;
    out = {size - std::min(*last, size), size - 1};
    return Ranged::part;
  }
  if (dash + 1 < header.size() && (!last || *last < *first)) return Ranged::unreadable;
  if (*first >= size) return Ranged::outside;
  out = {*first, std::min(last.value_or(size - 1), size - 1)};
  return Ranged::part;
}

std::string signature_of(Site const& site, std::string_view text) {
  return tandem::to_base64url(tandem::hmac_sha256(site.secret, "media " + std::string(text)));
}

}  // namespace

Attachment make_attachment(Site& site, std::string_view author, std::string filename, std::string mime_type, std::string bytes) {
  Attachment out;
  out.id = site.store.next_attachment_id();
  out.media_id = tandem::uuid5(kNameSpace, tandem::to_hex(site.secret) + std::to_string(out.id));
  out.author = author;
  out.created = site.now();
  // What no type can hold is not kept: it would stand in headers and JSON.
  bool const usable =
      !mime_type.empty() && std::all_of(mime_type.begin(), mime_type.end(), [](char c) { return c >= ' ' && c <= '~'; });
  out.mime_type = !usable ? type_by_name(filename) : std::move(mime_type);
  out.filename = std::move(filename);
  out.bytes = std::make_shared<std::string const>(std::move(bytes));
  return out;
}

std::optional<std::string> file_name_fault(std::string_view filename) {
  if (tandem::text::trimmed(filename).empty()) return "The attachment has no name.";
  if (!tandem::text::is_valid(filename)) return "The attachment's name is not UTF-8.";
  if (tandem::text::utf16_units(filename) > 255) return "The attachment's name is too long. It can be 255 characters at most.";
  bool const bad = std::any_of(filename.begin(), filename.end(),
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '/' || c == '\\' || c == 0x7f; });
  if (bad) return "The attachment's name contains an invalid character.";
  return std::nullopt;
}

json::Value attachment_json(Site const& site, Reader const& reader, Attachment const& file) {
  auto const id = std::to_string(file.id);
  json::Object out;
  out.append("self", site.api("attachment/") + id);
  out.append("id", id);
  out.append("filename", file.filename);
  if (auto author = user_json(site, reader, file.author); !author.is_null()) out.append("author", std::move(author));
  out.append("created", stamp(file.created, reader.zone));
  out.append("size", static_cast<std::uint64_t>(file.bytes->size()));
  out.append("mimeType", file.mime_type);
  out.append("content", site.api("attachment/content/") + id);
  if (file.mime_type.starts_with("image/")) out.append("thumbnail", site.api("attachment/thumbnail/") + id);
  return out;
}

Change attachment_change(Attachment const& file, bool came) {
  Change out;
  out.field = "Attachment";
  out.field_id = "attachment";
  (came ? out.to : out.from) = std::to_string(file.id);
  (came ? out.to_text : out.from_text) = file.filename;
  return out;
}

Response file_answer(Request const& request, Attachment const& file) {
  auto const& bytes = *file.bytes;
  Range range;
  auto const ranged = read_range(request.header("Range"), bytes.size(), range);
  if (ranged == Ranged::unreadable) return refused(400, "The range supplied in the Range header is malformed.");
  Response out;
  out.with("Accept-Ranges", "bytes");
  if (ranged == Ranged::outside) {
    out.status = 416;
    return out.with("Content-Range", "bytes */" + std::to_string(bytes.size())).with("Content-Type", "text/html;charset=UTF-8");
  }
  out.with("Content-Type", file.mime_type);
  out.with("Content-Disposition", "attachment; filename*=UTF-8''" + tandem::text::percent_encoded(file.filename));
  out.body = bytes;
  if (ranged == Ranged::part) {
    out.status = 206;
    out.with("Content-Range",
             "bytes " + std::to_string(range.first) + "-" + std::to_string(range.last) + "/" + std::to_string(bytes.size()));
    out.body = bytes.substr(range.first, range.last - range.first + 1);
  }
  return out;
}

std::string media_url(Site const& site, Attachment const& file) {
  auto const text = file.media_id + "." + std::to_string(tandem::epoch_millis(site.now() + site.settings.media_lifetime));
  return site.media_url + "/file/" + file.media_id + "/binary?token=" + tandem::to_base64url(text) + "." +
         signature_of(site, text) + "&client=" + site.definition.cloud_id +
         "&dl=true&name=" + tandem::text::percent_encoded(file.filename);
}

MediaToken check_media_token(Site const& site, std::string_view media_id, std::string_view token) {
  auto const dot = token.rfind('.');
  auto const encoded = token.substr(0, dot);
  if (dot == std::string_view::npos) return MediaToken::bad;
  // base64url without padding: the decoder takes the other alphabet.
  std::string plain(encoded);
  std::replace(plain.begin(), plain.end(), '-', '+');
  std::replace(plain.begin(), plain.end(), '_', '/');
  plain.append((4 - plain.size() % 4) % 4, '=');
  auto const text = tandem::from_base64(plain);
  if (!text || !tandem::equal_in_constant_time(signature_of(site, *text), token.substr(dot + 1))) return MediaToken::bad;
  auto const point = text->find('.');
  if (point == std::string::npos || std::string_view(*text).substr(0, point) != media_id) return MediaToken::bad;
  auto const expires = json::parse(std::string_view(*text).substr(point + 1));
  bool const alive = expires && expires->integer() && *expires->integer() > tandem::epoch_millis(site.now());
  return alive ? MediaToken::good : MediaToken::expired;
}

}  // namespace sandbox::jira
