#include "world/world_file.hpp"

#include <algorithm>

#include <tandem/base/json/parse.hpp>

namespace sandbox {

using tandem::ErrorKind;
using tandem::fail;
using tandem::Result;
namespace json = tandem::json;

namespace {

constexpr std::string_view kSuffix = ".json";

EmbeddedFile const* embedded(std::string const& name) {
  for (auto const& file : embedded_world_files()) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

// Elements of a list are the same when the first of these that both have is equal.
bool are_same(json::Value const& a, json::Value const& b) {
  for (auto const* const key : {"clientId", "login", "key", "@id", "id", "name"}) {
    if (a[key].is_string() && b[key].is_string()) return a[key] == b[key];
  }
  return false;
}

void merge(json::Value& base, json::Value const& more) {
  if (auto* const list = base.if_array(); list != nullptr && more.is_array()) {
    auto const known = list->size();  // only these are compared: a long list may be added
    for (auto const& element : more.items()) {
      auto const end = list->begin() + static_cast<std::ptrdiff_t>(known);
      auto const found = std::find_if(list->begin(), end, [&](json::Value const& one) { return are_same(one, element); });
      if (found == end)
        list->push_back(element);
      else
        *found = element;
    }
    return;
  }
  if (!base.is_object() || !more.is_object()) {
    base = more;
    return;
  }
  for (auto const& [key, value] : more.members()) {
    if (auto* const known = base.if_object()->find(key))
      merge(*known, value);
    else
      base.set(key, value);
  }
}

Result<json::Value> parse(std::string_view text) {
  // A world may be large: it is a file of the user's own, not something that arrived.
  auto parsed = json::parse(text, {.bytes = std::size_t{1} << 30U, .comments = true});
  if (!parsed) {
    auto error = std::move(parsed).error();
    error.kind = ErrorKind::config;
    return fail(std::move(error));
  }
  if (!parsed->is_object())
    return fail(ErrorKind::config, "world file: expected an object with the parts entra, dataverse and jira");
  return std::move(*parsed);
}

}  // namespace

std::vector<std::string_view> built_in_worlds() {
  std::vector<std::string_view> out;
  for (auto const& file : embedded_world_files()) {
    auto const base = file.name.substr(0, file.name.size() - kSuffix.size());
    if (base.find('.') == std::string_view::npos) out.push_back(base);  // support.jira.json is a part of support
  }
  return out;
}

Result<json::Value> parse_world(std::string_view text) {
  TANDEM_TRY(auto world, parse(text));
  if (!world.has("extends")) return world;
  TANDEM_TRY(auto base, built_in_world(world["extends"].text()));
  world.if_object()->erase("extends");
  merge(base, world);
  return base;
}

Result<json::Value> built_in_world(std::string_view name) {
  auto const* file = embedded(std::string(name) + std::string(kSuffix));
  if (file == nullptr) {
    std::string known;
    for (auto const world : built_in_worlds()) known += (known.empty() ? "" : ", ") + std::string(world);
    return fail(ErrorKind::not_found, "no built-in world '" + std::string(name) + "'; there are: " + known);
  }
  TANDEM_TRY(auto world, parse_world(file->text));  // a built-in world may extend another one
  // Large parts lie in files of their own: support.jira.json holds the part "jira".
  if (auto const* part = embedded(std::string(name) + ".jira" + std::string(kSuffix))) {
    TANDEM_TRY(auto jira, parse(part->text));
    world.set("jira", jira.has("jira") ? jira["jira"] : jira);
  }
  return world;
}

}  // namespace sandbox
