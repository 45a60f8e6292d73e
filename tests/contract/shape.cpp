#include "contract/shape.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/utf8.hpp>

#include "world/request_pattern.hpp"

namespace tandem::test {

namespace {

char const* type_of(json::Value const& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  if (value.is_number()) return "number";
  return value.is_bool() ? "bool" : "null";
}

std::string join(std::string const& path, std::string const& key) { return path.empty() ? key : path + "/" + key; }

}  // namespace

void add_to_shape(Shape& shape, json::Value const& value, std::function<std::string(std::string const&)> const& rename,
                  std::string const& path) {
  shape[path].insert(type_of(value));
  for (auto const& [key, member] : value.members()) add_to_shape(shape, member, rename, join(path, rename(key)));
  for (auto const& element : value.items()) add_to_shape(shape, element, rename, join(path, "[]"));
}

std::vector<json::Value const*> selected(json::Value const& root, std::string_view pointer) {
  if (pointer.empty()) return {&root};
  auto const slash = pointer.find('/');
  auto const first = pointer.substr(0, slash);
  auto const rest = slash == std::string_view::npos ? std::string_view() : pointer.substr(slash + 1);
  std::vector<json::Value const*> out;
  auto const take = [&](json::Value const& value) {
    auto below = selected(value, rest);
    out.insert(out.end(), below.begin(), below.end());
  };
  if (first != "*") {
    if (root.has(first)) take(root[first]);
    return out;
  }
  for (auto const& element : root.items()) take(element);
  for (auto const& [key, member] : root.members()) take(member);
  return out;
}

std::vector<std::pair<std::string, std::string>> departures(Shape const& real, Shape const& ours, bool null_will_do) {
  std::vector<std::pair<std::string, std::string>> out;
  for (auto const& [path, types] : real) {
    bool const told =
        std::any_of(out.begin(), out.end(), [&, &p = path](auto const& one) { return p.starts_with(one.first + "/"); });
    if (told) continue;
    auto const found = ours.find(path);
    if (found == ours.end()) {
      // Elements of arrays that are empty on our side are a matter of data, unless nothing of theirs is ever shown: then it is told.
      out.emplace_back(path, "is missing");
      continue;
    }
    auto wanted = types;
    wanted.erase("null");
    if (wanted.empty() || (null_will_do && found->second == std::set<std::string>{"null"})) continue;
    bool const shared =
        std::any_of(wanted.begin(), wanted.end(), [&](std::string const& type) { return found->second.contains(type); });
    if (!shared)
      out.emplace_back(path, fmt::format("is {}, not {}", fmt::join(found->second, " or "), fmt::join(wanted, " or ")));
  }
  return out;
}

bool left_out(std::vector<LeftOut> const& list, std::string const& capture, std::string const& path) {
  bool found = false;
  for (auto const& one : list) {
    if (sandbox::matches_glob(one.capture, capture) && sandbox::matches_glob(one.path, path)) found = one.used = true;
  }
  return found;
}

std::vector<std::string> never_used(std::vector<LeftOut> const& list) {
  std::vector<std::string> out;
  for (auto const& one : list) {
    if (!one.used) out.push_back(one.capture + ": " + one.path);
  }
  return out;
}

namespace {

Capture read_capture(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::string const all{std::istreambuf_iterator<char>(in), {}};
  Capture out;
  out.name = file.filename().string();
  std::string_view rest = all;
  if (rest.starts_with("HTTP/")) {
    out.status = std::atoi(rest.substr(rest.find(' ')).data());
    rest = rest.substr(rest.find('\n') + 1);
    while (!rest.empty()) {  // headers are indented in some, and not all have the blank line
      auto const end = rest.find('\n');
      auto const line = text::trimmed(rest.substr(0, end));
      if (line.starts_with('{')) break;
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      if (line.empty()) break;
      auto const colon = line.find(':');
      if (colon != std::string_view::npos)
        out.headers.emplace_back(text::trimmed(line.substr(0, colon)), text::trimmed(line.substr(colon + 1)));
    }
  }
  rest = text::trimmed(rest);
  out.has_body = !rest.empty();
  if (!out.has_body) return out;
  auto parsed = json::parse(rest);
  if (parsed) {
    out.body = std::move(*parsed);
  } else {
    out.unreadable = parsed.error().message;
  }
  return out;
}

}  // namespace

std::vector<Capture> read_captures(std::filesystem::path const& folder) {
  std::vector<Capture> out;
  for (auto const& entry : std::filesystem::directory_iterator(folder)) out.push_back(read_capture(entry.path()));
  std::sort(out.begin(), out.end(), [](Capture const& a, Capture const& b) { return a.name < b.name; });
  return out;
}

}  // namespace tandem::test
