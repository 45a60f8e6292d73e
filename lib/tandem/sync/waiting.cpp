#include <tandem/sync/waiting.hpp>

#include <tandem/link/conversations.hpp>
#include <tandem/link/link_table.hpp>

namespace tandem::sync {

Result<std::vector<Retry>> waiting_of(store::Reader& reader, std::string_view item, std::size_t most) {
  TANDEM_TRY(auto waiting, retries_of(reader, item, "", most));
  TANDEM_TRY(auto const conversations, link::conversations_of(reader, item, "", most));
  for (auto const& one : conversations) {
    if (one.tries == 0 && !one.parked) continue;  // due, and nothing failed
    TANDEM_TRY(auto const link, link::find_link(reader, one.link));
    if (!link) continue;
    waiting.push_back({one.item, link->record, link->record_number, one.tries, one.next, one.parked, one.reason,
                       "comments and files: " + one.detail});
  }
  return waiting;
}

}  // namespace tandem::sync
