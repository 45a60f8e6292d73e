#include <tandem/connection/http/exchange.hpp>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/http/retry_after.hpp>
#include <tandem/connection/http/unreadable.hpp>
#include <tandem/connection/http/url.hpp>

namespace tandem::http {

Result<Response> exchange(Transport& transport, Request const& request, Access access) {
  auto reply = transport.send(request);
  if (reply && access == Access::write && is_page(*reply)) {
    auto error = unreadable_write(request);
    error.message += "; it is a page: look for a proxy or a sign-in in between";
    return fail(std::move(error));
  }
  if (!reply && access == Access::read && reply.error().kind == ErrorKind::unknown_outcome) {
    auto error = std::move(reply).error();
    error.kind = ErrorKind::transient;
    return fail(std::move(error));
  }
  return reply;
}

std::optional<Error> not_now(Response const& response, Access access, std::string_view service) {
  if (response.status == 429) {
    auto const wait = asked_wait(response);
    Error error{ErrorKind::throttled,
                fmt::format("{} limits our requests{}; nothing is lost, the next run continues", service,
                            wait ? " and asks to wait " + to_text(*wait) : ""),
                {}};
    if (auto const reason = response.header("RateLimit-Reason")) error.context.emplace_back("reason", one_line(*reason, 80));
    return error;
  }
  if (response.status == 408 || response.status >= 500) {
    if (access == Access::read) {
      return Error{ErrorKind::transient,
                   fmt::format("{} cannot answer now (status {}); the next run continues", service, response.status),
                   {}};
    }
    return Error{
        ErrorKind::unknown_outcome,
        fmt::format("{} answered a write with status {}: it may have been done and will be settled", service, response.status),
        {}};
  }
  if (response.status >= 300 && response.status < 400) {
    auto const target = parse_url(response.header("Location").value_or(""));
    return Error{ErrorKind::remote,
                 fmt::format("{} answers with a redirect{}, which is not followed; check the URL", service,
                             target ? " to " + target->host : ""),
                 {}};
  }
  return std::nullopt;
}

std::string one_line(std::string_view foreign, std::size_t most) {
  foreign = text::trimmed(foreign);
  foreign = text::trimmed(foreign.substr(0, foreign.find_first_of("\r\n")));
  auto const shown = text::printable(foreign);
  auto const cut = text::cut_utf16(shown, most);
  return cut.size() == shown.size() ? shown : std::string(cut) + "…";
}

}  // namespace tandem::http
