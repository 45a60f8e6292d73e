#include <tandem/sync/status/learn_transitions.hpp>

#include <map>
#include <set>

#include <fmt/format.h>

#include <tandem/sync/status/known_workflow.hpp>
#include <tandem/sync/status/transition_memory.hpp>

namespace tandem::sync {

namespace {

constexpr std::size_t kMostStatuses = 40;  // a workflow with more is not learned by asking around

}  // namespace

Result<std::vector<mapping::status::KnownTransition>> ask_around(jira::Client& jira, connection::Schema const& schema,
                                                                 mapping::status::StatusTable const& table,
                                                                 std::vector<mapping::status::KnownTransition> const& known,
                                                                 std::string_view but) {
  std::set<std::string, std::less<>> asked{std::string(but)};
  for (auto const& one : known) asked.insert(one.from);
  std::vector<mapping::status::KnownTransition> learned;
  for (auto const& status : table.statuses()) {
    if (asked.size() > kMostStatuses || !asked.insert(status.id).second) continue;
    jira::Search search;
    search.jql =
        fmt::format("project = {} AND issuetype = {} AND status = {} ORDER BY key DESC", jira::quoted_jql(schema.project->key),
                    jira::quoted_jql(schema.issue_type->id), jira::quoted_jql(status.id));
    search.fields = {"status"};
    search.page_size = 1;
    TANDEM_TRY(auto const page, jira.search(search));
    if (page.issues.empty()) continue;
    auto const& id = page.issues.front().id;
    // The index lags: what counts is where the issue stands when its transitions are read.
    TANDEM_TRY(auto const offered, jira.transitions(id));
    TANDEM_TRY(auto const issue, jira.get(id, {"status"}, {}));
    auto const* now = issue ? issue->field("status") : nullptr;
    if (!offered || now == nullptr || (*now)["id"].scalar_text() != status.id) continue;
    for (auto const& one : *offered) learned.push_back({status.id, one});
  }
  return learned;
}

Result<bool> learn_transitions(RunContext& run, mapping::CompiledItem const& item, std::string_view but) {
  auto const& schema = item.schema;
  if (!item.statuses || !schema.project || !schema.issue_type) return false;
  std::vector<mapping::status::KnownTransition> known;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(known, known_transitions(reader, schema));
    return Unit{};
  }));
  // The definition tells all there is; other issues are asked only where it may not be read.
  TANDEM_TRY(auto const workflow, look_at_workflow(run, schema));
  if (workflow.readable) return workflow.news;
  TANDEM_TRY(auto const learned, ask_around(run.jira(), schema, *item.statuses, known, but));
  if (learned.empty()) return false;
  std::map<std::string, std::vector<jira::Transition>> by_status;
  for (auto const& one : learned) by_status[one.from].push_back(one.transition);
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const& [from, offered] : by_status) TANDEM_CHECK(remember_transitions(writer, schema, from, offered));
    return Unit{};
  }));
  return true;
}

}  // namespace tandem::sync
