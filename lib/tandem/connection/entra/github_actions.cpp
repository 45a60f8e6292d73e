#include <tandem/connection/entra/github_actions.hpp>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/percent.hpp>
#include <tandem/connection/http/url.hpp>

namespace tandem::entra {

Result<Secret> github_token(GitHubRunner const& runner, http::Transport& transport) {
  if (runner.request_url.empty() || runner.request_token.empty()) {
    return fail(ErrorKind::config,
                "this is no GitHub Actions job that may ask for an identity token; give the job `permissions: id-token: write`");
  }
  auto const url = http::parse_url(runner.request_url);
  if (!url || (url->scheme != "https" && !url->loopback())) {
    return fail(ErrorKind::config, "ACTIONS_ID_TOKEN_REQUEST_URL is no https address");
  }
  http::Request request;
  request.method = "GET";
  request.service = http::Service::entra;
  request.authorize = false;
  request.repeat = http::Repeat::safe;
  request.endpoint = "GET identity token of GitHub Actions";
  request.url = fmt::format("{}{}audience={}", runner.request_url, url->target.find('?') == std::string::npos ? "?" : "&",
                            text::percent_encoded(kExchangeAudience));
  request.headers = {{"Authorization", fmt::format("Bearer {}", runner.request_token.expose())}, {"Accept", "application/json"}};
  request.most_answer_bytes = 1U << 20U;
  TANDEM_TRY(auto const reply, transport.send(request));
  auto const body = json::parse(reply.body);
  auto const token = body ? (*body)["value"].text() : std::string_view();
  if (reply.status != 200 || token.empty()) {
    return fail(
        Error{ErrorKind::config,
              fmt::format("GitHub Actions gave no identity token (status {}); check the job's `permissions: id-token: write`",
                          reply.status),
              {{"host", url->host}}});
  }
  return Secret(std::string(token));
}

}  // namespace tandem::entra
