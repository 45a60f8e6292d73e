// Shape: which keys a JSON answer has, and of which types; to compare what we answer with what a real service answered.
//
// A path is "fields/status/name", an element of any array is "[]": all elements together make one shape. Types: null bool number string array
// object.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tandem/base/json/value.hpp>

namespace tandem::test {

using Shape = std::map<std::string, std::set<std::string>>;

// Adds `value` and all below it; `rename` gives a key the name that it shall count as ("customfield_10010" -> "customfield_*").
void add_to_shape(Shape& shape, json::Value const& value, std::function<std::string(std::string const&)> const& rename,
                  std::string const& path = "");

// The values below `root` that "values/*/items/*" names; "*" is each element or member, "" is the root.
std::vector<json::Value const*> selected(json::Value const& root, std::string_view pointer);

// Where `ours` lacks a key of `real`, or never has its type: (path, what). A key below a missing one is not told again. Where the real answer
// knows only null, any type will do; with `null_will_do` an empty column of ours stands for its type.
std::vector<std::pair<std::string, std::string>> departures(Shape const& real, Shape const& ours, bool null_will_do);

// A difference that is meant, with the reason. `capture` and `path` may hold "*".
struct LeftOut {
  std::string capture, path, reason;
  mutable bool used = false;
};
bool left_out(std::vector<LeftOut> const& list, std::string const& capture, std::string const& path);
std::vector<std::string> never_used(std::vector<LeftOut> const& list);

// A recorded answer: JSON alone, or "HTTP/1.1 200 OK", headers, blank line, body.
struct Capture {
  std::string name;
  int status = 0;  // 0 = not recorded
  std::vector<std::pair<std::string, std::string>> headers;
  bool has_body = false;
  json::Value body;  // when it is JSON
  std::string unreadable;  // why it is not; "" = it is
};
std::vector<Capture> read_captures(std::filesystem::path const& folder);

}  // namespace tandem::test
