#include <tandem/sync/item_cycle.hpp>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/sync/brakes.hpp>
#include <tandem/sync/clock_back.hpp>
#include <tandem/sync/create_issues.hpp>
#include <tandem/sync/issue_feed.hpp>
#include <tandem/sync/look_up.hpp>
#include <tandem/sync/reconcile.hpp>

namespace tandem::sync {

namespace {

constexpr int kRowsPerPage = 250;

// The number in W/"2654797".
std::optional<std::int64_t> version_of(std::string_view etag) {
  auto const open = etag.find('"');
  auto const close = etag.rfind('"');
  if (open == std::string_view::npos || close <= open) return std::nullopt;
  auto const digits = etag.substr(open + 1, close - open - 1);
  std::int64_t number = 0;
  auto const parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return parsed.ec == std::errc{} && parsed.ptr == digits.data() + digits.size() ? std::optional(number) : std::nullopt;
}

bool is_closed(Row const& row) {
  auto const* state = row.record.column("statecode");
  return state != nullptr && state->integer().value_or(0) != 0;
}

}  // namespace

ItemCycle::ItemCycle(RunContext& run, RunItem const& item, ItemRun& stats)
    : run_(run), item_(item), compiled_(*item.compiled), stats_(stats), feed_(item.name()), marks_(run, compiled_, stats) {
  stats_.item = item.name();
  progress_.item = item.name();
}

Result<Unit> ItemCycle::run() {
  TANDEM_CHECK(load_state());
  if (!run_.options.dry_run) TANDEM_CHECK(write_owed(run_, compiled_, stats_));
  TANDEM_CHECK(read_feed());
  if (IssueFeed::is_needed(compiled_)) TANDEM_CHECK(read_issue_feed());
  if (state_.requeue) TANDEM_CHECK(look_at_requeued_links());
  TANDEM_CHECK(look_at_queued());
  if (sweep_is_due()) return sweep();
  if (state_.swept_at || run_.options.dry_run) return Unit{};
  state_.swept_at = run_.dataverse_now();  // a day from now is soon enough for what is linked today
  return save_state();
}

Result<bool> ItemCycle::run_link_of(std::string const& issue_id) {
  std::vector<std::string> records;
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const links, link::find_by_issue(reader, issue_id));
    for (auto const& link : links) {
      if (link.item == compiled_.item.name) records.push_back(link.record);
    }
    return Unit{};
  }));
  if (records.empty()) return false;
  TANDEM_TRY(auto const missing, run_records(records));
  if (missing.size() == records.size()) return fail(ErrorKind::not_found, std::string(text_of(Reason::record_missing).sentence));
  return true;
}

Result<std::vector<std::string>> ItemCycle::run_records(std::vector<std::string> const& records,
                                                        std::map<std::string, jira::Issue> const& issues) {
  TANDEM_TRY(auto found, records_by_id(run_, compiled_, records));
  std::set<std::string> there;
  for (auto const& record : found) there.insert(record.id);
  std::vector<std::string> missing;
  for (auto const& record : records) {
    if (!there.contains(record)) missing.push_back(record);
  }
  TANDEM_TRY(auto rows, joined(run_, compiled_, std::move(found)));
  for (auto& row : rows) {
    row.look = true;
    auto const read = row.link ? issues.find(row.link->issue) : issues.end();
    if (read != issues.end()) row.issue = read->second;
  }
  stats_.seen += rows.size();
  TANDEM_CHECK(handle(std::move(rows)));
  return missing;
}

Result<Unit> ItemCycle::save_state() {
  return run_.store().write([&](store::Writer& writer) { return feed_.save(writer, state_); });
}

// Candidates are counted before the first write (SPEC E12); with --allow-mass-change each page is handled as it comes.
Result<Unit> ItemCycle::read_issue_feed() {
  IssueFeed feed(run_, item_, state_);
  std::vector<ChangedIssue> due;
  auto const handle_due = [&]() -> Result<Unit> {
    for (std::size_t at = 0; at < due.size(); at += kRowsPerLook) {
      TANDEM_CHECK(run_.go_on());
      auto const end = std::min(at + kRowsPerLook, due.size());
      std::vector<ChangedIssue> const part(due.begin() + static_cast<std::ptrdiff_t>(at),
                                           due.begin() + static_cast<std::ptrdiff_t>(end));
      std::vector<std::string> records;
      for (auto const& one : part) records.push_back(one.record);
      TANDEM_CHECK(handle_changed(records));
      if (!run_.options.dry_run) TANDEM_CHECK(run_.store().write([&](store::Writer& writer) { return feed.keep(writer, part); }));
    }
    due.clear();
    return Unit{};
  };
  for (;;) {
    TANDEM_CHECK(run_.go_on());
    TANDEM_TRY(auto page, feed.next());
    if (!page) break;
    std::move(page->begin(), page->end(), std::back_inserter(due));
    if (run_.options.allow_mass_change) {
      TANDEM_CHECK(handle_due());
    } else {
      TANDEM_CHECK(check_brakes(run_, compiled_.item, {0, due.size()}));
    }
  }
  begin(Work::records, due.size());
  if (feed.clock_went_back()) ++stats_.skipped[std::string(code_of(Reason::clock_went_back))];
  TANDEM_CHECK(handle_due());
  conversations_.insert(feed.conversations().begin(), feed.conversations().end());
  if (run_.options.dry_run) return Unit{};
  return run_.store().write([&](store::Writer& writer) { return feed.finish(writer); });
}

