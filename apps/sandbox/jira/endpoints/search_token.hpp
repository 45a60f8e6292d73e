// The nextPageToken of search/jql: opaque, bound to the query it came from, dead after seven days (contract §4).
#pragma once

#include "jira/jql/order.hpp"

namespace sandbox::jira {

// `query` is everything that must stay the same from page to page.
std::string search_token(jql::Position const& position, std::string_view query, Instant now);
std::optional<jql::Position> read_search_token(std::string_view token, std::string_view query, Instant now);

}  // namespace sandbox::jira
