#include "jira/jql/functions.hpp"

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

#include "jira/jql/fields.hpp"

namespace sandbox::jira::jql {

namespace {

using Ids = std::vector<std::string>;
using Found = tl::expected<Ids, std::string>;
using tandem::text::ascii_lower;
using tandem::text::equal_ignoring_case;

tl::unexpected<std::string> unknown(Operand const& operand) {
  return tl::unexpected<std::string>("Unable to find JQL function '" + operand.text + "()'.");
}
tl::unexpected<std::string> wrong_arguments(Operand const& operand, std::string_view expected) {
  return tl::unexpected<std::string>("Function '" + operand.text + "' expected " + std::string(expected) + " but received '" +
                                     std::to_string(operand.args.size()) + "'.");
}

Found people(Site const& site, Reader const& reader, Operand const& operand) {
  auto const name = ascii_lower(operand.text);
  if (name == "currentuser") return reader.account == nullptr ? Ids{} : Ids{reader.account->id};
  if (name != "membersof") return unknown(operand);
  if (operand.args.size() != 1) return wrong_arguments(operand, "'1' arguments");
  auto const& groups = site.definition.groups;
  auto const group = std::find_if(groups.begin(), groups.end(), [&](Group const& held) {
    return held.id == operand.args.front() || equal_ignoring_case(held.name, operand.args.front());
  });
  if (group == groups.end())
    return tl::unexpected<std::string>("Function 'membersOf' can not generate a list of usernames for group '" +
                                       operand.args.front() + "'; the group does not exist.");
  Ids out;
  for (auto const& account : site.definition.accounts) {
    if (std::find(account.groups.begin(), account.groups.end(), group->name) != account.groups.end()) out.push_back(account.id);
  }
  return out;
}

Found sprints(Site const& site, Operand const& operand) {
  auto const name = ascii_lower(operand.text);
  auto const state = name == "opensprints"     ? "active"
                     : name == "closedsprints" ? "closed"
                     : name == "futuresprints" ? "future"
                                               : "";
  if (*state == '\0') return unknown(operand);
  Ids out;
  for (auto const& sprint : site.definition.sprints) {
    if (sprint.state == state) out.push_back(std::to_string(sprint.id));
  }
  return out;
}

Found versions(Site const& site, Operand const& operand) {
  bool const released = equal_ignoring_case(operand.text, "releasedVersions");
  if (!released && !equal_ignoring_case(operand.text, "unreleasedVersions")) return unknown(operand);
  Ids out;
  for (auto const& project : site.definition.projects) {
    bool const meant =
        operand.args.empty() || std::any_of(operand.args.begin(), operand.args.end(), [&](std::string const& arg) {
          return project.id == arg || equal_ignoring_case(project.key, arg) || equal_ignoring_case(project.name, arg);
        });
    for (auto const& version : project.versions) {
      if (meant && version.released == released && !version.archived) out.push_back(version.id);
    }
  }
  return out;
}

Found types(Site const& site, Operand const& operand) {
  bool const subtasks = equal_ignoring_case(operand.text, "subtaskIssueTypes");
  if (!subtasks && !equal_ignoring_case(operand.text, "standardIssueTypes")) return unknown(operand);
  Ids out;
  for (auto const& type : site.definition.types) {
    if (type.subtask == subtasks) out.push_back(type.id);
  }
  return out;
}

Found led_projects(Site const& site, Reader const& reader, Operand const& operand) {
  if (!equal_ignoring_case(operand.text, "projectsLeadByUser")) return unknown(operand);
  auto const who = !operand.args.empty() ? operand.args.front() : reader.account == nullptr ? std::string() : reader.account->id;
  Ids out;
  for (auto const& project : site.definition.projects) {
    if (!who.empty() && project.lead == who) out.push_back(project.id);
  }
  return out;
}

}  // namespace

Found operand_ids(Site const& site, Reader const& reader, Field const& field, std::string const& clause_name,
                  Operand const& operand) {
  if (operand.kind == Operand::Kind::function) {
    switch (field.kind()) {
      case Kind::user:
      case Kind::users: return people(site, reader, operand);
      case Kind::sprint: return sprints(site, operand);
      case Kind::version:
      case Kind::versions: return versions(site, operand);
      case Kind::issue_type: return types(site, operand);
      case Kind::project: return led_projects(site, reader, operand);
      default: return field.id == "creator" ? people(site, reader, operand) : Found(unknown(operand));
    }
  }
  bool const person = field.kind() == Kind::user || field.kind() == Kind::users || field.id == "creator";
  if (person) return account_ids(site, reader, operand);
  auto ids = ids_of_value(site, field, operand.text);
  if (ids.empty() && field.kind() != Kind::parent)
    return tl::unexpected<std::string>("The value '" + operand.text + "' does not exist for the field '" + clause_name + "'.");
  return ids;
}

Found account_ids(Site const& site, Reader const& reader, Operand const& operand) {
  if (operand.kind == Operand::Kind::function) return people(site, reader, operand);
  Ids out{operand.text};  // an account id; an unknown one matches nothing
  for (auto const& account : site.definition.accounts) {
    bool const mail = account.shows_email && !account.email.empty() && equal_ignoring_case(account.email, operand.text);
    if (mail || equal_ignoring_case(account.display_name, operand.text)) out.push_back(account.id);
  }
  return out;
}

tl::expected<Test, std::string> issue_function(Site const& site, Operand const& operand) {
  auto const name = ascii_lower(operand.text);
  auto const* there = &site;
  if (name == "issueswithremotelinksbyglobalid") {
    if (operand.args.empty() || operand.args.size() > 100) return wrong_arguments(operand, "between '1' and '100' arguments");
    std::set<std::string, std::less<>> const ids(operand.args.begin(), operand.args.end());
    return Test([ids](Issue const& issue) {
      return std::any_of(issue.remote_links.begin(), issue.remote_links.end(),
                         [&](RemoteLink const& link) { return ids.count(link.global_id) > 0; });
    });
  }
  if (name == "linkedissues" || name == "linkedissue") {
    if (operand.args.empty()) return wrong_arguments(operand, "at least '1' argument");
    auto const* centre = site.store.find(operand.args.front());
    if (centre == nullptr)
      return tl::unexpected<std::string>("Issue '" + operand.args.front() + "' could not be found in function 'linkedIssues'.");
    // Further arguments are the phrases of links ("is blocked by"), as the named issue shows them.
    std::vector<std::string> const phrases(operand.args.begin() + 1, operand.args.end());
    std::set<std::int64_t> linked;
    for (auto const id : centre->links) {
      auto const* link = there->store.link(id);
      auto const* type = link == nullptr ? nullptr : there->definition.link_type(link->type);
      if (type == nullptr) continue;
      bool const outward = link->source == centre->id;
      auto const& phrase = outward ? type->outward : type->inward;
      bool const meant = phrases.empty() || std::any_of(phrases.begin(), phrases.end(), [&](std::string const& wanted) {
                           return equal_ignoring_case(wanted, phrase) || equal_ignoring_case(wanted, type->name);
                         });
      if (meant) linked.insert(outward ? link->destination : link->source);
    }
    return Test([linked](Issue const& issue) { return linked.count(issue.id) > 0; });
  }
  return unknown(operand);
}

}  // namespace sandbox::jira::jql