Result<Unit> ItemCycle::handle_changed(std::vector<std::string> const& records) {
  TANDEM_TRY(auto found, records_by_id(run_, compiled_, records));
  TANDEM_TRY(auto rows, joined(run_, compiled_, std::move(found)));
  for (auto& row : rows) row.look = true;
  stats_.seen += rows.size();
  return handle(std::move(rows));
}

Result<Unit> ItemCycle::load_state() {
  std::optional<FeedState> held;
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(held, feed_.load(reader));
    return Unit{};
  }));
  first_time_ = !held || held->filter_mark != item_.stored.filter_mark;
  state_.fresh = !held;
  if (held) state_ = *held;
  if (held && held->mapping_mark != item_.stored.mapping_mark) {
    state_.requeue = true;
    state_.requeue_after.clear();
  }
  state_.mapping_mark = item_.stored.mapping_mark;
  state_.filter_mark = item_.stored.filter_mark;
  if (!first_time_) return Unit{};
  state_.watermark = item_.stored.baseline;
  if (run_.options.dry_run) return Unit{};
  return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_CHECK(feed_.forget_all(writer));
    return Unit{};
  });
}

std::optional<Instant> ItemCycle::lower_bound() const {
  if (!state_.watermark) return std::nullopt;
  return floor_seconds(*state_.watermark - run_.options.overlap);
}

dataverse::Query ItemCycle::feed_query() const {
  dataverse::Query query;
  query.set_name = compiled_.entity().set_name;
  query.primary_id = compiled_.entity().primary_id;
  query.select = row_columns(compiled_);
  query.filter = feed_filter(lower_bound(), std::nullopt, "");
  query.order_by = fmt::format("modifiedon asc,{} asc", query.primary_id);
  query.page_size = kRowsPerPage;
  return query;
}

Result<Unit> ItemCycle::read_feed() {
  auto query = feed_query();
  auto lower = lower_bound();
  TANDEM_TRY(auto page, run_.dataverse().query(query));
  if (auto const earlier = set_back(state_.watermark, page.date)) {
    follow_clock_back(*earlier, *page.date);
    query = feed_query();
    lower = lower_bound();
    TANDEM_TRY(page, run_.dataverse().query(query));
  }
  // What is modified while the pages are read comes again next time: the feed is complete up to the moment of its first page.
  auto const read_at = page.date;
  if (first_time_) TANDEM_CHECK(count_older());
  bool first_page = true;
  begin(Work::records);
  for (;;) {
    TANDEM_CHECK(run_.go_on());
    TANDEM_TRY(auto rows, joined(run_, compiled_, page.records));
    std::vector<SeenRow> marks;
    for (auto const& row : rows) marks.push_back(row.mark());
    if (first_page && !page.next_link.empty() && !run_.options.allow_mass_change) {
      TANDEM_TRY(auto const due, count_ahead(run_, item_, lower));
      TANDEM_CHECK(check_brakes(run_, compiled_.item, due));
      progress_.total = due.creates + due.updates;
    }
    bool const alone = first_page && page.next_link.empty();
    first_page = false;
    std::erase_if(rows, [](Row const& row) { return row.seen; });
    stats_.seen += rows.size();
    if (alone) {
      progress_.total = 0;  // what the page turns out to need is all there is
      DueChanges due;
      for (auto const& row : rows) {
        bool const fresh = !item_.stored.baseline || (row.created_on && *row.created_on >= floor_seconds(*item_.stored.baseline));
        if (!row.link && compiled_.item.auto_create && fresh) ++due.creates;
        if (row.link && (!row.base || row.base->etag != row.record.etag)) ++due.updates;
      }
      // The filter was not asked yet: only when all of them would be too many is it counted exactly.
      if (!check_brakes(run_, compiled_.item, due)) {
        TANDEM_TRY(due, count_ahead(run_, item_, lower));
        TANDEM_CHECK(check_brakes(run_, compiled_.item, due));
      }
    }
    auto const newest = marks.empty() ? std::optional<Instant>{} : std::optional(reached(marks.back().modified_on, read_at));
    TANDEM_CHECK(handle_page(std::move(rows)));
    bool const last = page.next_link.empty();
    if (last) state_.fresh = false;
    auto watermark = newest ? std::max(*newest, state_.watermark.value_or(*newest)) : state_.watermark.value_or(Instant{});
    if (last && read_at) watermark = std::max(watermark, *read_at);
    TANDEM_CHECK(keep_page(marks, watermark, last));
    if (last) break;
    TANDEM_TRY(page, run_.dataverse().next(page, query));
  }
  TANDEM_CHECK(marks_.finish());
  stats_.complete = true;
  return Unit{};
}

