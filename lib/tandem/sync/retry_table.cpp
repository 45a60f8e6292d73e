#include <tandem/sync/retry_table.hpp>

#include <algorithm>

namespace tandem::sync {

namespace {
constexpr store::Table<Retry> kParked{"parked"};
}  // namespace

json::Value Retry::to_json() const {
  return json::Object{{"item", item},
                      {"record", record},
                      {"number", number},
                      {"tries", tries},
                      {"next", next ? json::Value(to_rfc3339(*next)) : json::Value()},
                      {"parked", parked},
                      {"reason", reason},
                      {"detail", detail}};
}

Result<Retry> Retry::from_json(json::Value const& value) {
  Retry retry;
  retry.item = value["item"].text();
  retry.record = value["record"].text();
  retry.number = value["number"].text();
  retry.tries = static_cast<int>(value["tries"].integer().value_or(0));
  retry.next = parse_instant(value["next"].text());
  retry.parked = value["parked"].truthy();
  retry.reason = value["reason"].text();
  retry.detail = value["detail"].text();
  return retry;
}

Retry RetryPolicy::failed(std::optional<Retry> before, Retry fresh, std::optional<Instant> now) const {
  fresh.tries = (before ? before->tries : 0) + 1;
  fresh.parked = fresh.tries >= tries;
  auto pause = first;
  for (int i = 1; i < fresh.tries && pause < most; ++i) pause *= 2;
  if (now) fresh.next = *now + std::min(pause, most);
  return fresh;
}

Result<std::optional<Retry>> find_retry(store::Reader& reader, std::string_view item, std::string_view record) {
  return kParked.get(reader, store::key_of({item, record}));
}
Result<Unit> put_retry(store::Writer& writer, Retry const& retry) {
  return kParked.put(writer, store::key_of({retry.item, retry.record}), retry);
}
Result<Unit> erase_retry(store::Writer& writer, std::string_view item, std::string_view record) {
  return kParked.erase(writer, store::key_of({item, record}));
}
Result<std::vector<Retry>> retries_of(store::Reader& reader, std::string_view item, std::string_view after_record,
                                      std::size_t most) {
  std::vector<Retry> found;
  auto const prefix = std::string(item) + '\0';
  auto const from = after_record.empty() ? prefix : store::key_of({item, after_record}) + '\0';
  TANDEM_CHECK(kParked.scan(reader, prefix, from, [&](std::string_view, Retry retry) -> Result<bool> {
    found.push_back(std::move(retry));
    return found.size() < most;
  }));
  return found;
}

}  // namespace tandem::sync
