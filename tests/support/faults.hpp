// Faults as the sandbox plays them, for requests of one method to paths that begin so.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "support/story.hpp"

namespace tandem::test {

// `nth` of the requests meets it; nothing = each.
inline sandbox::Fault fault(sandbox::Fault::When when, sandbox::Fault::Do what, std::string method, std::string path,
                            std::optional<std::int64_t> nth = 1) {
  sandbox::Fault out;
  out.when = when;
  out.what = what;
  out.match.method = std::move(method);
  out.match.path = std::move(path);
  out.nth = nth;
  return out;
}

// Jira's answer 400 with one message.
inline sandbox::Fault jira_refuses(std::string method, std::string path, std::string const& message,
                                   std::optional<std::int64_t> nth = 1) {
  auto out = fault(sandbox::Fault::When::before, sandbox::Fault::Do::status, std::move(method), std::move(path), nth);
  out.status = 400;
  out.headers = {{"Content-Type", "application/json"}};
  out.body = R"({"errorMessages":[")" + message + R"("],"errors":{}})";
  return out;
}

}  // namespace tandem::test
