// Outbox: hints that wait, in the order of their coming, one per issue (SPEC F2, F3).
//
// Tables: "outbox" (sequence as 16 hex digits -> QueuedHint), "outbox_by" (subject -> sequence), "outbox_next" (the next sequence).
// A hint that is taken together with one that waits moves to a new sequence: whoever is handling the old one does not remove the new one.
// So every append is told apart from what came before it, and a holder that looks again after it let go knows whether something is new.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tandem/store/table.hpp>
#include <tandem/sync/event/queued_hint.hpp>

namespace tandem::sync::event {

struct Waiting {
  std::uint64_t sequence = 0;
  QueuedHint hint;
};

// Gives its sequence. In the caller's transaction, which makes it durable.
Result<std::uint64_t> append(store::Writer& writer, QueuedHint hint);
// In order, of those with a sequence greater than `after`; at most `most`.
Result<std::vector<Waiting>> waiting(store::Reader& reader, std::uint64_t after, std::size_t most);
// Of that subject; nothing when none waits.
Result<std::optional<Waiting>> find_waiting(store::Reader& reader, std::string_view subject);
Result<std::size_t> count_waiting(store::Reader& reader);
// Of the last append, 0 before the first.
Result<std::uint64_t> last_sequence(store::Reader& reader);
// Whether something waits that came after `sequence`.
Result<bool> anything_after(store::Reader& reader, std::uint64_t sequence);
// Keeps what became known of a hint that goes on waiting, in its place. Nothing happens when it has moved on meanwhile.
Result<Unit> keep(store::Writer& writer, Waiting const& waiting);
// It was handled. Nothing happens when it has moved on meanwhile.
Result<Unit> remove(store::Writer& writer, Waiting const& handled);

}  // namespace tandem::sync::event
