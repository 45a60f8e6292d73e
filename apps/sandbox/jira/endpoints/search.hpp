// search/jql, approximate-count, jql/parse, and the removed /search (contract §4).
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

Response get_search(Site& site, Call const& call);
Response post_search(Site& site, Call const& call);
Response post_jql_match(Site& site, Call const& call);  // jql/match: which of these issues do these queries find
Response post_approximate_count(Site& site, Call const& call);
Response post_jql_parse(Site& site, Call const& call);
Response removed_search(Site& site, Call const& call);

}  // namespace sandbox::jira
