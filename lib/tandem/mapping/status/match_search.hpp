// The search for one status's partner, rule by rule: what StatusTable does for each direction.
#pragma once

#include <string_view>
#include <vector>

#include <tandem/mapping/status/status_table.hpp>
#include <tandem/mapping/status/synonyms.hpp>

namespace tandem::mapping::status {

class ToDynamicsSearch {
 public:
  ToDynamicsSearch(StatusTable const& table, std::string_view status, std::string_view resolution);
  ToDynamics run();

 private:
  using Candidates = std::vector<DynamicsStatus const*>;
  bool by_map();
  bool by_resolution();
  bool by_label();
  bool by_synonym();
  bool by_category();
  bool take(DynamicsStatus const* target, Rule rule, Rank rank, bool state_only = false);
  bool take_nearest(Candidates const& candidates, Meaning const& meaning, Rule rule, Rank rank);
  [[nodiscard]] Candidates of_kind(Kind kind) const;
  [[nodiscard]] DynamicsStatus const* default_of(Kind kind) const;  // the item's choice, else the state's default
  [[nodiscard]] bool contradicts(DynamicsStatus const& reason) const;

  StatusTable const& table_;
  JiraStatus const* status_;
  jira::Resolution const* resolution_;
  std::optional<Meaning> meaning_, resolved_as_;
  ToDynamics out_;
};

class ToJiraSearch {
 public:
  ToJiraSearch(StatusTable const& table, std::int64_t reason);
  ToJira run();

 private:
  using Candidates = std::vector<JiraStatus const*>;
  bool by_map();
  bool by_label();
  bool by_synonym();
  bool by_resolution();
  bool by_transition();
  bool by_category();
  bool take(JiraStatus const* target, Rule rule, Rank rank, bool state_only = false);
  bool take_nearest(Candidates const& candidates, Meaning const& meaning, Rule rule, Rank rank);
  [[nodiscard]] jira::Resolution const* cancelling_resolution() const;
  [[nodiscard]] Candidates in_category(bool closed) const;
  [[nodiscard]] bool contradicts(JiraStatus const& status) const;

  StatusTable const& table_;
  DynamicsStatus const* reason_;
  std::optional<Meaning> meaning_;
  ToJira out_;
};

// What any of a reason's labels means: its own language first.
std::optional<Meaning> meaning_of(DynamicsStatus const& reason);

}  // namespace tandem::mapping::status
