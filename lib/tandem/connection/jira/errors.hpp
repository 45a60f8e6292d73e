// Jira's refusals in the words of an administrator (contract: jira.md §1).
//
// {"errorMessages":[…],"errors":{field: text}}, both parts optional; other bodies (HTML, plain text, a gateway's object) are read
// leniently. Texts are localised: branch on the status and on the keys of `errors`, never on a text.
#pragma once

#include <string>
#include <string_view>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/connection/http/exchange.hpp>
#include <tandem/connection/jira/client.hpp>

namespace tandem::jira {

// From an error body, or from one `elementErrors` of a bulk answer.
Rejection read_rejection(int status, json::Value const& body);
Rejection read_rejection(http::Response const& response);

// A dead token: X-Seraph-LoginReason AUTHENTICATED_FAILED or AUTHENTICATION_DENIED, whatever the status (a dead token is answered
// 200 and empty). Nothing when the answer is not of that kind.
std::optional<Error> dead_token(http::Response const& response);

// REQUIRES: the answer is no success for this call. A 400 has one context entry per field: ("field:duedate", "text").
Error error_of(http::Response const& response, http::Access access, std::string_view endpoint);

// A good answer of another form than Jira's: something else answered, and an empty list must not be read out of it.
Error not_understood(std::string_view endpoint);

}  // namespace tandem::jira
