// FeedState: how far the change feed of one item has been read (SPEC E2, E3).
//
// The watermark is a server time: everything before it is durably done or durably parked. Reading starts `overlap` before it, since rows
// can be committed with an older modifiedon; what was seen in that window is kept by (record, etag) so that it is looked at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/time/instant.hpp>
#include <tandem/store/table.hpp>

namespace tandem::sync {

struct FeedState {
  std::optional<Instant> watermark;  // absent = from the beginning
  std::string filter_mark;  // of the item when the watermark was set: another one sets it back to the baseline
  std::string mapping_mark;  // another one queues all links of the item once
  bool requeue = false;  // links of the item are being looked at once, because its mappings changed
  std::string requeue_after;  // record after which that goes on
  bool fresh = false;  // never read to its end: issues that an earlier store's runs made may still be found
  std::uint64_t older = 0;  // records before the baseline when the feed was first read
  std::optional<Instant> issues_watermark;  // of the search for changed issues, by Jira's clock; absent = never searched

  // The sweep (SPEC E7), by Dataverse's clock. It goes on where a run had to stop.
  std::optional<Instant> swept_at;
  bool sweeping = false;
  std::string sweep_after;  // record after which it goes on
  std::uint64_t swept_links = 0;
  std::vector<std::string> swept_gone;  // links whose issue or record was not found on the way
  void start_sweep() {
    sweeping = true;
    sweep_after.clear();
    swept_links = 0;
    swept_gone.clear();
  }
  [[nodiscard]] json::Value to_json() const;
  static Result<FeedState> from_json(json::Value const& value);
};

struct SeenRow {
  std::string record, etag;
  Instant modified_on;
};

class Feed {
 public:
  // `seen`: the table of what was seen in the overlap; "seen" holds records, "seen_issues" issues (id, `updated`).
  explicit Feed(std::string item, std::string_view seen = "seen") : item_(std::move(item)), seen_(seen) {}
  Result<std::optional<FeedState>> load(store::Reader& reader) const;
  Result<Unit> save(store::Writer& writer, FeedState const& state) const;
  Result<bool> was_seen(store::Reader& reader, SeenRow const& row) const;
  Result<Unit> remember(store::Writer& writer, SeenRow const& row) const;
  Result<Unit> forget_before(store::Writer& writer, Instant bound) const;
  Result<Unit> forget_all(store::Writer& writer) const;
  Result<Unit> erase(store::Writer& writer) const;  // the state itself

 private:
  std::string item_;
  std::string_view seen_;
};

// The highest issue number of a Jira project that was ever seen: where looking for a lost create begins (SPEC R2).
Result<std::optional<std::int64_t>> highest_key(store::Reader& reader, std::string_view project);
Result<Unit> raise_highest_key(store::Writer& writer, std::string_view project, std::int64_t number);

}  // namespace tandem::sync
