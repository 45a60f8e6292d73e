// QueuedHint: what waits in the outbox for one issue, or for one file whose issue must be found (SPEC F2).
//
// Its stored form is kept for ever: members only grow, and members that a newer program wrote are handed on untouched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/connection/jira/webhook/hint.hpp>

namespace tandem::sync::event {

struct QueuedHint {
  std::string issue, issue_key;         // one may be ""; both for a file without an issue
  std::vector<std::string> kinds;       // names, each once, in the order of their coming; newer programs know more of them
  std::vector<std::string> comments, attachments;  // ids, the newest kMostIds
  std::optional<Instant> at, updated;   // the latest of each
  std::uint64_t events = 0;             // how many were taken together
  std::optional<Instant> sought;        // of a file without an issue: when its issue was first looked for, by Jira's clock
  json::Object unknown;                 // members of a newer program

  static constexpr std::size_t kMostIds = 100;
  // What hints are taken together by: "id:10040", "key:SUP-1", "file:10100". `issue` stands before `issue_key`.
  [[nodiscard]] std::string subject() const;
  [[nodiscard]] bool holds(jira::webhook::Kind kind) const;
  void take(QueuedHint const& newer);
  [[nodiscard]] json::Value to_json() const;
  static Result<QueuedHint> from_json(json::Value const& value);
};

QueuedHint queued(jira::webhook::Hint const& hint);

}  // namespace tandem::sync::event
