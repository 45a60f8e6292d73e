#include <tandem/sync/history_query.hpp>

#include <algorithm>
#include <deque>

#include <tandem/base/text/utf8.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/sync/history_actions.hpp>

namespace tandem::sync {

namespace {

constexpr Millis kFirstStep = std::chrono::hours{6};
constexpr std::size_t kLinksAtOnce = 1000;

// Ids of links whose issue has that key or id now: the issue may have had another key when something was written.
Result<std::set<std::string>> links_named(store::Reader& reader, std::string const& issue) {
  std::set<std::string> out;
  TANDEM_TRY(auto const by_id, link::find_by_issue(reader, issue));
  for (auto const& link : by_id) out.insert(link.id);
  TANDEM_TRY(auto const items, mapping::load_items(reader));
  for (auto const& [name, stored] : items) {
    for (std::string after;;) {
      TANDEM_TRY(auto const links, link::links_of_item(reader, name, after, kLinksAtOnce));
      for (auto const& link : links) {
        if (link.issue_key == issue) out.insert(link.id);
      }
      if (links.size() < kLinksAtOnce) break;
      after = links.back().record;
    }
  }
  return out;
}

class Matcher {
 public:
  Matcher(HistoryQuery const& query, std::set<std::string> links) : query_(query), links_(std::move(links)) {}

  // Keeps of the entry only what was asked for; false when that is nothing.
  bool take(HistoryEntry& entry) const {
    if (!query_.item.empty() && entry.item != query_.item) return false;
    if (!query_.run.empty() && entry.run != query_.run) return false;
    if (!query_.issue.empty() && entry.issue_key != query_.issue && !links_.contains(entry.link)) return false;
    if (!query_.record.empty() && !is_of_record(entry, query_.record)) return false;
    if (query_.link && !is_of_link(entry, *query_.link)) return false;
    if (!query_.actions.empty() && !query_.actions.contains(entry.action)) return false;
    if (!query_.reasons.empty() && !query_.reasons.contains(entry.reason)) return false;
    if (query_.side && side_written(entry.action) != query_.side) return false;
    if (query_.until && entry.at > *query_.until) return false;
    if (query_.field.empty()) return true;
    std::erase_if(entry.fields, [&](FieldHistory const& field) { return !same(field.field, query_.field); });
    return !entry.fields.empty();
  }

 private:
  static bool is_of_record(HistoryEntry const& entry, std::string const& record) {
    return same(entry.record, record) || numbered(entry.number, record);
  }
  bool is_of_link(HistoryEntry const& entry, HistoryLink const& link) const {
    if (!link.issue.empty() && (entry.issue_key == link.issue || links_.contains(entry.link))) return true;
    return !link.record.empty() && (same(entry.link, link.record) || is_of_record(entry, link.record));
  }
  // "CAS-01002" is CAS-01002-T8Q5M2 too: that is how people name a case.
  static bool numbered(std::string_view number, std::string_view asked) {
    bool const shorter = number.size() > asked.size() && number[asked.size()] == '-';
    return same(shorter ? number.substr(0, asked.size()) : number, asked);
  }
  static bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && text::ascii_lower(a) == text::ascii_lower(b);
  }
  HistoryQuery const& query_;
  std::set<std::string> links_;
};

}  // namespace

Result<HistoryAnswer> find_history(store::Reader& reader, HistoryQuery const& query) {
  HistoryAnswer out;
  TANDEM_TRY(auto const newest, newest_history(reader));
  if (!newest) return out;
  std::set<std::string> links;
  auto const& issue = query.issue.empty() && query.link ? query.link->issue : query.issue;
  if (!issue.empty()) {
    TANDEM_TRY(links, links_named(reader, issue));
  }
  Matcher const matcher(query, std::move(links));
  Instant const oldest = query.since.value_or(Instant{});
  for (Millis step = kFirstStep;; step *= 2) {
    auto const from = std::max(oldest, *newest - std::min(step, newest->time_since_epoch()));
    std::deque<HistoryEntry> kept;
    bool left_out = false;
    TANDEM_CHECK(scan_history(reader, from, [&](HistoryEntry entry) -> Result<bool> {
      if (!matcher.take(entry)) return true;
      kept.push_back(std::move(entry));
      if (kept.size() > query.most) {
        kept.pop_front();
        left_out = true;
      }
      return true;
    }));
    if (!left_out && from > oldest) continue;
    out.entries.assign(std::make_move_iterator(kept.begin()), std::make_move_iterator(kept.end()));
    out.more = left_out;
    return out;
  }
}

}  // namespace tandem::sync
