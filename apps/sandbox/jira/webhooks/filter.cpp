#include "jira/webhooks/filter.hpp"

#include "jira/jql/compile.hpp"

namespace sandbox::jira {

bool passes_filter(Site const& site, Issue const& issue, std::string_view event, std::string_view jql) {
  if (jql.empty() || event.starts_with("issuelink_")) return true;
  auto const compiled = jql::compile(site, reader_of(site, nullptr), jql);
  return compiled && compiled->where(issue);
}

std::string filter_fault(Site const& site, std::string_view jql) {
  if (jql.empty()) return {};
  auto const compiled = jql::compile(site, reader_of(site, nullptr), jql);
  if (compiled) return {};
  return compiled.error().empty() ? std::string("the JQL cannot be read") : compiled.error().front();
}

}  // namespace sandbox::jira
