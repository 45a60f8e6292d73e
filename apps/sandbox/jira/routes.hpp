// The table of endpoints: method and path pattern to function, with what an anonymous caller gets (contract §1, §2).
#pragma once

#include <string_view>
#include <vector>

#include "jira/site.hpp"

namespace sandbox::jira {

struct Route {
  using Handler = Response (*)(Site&, Call const&);
  std::string_view method, pattern;  // "issue/{issue}/comment/{id}", below /rest/api/3/
  Handler handler;
  bool anonymous = true;             // false: 401 without a signed-in caller
  enum class Body {
    none,
    json,
    typed_if_empty,
    raw
  } body = Body::none;  // json: a JSON body; typed_if_empty: no body, but a Content-Type; raw: the endpoint reads the bytes
  bool writes_issue = false;         // counts for the per-issue write limit
};

struct Found {
  Route const* route = nullptr;  // null: no such path, or (wrong_method) not with this method
  bool wrong_method = false;
  std::vector<std::string> args;
};
// `segments` below /rest/api/3, still percent-encoded.
Found find_route(std::string_view method, std::vector<std::string_view> const& segments);

}  // namespace sandbox::jira
