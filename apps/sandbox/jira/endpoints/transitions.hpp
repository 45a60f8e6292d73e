// Transitions: which ones the caller may do now, and doing one (contract §7).
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

struct TransitionView {
  bool with_fields = false, unavailable_too = false;
  std::string only;  // one transition's id
};
json::Value transitions_json(Site const& site, Reader const& reader, Issue const& issue, TransitionView const& view);

// Does the transition that a body names, with its fields; an empty refusal means that it was done. REQUIRES: a signed-in caller.
Refusal do_transition(Site& site, Call const& call, Issue const* issue, json::Value const& body);

Response get_transitions(Site& site, Call const& call);
Response post_transition(Site& site, Call const& call);

}  // namespace sandbox::jira
