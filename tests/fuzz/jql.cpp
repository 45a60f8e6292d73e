#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

#include "box.hpp"
#include "targets.hpp"

namespace fuzz {

void jql(std::string_view bytes) {
  namespace json = tandem::json;
  if (!tandem::text::is_valid(bytes)) return;  // would be no JSON
  json::Object const body{{"jql", bytes}, {"maxResults", 5}, {"fields", json::Array{json::Value("summary")}}};
  std::vector<sandbox::Header> const headers{{"Authorization", jira_authorization()}, {"Content-Type", "application/json"}};
  send(sandbox::ServiceName::jira, {"POST", "/rest/api/3/search/jql", headers, json::to_text(body)});
  send(sandbox::ServiceName::jira, {"POST", "/rest/api/3/jql/parse?validation=strict", headers,
                                    json::to_text(json::Object{{"queries", json::Array{json::Value(bytes)}}})});
}

}  // namespace fuzz
