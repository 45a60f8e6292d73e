#include <tandem/sync/status/transition_memory.hpp>

#include <algorithm>

#include <tandem/store/table.hpp>
#include <tandem/sync/status/known_workflow.hpp>

namespace tandem::sync {

namespace {

struct Offered {
  std::string from;
  std::vector<jira::Transition> transitions;

  [[nodiscard]] json::Value to_json() const {
    json::Array rows;
    for (auto const& one : transitions) rows.push_back(one.to_json());
    return json::Object{{"from", from}, {"transitions", std::move(rows)}};
  }
  static Result<Offered> from_json(json::Value const& value) {
    Offered out;
    out.from = value["from"].text();
    for (auto const& row : value["transitions"].items()) {
      TANDEM_TRY(auto one, jira::Transition::from_json(row));
      out.transitions.push_back(std::move(one));
    }
    return out;
  }
};

constexpr store::Table<Offered> kTransitions{"transitions"};

std::string key_of(connection::Schema const& schema, std::string_view from) {
  return store::key_of({schema.project->id, schema.issue_type->id, from});
}

}  // namespace

Result<std::vector<mapping::status::KnownTransition>> known_transitions(store::Reader& reader, connection::Schema const& schema) {
  std::vector<mapping::status::KnownTransition> out;
  if (!schema.project || !schema.issue_type) return out;
  auto const prefix = store::key_of({schema.project->id, schema.issue_type->id}) + '\0';
  TANDEM_CHECK(kTransitions.scan(reader, prefix, {}, [&](std::string_view, Offered offered) -> Result<bool> {
    for (auto& one : offered.transitions) out.push_back({offered.from, std::move(one)});
    return true;
  }));
  // What was really offered says more than the definition: screens, and whether there is a condition.
  TANDEM_TRY(auto defined, workflow_transitions(reader, schema));
  for (auto& one : defined) {
    bool const offered = std::any_of(out.begin(), out.end(), [&](mapping::status::KnownTransition const& known) {
      return known.from == one.from && known.transition.id == one.transition.id;
    });
    if (!offered) out.push_back(std::move(one));
  }
  return out;
}

Result<bool> remember_transitions(store::Writer& writer, connection::Schema const& schema, std::string_view from,
                                  std::vector<jira::Transition> const& offered) {
  auto const key = key_of(schema, from);
  TANDEM_TRY(auto const held, kTransitions.get(writer, key));
  Offered now{std::string(from), offered};
  if (held) {
    for (auto const& old : held->transitions) {
      bool const listed =
          std::any_of(offered.begin(), offered.end(), [&](jira::Transition const& one) { return one.id == old.id; });
      if (old.conditional && !listed) now.transitions.push_back(old);
    }
    if (held->to_json() == now.to_json()) return false;
  }
  TANDEM_CHECK(kTransitions.put(writer, key, now));
  return true;
}

mapping::status::TransitionNames names_of(std::vector<mapping::status::KnownTransition> const& known) {
  mapping::status::TransitionNames names;
  for (auto const& one : known) names.emplace(one.transition.to.id, one.transition.name);
  return names;
}

}  // namespace tandem::sync
