// All issues, their indexes, and what the search index still believes about them.
//
// Search is eventually consistent (contract §4): a change is seen by search only `lag` after it was made; until then the issue is found
// as it was. With lag zero nothing is remembered. Every change of an issue goes through `change`, so that indexes cannot go stale.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "jira/issue.hpp"

namespace sandbox::jira {

class Store {
 public:
  [[nodiscard]] Issue const* find(std::int64_t id) const;
  [[nodiscard]] Issue const* find(
      std::string_view id_or_key) const;  // digits = id; a key ignores case; old keys of moved issues too
  [[nodiscard]] Issue const* by_comment(std::int64_t comment_id) const;
  [[nodiscard]] Issue const* by_attachment(std::int64_t attachment_id) const;
  [[nodiscard]] Attachment const* attachment(std::int64_t id) const;
  [[nodiscard]] Attachment const* by_media_id(std::string const& media_id) const;
  [[nodiscard]] IssueLink const* link(std::int64_t id) const;
  [[nodiscard]] std::map<std::int64_t, Issue> const& all() const { return issues_; }  // ascending id

  // Takes the next number of the project, whose key makes the issue's key.
  std::int64_t take_number(std::string const& project_id) { return ++numbers_[project_id]; }
  std::int64_t next_issue_id() { return ++last_issue_; }
  std::int64_t next_comment_id() { return ++last_comment_; }
  std::int64_t next_link_id() { return ++last_link_; }
  std::int64_t next_history_id() { return ++last_history_; }
  std::int64_t next_attachment_id() { return ++last_attachment_; }
  std::int64_t next_worklog_id() { return ++last_worklog_; }
  void reserve_number(std::string const& project_id, std::int64_t number);  // the next one will be higher
  void reserve_issue_id(std::int64_t id);

  Issue const& insert(Issue issue, Instant now);
  void change(std::int64_t id, Instant now, std::function<void(Issue&)> const& edit);
  void erase(std::int64_t id, Instant now);
  // Links hang on both issues; an issue that is erased loses its own. The id of a new link is given here.
  IssueLink const& insert_link(IssueLink link, Instant now);
  void erase_link(std::int64_t id, Instant now);
  void add_former_key(std::string key, std::int64_t id);

  // --- what search sees ---
  void set_lag(tandem::Millis lag) { lag_ = lag; }
  void settle(Instant now);  // lets the index catch up with what is older than the lag; call before the three below
  [[nodiscard]] Issue const* indexed(std::int64_t id) const;  // null: not (yet) there
  // Issues whose indexed state is not their present one: id -> state that search sees (null: none).
  [[nodiscard]] std::vector<std::pair<std::int64_t, Issue const*>> lagging() const;
  [[nodiscard]] bool lags(std::int64_t id) const { return pending_.count(id) > 0; }
  [[nodiscard]] std::set<std::pair<Instant, std::int64_t>> const& by_updated() const { return by_updated_; }

 private:
  struct Pending {
    Instant changed;
    std::shared_ptr<Issue const> before;  // null: it did not exist
  };
  void note_parts(Issue const& issue);
  void remember(std::int64_t id, Issue const* before, Instant now);

  std::map<std::int64_t, Issue> issues_;
  std::unordered_map<std::string, std::int64_t> by_key_;  // upper case
  std::unordered_map<std::int64_t, std::int64_t> comment_home_, attachment_home_;
  std::unordered_map<std::string, std::int64_t> media_ids_;  // -> attachment id
  std::map<std::int64_t, IssueLink> links_;
  std::set<std::pair<Instant, std::int64_t>> by_updated_;
  std::map<std::int64_t, std::deque<Pending>> pending_;
  std::map<std::string, std::int64_t> numbers_;
  std::int64_t last_issue_ = 10000, last_comment_ = 10000, last_link_ = 10000, last_history_ = 10000, last_attachment_ = 10000,
               last_worklog_ = 10000, last_issue_link_ = 10000;
  tandem::Millis lag_{0};
};

}  // namespace sandbox::jira
