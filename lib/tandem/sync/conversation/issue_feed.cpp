#include <tandem/sync/conversation/issue_feed.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/feed_state.hpp>

namespace tandem::sync::conversation {

namespace {

constexpr int kRowsPerPage = 500;

std::string feed_name(std::string const& item) { return "(issues) " + item; }  // no item has a name like this

}  // namespace

Result<Unit> read_issue_feed(RunContext& run, RunItem const& item, Found& found) {
  if (!mapping::conversation::has_conversation(item.compiled->item)) return Unit{};
  Feed const feed(feed_name(item.name()));
  std::optional<FeedState> held;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(held, feed.load(reader));
    return Unit{};
  }));
  if (!held || !held->watermark) {
    // The first time every link is on the list anyway: the feed begins before they are looked at.
    if (run.options.dry_run) return Unit{};
    FeedState state;
    TANDEM_TRY(state.watermark, run.fresh_jira_time());
    return run.store().write([&](store::Writer& writer) { return feed.save(writer, state); });
  }
  auto state = *held;
  auto const bound_of = [&](Instant at) { return std::chrono::floor<std::chrono::minutes>(at - run.options.overlap); };
  jira::Search search;
  // By project alone: an issue whose type was changed keeps its link.
  search.jql = fmt::format("project = {} AND updated >= {} ORDER BY updated ASC, key ASC",
                           jira::quoted_jql(item.compiled->schema.project->key), epoch_millis(bound_of(*state.watermark)));
  search.fields = {"updated"};
  search.page_size = kRowsPerPage;
  std::string token;
  std::optional<Instant> read_at;
  for (;;) {
    TANDEM_CHECK(run.go_on());
    TANDEM_TRY(auto const page, run.jira().search(search, token));
    if (!read_at) read_at = run.jira_now();
    token = page.next_token;
    std::vector<SeenRow> rows;
    std::vector<std::string> due;
    TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
      for (auto const& issue : page.issues) {
        auto const* updated = issue.field("updated");
        auto const at = updated != nullptr ? parse_instant(updated->text()) : std::nullopt;
        if (!at) continue;
        rows.push_back({issue.id, to_rfc3339(*at), *at});
        TANDEM_TRY(bool const seen, feed.was_seen(reader, rows.back()));
        if (seen) continue;
        TANDEM_TRY(auto const links, link::find_by_issue(reader, issue.id));
        for (auto const& link : links) {
          if (link.item == item.name() && link.state == link::State::active) due.push_back(link.id);
        }
      }
      return Unit{};
    }));
    if (!rows.empty()) state.watermark = std::max(*state.watermark, rows.back().modified_on);
    if (token.empty() && read_at) state.watermark = std::max(*state.watermark, *read_at);
    found[item.name()].insert(due.begin(), due.end());
    if (!run.options.dry_run) {
      TANDEM_CHECK(run.store().write([&](store::Writer& writer) -> Result<Unit> {
        auto const keep_from = bound_of(*state.watermark);
        for (auto const& row : rows) {
          if (row.modified_on >= keep_from) TANDEM_CHECK(feed.remember(writer, row));
        }
        for (auto const& link : due) TANDEM_CHECK(link::note_conversation(writer, item.name(), link));
        TANDEM_CHECK(feed.forget_before(writer, keep_from));
        return feed.save(writer, state);
      }));
    }
    if (token.empty()) return Unit{};
  }
}

}  // namespace tandem::sync::conversation
