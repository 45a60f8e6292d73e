#include <tandem/sync/event/deliveries.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

namespace tandem::sync::event {

namespace {

constexpr std::string_view kTaken = "deliveries";
constexpr std::string_view kNew = "deliveries_new";
constexpr std::string_view kByDate = "deliveries_by_date";
constexpr std::string_view kSeen = "\x01";  // the value's version; what the delivery was about follows it
constexpr std::size_t kLongest = 128;

std::string kept(std::string_view id) {
  bool const plain = id.size() <= kLongest && id.find('\0') == std::string_view::npos;
  return plain ? "=" + std::string(id) : "#" + to_hex(sha256(id));
}

// Epoch seconds of fixed width, so that keys are in the order of time.
std::string date_key(Instant at) { return fmt::format("{:012}", std::max<std::int64_t>(epoch_millis(at), 0) / 1000); }

}  // namespace

Result<bool> take_delivery(store::Writer& writer, std::string_view id, std::vector<QueuedHint> const& about) {
  auto const key = kept(id);
  TANDEM_TRY(auto const before, writer.get(kTaken, key));
  if (before) return false;
  json::Array hints;
  for (auto const& hint : about) hints.push_back(hint.to_json());
  TANDEM_CHECK(writer.put(kTaken, key, std::string(kSeen) + json::to_text(hints)));
  TANDEM_CHECK(writer.put(kNew, key, kSeen));
  return true;
}

Result<std::optional<std::vector<QueuedHint>>> find_delivery(store::Reader& reader, std::string_view id) {
  TANDEM_TRY(auto const held, reader.get(kTaken, kept(id)));
  if (!held) return std::optional<std::vector<QueuedHint>>{};
  std::vector<QueuedHint> out;
  if (!held->starts_with(kSeen) || held->size() == kSeen.size()) return std::optional(std::move(out));
  TANDEM_TRY(auto const hints, json::parse(std::string_view(*held).substr(kSeen.size())));
  for (auto const& hint : hints.items()) {
    TANDEM_TRY(auto one, QueuedHint::from_json(hint));
    out.push_back(std::move(one));
  }
  return std::optional(std::move(out));
}

Result<Unit> date_deliveries(store::Writer& writer, Instant now, std::size_t most) {
  std::vector<std::string> fresh;
  TANDEM_CHECK(writer.scan(kNew, "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
    fresh.emplace_back(key);
    return fresh.size() < most;
  }));
  for (auto const& id : fresh) {
    TANDEM_CHECK(writer.erase(kNew, id));
    TANDEM_CHECK(writer.put(kByDate, store::key_of({date_key(now), id}), kSeen));
  }
  auto const bound = date_key(now - kRememberDeliveries);
  std::vector<std::string> old;
  TANDEM_CHECK(writer.scan(kByDate, "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
    if (key.substr(0, bound.size()) >= bound) return false;
    old.emplace_back(key);
    return old.size() < most;
  }));
  for (auto const& key : old) {
    TANDEM_CHECK(writer.erase(kByDate, key));
    TANDEM_CHECK(writer.erase(kTaken, std::string_view(key).substr(bound.size() + 1)));
  }
  return Unit{};
}

}  // namespace tandem::sync::event
