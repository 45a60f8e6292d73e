// Dataverse's refusals in the words of an administrator (contract: dataverse.md §3, §4; entra.md §8).
//
// HTTP status first, then the code, never the message text. The message is shown as one line.
#pragma once

#include <string>

#include <tandem/base/result.hpp>
#include <tandem/connection/http/exchange.hpp>

namespace tandem::dataverse {

// {"error":{"code":"0x80040217","message":"…"}}; `present` is false when the body is something else.
struct ODataError {
  bool present = false;
  std::string code;     // lower case, "" when the service gave none or "0x0"
  std::string message;  // as it came
};
ODataError odata_error(std::string const& body);

// REQUIRES: the answer is no success for this call. `organisation_url` and `endpoint` enter message and context.
Error error_of(http::Response const& response, http::Access access, std::string_view organisation_url, std::string_view endpoint);

// A 404 that says "this row is not there" (and not: no such table, or a gateway's page).
bool says_row_missing(http::Response const& response);

// "… is missing prvReadincident privilege …" -> "prvReadincident"; "" when it names none.
std::string privilege_in(std::string_view message);

}  // namespace tandem::dataverse
