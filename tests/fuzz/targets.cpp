#include "targets.hpp"

namespace fuzz {

Target const* target_named(std::string_view name) {
  static constexpr Target kTargets[] = {{"http", http},
                                        {"request", request},
                                        {"jql", jql},
                                        {"filter", filter},
                                        {"batch", batch},
                                        {"jwt", jwt},
                                        {"item_file", item_file},
                                        {"payload", payload},
                                        {"html", html},
                                        {"adf", adf},
                                        {"jira_answer", jira_answer},
                                        {"dataverse_answer", dataverse_answer},
                                        {"token_answer", token_answer},
                                        {"stored", stored}};
  for (auto const& target : kTargets) {
    if (target.name == name) return &target;
  }
  return nullptr;
}

}  // namespace fuzz