Result<Unit> ItemCycle::keep_page(std::vector<SeenRow> const& rows, Instant watermark, bool last) {
  if (watermark == Instant{} && rows.empty() && !last) return Unit{};
  auto const held = state_.watermark;
  state_.watermark = watermark == Instant{} ? held : std::optional(watermark);
  auto const now = run_.dataverse_now();
  stats_.behind = last || !now || !state_.watermark ? std::nullopt : std::optional(std::max(*now - *state_.watermark, Millis{0}));
  if (run_.options.dry_run) return Unit{};
  return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
    auto const bound = lower_bound().value_or(Instant{});
    for (auto const& row : rows) {
      if (row.modified_on >= bound) TANDEM_CHECK(feed_.remember(writer, row));
    }
    TANDEM_CHECK(feed_.forget_before(writer, bound));
    return feed_.save(writer, state_);
  });
}

// Told once, when the feed is read for the first time: it never reads what is older than the baseline.
Result<Unit> ItemCycle::count_older() {
  state_.older = 0;
  if (!item_.stored.baseline || !compiled_.item.auto_create) return Unit{};
  dataverse::Query query;
  query.set_name = compiled_.entity().set_name;
  query.primary_id = compiled_.entity().primary_id;
  query.select = {query.primary_id};
  query.filter = "createdon lt " + dataverse::literal(floor_seconds(*item_.stored.baseline));
  if (!compiled_.item.filter.empty()) query.filter += fmt::format(" and ({})", compiled_.item.filter);
  query.page_size = 1;
  query.count = true;
  TANDEM_TRY(auto const page, run_.dataverse().query(query));
  state_.older = static_cast<std::uint64_t>(page.count.value_or(static_cast<std::int64_t>(page.records.size())));
  stats_.older = state_.older;
  return Unit{};
}

void ItemCycle::skip(Row const& row, Reason reason, std::string detail) {
  ++stats_.skipped[std::string(code_of(reason))];
  run_.tell([&](Observer& observer) {
    observer.skipped({compiled_.item.name, row.record.id, compiled_.record_number(row.record),
                      row.link ? row.link->issue_key : "", reason, std::move(detail)});
  });
}

// A record that is older than it was: its organisation was restored, and what is known of it is no longer true (SPEC R9). The etag counts up with
// each write of the row (contract: dataverse.md §9); one that is no such number tells nothing.
Result<Unit> ItemCycle::refuse_restored(std::vector<Row> const& rows) const {
  if (run_.options.allow_mass_change) return Unit{};
  for (auto const& row : rows) {
    auto const held = row.base ? version_of(row.base->etag) : std::nullopt;
    auto const now = version_of(row.record.etag);
    if (!held || !now || *now >= *held) continue;
    auto const& text = text_of(Reason::went_back);
    return fail(Error{ErrorKind::refused,
                      fmt::format("{}: {} has version {}, after {}. {} {}", text.code, compiled_.record_number(row.record), *now,
                                  *held, text.sentence, text.cure),
                      {}});
  }
  return Unit{};
}

Result<Unit> ItemCycle::handle(std::vector<Row> rows) {
  TANDEM_CHECK(handle_page(std::move(rows)));
  return marks_.finish();
}

