#include <tandem/connection/jira/errors.hpp>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::jira {
namespace {

constexpr std::size_t kMostPlainText = 2048;
constexpr std::string_view kNewToken =
    "make a new API token at id.atlassian.com (Security, API tokens) for this account and give it with `tandem auth set`";

// Some words of a body that is no JSON; tags of an HTML page are left out.
std::string plain_words(std::string_view body) {
  std::string words;
  bool in_tag = false;
  for (char const c : body.substr(0, kMostPlainText)) {
    if (c == '<') in_tag = true;
    if (!in_tag) words += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    if (c == '>') in_tag = false;
  }
  return http::one_line(words, 200);
}

ErrorKind kind_of(int status) {
  switch (status) {
    case 401:
    case 403: return ErrorKind::auth;
    case 404: return ErrorKind::not_found;
    case 409:
    case 412: return ErrorKind::conflict;
    default: return ErrorKind::remote;
  }
}

std::string sentence(int status, std::string const& words) {
  auto const said = words.empty() ? std::string() : ": " + words;
  switch (status) {
    case 401:
      return fmt::format("Jira refuses the e-mail address and API token{}; {}; a scoped token also needs --jira-cloud-id", said,
                         kNewToken);
    case 403: return fmt::format("Jira refuses{}; give the account the permission in the project's permission scheme", said);
    case 404: return words.empty() ? std::string("Jira does not know this, or the account may not see it") : words;
    case 410: return fmt::format("this Jira has removed what tandem asked for{}", said);
    case 413: return fmt::format("Jira says this is too large{}", said);
    default: return fmt::format("Jira rejects the request (status {}){}", status, said);
  }
}

}  // namespace

Rejection read_rejection(int status, json::Value const& body) {
  Rejection rejection;
  rejection.status = status;
  for (auto const& message : body["errorMessages"].items()) {
    if (auto text = http::one_line(message.scalar_text()); !text.empty()) rejection.messages.push_back(std::move(text));
  }
  for (auto const& [field, message] : body["errors"].members())
    rejection.fields.emplace(field, http::one_line(message.scalar_text()));
  // Gateways say {"code":401,"message":"…"}; a few endpoints {"message":"…"} or {"error":"…"}.
  if (rejection.messages.empty() && rejection.fields.empty()) {
    for (auto const* const key : {"message", "error", "errorMessage"}) {
      if (auto text = http::one_line(body[key].text()); !text.empty()) {
        rejection.messages.push_back(std::move(text));
        break;
      }
    }
  }
  return rejection;
}

Rejection read_rejection(http::Response const& response) {
  auto const parsed = json::parse(response.body, {.bytes = 4U << 20U});
  if (parsed) return read_rejection(response.status, *parsed);
  Rejection rejection;
  rejection.status = response.status;
  if (auto words = plain_words(response.body); !words.empty()) rejection.messages.push_back(std::move(words));
  return rejection;
}

std::string Rejection::to_line() const {
  std::string line;
  auto const add = [&](std::string const& part) {
    if (!line.empty()) line += "; ";
    line += part;
  };
  for (auto const& message : messages) add(message);
  for (auto const& [field, message] : fields) add(fmt::format("{}: {}", text::printable(field), message));
  return line.empty() ? fmt::format("status {}", status) : line;
}

std::optional<Error> dead_token(http::Response const& response) {
  auto const reason = response.header("X-Seraph-LoginReason").value_or("");
  if (reason.find("AUTHENTICATED_FAILED") == std::string_view::npos &&
      reason.find("AUTHENTICATION_DENIED") == std::string_view::npos) {
    return std::nullopt;
  }
  return Error{ErrorKind::auth,
               fmt::format("Jira does not accept the e-mail address and API token any more; {}", kNewToken),
               {{"login-reason", http::one_line(reason, 60)}, {"status", fmt::to_string(response.status)}, {"service", "jira"}}};
}

Error error_of(http::Response const& response, http::Access access, std::string_view endpoint) {
  if (auto dead = dead_token(response)) {
    dead->context.emplace_back("endpoint", std::string(endpoint));
    return std::move(*dead);
  }
  Error error;
  if (auto busy = http::not_now(response, access, "Jira")) {
    error = std::move(*busy);
  } else {
    auto const rejection = read_rejection(response);
    auto const words = rejection.messages.empty() && rejection.fields.empty() ? std::string() : rejection.to_line();
    error = Error{kind_of(response.status), sentence(response.status, words), {}};
    for (auto const& [field, message] : rejection.fields) error.context.emplace_back("field:" + text::printable(field), message);
  }
  error.context.emplace_back("status", fmt::to_string(response.status));
  auto id = response.header("Atl-Traceid");
  if (!id) id = response.header("X-Arequestid");
  if (id) error.context.emplace_back("request-id", http::one_line(*id, 64));
  error.context.emplace_back("endpoint", std::string(endpoint));
  error.context.emplace_back("service", "jira");
  return error;
}

Error not_understood(std::string_view endpoint) {
  return Error{ErrorKind::remote,
               fmt::format("Jira answered {} with something that is not of the expected form", endpoint),
               {{"service", "jira"}, {"endpoint", std::string(endpoint)}}};
}

}  // namespace tandem::jira
