#include <tandem/sync/moved_issues.hpp>

#include <fmt/format.h>

#include <tandem/connection/jira/client.hpp>
#include <tandem/link/link_table.hpp>

namespace tandem::sync {

namespace {

struct MovedTo {
  std::string project;
  [[nodiscard]] json::Value to_json() const { return json::Object{{"project", project}}; }
  static Result<MovedTo> from_json(json::Value const& value) { return MovedTo{std::string(value["project"].text())}; }
};
constexpr store::Table<MovedTo> kMovedTo{"moved_to"};

std::string_view project_of(std::string_view key) { return key.substr(0, key.rfind('-')); }

}  // namespace

Result<bool> follow_key(store::Writer& writer, std::string_view link_id, std::string const& key) {
  TANDEM_TRY(auto link, link::find_link(writer, link_id));
  if (!link || link->state == link::State::broken || key.empty() || link->issue_key == key) return false;
  TANDEM_CHECK(remember_project(writer, link->item, project_of(link->issue_key), key));
  link->issue_key = key;
  link->owed.remote_link = link->owed.link_note = true;
  TANDEM_CHECK(link::put_link(writer, *link));
  return true;
}

Result<Unit> remember_project(store::Writer& writer, std::string_view item, std::string_view own_project, std::string_view key) {
  auto const project = project_of(key);
  if (project.empty() || project == own_project) return Unit{};
  return kMovedTo.put(writer, store::key_of({item, project}), MovedTo{std::string(project)});
}

Result<std::vector<std::string>> other_projects(store::Reader& reader, std::string_view item, std::string_view own_project) {
  std::vector<std::string> out;
  auto const prefix = std::string(item) + '\0';
  TANDEM_CHECK(kMovedTo.scan(reader, prefix, prefix, [&](std::string_view, MovedTo one) -> Result<bool> {
    if (one.project != own_project) out.push_back(std::move(one.project));
    return true;
  }));
  return out;
}

std::string in_projects(std::string const& own_project, std::vector<std::string> const& others) {
  if (others.empty()) return fmt::format("project = {}", jira::quoted_jql(own_project));
  auto list = jira::quoted_jql(own_project);
  for (auto const& one : others) list += ", " + jira::quoted_jql(one);
  return fmt::format("project in ({})", list);
}

Result<Unit> forget_projects(store::Writer& writer, std::string_view item) {
  std::vector<std::string> keys;
  TANDEM_CHECK(writer.scan(kMovedTo.name(), std::string(item) + '\0', "", [&](std::string_view key, auto) -> Result<bool> {
    keys.emplace_back(key);
    return true;
  }));
  for (auto const& key : keys) TANDEM_CHECK(kMovedTo.erase(writer, key));
  return Unit{};
}

}  // namespace tandem::sync
