// Who is calling (contract §1): Basic email:token, on the site with a classic token, behind the gateway path with a scoped one; or Bearer with
// a service account's access token, behind the gateway alone.
//
// A wrong or dead token does not fail by itself: the caller is then anonymous, and only a header tells. A scoped token on the site is a 401.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

struct Identity {
  Account const* account = nullptr;  // null: anonymous
  bool failed = false;  // credentials were sent and refused: X-Seraph-LoginReason: AUTHENTICATED_FAILED
  bool misplaced = false;  // a good scoped token, but not behind the gateway
  bool oauth = false;  // an access token: pays points if the site says so
  std::vector<std::string> scopes;  // of a scoped or access token; empty = all
};
Identity identify(Site const& site, Request const& request, bool gateway);

// POST /oauth/token, which the world outside serves on auth.atlassian.com: client credentials for an access token, as JSON or as a form.
// Lifetime: Settings::oauth_lifetime; there is no refresh token.
Response post_oauth_token(Site& site, Request const& request);

}  // namespace sandbox::jira
