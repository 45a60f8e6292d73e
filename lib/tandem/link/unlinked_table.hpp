// What stays of a link that was removed: the record's mark `unlinked`, and the marks on both sides that must still go (SPEC D6).
//
// Tables: "unlinked" ((item, record) -> Unlinked) and "removals" ((item, link, issue) -> Removal). Both outlive the link. A removal is
// owed work and its own intent: taking a mark away twice is as good as once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/link/link.hpp>
#include <tandem/store/table.hpp>

namespace tandem::link {

// No issue is made for this record under this item. It holds as long as the item's baseline is the one it was made under.
struct Unlinked {
  std::string number, issue_key;  // for people
  std::optional<Instant> baseline;  // of the item at that time; none = all records
  std::optional<Instant> at;  // Jira's clock
  [[nodiscard]] json::Value to_json() const;
  static Result<Unlinked> from_json(json::Value const& value);
};

struct Removal {
  Link link;  // as it was
  bool property = false, remote_link = false, link_note = false;  // still to be taken away
  [[nodiscard]] bool any() const { return property || remote_link || link_note; }
  [[nodiscard]] json::Value to_json() const;
  static Result<Removal> from_json(json::Value const& value);
};

Result<std::optional<Unlinked>> find_unlinked(store::Reader& reader, std::string_view item, std::string_view record);
Result<Unit> put_unlinked(store::Writer& writer, std::string_view item, std::string_view record, Unlinked const& mark);
Result<Unit> erase_unlinked(store::Writer& writer, std::string_view item, std::string_view record);
Result<Unit> erase_unlinked_of(store::Writer& writer, std::string_view item);

// Keeps it, or forgets it when nothing is owed any more.
Result<Unit> put_removal(store::Writer& writer, Removal const& removal);
// In the order of their keys, of one item or ("") of all, from after the removal `after` on; at most `most`.
Result<std::vector<Removal>> owed_removals(store::Reader& reader, std::string_view item, Removal const* after, std::size_t most);
// A link is being made: its note, which has the same id, is not removed any more; nor is anything of the same issue.
Result<Unit> take_over_removals(store::Writer& writer, Link const& made);

}  // namespace tandem::link
