// The documented rate limits of contract §11, in virtual time, and 429s by order (Settings::throttles).
//
//   burst       a token bucket per endpoint and method, per second: GET and POST 100, PUT and DELETE 50, a few endpoints more
//   per issue   20 writes in 2 s and 100 in 30 s on one issue
//   points      65,000 an hour until the full UTC hour: 1 for a request and 1 for each core object read, 2 for each user; a write costs 1.
//               API tokens are exempt (Settings::points_for)
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
  struct Asked {
    std::string method, route, path;  // route: its pattern; path: below /rest/api/3/
    std::optional<std::int64_t> written_issue;  // counts for the per-issue write limit
    bool oauth = false;
  };
  // Counts the request. An answer (429) when it is too much; it was not executed then and does not count.
  std::optional<Response> admit(Asked const& asked, tandem::Instant now, Settings& settings);
  // Charges the points of an answer and adds X-RateLimit-*, RateLimit and RateLimit-Policy. REQUIRES: `admit` let the request pass.
  void settle(Asked const& asked, Response& response, tandem::Instant now, Settings const& settings);

 private:
  std::optional<Response> burst(Asked const& asked, tandem::Instant now, Settings const& settings);
  std::optional<Response> writes(std::int64_t issue, tandem::Instant now, Settings const& settings);
  std::optional<Response> points(tandem::Instant now, Settings const& settings);

  struct Bucket {
    double tokens = 0;
    tandem::Instant filled;
    bool started = false;
  };
  std::map<std::string, Bucket> buckets_;
  std::map<std::int64_t, std::deque<tandem::Instant>> writes_;
  std::int64_t points_used_ = 0;
  tandem::Instant hour_{};
  int limit_ = 0, remaining_ = 0;
};

}  // namespace sandbox::jira
