// Explaining one comment, note or file of a link: whether it is copied, and why not (SPEC X1, H, I, F10). Pure: what was read goes in; whether
// something is copied is asked of the same plan that a run makes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/link/conversations.hpp>
#include <tandem/sync/conversation/journal.hpp>
#include <tandem/sync/conversation/plan.hpp>
#include <tandem/sync/explain.hpp>

namespace tandem::sync::explain {

// As a person names it: the id of a comment or an attachment in Jira, or of a note in Dynamics.
struct Part {
  link::TwinKind kind = link::TwinKind::comment;
  std::string id{};
};

struct PartFacts {
  Part part{};
  // Absent where the item leaves conversations alone, there is no link, or they could not be read.
  std::optional<conversation::Rules> rules{};
  std::optional<conversation::Conversation> both{};
  std::vector<conversation::Intent> intents{};  // that earlier writes left open
  std::optional<link::DueConversation> queued{};  // with its failures
  std::optional<Error> error{};
};

// One effect, "comment" or "file"; its direction is away from where the part is ("both" while that is not known).
Effect effect_of(Facts const& facts, PartFacts const& part);

}  // namespace tandem::sync::explain
