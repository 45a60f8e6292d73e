// Files: attachments as entities, their bytes with ranges, and the signed URLs of the media host (contract §9).
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

// A new file of an issue, its id and media UUID taken; not yet in any issue. `mime_type` "" = guessed from the name.
Attachment make_attachment(Site& site, std::string_view author, std::string filename, std::string mime_type, std::string bytes);
// What is wrong with a file name; nothing when it is good.
std::optional<std::string> file_name_fault(std::string_view filename);

json::Value attachment_json(Site const& site, Reader const& reader, Attachment const& file);
// The history item: id and name in `to` when it came, in `from` when it went (contract §7).
Change attachment_change(Attachment const& file, bool came);

// The bytes with their type and name; `Range: bytes=…` gives 206, or 416 when nothing of it exists.
Response file_answer(Request const& request, Attachment const& file);

// URL of a file on the media host: signed, dead after Settings::media_lifetime.
std::string media_url(Site const& site, Attachment const& file);
enum class MediaToken { good, bad, expired };
MediaToken check_media_token(Site const& site, std::string_view media_id, std::string_view token);

}  // namespace sandbox::jira