Result<Unit> ItemCycle::handle_page(std::vector<Row> rows) {
  // What a dry run told once stays due, so that every feed shows it again.
  if (run_.options.dry_run) std::erase_if(rows, [&](Row const& row) { return !told_.insert(row.record.id).second; });
  TANDEM_CHECK(refuse_restored(rows));
  std::vector<Row> updates;
  std::vector<Row> fresh;
  std::vector<Retry> queue;
  for (auto& row : rows) {
    if (row.open_intent) {
      // It may have changed since the write whose outcome is open: it is looked at again once that is settled.
      if (told_open_.insert(row.record.id).second) skip(row, Reason::open_intent);
      if (!row.retry) {
        Retry retry;
        retry.item = compiled_.item.name;
        retry.record = row.record.id;
        retry.number = compiled_.record_number(row.record);
        retry.reason = code_of(Reason::open_intent);
        queue.push_back(std::move(retry));
      }
    } else if (row.link && row.link->state == link::State::broken) {
      skip(row, Reason::issue_missing);
    } else {
      (row.link ? updates : fresh).push_back(std::move(row));
    }
  }
  if (!queue.empty() && !run_.options.dry_run) {
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& retry : queue) TANDEM_CHECK(put_retry(writer, retry));
      return Unit{};
    }));
  }
  TANDEM_TRY(auto const creates, to_be_created(std::move(fresh)));
  // What came up since it was counted is to be done too.
  if (progress_.total) progress_.total = std::max(*progress_.total, progress_.done + creates.size() + updates.size());
  advance(0);
  for (std::size_t at = 0; at < creates.size(); at += jira::Client::kMostBulk) {
    TANDEM_CHECK(run_.go_on());
    auto const end = std::min(at + jira::Client::kMostBulk, creates.size());
    TANDEM_CHECK(create({creates.begin() + static_cast<std::ptrdiff_t>(at), creates.begin() + static_cast<std::ptrdiff_t>(end)}));
    advance(end - at);
  }
  if (!updates.empty()) TANDEM_CHECK(marks_.finish());
  for (std::size_t at = 0; at < updates.size(); at += kRowsPerLook) {
    TANDEM_CHECK(run_.go_on());
    auto const end = std::min(at + kRowsPerLook, updates.size());
    TANDEM_CHECK(reconcile(run_, compiled_,
                           {std::make_move_iterator(updates.begin() + static_cast<std::ptrdiff_t>(at)),
                            std::make_move_iterator(updates.begin() + static_cast<std::ptrdiff_t>(end))},
                           stats_));
    advance(end - at);
  }
  return Unit{};
}

// Records whose link somebody cut, under the baseline that the item still has (SPEC D6).
Result<std::set<std::string>> ItemCycle::unlinked_by_hand(std::vector<Row> const& rows) const {
  std::set<std::string> out;
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    for (auto const& row : rows) {
      TANDEM_TRY(auto const mark, link::find_unlinked(reader, compiled_.item.name, row.record.id));
      if (mark && mark->baseline == item_.stored.baseline) out.insert(row.record.id);
    }
    return Unit{};
  }));
  return out;
}

// The ordered conditions of auto-create (SPEC X2); each that is false is the reason.
Result<std::vector<Row>> ItemCycle::to_be_created(std::vector<Row> rows) {
  std::vector<Row> left;
  std::vector<std::string> ids;
  TANDEM_TRY(auto const unlinked, unlinked_by_hand(rows));
  for (auto& row : rows) {
    if (!compiled_.item.auto_create) {
      skip(row, Reason::auto_create_off);
    } else if (unlinked.contains(row.record.id)) {
      skip(row, Reason::unlinked_by_hand);
    } else if (item_.stored.baseline && row.created_on && *row.created_on < floor_seconds(*item_.stored.baseline)) {
      skip(row, Reason::before_baseline);
    } else if (compiled_.item.skip_closed && is_closed(row)) {
      skip(row, Reason::skip_closed);
    } else {
      ids.push_back(row.record.id);
      left.push_back(std::move(row));
    }
  }
  TANDEM_TRY(auto const passing, passing_filter(run_, compiled_, ids));
  std::set<std::string> const passes(passing.begin(), passing.end());
  std::vector<Row> due;
  std::vector<std::string> settled;
  for (auto& row : left) {
    if (passes.contains(row.record.id)) {
      due.push_back(std::move(row));
    } else {
      skip(row, Reason::filtered_out);
      if (row.retry) settled.push_back(row.record.id);
    }
  }
  if (!settled.empty() && !run_.options.dry_run) {
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& record : settled) TANDEM_CHECK(erase_retry(writer, compiled_.item.name, record));
      return Unit{};
    }));
  }
  return due;
}

Result<Unit> ItemCycle::create(std::vector<Row> const& rows) {
  TANDEM_CHECK(look_up_for(run_, compiled_, rows));
  if (run_.options.dry_run) {
    for (auto const& row : rows) {
      auto const plan = plan_create(compiled_, row.record);
      stats_.values_left += plan.values_lost();
      ++stats_.created;
      run_.tell([&](Observer& observer) { observer.planned(plan); });
    }
    return Unit{};
  }
  if (state_.fresh && !own_issues_) {
    TANDEM_TRY(own_issues_, find_own_issues(run_, item_));
  }
  TANDEM_TRY(auto made, create_issues(run_, compiled_, rows, own_issues_.value_or(OwnIssues{}), stats_));
  return marks_.hand_over(std::move(made));
}

}  // namespace tandem::sync
