#include "jira/endpoints/comments.hpp"

#include <algorithm>
#include <charconv>

#include "jira/adf/html.hpp"
#include "jira/endpoints/properties.hpp"
#include "jira/endpoints/writing.hpp"
#include "jira/fields/take.hpp"
#include "jira/permissions.hpp"
#include "jira/render.hpp"
#include "jira/visibility.hpp"

namespace sandbox::jira {

namespace {

constexpr std::size_t kMostOnPage = 100;

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t id = 0;
  auto const parsed = std::from_chars(text.data(), text.data() + text.size(), id);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size() ? std::optional(id) : std::nullopt;
}

Comment const* find_comment(Site const& site, Call const& call, Issue const& issue, std::string_view id) {
  auto const number = number_of(id);
  auto const found =
      std::find_if(issue.comments.begin(), issue.comments.end(), [&](Comment const& held) { return number == held.id; });
  return found != issue.comments.end() && sees_restricted(site, call.reader, found->visibility) ? &*found : nullptr;
}

Response no_comment(std::string const& id) { return refused(404, "Can not find a comment for the id: " + id + "."); }

bool expands(Call const& call, std::string_view name) {
  auto const expand = call.list("expand");
  return std::find(expand.begin(), expand.end(), name) != expand.end();
}

// A comment with what `expand` asks for.
json::Value shown_comment(Site const& site, Call const& call, Issue const& issue, Comment const& comment,
                          bool with_properties = true) {
  auto out = comment_json(site, call.reader, issue, comment, with_properties && expands(call, "properties"));
  if (expands(call, "renderedBody")) out.set("renderedBody", adf_to_html(comment.body));
  return out;
}

// The first fault of a comment's body, keyed as Jira keys it.
std::optional<Refusal> body_fault(Site const& site, Call const& call) {
  Refusal out;
  if (!call.body.is_object() || !call.body.has("body")) {
    out.errors.set("comment", "Comment body can not be empty!");
  } else if (auto fault = rich_text_fault(site, call.body["body"], site.settings.strict_adf && !call.control)) {
    out.errors.set("comment", std::move(*fault));
  } else {
    return std::nullopt;
  }
  return out;
}

void edit_comment(Site& site, std::int64_t issue_id, std::int64_t comment_id, bool moves_issue,
                  std::function<void(Comment&)> const& edit) {
  site.store.change(issue_id, site.now(), [&](Issue& issue) {
    for (auto& comment : issue.comments) {
      if (comment.id == comment_id) edit(comment);
    }
    if (moves_issue) issue.updated = site.now();
  });
}

bool may_change(Site const& site, Call const& call, Comment const& comment, std::string_view verb) {
  bool const own = call.account() != nullptr && comment.author == call.account()->id;
  return may(site, call.account(), std::string(verb) + "_ALL_COMMENTS") ||
         (own && may(site, call.account(), std::string(verb) + "_OWN_COMMENTS"));
}

// The comment of /comment/{id}/properties…, with its issue.
struct Place {
  Issue const* issue = nullptr;
  Comment const* comment = nullptr;
};
Place place_of(Site const& site, Call const& call) {
  auto const id = number_of(call.args[0]);
  if (!id || !may(site, call.account(), "BROWSE_PROJECTS")) return {};
  auto const* issue = site.store.by_comment(*id);
  if (issue == nullptr || !sees_project(site, call.account(), site.definition.project(issue->project))) return {};
  return {issue, find_comment(site, call, *issue, call.args[0])};
}

}  // namespace

Response get_comments(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const offset = offset_of(call, kMostOnPage, kMostOnPage);
  if (!offset) return refused(offset.error());
  auto const order = call.param("orderBy").value_or("created");
  if (order != "created" && order != "-created" && order != "+created" && order != " created") {
    return refused(400, "The orderBy field is not valid: " + order);
  }
  json::Array all;
  for (auto const& comment : issue->comments) {
    if (sees_restricted(site, call.reader, comment.visibility))
      all.push_back(shown_comment(site, call, *issue, comment, site.settings.comment_list_properties));
  }
  if (order == "-created") std::reverse(all.begin(), all.end());
  json::Object out;
  out.append("startAt", static_cast<std::uint64_t>(offset->start));
  out.append("maxResults", static_cast<std::uint64_t>(offset->most));
  out.append("total", static_cast<std::uint64_t>(all.size()));
  out.append("comments", slice(std::move(all), *offset));
  return json_answer(200, std::move(out));
}

Response post_comment(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  if (!may(site, call.account(), "ADD_COMMENTS")) return refused(400, "You do not have the permission to comment on this issue.");
  if (auto const fault = body_fault(site, call)) return refused(*fault);
  auto properties = read_properties(call.body["properties"]);
  if (!properties) return refused(properties.error());
  if (issue->comments.size() >= static_cast<std::size_t>(site.settings.most_comments))
    return refused(413, "The issue has reached the limit of comments.");
  auto visibility = read_visibility(site, call, call.body["visibility"]);
  if (!visibility) return refused(visibility.error());
  Comment comment;
  comment.id = site.store.next_comment_id();
  comment.author = comment.editor = call.account()->id;
  comment.created = comment.updated = site.now();
  comment.body = call.body["body"];
  comment.visibility = std::move(*visibility);
  comment.properties = std::move(*properties);
  site.store.change(issue->id, site.now(), [&](Issue& held) {
    held.comments.push_back(comment);
    held.updated = site.now();
    announce_comment(site, "comment_created", held, comment);
  });
  auto const shown = shown_comment(site, call, *issue, comment);
  return json_answer(201, shown).with("Location", std::string(shown["self"].text()));
}

