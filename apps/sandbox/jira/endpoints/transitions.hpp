// Transitions: which ones the caller may do now, and doing one (contract §7).
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

struct TransitionView {
  bool with_fields = false, unavailable_too = false;
  std::string only;  // one transition's id
};
json::Value transitions_json(Site const& site, Reader const& reader, Issue const& issue, TransitionView const& view);

Response get_transitions(Site& site, Call const& call);
Response post_transition(Site& site, Call const& call);

}  // namespace sandbox::jira
