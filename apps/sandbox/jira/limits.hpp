// The documented rate limits of contract §11, in virtual time: a token bucket per endpoint and method, and two windows of writes per issue.
// The hourly points do not apply to API tokens.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "jira/settings.hpp"
#include "world/service.hpp"

namespace sandbox::jira {

class Limits {
 public:
  // Counts the request. An answer (429) when it is too much; it was not executed then and does not count.
  std::optional<Response> admit(std::string const& method, std::string const& route, std::optional<std::int64_t> written_issue,
                                tandem::Instant now, Settings const& settings);
  // X-RateLimit-* of the last admitted request.
  void decorate(Response& response) const;

 private:
  struct Bucket {
    double tokens = 0;
    tandem::Instant filled;
    bool started = false;
  };
  std::map<std::string, Bucket> buckets_;
  std::map<std::int64_t, std::deque<tandem::Instant>> writes_;
  int limit_ = 0, remaining_ = 0;
};

}  // namespace sandbox::jira
