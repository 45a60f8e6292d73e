// Payloads as they are given to `push-event`: alone, or one a line with their headers (--ndjson, SPEC F1).
//
// A line: {"headers":{NAME:VALUE,…},"body":"raw text"}. Of the headers, in any case of letters: X-Hub-Signature,
// X-Atlassian-Webhook-Identifier, and for Automation's fixed header X-Tandem-Token or "Authorization: Bearer TOKEN". Other members and
// headers are let pass. Each line stands alone: a bad one is told and the others are taken.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <tandem/base/result.hpp>

namespace tandem::cli {

struct GivenPayload {
  std::string body;  // raw bytes
  std::string signature, token, delivery, issue;
  std::optional<std::size_t> line;  // from 1
  std::optional<Error> fault;  // usage: the line itself cannot be read
};

GivenPayload payload_of_line(std::string_view line, std::size_t number);

// Each line that is not blank, in order; "-" is stdin. `pause` is called when nothing came for 200 ms, before more is waited for:
// whoever gathers lines must not hold back those of a slow writer. Errors: usage when the file cannot be read, and what `take` and
// `pause` give.
Result<Unit> read_event_lines(std::string const& file, std::function<Result<Unit>(GivenPayload const&)> const& take,
                              std::function<Result<Unit>()> const& pause);

}  // namespace tandem::cli
