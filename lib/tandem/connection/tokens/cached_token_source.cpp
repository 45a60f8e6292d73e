#include <tandem/connection/tokens/cached_token_source.hpp>

#include <algorithm>

namespace tandem::connection {

CachedTokenSource::CachedTokenSource(std::string key, Ask ask, std::shared_ptr<TokenCache> cache, http::ServerTimes const& times,
                                     Clock& clock, std::function<Instant()> wall)
    : key_(std::move(key)),
      ask_(std::move(ask)),
      cache_(std::move(cache)),
      times_(times),
      clock_(clock),
      wall_(std::move(wall)) {}

std::optional<Millis> CachedTokenSource::life(Held const& held) const {
  std::optional<Millis> least;
  if (held.asked_at) least = held.token.lifetime - std::chrono::duration_cast<Millis>(clock_.now() - *held.asked_at);
  // The latest that any service said about the time.
  std::optional<Instant> now;
  for (auto const service : {http::Service::entra, http::Service::dataverse, http::Service::jira}) {
    auto const heard = times_.last(service);
    if (heard && (!now || *heard > *now)) now = heard;
  }
  if (!now && !held.asked_at) now = wall_();
  if (now) {
    Millis const left = held.token.expires - *now;
    least = least ? std::min(*least, left) : left;
  }
  return least;
}

bool CachedTokenSource::alive(Held const& held) const {
  auto const margin = held.token.refresh_in ? std::max(held.token.lifetime - *held.token.refresh_in, Millis{0})
                                            : std::min(kRenewBelow, held.token.lifetime / 2);
  auto const left = life(held);
  return !left || *left >= margin;
}

Result<Secret> CachedTokenSource::token() {
  std::lock_guard const hold(mutex_);
  if (held_ && alive(*held_)) return held_->token.token.clone();
  if (!held_ && !refused_) {
    TANDEM_TRY(auto cached, cache_->get(key_));
    if (cached) {
      held_ = Held{std::move(*cached), std::nullopt};
      if (alive(*held_)) return held_->token.token.clone();
    }
  }
  auto fresh = ask();
  if (fresh || !held_) return fresh;
  auto const kind = fresh.error().kind;
  bool const issuer_is_away = kind == ErrorKind::transient || kind == ErrorKind::throttled || kind == ErrorKind::unknown_outcome;
  if (issuer_is_away && life(*held_).value_or(Millis{0}) >= kUsableAbove) return held_->token.token.clone();
  return fresh;
}

Result<Secret> CachedTokenSource::renewed(Secret const& rejected) {
  std::lock_guard const hold(mutex_);
  // Another thread may have renewed it while this one waited.
  if (held_ && held_->token.token.expose() != rejected.expose() && alive(*held_)) return held_->token.token.clone();
  held_.reset();
  return ask();
}

Result<Secret> CachedTokenSource::ask() {
  if (refused_) return fail(*refused_);
  auto fresh = ask_();
  if (!fresh) {
    if (fresh.error().kind == ErrorKind::auth) {
      refused_ = fresh.error();
      held_.reset();
    }
    return fail(std::move(fresh).error());
  }
  held_ = Held{fresh->clone(), clock_.now()};
  TANDEM_CHECK(cache_->put(key_, *fresh));
  return std::move(fresh->token);
}

}  // namespace tandem::connection
