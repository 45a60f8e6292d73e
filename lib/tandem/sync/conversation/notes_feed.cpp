#include <tandem/sync/conversation/notes_feed.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/clock_back.hpp>
#include <tandem/sync/feed_state.hpp>

namespace tandem::sync::conversation {

namespace {

constexpr int kRowsPerPage = 500;
constexpr std::string_view kFeedName = "(notes)";  // no item has a name like this

// A version that we wrote or have looked at under this link: nothing new.
Result<bool> known(store::Reader& reader, link::Link const& link, dataverse::Note const& note) {
  if (note.id == link.id) return true;  // the link note
  for (auto const kind : {link::TwinKind::comment, link::TwinKind::file}) {
    TANDEM_TRY(auto const twin, link::find_twin(reader, link.id, kind, note.id));
    if (twin && twin->note_version(note.id) == note.etag) return true;
  }
  return false;
}

Result<Unit> take_note(store::Reader& reader, std::vector<std::string> const& items, dataverse::Note const& note, Found& found) {
  for (auto const& item : items) {
    TANDEM_TRY(auto const link, link::find_by_record(reader, item, note.record));
    if (!link || link->state == link::State::broken) continue;
    TANDEM_TRY(bool const nothing_new, known(reader, *link, note));
    if (!nothing_new) found[item].insert(link->id);
  }
  return Unit{};
}

}  // namespace

Result<Unit> read_notes_feed(RunContext& run, std::vector<RunItem> const& items, Found& found) {
  std::vector<std::string> names;
  std::set<std::string> entities;
  for (auto const& item : items) {
    if (!mapping::conversation::has_conversation(item.compiled->item)) continue;
    names.push_back(item.name());
    entities.insert(item.compiled->entity().logical_name);
  }
  if (names.empty()) return Unit{};
  Feed const feed{std::string(kFeedName)};
  std::optional<FeedState> held;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(held, feed.load(reader));
    return Unit{};
  }));
  if (!held || !held->watermark) {
    // The first time every link is on the list anyway: the feed begins before they are looked at.
    if (run.options.dry_run) return Unit{};
    if (!run.dataverse_now()) TANDEM_CHECK(run.dataverse().who_am_i());
    FeedState state;
    state.watermark = run.dataverse_now();
    return run.store().write([&](store::Writer& writer) { return feed.save(writer, state); });
  }
  auto state = *held;
  std::string types;
  for (auto const& entity : entities)
    types += fmt::format("{}objecttypecode eq {}", types.empty() ? "" : " or ", dataverse::quoted(entity));
  dataverse::Query query;
  query.set_name = dataverse::kNotes;
  query.primary_id = dataverse::kNoteId;
  query.select = {
      std::string(dataverse::kNoteId), "_objectid_value", "objecttypecode", "modifiedon", "filename", "filesize", "isdocument"};
  auto const filter_from = [&](Instant watermark) {
    return fmt::format("modifiedon ge {} and ({})", dataverse::literal(floor_seconds(watermark - run.options.overlap)), types);
  };
  query.filter = filter_from(*state.watermark);
  query.order_by = "modifiedon asc,annotationid asc";
  query.page_size = kRowsPerPage;
  TANDEM_TRY(auto page, run.dataverse().query(query));
  if (auto const earlier = set_back(state.watermark, page.date)) {
    state.watermark = *earlier;
    query.filter = filter_from(*earlier);
    TANDEM_TRY(page, run.dataverse().query(query));
  }
  auto const read_at = page.date;
  for (;;) {
    TANDEM_CHECK(run.go_on());
    std::vector<SeenRow> rows;
    Found of_page;
    bool const last = page.next_link.empty();
    TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
      for (auto const& record : page.records) {
        auto const note = dataverse::note_of(record);
        if (!note.modified) continue;
        rows.push_back({note.id, note.etag, *note.modified});
        TANDEM_TRY(bool const seen, feed.was_seen(reader, rows.back()));
        if (!seen) TANDEM_CHECK(take_note(reader, names, note, of_page));
      }
      return Unit{};
    }));
    if (!rows.empty()) state.watermark = std::max(*state.watermark, reached(rows.back().modified_on, read_at));
    if (last && read_at) state.watermark = std::max(*state.watermark, *read_at);
    for (auto const& [item, links] : of_page) found[item].insert(links.begin(), links.end());
    if (!run.options.dry_run) {
      TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
        auto const keep_from = floor_seconds(*state.watermark - run.options.overlap);
        for (auto const& row : rows) {
          if (row.modified_on >= keep_from) TANDEM_CHECK(feed.remember(writer, row));
        }
        for (auto const& [item, links] : of_page) {
          for (auto const& link : links) TANDEM_CHECK(link::note_conversation(writer, item, link));
        }
        TANDEM_CHECK(feed.forget_before(writer, keep_from));
        return feed.save(writer, state);
      }));
    }
    if (last) return Unit{};
    TANDEM_TRY(page, run.dataverse().next(page, query));
  }
}

}  // namespace tandem::sync::conversation
