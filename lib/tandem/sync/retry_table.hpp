// Retries: records that must be looked at again although the feed has passed them (SPEC E8).
//
// Pauses double from `first` to `most`, by the service's clock; after `tries` failures a record is parked until `--retry-parked`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/time/instant.hpp>
#include <tandem/store/table.hpp>

namespace tandem::sync {

struct Retry {
  std::string item, record, number;  // number: for people
  int tries = 0;  // failures so far; 0 = queued without a failure
  std::optional<Instant> next;  // not before; absent = at once
  bool parked = false;
  std::string reason;  // code
  std::string detail;
  [[nodiscard]] bool due(std::optional<Instant> now, bool take_parked) const {
    if (parked) return take_parked;
    return !next || (now && *next <= *now);
  }
  [[nodiscard]] json::Value to_json() const;
  static Result<Retry> from_json(json::Value const& value);
};

struct RetryPolicy {
  int tries = 5;
  Millis first{std::chrono::minutes{5}}, most{std::chrono::hours{6}};
  // The entry after one more failure at `now`.
  [[nodiscard]] Retry failed(std::optional<Retry> before, Retry fresh, std::optional<Instant> now) const;
};

Result<std::optional<Retry>> find_retry(store::Reader& reader, std::string_view item, std::string_view record);
Result<Unit> put_retry(store::Writer& writer, Retry const& retry);
Result<Unit> erase_retry(store::Writer& writer, std::string_view item, std::string_view record);
// Entries of one item in the order of their records, from after `after_record` on.
Result<std::vector<Retry>> retries_of(store::Reader& reader, std::string_view item, std::string_view after_record,
                                      std::size_t most);

}  // namespace tandem::sync
