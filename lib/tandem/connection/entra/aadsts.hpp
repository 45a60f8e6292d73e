// AADSTS codes in the words of an administrator: what is wrong and what cures it (contract: entra.md §3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tandem/base/result.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::entra {

struct Explained {
  std::int64_t code;
  std::string_view cause;  // a clause without a final stop: "the client secret is wrong"
  std::string_view cure;   // an imperative sentence part
};

// nothing for a code that we do not know: codes can change at any time, the caller falls back to Entra's own words.
std::optional<Explained> explained(std::int64_t code);

// What an answer of the token endpoint that is not 200 means. Kind auth (who we are), throttled (429), transient (408, 5xx),
// remote. Context: aadsts, trace-id, correlation-id, status. The request's body never enters a message.
Error refusal(http::Response const& response, std::string_view authority);

// "AADSTS7000215: Invalid client secret provided. …\r\nTrace ID: …" -> the first sentence part, one line, without code and
// trailer.
std::string plain_description(std::string_view error_description);

}  // namespace tandem::entra
