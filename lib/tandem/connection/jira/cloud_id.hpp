// The cloud id of a site: what the gateway's addresses are made of (jira.md §1).
//
// `GET SITE/_edge/tenant_info` is undocumented but widely used, and needs no credentials; --jira-cloud-id stands above it.
#pragma once

#include <string>

#include <tandem/base/result.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::jira {

// Errors: config when the site does not tell it, transient when it cannot be reached.
Result<std::string> cloud_id_of(std::string const& site_url, http::Transport& transport);

}  // namespace tandem::jira
