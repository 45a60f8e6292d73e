#include <tandem/sync/flips.hpp>

#include <algorithm>
#include <set>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>

namespace tandem::sync {

namespace {

struct Write {
  Instant at;
  std::string value;  // digest
};

struct Writes {
  std::vector<Write> all;
  [[nodiscard]] json::Value to_json() const {
    json::Array out;
    for (auto const& write : all) out.push_back(json::Object{{"at", to_rfc3339(write.at)}, {"value", write.value}});
    return out;
  }
  static Result<Writes> from_json(json::Value const& value) {
    Writes out;
    for (auto const& row : value.items()) {
      auto const at = parse_instant(row["at"].text());
      if (!at) return fail(ErrorKind::store, "a counted write without a time");
      out.all.push_back({*at, std::string(row["value"].text())});
    }
    return out;
  }
  void forget_before(Instant bound) {
    std::erase_if(all, [&](Write const& write) { return write.at < bound; });
  }
  [[nodiscard]] int flips() const {
    std::set<std::string> seen;
    return static_cast<int>(
        std::count_if(all.begin(), all.end(), [&](Write const& one) { return !seen.insert(one.value).second; }));
  }
};

constexpr store::Table<Writes> kFlips{"flips"};
constexpr Millis kHour = std::chrono::hours{1};
constexpr std::size_t kMostKept = 100;

}  // namespace

Result<int> note_write(store::Writer& writer, std::string_view link, std::string_view rule, json::Value const& value,
                       Instant at) {
  auto const key = store::key_of({link, rule});
  TANDEM_TRY(auto held, kFlips.get(writer, key));
  auto writes = held.value_or(Writes{});
  writes.forget_before(at - kHour);
  if (writes.all.size() >= kMostKept) writes.all.erase(writes.all.begin());
  writes.all.push_back({at, to_hex(sha256(json::to_canonical(value))).substr(0, 16)});
  TANDEM_CHECK(kFlips.put(writer, key, writes));
  return writes.flips();
}

Result<int> flips_of(store::Reader& reader, std::string_view link, std::string_view rule, Instant now) {
  TANDEM_TRY(auto held, kFlips.get(reader, store::key_of({link, rule})));
  if (!held) return 0;
  held->forget_before(now - kHour);
  return held->flips();
}

Result<Unit> forget_flips(store::Writer& writer, std::string_view link, std::string_view rule) {
  return kFlips.erase(writer, store::key_of({link, rule}));
}

Result<Unit> forget_flips_of(store::Writer& writer, std::string_view link) {
  return kFlips.scan(writer, std::string(link) + '\0', "", [&](std::string_view key, Writes const&) -> Result<bool> {
    TANDEM_CHECK(kFlips.erase(writer, key));
    return true;
  });
}

}  // namespace tandem::sync
