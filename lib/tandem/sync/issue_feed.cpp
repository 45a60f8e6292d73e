#include <tandem/sync/issue_feed.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>

namespace tandem::sync {

IssueFeed::IssueFeed(RunContext& run, RunItem const& item, FeedState& state)
    : run_(run), item_(item), state_(state), seen_(item.name(), "seen_issues") {}

Result<Unit> IssueFeed::begin() {
  if (!state_.issues_watermark) {
    // Links know what their issues held when they were made: nothing older than the first search matters.
    TANDEM_TRY(state_.issues_watermark, run_.fresh_jira_time());
  }
  lower_ = std::chrono::floor<std::chrono::minutes>(*state_.issues_watermark - run_.options.overlap);
  // By project alone: an issue whose type was changed keeps its link.
  jql_ = fmt::format("project = {} AND updated >= {} ORDER BY updated ASC, key ASC",
                     jira::quoted_jql(item_.compiled->schema.project->key), epoch_millis(lower_));
  begun_ = true;
  return Unit{};
}

Result<std::optional<std::vector<ChangedIssue>>> IssueFeed::next() {
  if (!begun_) TANDEM_CHECK(begin());
  if (ended_) return std::optional<std::vector<ChangedIssue>>{};
  jira::Search search;
  search.jql = jql_;
  search.fields = {"updated"};
  search.page_size = 1000;
  TANDEM_TRY(auto const page, run_.jira().search(search, token_));
  if (!read_at_) read_at_ = run_.jira_now();
  token_ = page.next_token;
  ended_ = token_.empty();
  TANDEM_TRY(auto found, changed(page.issues));
  return std::optional(std::move(found));
}

Result<std::vector<ChangedIssue>> IssueFeed::changed(std::vector<jira::Issue> const& rows) {
  std::vector<ChangedIssue> found;
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    for (auto const& issue : rows) {
      auto const* updated = issue.field("updated");
      auto const at = updated != nullptr ? parse_instant(updated->text()) : std::nullopt;
      if (!at) continue;
      SeenRow const mark{issue.id, std::string(updated->text()), *at};
      TANDEM_TRY(bool const seen, seen_.was_seen(reader, mark));
      if (seen) continue;
      TANDEM_TRY(auto const links, link::find_by_issue(reader, issue.id));
      auto const link = std::find_if(links.begin(), links.end(), [&](link::Link const& one) { return one.item == item_.name(); });
      bool due = link != links.end() && link->state == link::State::active;
      if (due) {
        TANDEM_TRY(auto const base, link::find_base(reader, link->id));
        due = !base || base->unseen || base->issue_updated != mark.etag;
      }
      if (due)
        found.push_back({mark, link->record});
      else
        passed_.push_back(mark);
    }
    return Unit{};
  }));
  return found;
}

Result<Unit> IssueFeed::keep(store::Writer& writer, std::vector<ChangedIssue> const& handled) {
  for (auto const& mark : passed_) TANDEM_CHECK(seen_.remember(writer, mark));
  passed_.clear();
  for (auto const& one : handled) TANDEM_CHECK(seen_.remember(writer, one.mark));
  if (!handled.empty()) state_.issues_watermark = std::max(*state_.issues_watermark, handled.back().mark.modified_on);
  return Feed(item_.name()).save(writer, state_);
}

Result<Unit> IssueFeed::finish(store::Writer& writer) {
  TANDEM_CHECK(keep(writer, {}));
  if (read_at_) state_.issues_watermark = std::max(*state_.issues_watermark, *read_at_);
  auto const bound = std::chrono::floor<std::chrono::minutes>(*state_.issues_watermark - run_.options.overlap);
  TANDEM_CHECK(seen_.forget_before(writer, bound));
  return Feed(item_.name()).save(writer, state_);
}

}  // namespace tandem::sync
