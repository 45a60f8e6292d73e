#include <tandem/connection/entra/token_request.hpp>

#include <cstdlib>

#include <fmt/format.h>

#include <tandem/base/text/percent.hpp>
#include <tandem/connection/entra/aadsts.hpp>
#include <tandem/connection/tokens/oauth_answer.hpp>

namespace tandem::entra {
namespace {

constexpr std::string_view kOutsideItsTime = "700024";  // entra.md §3

std::string endpoint_of(App const& app) {
  return fmt::format("{}/{}/oauth2/v2.0/token", app.authority, text::percent_encoded(app.tenant));
}

http::Request token_request(App const& app, std::vector<FormField> const& fields) {
  http::Request request;
  request.method = "POST";
  request.service = http::Service::entra;
  request.authorize = false;
  request.repeat = http::Repeat::safe;  // asking twice gives two tokens and changes nothing
  request.endpoint = "POST /{tenant}/oauth2/v2.0/token";
  request.url = endpoint_of(app);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = fmt::format("grant_type=client_credentials&client_id={}&scope={}", text::percent_encoded(app.client),
                             text::percent_encoded(app.scope));
  for (auto const& field : fields) request.body += fmt::format("&{}={}", field.name, text::percent_encoded(field.value.expose()));
  request.most_answer_bytes = 1U << 20U;
  return request;
}

// "; this machine's clock is 12 minutes ahead of Entra's": only said when the difference explains the refusal.
void tell_skew(Error& error, http::Response const& reply, Instant now) {
  constexpr std::int64_t kNoticed = 2;
  auto const theirs = reply.date();
  if (error.find("aadsts") != kOutsideItsTime || !theirs) return;
  auto const minutes = (epoch_millis(now) - epoch_millis(*theirs)) / 60'000;
  if (std::abs(minutes) < kNoticed) return;
  error.message += fmt::format(" (it is {} minutes {})", std::abs(minutes), minutes > 0 ? "ahead" : "behind");
}

}  // namespace

std::string scope_of(std::string_view organisation_url) {
  while (organisation_url.ends_with('/')) organisation_url.remove_suffix(1);
  return fmt::format("{}/.default", organisation_url);
}

std::string cache_key(App const& app, ClientProof const& proof) {
  return connection::token_key({app.authority, app.tenant, app.client, app.scope, proof.name()});
}

Result<connection::CachedToken> ask_token(App const& app, ClientProof& proof, http::Transport& transport, Instant now) {
  TANDEM_TRY(auto const fields, proof.fields(endpoint_of(app), now));
  TANDEM_TRY(auto const reply, transport.send(token_request(app, fields)));
  if (reply.status != 200) {
    auto error = refusal(reply, app.authority);
    tell_skew(error, reply, now);
    return fail(std::move(error));
  }
  auto token = connection::token_in(reply, now);
  if (!token) {
    return fail(Error{ErrorKind::remote,
                      fmt::format("{} answered without a token; check --authority-host", app.authority),
                      {{"service", "entra"}}});
  }
  return std::move(*token);
}

}  // namespace tandem::entra
