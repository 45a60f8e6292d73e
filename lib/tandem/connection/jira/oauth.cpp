#include <tandem/connection/jira/oauth.hpp>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/http/exchange.hpp>
#include <tandem/connection/tokens/oauth_answer.hpp>

namespace tandem::jira {
namespace {

Error refusal(http::Response const& reply, ServiceAccount const& account) {
  auto const body = json::parse(reply.body, {.bytes = 1U << 20U});
  auto const said =
      body ? http::one_line((*body)["error_description"].text_or(body->has("error") ? (*body)["error"].text_or("") : ""), 200)
           : std::string();
  auto const status = fmt::to_string(reply.status);
  if (reply.status == 429) return {ErrorKind::throttled, "Atlassian asks to wait before it gives a token", {{"status", status}}};
  if (reply.status == 408 || reply.status >= 500)
    return {ErrorKind::transient, fmt::format("{} is out of order (status {})", account.token_url, status), {{"status", status}}};
  bool const refused = reply.status == 400 || reply.status == 401 || reply.status == 403;
  if (!refused)
    return {ErrorKind::config,
            fmt::format("{} answered {}; check --jira-token-url", account.token_url, status),
            {{"status", status}}};
  return {ErrorKind::auth,
          fmt::format(
              "Jira's service account was refused{}; check --jira-client-id and the client secret, and that its OAuth credential "
              "in admin.atlassian.com has not expired",
              said.empty() ? "" : " (" + said + ")"),
          {{"status", status}}};
}

}  // namespace

std::string cache_key(ServiceAccount const& account) { return connection::token_key({account.token_url, account.client_id}); }

Result<connection::CachedToken> ask_token(ServiceAccount const& account, http::Transport& transport, Instant now) {
  http::Request request;
  request.method = "POST";
  request.service = http::Service::jira;
  request.authorize = false;
  request.repeat = http::Repeat::safe;  // asking twice gives two tokens and changes nothing
  request.endpoint = "POST /oauth/token";
  request.url = account.token_url;
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  request.body = json::to_text(json::Object{{"grant_type", "client_credentials"},
                                            {"client_id", account.client_id},
                                            {"client_secret", std::string(account.client_secret.expose())}});
  request.most_answer_bytes = 1U << 20U;
  TANDEM_TRY(auto const reply, transport.send(request));
  if (reply.status != 200) return fail(refusal(reply, account));
  auto token = connection::token_in(reply, now);
  if (!token)
    return fail(
        Error{ErrorKind::remote, fmt::format("{} answered without a token; check --jira-token-url", account.token_url), {}});
  return std::move(*token);
}

}  // namespace tandem::jira
