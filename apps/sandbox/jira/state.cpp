#include "jira/state.hpp"

#include <tandem/base/ids/digest.hpp>

#include "jira/endpoints/worklogs.hpp"
#include "jira/fields/value.hpp"
#include "jira/files.hpp"
#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

// The reader without an account: UTC, English, and whatever e-mail people show.
json::Value whole(Site const& site, Reader const& reader, Issue const& issue) {
  json::Object fields;
  for (auto const& field : site.definition.fields) {
    // Comments and history have their own members.
    if (field.id == "issuekey" || field.id == "thumbnail" || field.id == "comment" || field.id == "worklog" ||
        !field.used_in(issue.project))
      continue;
    fields.append(field.id, render_value(site, reader, issue, field));
  }
  json::Array comments, links, histories, files, worklogs;
  for (auto const& comment : issue.comments) comments.push_back(comment_json(site, reader, issue, comment, true));
  for (auto const& link : issue.remote_links) links.push_back(remote_link_json(site, issue, link));
  for (auto const& history : issue.histories) histories.push_back(history_json(site, reader, history));
  for (auto const& file : issue.attachments) {
    auto shown = attachment_json(site, reader, file);
    shown.set("mediaId", file.media_id);
    shown.set("sha256", tandem::to_hex(tandem::sha256(*file.bytes)));
    files.push_back(std::move(shown));
  }
  for (auto const& worklog : issue.worklogs) worklogs.push_back(worklog_json(site, reader, issue, worklog, true));
  json::Object properties;
  for (auto const& [key, value] : issue.properties) properties.append(key, value);
  json::Object out;
  out.append("id", std::to_string(issue.id));
  out.append("key", issue.key);
  out.append("fields", std::move(fields));
  out.append("properties", std::move(properties));
  out.append("remoteLinks", std::move(links));
  out.append("comments", std::move(comments));
  out.append("attachments", std::move(files));
  out.append("worklogs", std::move(worklogs));
  out.append("changelog", std::move(histories));
  return out;
}

}  // namespace

json::Value state_json(Site const& site) {
  Reader reader;
  reader.sees_all = true;
  json::Array issues;
  for (auto const& [id, issue] : site.store.all()) issues.push_back(whole(site, reader, issue));
  return json::Object{{"issues", std::move(issues)}};
}

}  // namespace sandbox::jira
