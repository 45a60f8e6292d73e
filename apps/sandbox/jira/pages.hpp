// Pages for people (SPEC L6): /browse/KEY, plain HTML without a script. Everything that came from a client is escaped.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

Response issue_page(Site const& site, std::string_view key);

}  // namespace sandbox::jira
