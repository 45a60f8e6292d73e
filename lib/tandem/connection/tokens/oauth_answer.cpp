#include <tandem/connection/tokens/oauth_answer.hpp>

#include <charconv>

#include <tandem/base/json/parse.hpp>

namespace tandem::connection {
namespace {

constexpr Millis kUnknownLife{5 * 60'000};
constexpr double kMostSeconds = 30.0 * 24 * 3600;

std::optional<Millis> seconds_in(json::Value const& value) {
  auto const text = value.scalar_text();
  double seconds = 0;
  auto const [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || stop != text.data() + text.size() || !(seconds > 0) || seconds > kMostSeconds) return std::nullopt;
  return Millis{static_cast<std::int64_t>(seconds * 1000)};
}

}  // namespace

std::optional<CachedToken> token_in(http::Response const& answer, Instant now) {
  auto const body = json::parse(answer.body);
  if (!body) return std::nullopt;
  auto const token = (*body)["access_token"].text();
  if (token.empty() || token.find_first_of("\r\n ") != std::string_view::npos) return std::nullopt;
  CachedToken out;
  out.token = Secret(std::string(token));
  out.lifetime = seconds_in((*body)["expires_in"]).value_or(kUnknownLife);
  out.refresh_in = seconds_in((*body)["refresh_in"]);
  out.expires = answer.date().value_or(now) + out.lifetime;
  return out;
}

}  // namespace tandem::connection
