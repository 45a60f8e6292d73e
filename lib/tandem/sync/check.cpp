#include <tandem/sync/check.hpp>

#include <set>
#include <utility>

#include <fmt/format.h>

#include <tandem/link/conversations.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/link/twins.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/mapping/schema_cache.hpp>
#include <tandem/sync/conversation/journal.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/feed_state.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/part_journal.hpp>
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

// Tables whose keys begin with a link's id, which must exist.
Result<Unit> check_link_in_key(store::Reader& reader, std::string_view table, Problems& problems) {
  return reader.scan(table, "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
    auto const link = key.substr(0, key.find('\0'));
    TANDEM_TRY(auto const there, reader.get("links", link));
    if (!there) problems.push_back(fmt::format("the table {} names the link {}, which does not exist", table, link));
    return true;
  });
}

// What tandem wrote is known as its own: each twin's copy is remembered, so that it is never taken for somebody's original.
Result<Unit> check_copies(store::Reader& reader, Problems& problems) {
  return reader.scan("twins", "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
    auto const twin = store::Table<link::Twin>("twins").get(reader, key);
    if (!twin || !*twin) return true;  // told by check_values
    bool const in_jira = (*twin)->original == link::Side::dynamics;
    auto const& id = in_jira ? (*twin)->jira : (*twin)->note;
    TANDEM_TRY(auto const copy, link::find_copy(reader, (*twin)->kind, in_jira ? link::Side::jira : link::Side::dynamics, id));
    if (!copy)
      problems.push_back(fmt::format("the {} {} was copied, but is not known as a copy", link::name_of((*twin)->kind), id));
    return true;
  });
}

// What is due is due of a link of that item.
Result<Unit> check_conversations(store::Reader& reader, Problems& problems) {
  return reader.scan("conversations", "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
    auto const due = store::Table<link::DueConversation>("conversations").get(reader, key);
    if (!due || !*due) return true;
    auto const link = link::find_link(reader, (*due)->link);
    if (!link) return true;
    if (!*link)
      problems.push_back(fmt::format("a conversation is due of the link {}, which does not exist", (*due)->link));
    else if ((*link)->item != (*due)->item)
      problems.push_back(fmt::format("a conversation of the link {} is due under the item {}", (*due)->link, (*due)->item));
    return true;
  });
}

// One hint waits of each issue, and its issue leads to it.
Result<Unit> check_outbox(store::Reader& reader, Problems& problems) {
  TANDEM_TRY(auto const last, event::last_sequence(reader));
  TANDEM_CHECK(reader.scan("outbox", "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
    auto const hint = store::Table<event::QueuedHint>("outbox").get(reader, key);
    if (!hint || !*hint) return true;
    TANDEM_TRY(auto const by, reader.get("outbox_by", (*hint)->subject()));
    if (by != std::optional(std::string(key)))
      problems.push_back(fmt::format("the event {} waits, but its issue does not lead to it", key));
    if (key > fmt::format("{:016x}", last)) problems.push_back(fmt::format("the event {} is newer than the newest", key));
    return true;
  }));
  return reader.scan("outbox_by", "", "", [&](std::string_view subject, std::string_view key) -> Result<bool> {
    TANDEM_TRY(auto const hint, reader.get("outbox", key));
    if (!hint) problems.push_back(fmt::format("an event of {} is said to wait, but does not", subject));
    return true;
  });
}

// Whoever runs an item needs its definition; what waits for a run is kept under its own name.
Result<Unit> check_items(store::Reader& reader, Problems& problems) {
  auto const items = mapping::load_items(reader);
  if (!items) {
    problems.push_back(items.error().message);
    return Unit{};
  }
  for (auto const& [name, stored] : *items) {
    if (auto const item = mapping::item_of(stored); !item)
      problems.push_back(fmt::format("the item {}: {}", name, item.error().message));
    if (auto const schema = mapping::load_schema(reader, name); !schema)
      problems.push_back(fmt::format("the metadata of the item {}: {}", name, schema.error().message));
  }
  return reader.scan("parked", "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
    auto const retry = store::Table<Retry>("parked").get(reader, key);
    if (retry && *retry && key != store::key_of({(*retry)->item, (*retry)->record}))
      problems.push_back(fmt::format("what waits of {} is kept under another name", (*retry)->number));
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
  TANDEM_CHECK(check_values<IntendedPart>(reader, "part_journal", problems));
  TANDEM_CHECK(check_values<Retry>(reader, "parked", problems));
  TANDEM_CHECK(check_values<FeedState>(reader, "feeds", problems));
  TANDEM_CHECK(check_values<HistoryEntry>(reader, "history", problems));
  TANDEM_CHECK(check_values<RunRecord>(reader, "runs", problems));
  TANDEM_CHECK(check_values<RunRecord>(reader, "event_runs", problems));
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
  // The way back: each link has its entries, and each base its link. An issue has one link under an item (SPEC D1).
  std::set<std::pair<std::string, std::string>> linked;
  TANDEM_CHECK(reader.scan("links", "", "", [&](std::string_view id, std::string_view) -> Result<bool> {
    auto const link = link::find_link(reader, id);
    if (!link || !*link) return true;
    TANDEM_TRY(auto const by_record, reader.get("by_record", store::key_of({(*link)->item, (*link)->record})));
    TANDEM_TRY(auto const by_issue, reader.get("by_issue", store::key_of({(*link)->issue, (*link)->id})));
    TANDEM_TRY(auto const owed, reader.get("owed", store::key_of({(*link)->item, (*link)->id})));
    if (by_record != std::optional(std::string(id)) || !by_issue || owed.has_value() != (*link)->owed.any()) {
      problems.push_back(fmt::format("the link {} of {} is missing from an index", id, (*link)->record_number));
    }
    if ((*link)->state == link::State::active && !linked.emplace((*link)->item, (*link)->issue).second)
      problems.push_back(fmt::format("the issue {} has two links under the item {}", (*link)->issue_key, (*link)->item));
    return true;
  }));
  for (auto const* table : {"twins", "conversation_journal", "held", "flips"})
    TANDEM_CHECK(check_link_in_key(reader, table, problems));
  TANDEM_CHECK(check_copies(reader, problems));
  TANDEM_CHECK(check_conversations(reader, problems));
  TANDEM_CHECK(check_outbox(reader, problems));
  TANDEM_CHECK(check_items(reader, problems));
  TANDEM_CHECK(reader.scan("base", "", "", [&](std::string_view id, std::string_view) -> Result<bool> {
    TANDEM_TRY(auto const link, reader.get("links", id));
    if (!link) problems.push_back(fmt::format("a base without its link: {}", id));
    return true;
  }));
  return problems;
}

}  // namespace tandem::sync
