// The conditions that several effects ask alike: of the item, of the link, of what can be read (SPEC X1, X2). For explain*.cpp alone; pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/sync/explain.hpp>

namespace tandem::sync::explain {

using Conditions = std::vector<Condition>;

std::string shown_time(std::optional<Instant> at);
std::string quoted(std::string_view text);
std::optional<Instant> time_in(dataverse::Record const& record, std::string_view column);
std::optional<Instant> updated_at(jira::Issue const& issue);
// Of the newest history entry that fits; "" when none does.
std::string run_of(Facts const& facts, std::function<bool(HistoryEntry const&)> const& fits);

// A condition that is answered: `reason` and `cure` (the reason's own where none is given) count where it does not hold.
Condition holds(bool yes, std::string asks, std::string found, std::optional<Reason> reason, std::string cure = {});

void item_conditions(Facts const& facts, Conditions& ask);
// `name`: status, comments, attachments.
Condition part_is_on(std::string_view name, json::Value const& part);
// Linked, not broken; false when there is no link.
bool whole_link_conditions(Facts const& facts, Conditions& ask);
// The same, and that nothing of the pair is unsettled or set aside.
void link_conditions(Facts const& facts, Conditions& ask);
Condition unlinked(Facts const& facts);
Condition no_open_intent(Facts const& facts);
Condition not_set_aside(Facts const& facts);
Condition readable_record(Facts const& facts);
Condition readable_issue(Facts const& facts);

}  // namespace tandem::sync::explain
