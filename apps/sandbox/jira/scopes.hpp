// Which OAuth scopes an endpoint asks of a scoped token or a service account: either its classic ones or all of its granular ones.
// Source: the security lists of the API description; a token without them is told so by the gateway, not by the site (contract §1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandbox::jira {

// `pattern` is a route's ("issue/{issue}/comment"). An endpoint that names no scopes asks for none.
bool scopes_allow(std::vector<std::string> const& held, std::string_view method, std::string_view pattern);

}  // namespace sandbox::jira
