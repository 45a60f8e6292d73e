// exchange(): what the typed clients send through, so that a lost answer means the same everywhere.
//
// An answer that was lost is `unknown_outcome` for the wire. For a read nothing can have happened: it is `transient`, the next
// run asks again.
#pragma once

#include <tandem/connection/http/transport.hpp>

namespace tandem::http {

enum class Access : std::uint8_t { read, write };

Result<Response> exchange(Transport& transport, Request const& request, Access access);

// A service's answer that says "not now" or "somewhere else", the same for all services: 429 throttled; 408 and 5xx transient
// (read) or unknown_outcome (write); 3xx remote. nothing for other statuses. `service` is the name that people know.
std::optional<Error> not_now(Response const& response, Access access, std::string_view service);

// The first line of foreign text, safe for a terminal, at most `most` UTF-16 units.
std::string one_line(std::string_view foreign, std::size_t most = 300);

}  // namespace tandem::http
