// What an administrator of Jira does while others are connected (switch jira.change).
//
// {"screenField":"customfield_10051","project":"SUP"} takes a field off the screens of all types, {"workflow":"support","dropTransition":"21"},
// {"workflow":"support","dropStatus":"10002"}, {"field":"customfield_10055","option":{"id":"1","value":"New"}} adds an option; null takes
// everything back.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/result.hpp>

#include "jira/definition.hpp"

namespace sandbox::jira {

class SiteChanges {
 public:
  // Errors: usage, naming what would be accepted.
  tandem::Result<tandem::Unit> apply(Definition& definition, json::Value const& change);

 private:
  struct Declared {  // as the world file says, kept by the first change
    std::map<std::string, Workflow, std::less<>> workflows;
    std::vector<std::vector<ProjectType>> types;  // by project
    std::vector<std::vector<Option>> options;  // by field
  };
  std::optional<Declared> declared_;
};

}  // namespace sandbox::jira
