#include <tandem/sync/feed_state.hpp>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <tandem/base/json/count.hpp>

namespace tandem::sync {

namespace {

constexpr store::Table<FeedState> kFeeds{"feeds"};
constexpr std::string_view kKeys = "highest_key";

json::Value time_or_null(std::optional<Instant> at) { return at ? json::Value(to_rfc3339(*at)) : json::Value(); }

// Sorted by time, so that forgetting the old ones reads nothing else.
std::string seen_key(std::string_view item, SeenRow const& row) {
  return store::key_of({item, fmt::format("{:020}", std::max<std::int64_t>(epoch_millis(row.modified_on), 0)), row.record});
}

}  // namespace

json::Value FeedState::to_json() const {
  return json::Object{{"watermark", time_or_null(watermark)},
                      {"filterMark", filter_mark},
                      {"mappingMark", mapping_mark},
                      {"requeue", requeue},
                      {"requeueAfter", requeue_after},
                      {"fresh", fresh},
                      {"older", older},
                      {"issuesWatermark", time_or_null(issues_watermark)},
                      {"sweptAt", time_or_null(swept_at)},
                      {"sweeping", sweeping},
                      {"sweepAfter", sweep_after},
                      {"sweptLinks", swept_links},
                      {"sweptGone", json::Array(swept_gone.begin(), swept_gone.end())}};
}

Result<FeedState> FeedState::from_json(json::Value const& value) {
  FeedState state;
  if (value["watermark"].is_string()) {
    state.watermark = parse_instant(value["watermark"].text());
    if (!state.watermark) return fail(ErrorKind::store, "a feed whose watermark is no time");
  }
  state.filter_mark = value["filterMark"].text();
  state.mapping_mark = value["mappingMark"].text();
  state.requeue = value["requeue"].truthy();
  state.requeue_after = value["requeueAfter"].text();
  state.fresh = value["fresh"].truthy();
  state.older = json::count_of(value["older"]);
  state.issues_watermark = parse_instant(value["issuesWatermark"].text());
  state.swept_at = parse_instant(value["sweptAt"].text());
  state.sweeping = value["sweeping"].truthy();
  state.sweep_after = value["sweepAfter"].text();
  state.swept_links = json::count_of(value["sweptLinks"]);
  for (auto const& link : value["sweptGone"].items()) state.swept_gone.emplace_back(link.text());
  return state;
}

Result<std::optional<FeedState>> Feed::load(store::Reader& reader) const { return kFeeds.get(reader, item_); }
Result<Unit> Feed::save(store::Writer& writer, FeedState const& state) const { return kFeeds.put(writer, item_, state); }

Result<Unit> Feed::erase(store::Writer& writer) const { return kFeeds.erase(writer, item_); }

Result<bool> Feed::was_seen(store::Reader& reader, SeenRow const& row) const {
  TANDEM_TRY(auto const etag, reader.get(seen_, seen_key(item_, row)));
  return etag && *etag == row.etag;
}

Result<Unit> Feed::remember(store::Writer& writer, SeenRow const& row) const {
  return writer.put(seen_, seen_key(item_, row), row.etag);
}

Result<Unit> Feed::forget_before(store::Writer& writer, Instant bound) const {
  auto const prefix = item_ + '\0';
  auto const end = store::key_of({item_, fmt::format("{:020}", std::max<std::int64_t>(epoch_millis(bound), 0))});
  return writer.scan(seen_, prefix, "", [&](std::string_view key, std::string_view) -> Result<bool> {
    if (key >= end) return false;
    TANDEM_CHECK(writer.erase(seen_, key));
    return true;
  });
}

Result<Unit> Feed::forget_all(store::Writer& writer) const {
  return writer.scan(seen_, item_ + '\0', "", [&](std::string_view key, std::string_view) -> Result<bool> {
    TANDEM_CHECK(writer.erase(seen_, key));
    return true;
  });
}

Result<std::optional<std::int64_t>> highest_key(store::Reader& reader, std::string_view project) {
  TANDEM_TRY(auto const text, reader.get(kKeys, project));
  if (!text) return std::optional<std::int64_t>{};
  std::int64_t number = 0;
  auto const parsed = std::from_chars(text->data(), text->data() + text->size(), number);
  if (parsed.ec != std::errc{}) return fail(ErrorKind::store, "the highest issue number of a project is no number");
  return std::optional(number);
}

Result<Unit> raise_highest_key(store::Writer& writer, std::string_view project, std::int64_t number) {
  TANDEM_TRY(auto const held, highest_key(writer, project));
  if (held && *held >= number) return Unit{};
  return writer.put(kKeys, project, std::to_string(number));
}

}  // namespace tandem::sync
