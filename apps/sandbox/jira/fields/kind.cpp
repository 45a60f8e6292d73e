#include "jira/fields/kind.hpp"

#include <algorithm>

namespace sandbox::jira {

namespace {

#define STANDARD "com.atlassian.jira.plugin.system.customfieldtypes:"
constexpr std::string_view kAll = "add,set,remove";

FieldType custom(std::string_view uri, Kind kind, std::string_view type, std::string_view items, std::string_view operations,
                 std::string_view searcher) {
  FieldType out;
  out.name = uri.substr(uri.find(':') + 1);
  out.kind = kind;
  out.type = type;
  out.items = items;
  out.custom = uri;
  out.operations = operations;
  out.searcher = searcher;
  return out;
}

std::vector<FieldType> const& custom_types() {
  static std::vector<FieldType> const types{
      custom(STANDARD "textfield", Kind::line, "string", "", "set", "textsearcher"),
      custom(STANDARD "textarea", Kind::rich, "string", "", "set", "textsearcher"),
      custom(STANDARD "url", Kind::url, "string", "", "set", "exacttextsearcher"),
      custom(STANDARD "float", Kind::number, "number", "", "set", "exactnumber"),
      custom(STANDARD "datepicker", Kind::date, "date", "", "set", "daterange"),
      custom(STANDARD "datetime", Kind::moment, "datetime", "", "set", "datetimerange"),
      custom(STANDARD "labels", Kind::labels, "array", "string", kAll, "labelsearcher"),
      custom(STANDARD "select", Kind::option, "option", "", "set", "multiselectsearcher"),
      custom(STANDARD "radiobuttons", Kind::option, "option", "", "set", "multiselectsearcher"),
      custom(STANDARD "multiselect", Kind::options, "array", "option", kAll, "multiselectsearcher"),
      custom(STANDARD "multicheckboxes", Kind::options, "array", "option", kAll, "multiselectsearcher"),
      custom(STANDARD "cascadingselect", Kind::cascading, "option-with-child", "", "set", "cascadingselectsearcher"),
      custom(STANDARD "userpicker", Kind::user, "user", "", "set", "userpickergroupsearcher"),
      custom(STANDARD "multiuserpicker", Kind::users, "array", "user", kAll, "userpickergroupsearcher"),
      custom(STANDARD "grouppicker", Kind::group, "group", "", "set", "grouppickersearcher"),
      custom(STANDARD "multigrouppicker", Kind::groups, "array", "group", kAll, "grouppickersearcher"),
      custom(STANDARD "version", Kind::version, "version", "", "set", "versionsearcher"),
      custom(STANDARD "multiversion", Kind::versions, "array", "version", kAll, "versionsearcher"),
      custom(STANDARD "readonlyfield", Kind::derived, "string", "", "", "textsearcher"),
      custom("com.pyxis.greenhopper.jira:gh-sprint", Kind::sprint, "array", "json", "set", "sprintsearcher"),
      // What an app brought along: its own type, its own values.
      custom("com.example.apps:app-value", Kind::app, "any", "", "set", ""),
  };
  return types;
}

FieldType system(std::string_view id, std::string_view title, Kind kind, std::string_view type, std::string_view items,
                 std::string_view operations, std::string_view clauses, bool orderable, bool navigable) {
  FieldType out;
  out.name = id;
  out.kind = kind;
  out.type = type;
  out.items = items;
  out.operations = operations;
  out.title = title;
  out.clauses = clauses;
  out.orderable = orderable;
  out.navigable = navigable;
  return out;
}

}  // namespace

std::vector<FieldType> const& system_fields() {
  using enum Kind;
  static std::vector<FieldType> const fields{
      system("issuekey", "Key", derived, "", "", "", "id,issue,issuekey,key", false, true),
      system("summary", "Summary", line, "string", "", "set", "summary", true, true),
      system("issuetype", "Issue Type", issue_type, "issuetype", "", "", "issuetype,type", true, true),
      system("project", "Project", project, "project", "", "", "project", false, true),
      system("status", "Status", derived, "status", "", "", "status", false, true),
      system("statusCategory", "Status Category", derived, "statusCategory", "", "", "statusCategory", false, true),
      system("statuscategorychangedate", "Status Category Changed", derived, "datetime", "", "", "statusCategoryChangedDate",
             false, true),
      system("priority", "Priority", priority, "priority", "", "set", "priority", true, true),
      system("resolution", "Resolution", resolution, "resolution", "", "set", "resolution", true, true),
      system("resolutiondate", "Resolved", derived, "datetime", "", "", "resolutiondate,resolved", false, true),
      system("assignee", "Assignee", user, "user", "", "set", "assignee", true, true),
      system("reporter", "Reporter", user, "user", "", "set", "reporter", true, true),
      system("creator", "Creator", derived, "user", "", "", "creator", false, true),
      system("created", "Created", derived, "datetime", "", "", "created,createdDate", false, true),
      system("updated", "Updated", derived, "datetime", "", "", "updated,updatedDate", false, true),
      system("lastViewed", "Last Viewed", derived, "datetime", "", "", "lastViewed", false, true),
      system("duedate", "Due date", date, "date", "", "set", "due,duedate", true, true),
      system("labels", "Labels", labels, "array", "string", kAll, "labels", true, true),
      system("components", "Components", components, "array", "component", kAll, "component", true, true),
      system("versions", "Affects versions", versions, "array", "version", kAll, "affectedVersion", true, true),
      system("fixVersions", "Fix versions", versions, "array", "version", kAll, "fixVersion", true, true),
      system("description", "Description", rich, "string", "", "set", "description", true, true),
      system("environment", "Environment", rich, "string", "", "set", "environment", true, true),
      system("parent", "Parent", parent, "", "", "set", "parent", false, true),
      system("subtasks", "Sub-tasks", derived, "array", "issuelinks", "", "", false, true),
      system("issuelinks", "Linked Issues", derived, "array", "issuelinks", "add,copy", "", true, true),
      system("attachment", "Attachment", derived, "array", "attachment", "set,copy", "attachments", true, false),
      system("comment", "Comment", derived, "comments-page", "", "", "comment", true, false),
      system("worklog", "Log Work", derived, "array", "worklog", "", "", true, false),
      system("watches", "Watchers", derived, "watches", "", "", "watchers", false, true),
      system("votes", "Votes", derived, "votes", "", "", "votes", false, true),
      system("security", "Security Level", derived, "securitylevel", "", "", "level", true, true),
      system("timetracking", "Time tracking", time_tracking, "timetracking", "", "set,edit", "", true, false),
      system("timespent", "Time Spent", derived, "number", "", "", "timespent", false, true),
      system("timeestimate", "Remaining Estimate", derived, "number", "", "", "remainingEstimate,timeestimate", false, true),
      system("timeoriginalestimate", "Original estimate", derived, "number", "", "", "originalEstimate,timeoriginalestimate",
             false, true),
      system("aggregatetimespent", "Σ Time Spent", derived, "number", "", "", "", false, true),
      system("aggregatetimeestimate", "Σ Remaining Estimate", derived, "number", "", "", "", false, true),
      system("aggregatetimeoriginalestimate", "Σ Original Estimate", derived, "number", "", "", "", false, true),
      system("progress", "Progress", derived, "progress", "", "", "progress", false, true),
      system("aggregateprogress", "Σ Progress", derived, "progress", "", "", "", false, true),
      system("workratio", "Work Ratio", derived, "number", "", "", "workratio", false, true),
      system("issuerestriction", "Restrict to", derived, "issuerestriction", "", "", "", true, true),
      system("thumbnail", "Images", derived, "", "", "", "", false, true),
  };
  return fields;
}

FieldType const* custom_type(std::string_view name) {
  auto const& types = custom_types();
  auto const found =
      std::find_if(types.begin(), types.end(), [&](FieldType const& type) { return type.name == name || type.custom == name; });
  return found == types.end() ? nullptr : &*found;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    auto const end = std::min(text.find(','), text.size());
    auto part = text.substr(0, end);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) out.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace sandbox::jira
