// Conversations that must be looked at: links whose notes, comments or files may have changed since they were last compared.
//
// Every feed, event and new link only adds to this list, in the commit that moves its own watermark; whoever compares a conversation takes
// its entry off when nothing of it is left to do. An entry that fails carries its tries and its pause (SPEC E8).
//
// Table: "conversations" ((item, link) -> DueConversation).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/time/instant.hpp>
#include <tandem/store/table.hpp>

namespace tandem::link {

struct DueConversation {
  std::string item, link;
  int tries = 0;  // failures so far
  std::optional<Instant> next;  // not before, by Dataverse's clock; absent = at once
  bool parked = false;
  std::string reason, detail;  // of the last failure
  std::string issue_updated{};  // the issue's `updated` when a search told of it, as Jira wrote it; "" = told otherwise
  bool by_event = false;  // told by an event, which may know more than any search
  [[nodiscard]] bool due(std::optional<Instant> now, bool take_parked) const {
    if (parked) return take_parked;
    return !next || (now && *next <= *now);
  }
  [[nodiscard]] json::Value to_json() const;
  static Result<DueConversation> from_json(json::Value const& value);
};

// Who told of it. What was told earlier and not looked at yet stays known.
struct Told {
  std::string_view issue_updated{};
  bool by_event = false;
};
// Something new happened there: it is due at once, and what failed before is tried anew.
Result<Unit> note_conversation(store::Writer& writer, std::string_view item, std::string_view link_id, Told told = {});
Result<Unit> put_conversation(store::Writer& writer, DueConversation const& due);
Result<Unit> erase_conversation(store::Writer& writer, std::string_view item, std::string_view link_id);
Result<std::optional<DueConversation>> find_conversation(store::Reader& reader, std::string_view item, std::string_view link_id);
// Of one item, from after `after_link` on; at most `most`.
Result<std::vector<DueConversation>> conversations_of(store::Reader& reader, std::string_view item, std::string_view after_link,
                                                      std::size_t most);

}  // namespace tandem::link
