#include <tandem/connection/entra/client_secret.hpp>

#include <charconv>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/connection/entra/aadsts.hpp>

namespace tandem::entra {
namespace {

// A number of seconds, or such a number as text (entra.md §2).
std::optional<Millis> seconds_in(json::Value const& value) {
  auto const text = value.scalar_text();
  double seconds = 0;
  auto const [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || stop != text.data() + text.size() || !(seconds > 0) || seconds > 30.0 * 24 * 3600)
    return std::nullopt;
  return Millis{static_cast<std::int64_t>(seconds * 1000)};
}

http::Request token_request(ClientSecretSource::App const& app) {
  http::Request request;
  request.method = "POST";
  request.service = http::Service::entra;
  request.authorize = false;
  request.repeat = http::Repeat::safe;  // asking twice gives two tokens and changes nothing
  request.endpoint = "POST /{tenant}/oauth2/v2.0/token";
  request.url = fmt::format("{}/{}/oauth2/v2.0/token", app.authority, text::percent_encoded(app.tenant));
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body =
      fmt::format("grant_type=client_credentials&client_id={}&scope={}&client_secret={}", text::percent_encoded(app.client),
                  text::percent_encoded(app.scope), text::percent_encoded(app.secret.expose()));
  request.most_answer_bytes = 1U << 20U;
  return request;
}

}  // namespace

std::string scope_of(std::string_view organisation_url) {
  while (organisation_url.ends_with('/')) organisation_url.remove_suffix(1);
  return fmt::format("{}/.default", organisation_url);
}

ClientSecretSource::ClientSecretSource(App app, std::shared_ptr<connection::TokenCache> cache, http::Transport& transport,
                                       http::ServerTimes const& times, Clock& clock, std::function<Instant()> wall)
    : app_(std::move(app)),
      key_(connection::token_key(app_.authority, app_.tenant, app_.client, app_.scope)),
      cache_(std::move(cache)),
      transport_(transport),
      times_(times),
      clock_(clock),
      wall_(std::move(wall)) {}

bool ClientSecretSource::alive(Held const& held) const {
  auto const margin = std::min(kRenewBelow, held.token.lifetime / 2);
  if (held.asked_at) {
    auto const age = std::chrono::duration_cast<Millis>(clock_.now() - *held.asked_at);
    if (held.token.lifetime - age < margin) return false;
  }
  // The latest that either service said about the time.
  auto now = times_.last(http::Service::entra);
  if (auto const other = times_.last(http::Service::dataverse); other && (!now || *other > *now)) now = other;
  if (!now && !held.asked_at) now = wall_();
  return !now || held.token.expires - *now >= margin;
}

Result<Secret> ClientSecretSource::token() {
  std::lock_guard const hold(mutex_);
  if (held_ && alive(*held_)) return held_->token.token.clone();
  if (!held_ && !refused_) {
    TANDEM_TRY(auto cached, cache_->get(key_));
    if (cached) {
      held_ = Held{std::move(*cached), std::nullopt};
      if (alive(*held_)) return held_->token.token.clone();
    }
  }
  return ask();
}

Result<Secret> ClientSecretSource::renewed(Secret const& rejected) {
  std::lock_guard const hold(mutex_);
  // Another thread may have renewed it while this one waited.
  if (held_ && held_->token.token.expose() != rejected.expose() && alive(*held_)) return held_->token.token.clone();
  return ask();
}

Result<Secret> ClientSecretSource::ask() {
  if (refused_) return fail(*refused_);
  held_.reset();
  TANDEM_TRY(auto const reply, transport_.send(token_request(app_)));
  if (reply.status != 200) {
    auto error = refusal(reply, app_.authority);
    if (error.kind == ErrorKind::auth) refused_ = error;
    return fail(std::move(error));
  }
  auto parsed = json::parse(reply.body);
  auto const token = parsed ? (*parsed)["access_token"].text() : std::string_view();
  if (token.empty() || token.find_first_of("\r\n ") != std::string_view::npos) {
    return fail(Error{ErrorKind::remote,
                      fmt::format("{} answered without a token; check --authority-host", app_.authority),
                      {{"service", "entra"}}});
  }
  connection::CachedToken fresh;
  fresh.token = Secret(std::string(token));
  fresh.lifetime = seconds_in((*parsed)["expires_in"]).value_or(kRenewBelow);
  fresh.expires = reply.date().value_or(wall_()) + fresh.lifetime;
  held_ = Held{fresh.clone(), clock_.now()};
  TANDEM_CHECK(cache_->put(key_, fresh));
  return std::move(fresh.token);
}

}  // namespace tandem::entra
