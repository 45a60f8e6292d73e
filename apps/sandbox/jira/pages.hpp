// Pages for people (SPEC L6): /browse/KEY shows an issue as plain HTML without script: fields, description, files, links, comments, work, history.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

// For whoever looks: nothing of the issue is hidden. 404 when there is none of that key or id.
Response issue_page(Site const& site, std::string_view key);

}  // namespace sandbox::jira
