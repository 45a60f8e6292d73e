// Explain: why something happens or does not, as ordered conditions with their evidence (SPEC X1, X2).
//
// Pure: a snapshot of both sides and the store goes in, conditions come out. They are asked in the order in which a run asks them, and fields
// reuse the run's own plan, so that an explanation cannot say something else than the run does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/mapping/compiled_item.hpp>
#include <tandem/sync/event/queued_hint.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/plan.hpp>
#include <tandem/sync/retry_table.hpp>

namespace tandem::sync::explain {

enum class Answer : std::uint8_t { yes, no, unknown };
std::string_view name_of(Answer answer);

struct Condition {
  std::string asks;  // "the item is enabled"
  Answer answer = Answer::yes;
  std::string found{};  // the value that decides
  std::optional<Instant> at{};  // its time, by the clock of the service that it is from
  std::string run{};  // that wrote or found it, "" when none is known
  std::optional<Reason> reason{};  // of a "no"
  std::string cure{};  // what would change the answer; of a "no" without one of its own, the reason's
};

// One thing that tandem may do for a record and its issue.
struct Effect {
  std::string name;  // auto-create, field, status, case-close, comments, attachments; comment, file (explain_part.hpp)
  std::string direction{};  // to-jira, to-dynamics, both
  std::string column{}, field{};  // of a field
  std::vector<Condition> conditions{};
  std::string outcome{};  // what follows when every condition holds

  // The condition that decides: the first that does not hold; null when all do.
  [[nodiscard]] Condition const* decisive() const;
  [[nodiscard]] Answer answer() const;
};

// What is known of one record and its issue under one item. What could not be asked is absent, with the error.
struct Facts {
  mapping::CompiledItem const& item;
  mapping::StoredItem const& stored;
  std::string record_id{}, issue_key{};  // as known; "" when it is not
  std::optional<dataverse::Record> record{};
  std::optional<Error> record_error{};
  std::optional<jira::Issue> issue{};
  std::optional<Error> issue_error{};
  std::optional<bool> passes_filter{};
  bool unlinked = false;  // somebody removed its link by hand
  std::optional<link::Link> link{};
  std::optional<link::Base> base{};
  std::optional<Intent> intent{};
  std::optional<Retry> retry{};
  std::optional<Plan> create{};  // of a record without an issue
  std::optional<Plan> update{};  // of both sides
  std::vector<HistoryEntry> history{};  // about this record under this item, newest last
  std::optional<Instant> dataverse_now{};
  std::optional<std::vector<std::string>>
      missing_privileges{};  // of those that closing cases takes; absent: not asked, or not told
};

// All effects, in the order auto-create, fields (each direction), status, case-close, comments, attachments. `field` narrows to the mappings of one field or
// column, by its id or name.
std::vector<Effect> effects_of(Facts const& facts, std::string_view field = {});

// What became of a delivery that push-event took.
struct Delivery {
  event::QueuedHint hint;  // as it was taken
  bool waits = false;  // in the outbox, maybe together with later ones of its subject
  std::vector<link::Link> links{};  // of its issue
};
Effect effect_of(Delivery const& delivery);

json::Value to_json(Effect const& effect);

}  // namespace tandem::sync::explain
