// Attachments (contract §9): upload, metadata, content, deletion, and the site's limits.
//
// Content is a redirect to the media host with a signed URL; `redirect=false` gives the bytes themselves. In requests of people through the
// control API an upload may be JSON: {"files":[{"filename","text" | "base64","mimeType"}]}.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

Response post_attachments(Site& site, Call const& call);
Response get_attachment(Site& site, Call const& call);
Response delete_attachment(Site& site, Call const& call);
Response get_attachment_content(Site& site, Call const& call);
Response get_attachment_thumbnail(Site& site, Call const& call);
Response get_attachment_meta(Site& site, Call const& call);

// Files of a world file or of a person's request: [{"filename","text" | "base64","mimeType"}]; the text says what is wrong.
tl::expected<std::vector<Attachment>, std::string> files_of_json(Site& site, std::string_view author, json::Value const& list);

}  // namespace sandbox::jira
