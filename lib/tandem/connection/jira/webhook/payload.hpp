// One webhook payload, from bytes to hints (SPEC F1; contract: jira.md §12).
//
// Understood: admin and dynamic webhooks (`webhookEvent`), Automation's "Send web request" in both forms ({"issue":{…}} and the bare
// issue, without `webhookEvent`), old Server payloads (a comment without an issue, no changelog). Ids may be numbers or strings, times
// epoch milliseconds or text. Nothing but ids, keys and times is taken, each by its shape.
// Errors: usage, with what was found and what would be accepted: no JSON, not UTF-8, too large, too deep, or no known structure.
// Any bytes are safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/result.hpp>
#include <tandem/connection/jira/webhook/hint.hpp>

namespace tandem::jira::webhook {

inline constexpr std::size_t kMostBytes = 25U << 20U;  // Jira sends no larger ones
inline constexpr std::size_t kMostDepth = 64;

// A known envelope that says nothing about an issue.
enum class Ignored : std::uint8_t {
  no,
  unneeded,  // an event of something that is not mirrored: a user, a board, a version, …
  unknown,  // an event whose name is not known
};

struct Reading {
  std::string event;  // `webhookEvent`, "" where there is none
  std::vector<Hint> hints;  // one; two for a link between issues; none when ignored
  Ignored ignored = Ignored::no;
};

Result<Reading> read_payload(std::string_view bytes);

}  // namespace tandem::jira::webhook
