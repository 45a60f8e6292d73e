#include <tandem/sync/check.hpp>

#include <fmt/format.h>

#include <tandem/link/conversations.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/link/twins.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/sync/conversation/journal.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/feed_state.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/retry_table.hpp>
#include <tandem/sync/run_record.hpp>

namespace tandem::sync {

namespace {

using Problems = std::vector<std::string>;

template <class T>
Result<Unit> check_values(store::Reader& reader, std::string_view table, Problems& problems) {
  return reader.scan(table, "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
    auto const value = store::Table<T>(table).get(reader, key);
    if (!value) problems.push_back(value.error().message);
    return true;
  });
}

// Every entry of the index names a link for which `agrees` holds.
Result<Unit> check_index(store::Reader& reader, std::string_view index,
                         std::function<bool(std::string_view key, link::Link const&)> const& agrees, Problems& problems) {
  return reader.scan(index, "", "", [&](std::string_view key, std::string_view id) -> Result<bool> {
    auto const link = link::find_link(reader, id);
    if (!link) return true;  // told by check_values
    if (!*link) {
      problems.push_back(fmt::format("the index {} names the link {}, which does not exist", index, id));
    } else if (!agrees(key, **link)) {
      problems.push_back(fmt::format("the index {} and the link {} disagree", index, id));
    }
    return true;
  });
}

}  // namespace

Result<std::vector<std::string>> check_store(store::Reader& reader) {
  Problems problems;
  TANDEM_CHECK(check_values<link::Link>(reader, "links", problems));
  TANDEM_CHECK(check_values<link::Base>(reader, "base", problems));
  TANDEM_CHECK(check_values<link::Unlinked>(reader, "unlinked", problems));
  TANDEM_CHECK(check_values<link::Removal>(reader, "removals", problems));
  TANDEM_CHECK(check_values<Intent>(reader, "journal", problems));
  TANDEM_CHECK(check_values<link::Twin>(reader, "twins", problems));
  TANDEM_CHECK(check_values<link::Copy>(reader, "copies", problems));
  TANDEM_CHECK(check_values<link::DueConversation>(reader, "conversations", problems));
  TANDEM_CHECK(check_values<conversation::Intent>(reader, "conversation_journal", problems));
  TANDEM_CHECK(check_values<Retry>(reader, "parked", problems));
  TANDEM_CHECK(check_values<FeedState>(reader, "feeds", problems));
  TANDEM_CHECK(check_values<HistoryEntry>(reader, "history", problems));
  TANDEM_CHECK(check_values<RunRecord>(reader, "runs", problems));
  TANDEM_CHECK(check_values<event::QueuedHint>(reader, "outbox", problems));
  TANDEM_CHECK(check_values<Held>(reader, "held", problems));
  TANDEM_CHECK(check_index(
      reader, "by_record",
      [](std::string_view key, link::Link const& link) {
        return key == store::key_of({link.item, link.record});
      },
      problems));
  TANDEM_CHECK(check_index(
      reader, "by_issue",
      [](std::string_view key, link::Link const& link) {
        return key == store::key_of({link.issue, link.id});
      },
      problems));
  TANDEM_CHECK(check_index(
      reader, "owed",
      [](std::string_view key, link::Link const& link) {
        return key == store::key_of({link.item, link.id}) && link.owed.any();
      },
      problems));
  // The way back: each link has its entries, and each base its link.
  TANDEM_CHECK(reader.scan("links", "", "", [&](std::string_view id, std::string_view) -> Result<bool> {
    auto const link = link::find_link(reader, id);
    if (!link || !*link) return true;
    TANDEM_TRY(auto const by_record, reader.get("by_record", store::key_of({(*link)->item, (*link)->record})));
    TANDEM_TRY(auto const by_issue, reader.get("by_issue", store::key_of({(*link)->issue, (*link)->id})));
    TANDEM_TRY(auto const owed, reader.get("owed", store::key_of({(*link)->item, (*link)->id})));
    if (by_record != std::optional(std::string(id)) || !by_issue || owed.has_value() != (*link)->owed.any()) {
      problems.push_back(fmt::format("the link {} of {} is missing from an index", id, (*link)->record_number));
    }
    return true;
  }));
  for (std::string const table : {"twins", "conversation_journal"}) {
    TANDEM_CHECK(reader.scan(table, "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
      auto const link = key.substr(0, key.find('\0'));
      TANDEM_TRY(auto const there, reader.get("links", link));
      if (!there) problems.push_back(fmt::format("the table {} names the link {}, which does not exist", table, link));
      return true;
    }));
  }
  TANDEM_CHECK(reader.scan("base", "", "", [&](std::string_view id, std::string_view) -> Result<bool> {
    TANDEM_TRY(auto const link, reader.get("links", id));
    if (!link) problems.push_back(fmt::format("a base without its link: {}", id));
    return true;
  }));
  return problems;
}

}  // namespace tandem::sync
