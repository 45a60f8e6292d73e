#include <tandem/sync/status/known_workflow.hpp>

#include <tandem/store/table.hpp>

namespace tandem::sync {

namespace {

using mapping::status::KnownTransition;

constexpr std::chrono::hours kEvery{24};

struct KnownWorkflow {
  Instant at{};  // Jira's clock
  bool readable = false;
  std::vector<KnownTransition> steps;

  [[nodiscard]] json::Value to_json() const {
    json::Array rows;
    for (auto const& one : steps) rows.push_back(json::Object{{"from", one.from}, {"transition", one.transition.to_json()}});
    return json::Object{{"at", to_rfc3339(at)}, {"readable", readable}, {"steps", std::move(rows)}};
  }
  static Result<KnownWorkflow> from_json(json::Value const& value) {
    KnownWorkflow out;
    out.at = parse_instant(value["at"].text()).value_or(Instant{});
    out.readable = value["readable"].truthy();
    for (auto const& row : value["steps"].items()) {
      TANDEM_TRY(auto one, jira::Transition::from_json(row["transition"]));
      out.steps.push_back({std::string(row["from"].text()), std::move(one)});
    }
    return out;
  }
};

constexpr store::Table<KnownWorkflow> kWorkflows{"workflows"};

std::string key_of(connection::Schema const& schema) { return store::key_of({schema.project->id, schema.issue_type->id}); }

}  // namespace

Result<std::vector<KnownTransition>> workflow_transitions(store::Reader& reader, connection::Schema const& schema) {
  if (!schema.project || !schema.issue_type) return std::vector<KnownTransition>{};
  TANDEM_TRY(auto held, kWorkflows.get(reader, key_of(schema)));
  return held ? std::move(held->steps) : std::vector<KnownTransition>{};
}

Result<std::optional<std::vector<KnownTransition>>> ask_for_workflow(jira::Client& jira, connection::Schema const& schema) {
  using Ways = std::optional<std::vector<KnownTransition>>;
  TANDEM_TRY(auto const read, jira.workflow(schema.project->id, schema.issue_type->id));
  if (!read) return Ways{};
  std::vector<KnownTransition> out;
  for (auto const& step : *read) {
    if (!step.transition.conditional) out.push_back({step.from, step.transition});
  }
  return Ways{std::move(out)};
}

Result<WorkflowLook> look_at_workflow(RunContext& run, connection::Schema const& schema) {
  std::optional<KnownWorkflow> held;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(held, kWorkflows.get(reader, key_of(schema)));
    return Unit{};
  }));
  TANDEM_TRY(auto const now, run.fresh_jira_time());
  if (held && now - held->at < kEvery) return WorkflowLook{held->readable, false};
  TANDEM_TRY(auto ways, ask_for_workflow(run.jira(), schema));
  KnownWorkflow fresh{now, ways.has_value(), {}};
  if (ways) fresh.steps = std::move(*ways);
  auto const shown = [](KnownWorkflow const& one) { return one.to_json()["steps"]; };
  bool const news = !fresh.steps.empty() && (!held || !(shown(*held) == shown(fresh)));
  TANDEM_CHECK(run.store().write([&](store::Writer& writer) { return kWorkflows.put(writer, key_of(schema), fresh); }));
  return WorkflowLook{fresh.readable, news};
}

}  // namespace tandem::sync
