// The JQL filter of an admin webhook (contract §12): it holds for issue, comment, worklog, attachment and property events; others pass.
#pragma once

#include <string_view>

#include "jira/site.hpp"

namespace sandbox::jira {

// True without a filter. A filter that cannot be read lets nothing pass; the outbox does not take such a one (`filter_fault`).
bool passes_filter(Site const& site, Issue const& issue, std::string_view event, std::string_view jql);

// Why a filter cannot be used; "" when it can.
std::string filter_fault(Site const& site, std::string_view jql);

}  // namespace sandbox::jira
