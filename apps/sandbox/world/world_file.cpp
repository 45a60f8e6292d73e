#include "world/world_file.hpp"

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
  auto parsed = json::parse(text, {.comments = true});
  if (!parsed) {
    auto error = std::move(parsed).error();
    error.kind = ErrorKind::config;
    return fail(std::move(error));
  }
  if (!parsed->is_object())
    return fail(ErrorKind::config, "world file: expected an object with the parts entra, dataverse and jira");
  return std::move(*parsed);
}

Result<json::Value> built_in_world(std::string_view name) {
  auto const* file = embedded(std::string(name) + std::string(kSuffix));
  if (file == nullptr) {
    std::string known;
    for (auto const world : built_in_worlds()) known += (known.empty() ? "" : ", ") + std::string(world);
    return fail(ErrorKind::not_found, "no built-in world '" + std::string(name) + "'; there are: " + known);
  }
  TANDEM_TRY(auto world, parse_world(file->text));
  // Large parts lie in files of their own: support.jira.json holds the part "jira".
  if (auto const* part = embedded(std::string(name) + ".jira" + std::string(kSuffix))) {
    TANDEM_TRY(auto jira, parse_world(part->text));
    world.set("jira", jira.has("jira") ? jira["jira"] : jira);
  }
  return world;
}

}  // namespace sandbox