Response get_comment(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const* comment = find_comment(site, call, *issue, call.args[1]);
  if (comment == nullptr) return no_comment(call.args[1]);
  return json_answer(200, shown_comment(site, call, *issue, *comment));
}

Response put_comment(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const* comment = find_comment(site, call, *issue, call.args[1]);
  if (comment == nullptr) return no_comment(call.args[1]);
  if (!may_change(site, call, *comment, "EDIT"))
    return refused(400, "You do not have permission to edit the comment with id: " + call.args[1] + ".");
  if (auto const fault = body_fault(site, call)) return refused(*fault);
  auto properties = read_properties(call.body["properties"]);
  if (!properties) return refused(properties.error());
  auto visibility = read_visibility(site, call, call.body["visibility"]);
  if (!visibility) return refused(visibility.error());
  auto const id = comment->id;
  edit_comment(site, issue->id, id, true, [&](Comment& held) {
    held.body = call.body["body"];
    if (call.body.has("visibility")) held.visibility = *visibility;
    held.editor = call.account()->id;
    held.updated = site.now();
    for (auto& [key, value] : *properties) held.properties.insert_or_assign(key, std::move(value));
  });
  announce_comment(site, "comment_updated", *issue, *find_comment(site, call, *issue, call.args[1]));
  return json_answer(200, shown_comment(site, call, *issue, *find_comment(site, call, *issue, call.args[1])));
}

Response delete_comment(Site& site, Call const& call) {
  auto const* issue = visible_issue(site, call, call.args[0]);
  if (issue == nullptr) return missing_issue();
  auto const* comment = find_comment(site, call, *issue, call.args[1]);
  if (comment == nullptr) return no_comment(call.args[1]);
  if (!may_change(site, call, *comment, "DELETE"))
    return refused(400, "You do not have permission to delete the comment with id: " + call.args[1] + ".");
  announce_comment(site, "comment_deleted", *issue, *comment);
  site.store.change(issue->id, site.now(), [&, id = comment->id](Issue& held) {
    std::erase_if(held.comments, [&](Comment const& other) { return other.id == id; });
    held.updated = site.now();
  });
  return no_content();
}

Response post_comment_list(Site& site, Call const& call) {
  constexpr std::size_t kMostIds = 1000;
  auto const& ids = call.body["ids"].items();
  if (ids.empty() || ids.size() > kMostIds) return refused(400, "The ids must hold 1 to 1000 comment ids.");
  json::Array values;
  for (auto const& item : ids) {
    auto const id = number_of(item.scalar_text());
    auto const* issue = id ? site.store.by_comment(*id) : nullptr;
    bool const visible = issue != nullptr && sees_project(site, call.account(), site.definition.project(issue->project));
    auto const* comment = !visible ? nullptr : find_comment(site, call, *issue, item.scalar_text());
    if (comment != nullptr) values.push_back(shown_comment(site, call, *issue, *comment));
  }
  return json_answer(200, page_of(site, "comment/list", {0, kMostIds}, std::move(values)));
}

Response get_comment_property_keys(Site& site, Call const& call) {
  auto const place = place_of(site, call);
  if (place.comment == nullptr) return no_comment(call.args[0]);
  return json_answer(200, property_keys_json(place.comment->properties, site.api("comment/") + call.args[0] + "/properties"));
}

Response get_comment_property(Site& site, Call const& call) {
  auto const place = place_of(site, call);
  if (place.comment == nullptr) return no_comment(call.args[0]);
  auto const held = place.comment->properties.find(call.args[1]);
  if (held == place.comment->properties.end()) return refused(404, "The property '" + call.args[1] + "' does not exist.");
  return json_answer(200, json::Object{{"key", held->first}, {"value", held->second}});
}

Response put_comment_property(Site& site, Call const& call) {
  auto const place = place_of(site, call);
  if (place.comment == nullptr) return no_comment(call.args[0]);
  if (!may_change(site, call, *place.comment, "EDIT")) return refused(403, "You do not have permission to edit the comment.");
  if (auto const fault = property_fault(call.args[1], call.body)) return refused(*fault);
  bool const created = place.comment->properties.count(call.args[1]) == 0;
  edit_comment(site, place.issue->id, place.comment->id, site.settings.properties_move_updated,
               [&](Comment& held) { held.properties.insert_or_assign(call.args[1], call.body); });
  return property_written(site, created);
}

Response delete_comment_property(Site& site, Call const& call) {
  auto const place = place_of(site, call);
  if (place.comment == nullptr) return no_comment(call.args[0]);
  if (!may_change(site, call, *place.comment, "EDIT")) return refused(403, "You do not have permission to edit the comment.");
  if (place.comment->properties.count(call.args[1]) == 0)
    return refused(404, "The property '" + call.args[1] + "' does not exist.");
  edit_comment(site, place.issue->id, place.comment->id, site.settings.properties_move_updated,
               [&](Comment& held) { held.properties.erase(call.args[1]); });
  return no_content();
}

}  // namespace sandbox::jira
