#include "jira/fields/value.hpp"

#include <functional>
#include <map>

#include "jira/endpoints/issue_links.hpp"
#include "jira/endpoints/worklogs.hpp"
#include "jira/fields/duration.hpp"
#include "jira/files.hpp"
#include "jira/render.hpp"
#include "jira/visibility.hpp"
#include "jira/zones.hpp"

namespace sandbox::jira {

namespace {

json::Value or_null(auto const* entity, auto const& shown) {
  return entity == nullptr ? json::Value() : json::Value(shown(*entity));
}

json::Value list_of(json::Value const& ids, auto const& shown) {
  json::Array out;
  for (auto const& id : ids.items()) {
    if (auto value = shown(id.scalar_text()); !value.is_null()) out.push_back(std::move(value));
  }
  return out;
}

json::Value version_of(Site const& site, Issue const& issue, std::string_view id) {
  auto const* project = site.definition.project(issue.project);
  if (project == nullptr) return {};
  for (auto const& version : project->versions) {
    if (version.id == id) return version_json(site, version);
  }
  return {};
}

json::Value component_of(Site const& site, Issue const& issue, std::string_view id) {
  auto const* project = site.definition.project(issue.project);
  if (project == nullptr) return {};
  for (auto const& component : project->components) {
    if (component.id == id) return component_json(site, component);
  }
  return {};
}

json::Value group_of(Site const& site, std::string_view id) {
  for (auto const& group : site.definition.groups) {
    if (group.id == id) {
      return json::Object{{"name", group.name}, {"groupId", group.id}, {"self", site.api("group?groupId=") + group.id}};
    }
  }
  return {};
}

json::Value cascade(Site const& site, Reader const& reader, Field const& field, json::Value const& stored) {
  auto const* option = find_option(field.options, stored["id"].text());
  if (option == nullptr) return {};
  auto out = option_json(site, reader, *option);
  if (auto const* child = find_option(option->children, stored["child"].text()))
    out.set("child", option_json(site, reader, *child));
  return out;
}

json::Value time_tracking(json::Value const& stored, std::int64_t spent) {
  json::Object out;
  if (auto const seconds = stored["original"].integer()) {
    out.append("originalEstimate", duration_text(*seconds));
    out.append("originalEstimateSeconds", *seconds);
  }
  if (auto const seconds = stored["remaining"].integer()) {
    out.append("remainingEstimate", duration_text(*seconds));
    out.append("remainingEstimateSeconds", *seconds);
  }
  if (spent > 0) {
    out.append("timeSpent", duration_text(spent));
    out.append("timeSpentSeconds", spent);
  }
  return out;
}

json::Value sprints(Site const& site, json::Value const& stored) {
  return list_of(stored, [&](std::string const& id) -> json::Value {
    for (auto const& sprint : site.definition.sprints) {
      if (std::to_string(sprint.id) == id) return json::Object{{"id", sprint.id}, {"name", sprint.name}, {"state", sprint.state}};
    }
    return {};
  });
}

json::Value progress_of(Issue const& issue) {
  auto const& tracking = issue.value("timetracking");
  auto const spent = seconds_spent(issue);
  auto const total = spent + tracking["remaining"].integer().value_or(tracking["original"].integer().value_or(0));
  json::Object out{{"progress", spent}, {"total", total}};
  if (total > 0) out.append("percent", spent * 100 / total);
  return out;
}

json::Value spent_or_null(Issue const& issue) {
  auto const spent = seconds_spent(issue);
  return spent == 0 ? json::Value() : json::Value(spent);
}

// The fields that Jira keeps by itself.
using Derive = std::function<json::Value(Site const&, Reader const&, Issue const&)>;
json::Value self_of(Site const& site, Issue const& issue, std::string_view rest) {
  return site.api("issue/") + issue.key + "/" + std::string(rest);
}

std::map<std::string_view, Derive> const& derived_fields() {
  static std::map<std::string_view, Derive> const all{
      {"project",
       [](Site const& site, Reader const&, Issue const& issue) {
         return or_null(site.definition.project(issue.project), [&](Project const& held) { return project_json(site, held); });
       }},
      {"issuetype",
       [](Site const& site, Reader const& reader, Issue const& issue) {
         return or_null(site.definition.type(issue.type),
                        [&](IssueType const& held) { return issue_type_json(site, reader, held); });
       }},
      {"status",
       [](Site const& site, Reader const& reader, Issue const& issue) {
         return or_null(site.definition.status(issue.status),
                        [&](Status const& held) { return status_json(site, reader, held); });
       }},
      {"statusCategory",
       [](Site const& site, Reader const& reader, Issue const& issue) {
         return or_null(site.definition.status(issue.status),
                        [&](Status const& held) { return status_category_json(site, reader, held.category); });
       }},
      {"statuscategorychangedate",
       [](Site const&, Reader const& reader, Issue const& issue) {
         return json::Value(stamp(issue.status_category_changed, reader.zone));
       }},
      {"resolutiondate",
       [](Site const&, Reader const& reader, Issue const& issue) {
         return issue.resolved ? json::Value(stamp(*issue.resolved, reader.zone)) : json::Value();
       }},
      {"creator",
       [](Site const& site, Reader const& reader, Issue const& issue) { return user_json(site, reader, issue.creator); }},
      {"created",
       [](Site const&, Reader const& reader, Issue const& issue) { return json::Value(stamp(issue.created, reader.zone)); }},
      {"updated",
       [](Site const&, Reader const& reader, Issue const& issue) { return json::Value(stamp(issue.updated, reader.zone)); }},
      {"subtasks",
       [](Site const& site, Reader const& reader, Issue const& issue) {
         json::Array out;
         for (auto const id : issue.subtasks) {
           if (auto const* child = site.store.find(id)) out.push_back(linked_issue_json(site, reader, *child));
         }
         return json::Value(std::move(out));
       }},
      {"issuelinks",
       [](Site const& site, Reader const& reader, Issue const& issue) {
         json::Array out;
         for (auto const id : issue.links) {
           if (auto row = issue_link_json(site, reader, issue, id); !row.is_null()) out.push_back(std::move(row));
         }
         return json::Value(std::move(out));
       }},
      {"attachment",
       [](Site const& site, Reader const& reader, Issue const& issue) {
         json::Array out;
         for (auto const& file : issue.attachments) out.push_back(attachment_json(site, reader, file));
         return json::Value(std::move(out));
       }},
      {"comment",
       [](Site const& site, Reader const& reader, Issue const& issue) {
         // The newest twenty at most; the comment endpoint has them all (contract §4).
         auto const most = static_cast<std::size_t>(site.settings.comments_in_field);
         std::vector<Comment const*> seen;
         for (auto const& comment : issue.comments) {
           if (sees_restricted(site, reader, comment.visibility)) seen.push_back(&comment);
         }
         auto const first = seen.size() > most ? seen.size() - most : 0;
         json::Array comments;
         for (auto i = first; i < seen.size(); ++i) comments.push_back(comment_json(site, reader, issue, *seen[i], false));
         json::Object out;
         out.append("maxResults", static_cast<std::uint64_t>(comments.size()));
         out.append("comments", std::move(comments));
         out.append("self", site.api("issue/") + std::to_string(issue.id) + "/comment");
         out.append("total", static_cast<std::uint64_t>(seen.size()));
         out.append("startAt", static_cast<std::uint64_t>(first));
         return json::Value(std::move(out));
       }},
      {"worklog",
       [](Site const& site, Reader const& reader, Issue const& issue) {
         constexpr std::size_t kMost = 20;
         json::Array worklogs;
         std::uint64_t total = 0;
         for (auto const& worklog : issue.worklogs) {
           if (!sees_restricted(site, reader, worklog.visibility)) continue;
           if (total++ < kMost) worklogs.push_back(worklog_json(site, reader, issue, worklog, false));
         }
         return json::Value(
             json::Object{{"startAt", 0}, {"maxResults", 20}, {"total", total}, {"worklogs", std::move(worklogs)}});
       }},
      {"watches",
       [](Site const& site, Reader const&, Issue const& issue) {
         return json::Value(json::Object{{"self", self_of(site, issue, "watchers")}, {"watchCount", 0}, {"isWatching", false}});
       }},
      {"votes",
       [](Site const& site, Reader const&, Issue const& issue) {
         return json::Value(json::Object{{"self", self_of(site, issue, "votes")}, {"votes", 0}, {"hasVoted", false}});
       }},
      {"issuerestriction",
       [](Site const&, Reader const&, Issue const&) {
         return json::Value(json::Object{{"issuerestrictions", json::Object{}}, {"shouldDisplay", false}});
       }},
      {"timeestimate", [](Site const&, Reader const&, Issue const& issue) { return issue.value("timetracking")["remaining"]; }},
      {"timeoriginalestimate",
       [](Site const&, Reader const&, Issue const& issue) { return issue.value("timetracking")["original"]; }},
      {"aggregatetimeestimate",
       [](Site const&, Reader const&, Issue const& issue) { return issue.value("timetracking")["remaining"]; }},
      {"aggregatetimeoriginalestimate",
       [](Site const&, Reader const&, Issue const& issue) { return issue.value("timetracking")["original"]; }},
      {"timespent", [](Site const&, Reader const&, Issue const& issue) { return spent_or_null(issue); }},
      {"aggregatetimespent", [](Site const&, Reader const&, Issue const& issue) { return spent_or_null(issue); }},
      {"progress", [](Site const&, Reader const&, Issue const& issue) { return progress_of(issue); }},
      {"aggregateprogress", [](Site const&, Reader const&, Issue const& issue) { return progress_of(issue); }},
      // Without an original estimate the ratio is -1.
      {"workratio",
       [](Site const&, Reader const&, Issue const& issue) {
         auto const original = issue.value("timetracking")["original"].integer().value_or(0);
         return json::Value(original > 0 ? seconds_spent(issue) * 100 / original : std::int64_t{-1});
       }},
  };
  return all;
}

}  // namespace

json::Value render_value(Site const& site, Reader const& reader, Issue const& issue, Field const& field) {
  if (!field.custom()) {
    auto const& derived = derived_fields();
    if (auto const found = derived.find(field.id); found != derived.end()) return found->second(site, reader, issue);
  }
  auto const& stored = issue.value(field.id);
  auto const& definition = site.definition;
  if (stored.is_null()) {
    bool const empty_list = !field.custom() && field.type->type == "array";
    if (field.kind() == Kind::time_tracking) return time_tracking(stored, seconds_spent(issue));
    return empty_list ? json::Value(json::Array{}) : json::Value();
  }
  auto const option = [&](std::string_view id) {
    return or_null(find_option(field.options, id), [&](Option const& held) { return option_json(site, reader, held); });
  };
  switch (field.kind()) {
    case Kind::moment: return json::Value(stamp(tandem::from_epoch_millis(stored.integer().value_or(0)), reader.zone));
    case Kind::priority:
      return or_null(definition.priority(stored.text()),
                     [&](Priority const& held) { return priority_json(site, reader, held, false); });
    case Kind::resolution:
      return or_null(definition.resolution(stored.text()),
                     [&](Resolution const& held) { return resolution_json(site, reader, held); });
    case Kind::option: return option(stored.text());
    case Kind::options: return list_of(stored, option);
    case Kind::cascading: return cascade(site, reader, field, stored);
    case Kind::components: return list_of(stored, [&](std::string const& id) { return component_of(site, issue, id); });
    case Kind::version: return version_of(site, issue, stored.text());
    case Kind::versions: return list_of(stored, [&](std::string const& id) { return version_of(site, issue, id); });
    case Kind::user: return user_json(site, reader, stored.text());
    case Kind::users: return list_of(stored, [&](std::string const& id) { return user_json(site, reader, id); });
    case Kind::group: return group_of(site, stored.text());
    case Kind::groups: return list_of(stored, [&](std::string const& id) { return group_of(site, id); });
    case Kind::parent:
      return or_null(site.store.find(stored.text()), [&](Issue const& other) { return linked_issue_json(site, reader, other); });
    case Kind::time_tracking: return time_tracking(stored, seconds_spent(issue));
    case Kind::sprint: return sprints(site, stored);
    case Kind::line:
    case Kind::rich:
    case Kind::url:
    case Kind::number:
    case Kind::date:
    case Kind::labels:
    case Kind::app:
    case Kind::issue_type:
    case Kind::project:
    case Kind::derived: break;
  }
  return stored;
}

}  // namespace sandbox::jira
