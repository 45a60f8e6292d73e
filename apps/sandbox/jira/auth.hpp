// Who is calling (contract §1): Basic email:token, on the site with a classic token, behind the gateway path with a scoped one.
//
// A wrong or dead token does not fail by itself: the caller is then anonymous, and only a header tells.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

struct Identity {
  Account const* account = nullptr;  // null: anonymous
  bool failed = false;               // credentials were sent and refused: X-Seraph-LoginReason: AUTHENTICATED_FAILED
};
Identity identify(Site const& site, Request const& request, bool gateway);

}  // namespace sandbox::jira
