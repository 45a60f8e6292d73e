#include <tandem/sync/issue_feed.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/link/conversations.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/mapping/conversation/options.hpp>
#include <tandem/sync/clock_back.hpp>
#include <tandem/sync/moved_issues.hpp>

namespace tandem::sync {

IssueFeed::IssueFeed(RunContext& run, RunItem const& item, FeedState& state)
    : run_(run), item_(item), state_(state), seen_(item.name(), "seen_issues"), earlier_("(issues) " + item.name()) {}

bool IssueFeed::is_needed(mapping::CompiledItem const& item) {
  return item.follows_jira() || mapping::conversation::has_conversation(item.item);
}

Result<Unit> IssueFeed::begin() {
  // Nothing between the two watermarks of an earlier store is left out.
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const earlier, earlier_.load(reader));
    if (earlier && earlier->watermark)
      state_.issues_watermark = std::min(*earlier->watermark, state_.issues_watermark.value_or(*earlier->watermark));
    return Unit{};
  }));
  if (!state_.issues_watermark) {
    // Links know what their issues held when they were made: nothing older than the first search matters.
    TANDEM_TRY(state_.issues_watermark, run_.fresh_jira_time());
  }
  lower_ = std::chrono::floor<std::chrono::minutes>(*state_.issues_watermark - run_.options.overlap);
  auto const& own = item_.compiled->schema.project->key;
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(elsewhere_, other_projects(reader, item_.name(), own));
    return Unit{};
  }));
  jql_ = jql(elsewhere_);
  begun_ = true;
  return Unit{};
}

// By project alone: an issue whose type was changed keeps its link.
std::string IssueFeed::jql(std::vector<std::string> const& elsewhere) const {
  return fmt::format("{} AND updated >= {} ORDER BY updated ASC, key ASC",
                     in_projects(item_.compiled->schema.project->key, elsewhere), epoch_millis(lower_));
}

Result<std::optional<std::vector<ChangedIssue>>> IssueFeed::next() {
  if (!begun_) TANDEM_CHECK(begin());
  if (ended_) return std::optional<std::vector<ChangedIssue>>{};
  jira::Search search;
  search.jql = jql_;
  search.fields = {"updated"};
  search.page_size = 1000;
  auto answer = run_.jira().search(search, token_);
  if (!answer && token_.empty() && !elsewhere_.empty() && !ends_run(answer.error().kind)) {
    // A project that went, or may not be browsed any more, does not cost the item's own.
    elsewhere_.clear();
    search.jql = jql_ = jql(elsewhere_);
    answer = run_.jira().search(search, token_);
  }
  TANDEM_TRY(auto page, std::move(answer));
  if (!read_at_) {
    read_at_ = run_.jira_now();
    if (auto const earlier = set_back(state_.issues_watermark, read_at_)) {
      state_.issues_watermark = *earlier;
      went_back_ = true;
      search.jql = jql_ = jql(elsewhere_);
      TANDEM_TRY(page, run_.jira().search(search, token_));
    }
  }
  token_ = page.next_token;
  ended_ = token_.empty();
  TANDEM_TRY(auto found, changed(page.issues));
  return std::optional(std::move(found));
}

Result<std::vector<ChangedIssue>> IssueFeed::changed(std::vector<jira::Issue> const& rows) {
  std::vector<ChangedIssue> found;
  bool const talks = mapping::conversation::has_conversation(item_.compiled->item);
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
      bool const linked = link != links.end() && link->state == link::State::active;
      if (linked && talks) {
        due_[issue.id] = link->id;
        conversations_.insert(link->id);
      }
      bool due = linked && item_.compiled->follows_jira();
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
  auto const remember = [&](SeenRow const& mark) -> Result<Unit> {
    if (auto const due = due_.find(mark.record); due != due_.end()) {
      TANDEM_CHECK(link::note_conversation(writer, item_.name(), due->second, {mark.etag}));
      due_.erase(due);
    }
    return seen_.remember(writer, mark);
  };
  for (auto const& mark : passed_) TANDEM_CHECK(remember(mark));
  passed_.clear();
  for (auto const& one : handled) TANDEM_CHECK(remember(one.mark));
  if (!handled.empty())
    state_.issues_watermark = std::max(*state_.issues_watermark, reached(handled.back().mark.modified_on, read_at_));
  return Feed(item_.name()).save(writer, state_);
}

Result<Unit> IssueFeed::finish(store::Writer& writer) {
  TANDEM_CHECK(keep(writer, {}));
  if (read_at_) state_.issues_watermark = std::max(*state_.issues_watermark, *read_at_);
  auto const bound = std::chrono::floor<std::chrono::minutes>(*state_.issues_watermark - run_.options.overlap);
  TANDEM_CHECK(seen_.forget_before(writer, bound));
  TANDEM_CHECK(earlier_.forget_all(writer));
  TANDEM_CHECK(earlier_.erase(writer));
  return Feed(item_.name()).save(writer, state_);
}

}  // namespace tandem::sync
