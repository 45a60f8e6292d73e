// Routes: which transition to take next so that an issue comes to a status by the fewest steps, over transitions that are known (SPEC G3).
//
// Pure. Known are those that Jira offers on this issue now, those remembered from issues of the same project and type, and what the item's
// `status.path` says: its statuses follow one another. From the present status only what Jira offers now counts. Transitions with a condition
// are taken beyond the first step only where nothing else leads on: the condition may not hold there. A step whose screen requires what
// nobody can fill in is no step. Nothing is tried blindly unless `explore`. One step is made at a time; then the route is planned anew, and
// statuses that were visited are not visited again.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <tandem/connection/jira/model/transition.hpp>
#include <tandem/mapping/reason.hpp>

namespace tandem::mapping::status {

struct KnownTransition {
  std::string from;  // status id
  jira::Transition transition;
};

struct RouteQuestion {
  std::string from, to;  // status ids
  std::vector<jira::Transition> available;  // on this issue, now
  std::vector<KnownTransition> remembered;
  std::vector<std::string> path;  // the item's, as ids
  std::set<std::string> visited;  // on this walk
  bool explore = false;
  std::set<std::string> unwanted;  // statuses that exploring must not enter: closed ones on the way to an open one…
  // What the transition requires and cannot be given: names of fields.
  std::function<std::vector<std::string>(jira::Transition const&)> missing;
};

struct Route {
  std::vector<std::string> statuses;  // to pass, in order, the target last; empty: it is there already
  std::optional<jira::Transition> first;  // of `available`; absent when nothing has to be done or nothing can be
  bool blind = false;  // the first step explores
  std::optional<Report> refused;  // no-transition, transition-field-missing
};

Route plan_route(RouteQuestion const& question);

}  // namespace tandem::mapping::status
