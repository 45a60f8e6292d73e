// StatusTable: which status of one side stands for which of the other, both ways, with the rule that chose each pair (SPEC G2).
//
// Pure. Rules in their order, for a status looked at from its own side; the first that finds something decides:
//
//   rule        finds                                                                              rank
//   map         the item's own status.map                                                          certain
//   resolution  (to Dynamics, done category) a resolution that cancels, or one that finishes       good
//   label       an equal label, in any language                                                    strong
//   near-label  equal but for case, accents, punctuation                                           strong
//   synonym     a name of the same meaning in the shipped table, the nearest of several            good
//   resolution  (to Jira) a done status with a resolution that cancels                             good
//   transition  (to Jira) the only status to which a transition of that meaning leads              good
//   category    Jira's category against the state, where only one fits: the state matters, not the reason   fair
//   category    the same where several would fit                                                   weak
//
// Where a label says one thing and category or state the opposite (a "Resolved" that is in progress), the pair is weak. Weak pairs do
// nothing unless the item allows them; several equally good candidates are left alone, never guessed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tandem/connection/schema.hpp>
#include <tandem/mapping/reason.hpp>
#include <tandem/mapping/status/options.hpp>

namespace tandem::mapping::status {

enum class Rule : std::uint8_t { none, map, resolution, label, near_label, synonym, transition, category };
enum class Rank : std::uint8_t { none, certain, strong, good, fair, weak };
std::string_view name_of(Rule rule);  // "near-label"
std::string_view name_of(Rank rank);  // "fair"

// What a state means. `none`: a choice column has no states.
enum class Kind : std::uint8_t { none, open, done, cancelled };

struct DynamicsStatus {
  std::int64_t value = 0;
  std::string label;
  std::vector<std::string> labels;  // in every language
  std::optional<std::int64_t> state;
  Kind kind = Kind::none;
  bool is_default = false;  // of its state
  std::optional<std::vector<std::int64_t>> next;  // where transition rules bind
};

struct JiraStatus {
  std::string id, name, category;
  [[nodiscard]] bool closed() const { return category == "done"; }
};

// How one status was matched. `left` says why it is left alone; without it the pair acts.
struct Match {
  Rule rule = Rule::none;
  Rank rank = Rank::none;
  bool state_only = false;  // any status of the same state (or closed or not, in Jira) does: only then nothing is changed
  std::optional<Report> left;
};
struct ToDynamics : Match {
  DynamicsStatus const* target = nullptr;
};
struct ToJira : Match {
  JiraStatus const* target = nullptr;
  jira::Resolution const* resolution = nullptr;  // to be set, where the way there lets it
};

// Names of transitions by the status to which they lead.
using TransitionNames = std::multimap<std::string, std::string>;

class StatusTable {
 public:
  // Errors: config, when the table has no state and status (or no such column), or Jira told no statuses.
  static Result<StatusTable> compile(StatusOptions options, connection::Schema const& schema, TransitionNames names = {});

  // Ids. A status that is not of this project and type, or not of this table, is unmatched. Pointers live as long as the table.
  [[nodiscard]] ToDynamics to_dynamics(std::string_view status, std::string_view resolution) const;
  [[nodiscard]] ToJira to_jira(std::int64_t reason) const;

  [[nodiscard]] StatusOptions const& options() const { return options_; }
  [[nodiscard]] std::string const& column() const { return column_; }  // statuscode, or status.column
  [[nodiscard]] bool has_states() const { return has_states_; }
  [[nodiscard]] bool enforces_transitions() const { return enforces_transitions_; }
  [[nodiscard]] std::vector<DynamicsStatus> const& reasons() const { return reasons_; }
  [[nodiscard]] std::vector<JiraStatus> const& statuses() const { return statuses_; }
  [[nodiscard]] std::vector<jira::Resolution> const& resolutions() const { return resolutions_; }
  [[nodiscard]] DynamicsStatus const* reason(std::int64_t value) const;
  [[nodiscard]] JiraStatus const* status(std::string_view id) const;
  [[nodiscard]] jira::Resolution const* resolution(std::string_view id) const;
  // By label in any language, or value; by name, or id. null for none or several.
  [[nodiscard]] DynamicsStatus const* reason_named(std::string_view text) const;
  [[nodiscard]] JiraStatus const* status_named(std::string_view text) const;
  [[nodiscard]] jira::Resolution const* resolution_named(std::string_view text) const;

 private:
  friend class ToDynamicsSearch;
  friend class ToJiraSearch;
  StatusOptions options_;
  std::string column_;
  bool has_states_ = false, enforces_transitions_ = false;
  std::vector<DynamicsStatus> reasons_;
  std::vector<JiraStatus> statuses_;
  std::vector<jira::Resolution> resolutions_;
  TransitionNames transition_names_;
};

}  // namespace tandem::mapping::status
