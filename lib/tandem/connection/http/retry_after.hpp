// How long a service asks us to wait, and whom it means.
//
// Accepts delta-seconds (a fraction is rounded up) and the three HTTP-date forms (RFC 9110 §10.2.3). A date is measured from the
// answer's own `Date`, never from our clock; a date without `Date` is no header. Unreadable or negative is no header. Jira's
// X-RateLimit-Reset (ISO 8601) stands in for a missing Retry-After. Sources: dataverse.md §15, jira.md §11.
#pragma once

#include <optional>
#include <string>

#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

std::optional<Millis> asked_wait(Response const& response);

// Whom a 429 concerns (jira.md §11; Dataverse and Entra limit the user, so the whole service).
enum class LimitScope : std::uint8_t { service, endpoint, issue };
LimitScope limit_scope(Request const& request, Response const& response);

// The issue id or key in a Jira URL ("…/issue/10001/remotelink" -> "10001"), "" when the URL names none.
std::string issue_in(std::string const& url);

}  // namespace tandem::http
