#include <stdexcept>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/connection/schema.hpp>
#include <tandem/connection/sealed/sealer.hpp>
#include <tandem/connection/settings.hpp>
#include <tandem/link/conversations.hpp>
#include <tandem/link/link.hpp>
#include <tandem/link/twins.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/sync/conversation/journal.hpp>
#include <tandem/sync/event/queued_hint.hpp>
#include <tandem/sync/feed_state.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/retry_table.hpp>
#include <tandem/sync/run_record.hpp>

#include "targets.hpp"

namespace fuzz {

namespace {

// What is read is written so that it is read as the same again: a value never changes by being kept.
template <class T>
void keep(tandem::json::Value const& value) {
  auto const read = T::from_json(value);
  if (!read) return;
  auto const written = tandem::json::to_text(read->to_json());
  auto const parsed = tandem::json::parse(written);
  auto const again = parsed ? T::from_json(*parsed) : read;
  if (!parsed || !again) throw std::logic_error("what was written cannot be read: " + written);
  if (tandem::json::to_text(again->to_json()) != written)
    throw std::logic_error("what was written is read as something else: " + written);
}

}  // namespace

void stored(std::string_view bytes) {
  using namespace tandem;
  if (bytes.empty()) return;
  auto const value = json::parse(bytes.substr(1));
  if (!value) return;
  switch (static_cast<unsigned char>(bytes.front()) % 17) {
    case 0: return keep<link::Link>(*value);
    case 1: return keep<link::Base>(*value);
    case 2: return keep<link::Twin>(*value);
    case 3: return keep<link::Copy>(*value);
    case 4: return keep<link::DueConversation>(*value);
    case 5: return keep<link::Unlinked>(*value);
    case 6: return keep<link::Removal>(*value);
    case 7: return keep<sync::Intent>(*value);
    case 8: return keep<sync::conversation::Intent>(*value);
    case 9: return keep<sync::Retry>(*value);
    case 10: return keep<sync::FeedState>(*value);
    case 11: return keep<sync::HistoryEntry>(*value);
    case 12: return keep<sync::RunRecord>(*value);
    case 13: return keep<sync::event::QueuedHint>(*value);
    case 14: return keep<sync::Held>(*value);
    case 15: return keep<mapping::StoredItem>(*value);
    default: return keep<connection::Schema>(*value);
  }
}

}  // namespace fuzz
