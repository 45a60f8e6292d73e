#include <tandem/connection/tokens/token_cache.hpp>

#include <map>
#include <mutex>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/connection/sealed/tables.hpp>

namespace tandem::connection {
namespace {

class MemoryCache final : public TokenCache {
 public:
  Result<std::optional<CachedToken>> get(std::string_view key) override {
    std::lock_guard const hold(mutex_);
    auto const found = tokens_.find(key);
    if (found == tokens_.end()) return std::optional<CachedToken>{};
    return std::optional<CachedToken>(found->second.clone());
  }
  Result<Unit> put(std::string_view key, CachedToken const& token) override {
    std::lock_guard const hold(mutex_);
    tokens_.insert_or_assign(std::string(key), token.clone());
    return Unit{};
  }

 private:
  std::mutex mutex_;
  std::map<std::string, CachedToken, std::less<>> tokens_;
};

// The plain text inside the seal.
Secret to_plain(CachedToken const& token) {
  json::Object object{{"token", std::string(token.token.expose())},
                      {"expires", epoch_millis(token.expires)},
                      {"lifetime", std::int64_t{token.lifetime.count()}}};
  if (token.refresh_in) object.set("refreshIn", std::int64_t{token.refresh_in->count()});
  return Secret(json::to_text(std::move(object)));
}

std::optional<CachedToken> from_plain(Secret const& plain) {
  auto const value = json::parse(plain.expose());
  if (!value) return std::nullopt;
  auto const expires = (*value)["expires"].integer();
  auto const lifetime = (*value)["lifetime"].integer();
  auto const text = (*value)["token"].text();
  if (text.empty() || !expires || !lifetime) return std::nullopt;
  CachedToken out{Secret(std::string(text)), from_epoch_millis(*expires), Millis{*lifetime}, {}};
  if (auto const refresh = (*value)["refreshIn"].integer()) out.refresh_in = Millis{*refresh};
  return out;
}

class SealedCache final : public TokenCache {
 public:
  SealedCache(store::Store& store, sealed::Sealer const& sealer, bool writable)
      : store_(store), sealer_(sealer), writable_(writable) {}

  Result<std::optional<CachedToken>> get(std::string_view key) override {
    TANDEM_TRY(auto fresh, memory_.get(key));
    if (fresh) return fresh;
    auto const name = sealed::token_name(key);
    std::optional<sealed::Record> record;
    TANDEM_CHECK(store_.read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(record, sealed::kSealed.get(reader, name));
      return Unit{};
    }));
    // A token of another key, or one that does not open, is only a cache: a new one is asked for.
    if (!record || record->key_id != sealer_.key_id()) return std::optional<CachedToken>{};
    auto plain = sealer_.open(name, *record);
    if (!plain) return std::optional<CachedToken>{};
    return from_plain(*plain);
  }

  Result<Unit> put(std::string_view key, CachedToken const& token) override {
    if (!writable_) return memory_.put(key, token);
    auto const name = sealed::token_name(key);
    TANDEM_TRY(auto const record, sealer_.seal(name, to_plain(token).expose()));
    return store_.write([&](store::Writer& writer) { return sealed::kSealed.put(writer, name, record); });
  }

 private:
  store::Store& store_;
  sealed::Sealer const& sealer_;
  bool writable_;
  MemoryCache memory_;
};

}  // namespace

std::shared_ptr<TokenCache> memory_token_cache() { return std::make_shared<MemoryCache>(); }

std::shared_ptr<TokenCache> sealed_token_cache(store::Store& store, sealed::Sealer const& sealer, bool writable) {
  return std::make_shared<SealedCache>(store, sealer, writable);
}

std::string token_key(std::initializer_list<std::string_view> parts) {
  return to_hex(sha256(store::key_of(parts))).substr(0, 32);
}

}  // namespace tandem::connection
