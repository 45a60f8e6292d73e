#include <tandem/sync/remove_item.hpp>

#include <algorithm>
#include <optional>

#include <tandem/link/link_table.hpp>
#include <tandem/link/marks.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/mapping/schema_cache.hpp>
#include <tandem/sync/conversation/journal.hpp>
#include <tandem/sync/feed_state.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/history.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/moved_issues.hpp>
#include <tandem/sync/part_journal.hpp>
#include <tandem/sync/retry_table.hpp>
#include <tandem/sync/run_context.hpp>
#include <tandem/sync/workers.hpp>

namespace tandem::sync {

namespace {

constexpr std::size_t kBatch = 50;

Result<Unit> remove_property_entry(RemovalInput const& input, link::Link const& link) {
  auto& jira = input.connection.jira();
  std::string const key(link::kIssueProperty);
  TANDEM_TRY(auto const property, jira.property(link.issue, key));
  if (!property) return Unit{};
  auto const left = link::without_mark(*property, link.item, input.organisation_id);
  if (!left) return Unit{};
  return left->is_null() ? jira.remove_property(link.issue, key) : jira.put_property(link.issue, key, *left);
}

Result<Unit> remove_marks(RemovalInput const& input, link::Link const& link) {
  TANDEM_CHECK(remove_property_entry(input, link));
  auto note = input.connection.dataverse().remove("annotations", link.id);
  if (!note && note.error().kind != ErrorKind::not_found) return note;
  return input.connection.jira().remove_remote_link(link.issue, link::remote_link_global_id(link.id));
}

// A missing privilege or a rejected request costs this link; a service that cannot be used ends the removal. Whether a lost write was
// executed does not matter here, since it is repeated by the next call.
bool ends_removal(Error const& error) {
  bool const privilege = error.kind == ErrorKind::auth && !error.find("privilege").empty();
  return error.kind == ErrorKind::unknown_outcome || (ends_run(error.kind) && !privilege);
}

HistoryEntry history_of(link::Link const& link, Instant at) {
  HistoryEntry entry;
  entry.at = at;
  entry.item = link.item;
  entry.link = link.id;
  entry.record = link.record;
  entry.number = link.record_number;
  entry.issue_key = link.issue_key;
  entry.action = "removed-link";
  return entry;
}

Error as_ending(Error error) {
  if (error.kind == ErrorKind::unknown_outcome) error.kind = ErrorKind::transient;
  return error;
}

}  // namespace

Result<Removal> remove_links(RemovalInput const& input, std::string const& item) {
  Removal removal;
  std::string after;
  for (;;) {
    if (input.stop && input.stop()) return fail(ErrorKind::cancelled, "stopped while links were removed; run it again to go on");
    std::vector<link::Link> links;
    TANDEM_CHECK(input.store.read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(links, link::links_of_item(reader, item, after, kBatch));
      return Unit{};
    }));
    if (links.empty()) return removal;
    after = links.back().record;
    std::vector<std::optional<Error>> failed(links.size());
    for_each_of(links.size(), input.jobs, [&](std::size_t i) {
      if (auto done = remove_marks(input, links[i]); !done) failed[i] = std::move(done).error();
    });
    auto const at = input.connection.times().last(http::Service::jira);
    std::size_t removed = 0;
    TANDEM_CHECK(input.store.write([&](store::Writer& writer) -> Result<Unit> {
      removed = 0;
      for (std::size_t i = 0; i < links.size(); ++i) {
        if (failed[i]) continue;
        TANDEM_CHECK(link::erase_link(writer, links[i]));
        TANDEM_CHECK(forget_holds(writer, links[i].id));
        TANDEM_CHECK(conversation::forget_intents(writer, links[i].id));
        TANDEM_CHECK(append_history(writer, history_of(links[i], at.value_or(Instant{}))));
        ++removed;
      }
      return Unit{};
    }));
    removal.removed += removed;
    if (input.progress) input.progress(removal.removed);
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (!failed[i]) continue;
      if (ends_removal(*failed[i])) return fail(as_ending(std::move(*failed[i])));
      removal.left.push_back({links[i].record_number, links[i].issue_key, std::move(*failed[i])});
    }
  }
}

Result<Unit> forget_item(store::Writer& writer, std::string const& item) {
  TANDEM_TRY(auto const retries, retries_of(writer, item, "", std::size_t{1} << 30U));
  for (auto const& retry : retries) TANDEM_CHECK(erase_retry(writer, item, retry.record));
  TANDEM_CHECK(link::erase_unlinked_of(writer, item));
  TANDEM_CHECK(forget_intended_parts(writer, item));
  TANDEM_CHECK(forget_projects(writer, item));
  Feed const feed(item);
  TANDEM_CHECK(feed.forget_all(writer));
  TANDEM_CHECK(feed.erase(writer));
  TANDEM_CHECK(mapping::kMetadata.erase(writer, mapping::schema_key(item)));
  return mapping::kItems.erase(writer, item);
}

Result<std::size_t> count_open_intents(store::Reader& reader, std::string const& item) {
  TANDEM_TRY(auto const intents, open_intents(reader));
  return static_cast<std::size_t>(
      std::count_if(intents.begin(), intents.end(), [&](Intent const& intent) { return intent.item == item; }));
}

}  // namespace tandem::sync
