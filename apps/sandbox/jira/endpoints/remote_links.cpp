#include "jira/endpoints/remote_links.hpp"

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

#include "jira/endpoints/writing.hpp"
#include "jira/permissions.hpp"
#include "jira/render.hpp"

namespace sandbox::jira {

namespace {

// What a link says in the history: "This issue links to "TITLE (Application)"".
std::string sentence(RemoteLink const& link) {
  auto const application = link.application["name"].text_or("Web Link");
  return "This issue links to \"" + std::string(link.object["title"].text()) + " (" + application + ")\"";
}

Change link_change(RemoteLink const* before, RemoteLink const* after) {
  Change out;
  out.field = "RemoteIssueLink";
  if (before != nullptr) {
    out.from = std::to_string(before->id);
    out.from_text = sentence(*before);
  }
  if (after != nullptr) {
    out.to = std::to_string(after->id);
    out.to_text = sentence(*after);
  }
  return out;
}

// The object as it is kept: what was not sent is gone, `icon` and `status.icon` are always there.
json::Value kept_object(json::Value const& sent) {
  json::Object out;
  for (auto const* key : {"url", "title", "summary"}) {
    if (!sent[key].is_null()) out.append(key, sent[key]);
  }
  out.append("icon", sent["icon"].is_object() ? sent["icon"] : json::Value(json::Object{}));
  auto status = sent["status"].is_object() ? sent["status"] : json::Value(json::Object{});
  if (!status["icon"].is_object()) status.set("icon", json::Object{});
  out.append("status", std::move(status));
  return out;
}

Checked<RemoteLink> read_link(json::Value const& body) {
  Refusal refusal;
  auto const& object = body["object"];
  if (object["url"].text().empty()) refusal.errors.set("object.url", "'url' is required.");
  if (tandem::text::trimmed(object["title"].text()).empty()) refusal.errors.set("object.title", "'title' is required.");
  if (!object["url"].text().empty() && object["url"].text().find("://") == std::string_view::npos) {
    refusal.errors.set("object.url", "The link URL is not valid.");
  }
  if (tandem::text::utf16_units(object["title"].text()) > 255)
    refusal.errors.set("object.title", "The 'title' is too long. It can be 255 characters at most.");
  if (tandem::text::utf16_units(body["globalId"].text()) > 255)
    refusal.errors.set("globalId", "The 'globalId' is too long. It can be 255 characters at most.");
  if (!refusal.empty()) return tl::unexpected<Refusal>(std::move(refusal));
  RemoteLink out;
  out.global_id = body["globalId"].text();
  out.application = body["application"];
  out.relationship = body["relationship"].text();
  out.object = kept_object(object);
  return out;
}

RemoteLink const* by_id(Issue const& issue, std::string_view id) {
  auto const found = std::find_if(issue.remote_links.begin(), issue.remote_links.end(),
                                  [&](RemoteLink const& held) { return std::to_string(held.id) == id; });
  return found == issue.remote_links.end() ? nullptr : &*found;
}
RemoteLink const* by_global_id(Issue const& issue, std::string_view global_id) {
  auto const found = std::find_if(issue.remote_links.begin(), issue.remote_links.end(),
                                  [&](RemoteLink const& held) { return held.global_id == global_id; });
  return global_id.empty() || found == issue.remote_links.end() ? nullptr : &*found;
}

Response no_link() { return refused(404, "The remote issue link does not exist or you do not have permission to see it."); }

// 404 or 403 when the caller may not write links here.
std::optional<Response> barred(Site const& site, Call const& call, Issue const* issue) {
  if (issue == nullptr) return missing_issue();
  if (!may(site, call.account(), "LINK_ISSUES")) return refused(403, "You do not have permission to link issues.");
  return std::nullopt;
}

void write_link(Site& site, Call const& call, std::int64_t issue_id, RemoteLink link) {
  site.store.change(issue_id, site.now(), [&](Issue& issue) {
    auto held = std::find_if(issue.remote_links.begin(), issue.remote_links.end(),
                             [&](RemoteLink const& other) { return other.id == link.id; });
    auto const change = link_change(held == issue.remote_links.end() ? nullptr : &*held, &link);
    if (held == issue.remote_links.end())
      issue.remote_links.push_back(std::move(link));
    else
      *held = std::move(link);
    record(site, issue, call.account()->id, {change}, {});
  });
}

Response remove_link(Site& site, Call const& call, Issue const& issue, RemoteLink const* link) {
  if (link == nullptr) return no_link();
  site.store.change(issue.id, site.now(), [&, id = link->id](Issue& held) {
    auto const found =
        std::find_if(held.remote_links.begin(), held.remote_links.end(), [&](RemoteLink const& other) { return other.id == id; });
    auto const change = link_change(&*found, nullptr);
    held.remote_links.erase(found);
    record(site, held, call.account()->id, {change}, {});
  });
  return no_content();
}

json::Value identifies(Site const& site, Issue const& issue, std::int64_t id) {
  return json::Object{{"id", id}, {"self", site.api("issue/") + issue.key + "/remotelink/" + std::to_string(id)}};
}

}  // namespace

Response get_remote_links(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const global_id = call.param("globalId");
  json::Array out;
  for (auto const& link : issue->remote_links) {
    if (!global_id || link.global_id == *global_id) out.push_back(remote_link_json(site, *issue, link));
  }
  if (global_id && out.empty()) return no_link();
  if (global_id && !site.settings.remote_link_list) return json_answer(200, out.front());
  return json_answer(200, std::move(out));
}

Response post_remote_link(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (auto const answer = barred(site, call, issue)) return *answer;
  auto link = read_link(call.body);
  if (!link) return refused(link.error());
  auto const* held = by_global_id(*issue, link->global_id);
  bool const created = held == nullptr;
  if (created && issue->remote_links.size() >= static_cast<std::size_t>(site.settings.most_remote_links))
    return refused(413, "The issue has reached the limit of remote issue links.");
  link->id = created ? site.store.next_link_id() : held->id;
  auto const answer = identifies(site, *issue, link->id);
  write_link(site, call, issue->id, std::move(*link));
  return json_answer(created ? 201 : 200, answer);
}

Response delete_remote_link_by_global_id(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (auto const answer = barred(site, call, issue)) return *answer;
  auto const global_id = call.param("globalId").value_or("");
  if (global_id.empty()) return refused_field("globalId", "The 'globalId' is required.");
  return remove_link(site, call, *issue, by_global_id(*issue, global_id));
}

Response get_remote_link(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const* link = by_id(*issue, call.args[1]);
  return link == nullptr ? no_link() : json_answer(200, remote_link_json(site, *issue, *link));
}

Response put_remote_link(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (auto const answer = barred(site, call, issue)) return *answer;
  auto const* held = by_id(*issue, call.args[1]);
  if (held == nullptr) return no_link();
  auto link = read_link(call.body);
  if (!link) return refused(link.error());
  link->id = held->id;
  write_link(site, call, issue->id, std::move(*link));
  return no_content();
}

Response delete_remote_link(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (auto const answer = barred(site, call, issue)) return *answer;
  return remove_link(site, call, *issue, by_id(*issue, call.args[1]));
}

}  // namespace sandbox::jira
