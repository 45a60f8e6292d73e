// ADF as plain HTML, for pages and `renderedFields`: escaped, without script, links to http, https and mailto alone.
//
// What HTML has no word for is written as its text; an unknown node is its content.
#pragma once

#include <string>

#include <tandem/base/json/value.hpp>

namespace sandbox::jira {

std::string adf_to_html(tandem::json::Value const& document);
bool is_safe_link(std::string_view url);

}  // namespace sandbox::jira
