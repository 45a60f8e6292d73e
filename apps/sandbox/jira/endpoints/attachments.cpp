#include "jira/endpoints/attachments.hpp"

#include <algorithm>
#include <charconv>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/utf8.hpp>

#include "jira/endpoints/writing.hpp"
#include "jira/files.hpp"
#include "jira/multipart.hpp"
#include "jira/permissions.hpp"

namespace sandbox::jira {

namespace {

constexpr std::size_t kMostFiles = 60;

struct Upload {
  std::string filename, mime_type, bytes;
};

Response no_attachment(std::string const& id) { return refused(404, "The attachment with id '" + id + "' does not exist"); }

Response xsrf_failed() {
  Response out{403, {}, "XSRF check failed"};
  return out.with("Content-Type", "text/plain;charset=UTF-8");
}

// The file of the route's argument with its issue, if the caller may see it.
struct Place {
  Issue const* issue = nullptr;
  Attachment const* file = nullptr;
};
Place place_of(Site const& site, Call const& call) {
  std::int64_t id = 0;
  auto const& text = call.args[0];
  auto const parsed = std::from_chars(text.data(), text.data() + text.size(), id);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return {};
  auto const* issue = site.store.by_attachment(id);
  if (issue == nullptr || !sees_project(site, call.account(), site.definition.project(issue->project))) return {};
  return {issue, site.store.attachment(id)};
}

Checked<std::vector<Upload>> read_uploads(Call const& call) {
  auto const form = read_form(call.request.header("Content-Type"), call.request.body);
  if (!form) return refuse(400, form.error());
  std::vector<Upload> out;
  for (auto const& part : *form) {
    if (part.name != "file" || !part.filename) continue;
    out.push_back({*part.filename, part.content_type, std::string(part.bytes)});
  }
  if (out.empty()) return refuse(400, "No file part with the name 'file' was found in the request.");
  return out;
}

Shown shown_file(Site const& site, Attachment const& file) {
  return [&site, &file](Reader const& reader) { return attachment_json(site, reader, file); };
}

void add_files(Site& site, Call const& call, std::int64_t issue_id, std::vector<Attachment> const& files) {
  site.store.change(issue_id, site.now(), [&](Issue& issue) {
    std::vector<Change> items;
    for (auto const& file : files) {
      issue.attachments.push_back(file);
      items.push_back(attachment_change(file, true));
    }
    record(site, issue, call.account()->id, std::move(items), {});
    for (auto const& file : files) announce_attachment(site, "attachment_created", issue, shown_file(site, file));
  });
}

bool may_delete(Site const& site, Call const& call, Attachment const& file) {
  bool const own = call.account() != nullptr && file.author == call.account()->id;
  return may(site, call.account(), "DELETE_ALL_ATTACHMENTS") || (own && may(site, call.account(), "DELETE_OWN_ATTACHMENTS"));
}

}  // namespace

tl::expected<std::vector<Attachment>, std::string> files_of_json(Site& site, std::string_view author, json::Value const& list) {
  std::vector<Attachment> out;
  for (auto const& row : list.items()) {
    std::string const filename(row["filename"].text());
    if (auto fault = file_name_fault(filename)) return tl::unexpected<std::string>(std::move(*fault));
    auto bytes = row.has("base64") ? tandem::from_base64(row["base64"].text()) : std::optional(std::string(row["text"].text()));
    if (!bytes) return tl::unexpected<std::string>("the content of '" + filename + "' is not base64");
    out.push_back(make_attachment(site, author, filename, std::string(row["mimeType"].text()), std::move(*bytes)));
  }
  return out;
}

Response post_attachments(Site& site, Call const& call) {
  // Without this header the call is blocked before anything is looked at.
  auto const check = tandem::text::ascii_lower(call.request.header("X-Atlassian-Token"));
  if (!call.control && check != "no-check" && check != "nocheck") return xsrf_failed();
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  if (!site.settings.attachments_enabled) return refused(404, "Attachments are disabled.");
  if (!may(site, call.account(), "CREATE_ATTACHMENTS"))
    return refused(403, "You do not have permission to create attachments for this issue.");
  std::vector<Attachment> files;
  auto const body = call.control ? json::parse(call.request.body) : tandem::Result<json::Value>(json::Value());
  if (call.control && body && body->is_object()) {
    auto made = files_of_json(site, call.account()->id, (*body)["files"]);
    if (!made) return refused(400, made.error());
    if (made->empty()) return refused(400, "The files must hold at least one file.");
    files = std::move(*made);
  } else {
    auto uploads = read_uploads(call);
    if (!uploads) return refused(uploads.error());
    if (uploads->size() > kMostFiles) return refused(413, "The maximum number of files in one request is 60.");
    if (issue->attachments.size() + uploads->size() > static_cast<std::size_t>(site.settings.most_attachments))
      return refused(413, "The issue has reached the limit of attachments.");
    for (auto const& upload : *uploads) {
      if (auto fault = file_name_fault(upload.filename)) return refused(400, *fault);
      if (upload.bytes.size() > static_cast<std::size_t>(site.settings.upload_limit))
        return refused(413, "The file '" + upload.filename + "' exceeds the maximum size of " +
                                std::to_string(site.settings.upload_limit) + " bytes.");
    }
    for (auto& upload : *uploads)
      files.push_back(make_attachment(site, call.account()->id, std::move(upload.filename), std::move(upload.mime_type),
                                      std::move(upload.bytes)));
  }
  add_files(site, call, issue->id, files);
  json::Array shown;
  for (auto const& file : files) {
    auto row = attachment_json(site, call.reader, file);
    if (site.settings.attachment_created_number) row.set("created", tandem::epoch_millis(file.created));
    shown.push_back(std::move(row));
  }
  return json_answer(200, std::move(shown));
}

Response get_attachment(Site& site, Call const& call) {
  auto const place = place_of(site, call);
  if (place.file == nullptr) return no_attachment(call.args[0]);
  auto out = attachment_json(site, call.reader, *place.file);
  out.set("id", place.file->id);  // a number here, a text elsewhere
  return json_answer(200, out);
}

Response delete_attachment(Site& site, Call const& call) {
  auto const place = place_of(site, call);
  if (place.file == nullptr) return no_attachment(call.args[0]);
  if (!may_delete(site, call, *place.file))
    return refused(403, "You do not have permission to delete attachment with id: " + call.args[0]);
  Attachment const gone = *place.file;
  site.store.change(place.issue->id, site.now(), [&](Issue& issue) {
    std::erase_if(issue.attachments, [&](Attachment const& held) { return held.id == gone.id; });
    if (site.settings.attachment_delete_history) record(site, issue, call.account()->id, {attachment_change(gone, false)}, {});
    issue.updated = site.now();
    announce_attachment(site, "attachment_deleted", issue, shown_file(site, gone));
  });
  return no_content();
}

Response get_attachment_content(Site& site, Call const& call) {
  auto const place = place_of(site, call);
  if (place.file == nullptr) return no_attachment(call.args[0]);
  auto const redirect = call.param("redirect").value_or("true");
  if (redirect != "true" && redirect != "false")
    return refused(400, "Failed to convert value of parameter 'redirect': '" + redirect + "' is neither true nor false.");
  if (redirect == "false") return file_answer(call.request, *place.file);
  Response out;
  out.status = static_cast<int>(site.settings.redirect_status);
  return out.with("Location", media_url(site, *place.file)).with("Content-Type", "text/html;charset=UTF-8");
}

Response get_attachment_thumbnail(Site& site, Call const& call) {
  auto const place = place_of(site, call);
  if (place.file == nullptr || !place.file->mime_type.starts_with("image/")) return no_attachment(call.args[0]);
  return get_attachment_content(site, call);
}

Response get_attachment_meta(Site& site, Call const&) {
  return json_answer(200,
                     json::Object{{"enabled", site.settings.attachments_enabled}, {"uploadLimit", site.settings.upload_limit}});
}

}  // namespace sandbox::jira
