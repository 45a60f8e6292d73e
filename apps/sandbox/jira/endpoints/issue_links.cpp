#include "jira/endpoints/issue_links.hpp"

#include <algorithm>
#include <charconv>

#include <tandem/base/text/utf8.hpp>

#include "jira/endpoints/writing.hpp"
#include "jira/fields/take.hpp"
#include "jira/permissions.hpp"
#include "jira/render.hpp"
#include "jira/visibility.hpp"

namespace sandbox::jira {

namespace {

LinkType const* type_meant(Site const& site, json::Value const& sent) {
  auto const id = sent["id"].scalar_text();
  auto const& types = site.definition.link_types;
  auto const found = std::find_if(types.begin(), types.end(), [&](LinkType const& held) {
    return id.empty() ? tandem::text::equal_ignoring_case(held.name, sent["name"].text()) : held.id == id;
  });
  return found == types.end() ? nullptr : &*found;
}

// A whole number, or 0, which is no id.
std::int64_t number_of(std::string_view text) {
  std::int64_t id = 0;
  auto const parsed = std::from_chars(text.data(), text.data() + text.size(), id);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size() ? id : 0;
}

Issue const* issue_meant(Site const& site, Call const& call, json::Value const& sent) {
  auto const named = sent["id"].is_null() ? std::string(sent["key"].text()) : sent["id"].scalar_text();
  return named.empty() ? nullptr : visible_issue(site, call, named);
}

json::Value type_json(Site const& site, LinkType const& type) {
  json::Object out;
  out.append("id", type.id);
  out.append("name", type.name);
  out.append("inward", type.inward);
  out.append("outward", type.outward);
  out.append("self", site.api("issueLinkType/") + type.id);
  return out;
}

// "This issue blocks SUP-2": from the view of one of the two.
Change link_change(LinkType const& type, bool from_source, Issue const& other, bool came) {
  Change out;
  out.field = "Link";
  (came ? out.to : out.from) = other.key;
  (came ? out.to_text : out.from_text) = "This issue " + (from_source ? type.outward : type.inward) + " " + other.key;
  return out;
}

void write_history(Site& site, Call const& call, IssueLink const& link, bool came) {
  auto const* type = site.definition.link_type(link.type);
  auto const* source = site.store.find(link.source);
  auto const* destination = site.store.find(link.destination);
  if (type == nullptr || source == nullptr || destination == nullptr) return;
  auto const note = [&](std::int64_t id, Change change) {
    site.store.change(id, site.now(), [&](Issue& issue) { record(site, issue, call.account()->id, {std::move(change)}, {}); });
  };
  announce_issue_link(site, came ? "issuelink_created" : "issuelink_deleted",
                      {link.id, link.source, link.destination, number_of(type->id), type->name, type->inward, type->outward});
  note(source->id, link_change(*type, true, *destination, came));
  note(destination->id, link_change(*type, false, *source, came));
}

bool full(Site const& site, Issue const& issue) {
  return issue.links.size() >= static_cast<std::size_t>(site.settings.most_links);
}

IssueLink const* link_of(Site const& site, Call const& call, std::string_view text) {
  auto const* link = site.store.link(number_of(text));
  if (link == nullptr) return nullptr;
  for (auto const side : {link->source, link->destination}) {
    if (visible_issue(site, call, std::to_string(side)) == nullptr) return nullptr;
  }
  return link;
}

Response no_link(std::string const& id) { return refused(404, "No issue link with id '" + id + "' exists."); }

}  // namespace

json::Value issue_link_json(Site const& site, Reader const& reader, Issue const& issue, std::int64_t link_id) {
  auto const* link = site.store.link(link_id);
  auto const* type = link == nullptr ? nullptr : site.definition.link_type(link->type);
  if (type == nullptr) return {};
  bool const is_source = link->source == issue.id;
  auto const* other = site.store.find(is_source ? link->destination : link->source);
  if (other == nullptr) return {};
  json::Object out;
  out.append("id", std::to_string(link->id));
  out.append("self", site.api("issueLink/") + std::to_string(link->id));
  out.append("type", type_json(site, *type));
  out.append(is_source ? "outwardIssue" : "inwardIssue", linked_issue_json(site, reader, *other));
  return out;
}

tl::expected<WantedLink, std::string> read_wanted_link(Site const& site, Call const& call, json::Value const& sent) {
  auto const* type = type_meant(site, sent["type"]);
  if (type == nullptr)
    return tl::unexpected<std::string>("No issue link type with name '" + std::string(sent["type"]["name"].text()) + "' found.");
  bool const outward = sent.has("outwardIssue");
  auto const* other = issue_meant(site, call, sent[outward ? "outwardIssue" : "inwardIssue"]);
  if (other == nullptr) return tl::unexpected<std::string>("Issue does not exist or you do not have permission to see it.");
  return WantedLink{type->id, other->id, outward};
}

void add_link(Site& site, Call const& call, std::int64_t issue_id, WantedLink const& wanted) {
  IssueLink link{0, wanted.type, issue_id, wanted.other};
  if (!wanted.other_is_destination) std::swap(link.source, link.destination);
  write_history(site, call, site.store.insert_link(std::move(link), site.now()), true);
}

Response post_issue_link(Site& site, Call const& call) {
  auto const* type = type_meant(site, call.body["type"]);
  if (type == nullptr)
    return refused(404, "No issue link type with name '" + std::string(call.body["type"]["name"].text()) + "' found.");
  auto const* source = issue_meant(site, call, call.body["inwardIssue"]);
  auto const* destination = issue_meant(site, call, call.body["outwardIssue"]);
  if (source == nullptr || destination == nullptr) return missing_issue();
  if (!may(site, call.account(), "LINK_ISSUES"))
    return refused(404, "You do not have permission to link issues in this project.");
  if (source == destination) return refused(400, "You cannot link an issue to itself.");
  if (full(site, *source) || full(site, *destination)) return refused(413, "The issue has reached the limit of issue links.");
  std::optional<Comment> comment;
  if (call.body["comment"].is_object()) {
    if (auto fault = rich_text_fault(site, call.body["comment"]["body"], site.settings.strict_adf && !call.control))
      return refused_field("comment", *fault);
    auto visibility = read_visibility(site, call, call.body["comment"]["visibility"]);
    if (!visibility) return refused(visibility.error());
    comment.emplace();
    comment->body = call.body["comment"]["body"];
    comment->visibility = std::move(*visibility);
  }
  add_link(site, call, source->id, {type->id, destination->id, true});
  if (comment) {  // it goes to the issue on the outward side
    comment->id = site.store.next_comment_id();
    comment->author = comment->editor = call.account()->id;
    comment->created = comment->updated = site.now();
    site.store.change(destination->id, site.now(), [&](Issue& issue) {
      issue.comments.push_back(*comment);
      announce_comment(site, "comment_created", issue, *comment);
    });
  }
  auto const id = source->links.back();
  Response out{201, {}, ""};
  return out.with("Content-Type", "application/json;charset=UTF-8").with("Location", site.api("issueLink/") + std::to_string(id));
}

Response get_issue_link(Site& site, Call const& call) {
  auto const* link = link_of(site, call, call.args[0]);
  if (link == nullptr) return no_link(call.args[0]);
  json::Object out;
  out.append("id", std::to_string(link->id));
  out.append("self", site.api("issueLink/") + std::to_string(link->id));
  if (auto const* type = site.definition.link_type(link->type)) out.append("type", type_json(site, *type));
  if (auto const* source = site.store.find(link->source))
    out.append("inwardIssue", linked_issue_json(site, call.reader, *source));
  if (auto const* other = site.store.find(link->destination))
    out.append("outwardIssue", linked_issue_json(site, call.reader, *other));
  return json_answer(200, std::move(out));
}

Response delete_issue_link(Site& site, Call const& call) {
  auto const* link = link_of(site, call, call.args[0]);
  if (link == nullptr) return no_link(call.args[0]);
  if (!may(site, call.account(), "LINK_ISSUES"))
    return refused(404, "You do not have permission to link issues in this project.");
  IssueLink const gone = *link;
  site.store.erase_link(gone.id, site.now());
  write_history(site, call, gone, false);
  return no_content();
}

Response get_issue_link_types(Site& site, Call const&) {
  json::Array out;
  for (auto const& type : site.definition.link_types) out.push_back(type_json(site, type));
  return json_answer(200, json::Object{{"issueLinkTypes", std::move(out)}});
}

}  // namespace sandbox::jira
