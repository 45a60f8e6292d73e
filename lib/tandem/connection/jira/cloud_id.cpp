#include <tandem/connection/jira/cloud_id.hpp>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/json/parse.hpp>

namespace tandem::jira {

Result<std::string> cloud_id_of(std::string const& site_url, http::Transport& transport) {
  http::Request request;
  request.method = "GET";
  request.service = http::Service::jira;
  request.authorize = false;
  request.repeat = http::Repeat::safe;
  request.endpoint = "GET /_edge/tenant_info";
  request.url = site_url + "/_edge/tenant_info";
  request.headers = {{"Accept", "application/json"}};
  request.most_answer_bytes = 1U << 20U;
  TANDEM_TRY(auto const reply, transport.send(request));
  auto const body = json::parse(reply.body);
  auto id = body ? normalized_uuid((*body)["cloudId"].text()) : std::nullopt;
  if (reply.status != 200 || !id) {
    return fail(
        Error{ErrorKind::config,
              fmt::format("{} does not tell its cloud ID (status {}); check --jira-url, or give the ID with --jira-cloud-id",
                          site_url, reply.status),
              {}});
  }
  return std::move(*id);
}

}  // namespace tandem::jira
