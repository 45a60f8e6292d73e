#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>
#include <tandem/connection/http/limits_seen.hpp>
#include <tandem/connection/http/retry.hpp>
#include <tandem/connection/http/retry_after.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;
using http::Repeat;

namespace {

constexpr char const* kDate = "Mon, 23 Nov 2026 06:00:00 GMT";

struct Bench {
  ScriptedTransport wire;
  FakeClock clock;
  Log log;
  http::RunLimits limits;
  double jitter = 0.5;
  http::Traffic traffic;
  Result<http::Response> send(Repeat repeat) {
    http::RetryTransport retry(
        wire, {}, clock, log, limits, [this] { return jitter; }, &traffic);
    http::Request request;
    request.method = "POST";
    request.url = "https://example.test/";
    request.endpoint = "POST /thing";
    request.repeat = repeat;
    return retry.send(request);
  }
};

}  // namespace

TEST_CASE("Retry-After is read in all its forms and never from our clock [R5]") {
  struct Row {
    std::vector<http::Header> headers;
    std::optional<Millis> wait;
  };
  auto const row = GENERATE(values<Row>({
      {{{"Retry-After", "7"}}, Millis{7000}},
      {{{"retry-after", " 0 "}}, Millis{0}},
      {{{"Retry-After", "1.25"}}, Millis{1250}},
      {{{"Retry-After", "1847"}}, Millis{1847000}},
      {{{"Retry-After", "Mon, 23 Nov 2026 06:00:30 GMT"}, {"Date", kDate}}, Millis{30000}},
      {{{"Retry-After", "Monday, 23-Nov-26 06:00:30 GMT"}, {"Date", kDate}}, Millis{30000}},
      {{{"Retry-After", "Mon Nov 23 06:00:30 2026"}, {"Date", kDate}}, Millis{30000}},
      {{{"Retry-After", "Mon, 23 Nov 2026 05:00:00 GMT"}, {"Date", kDate}}, Millis{0}},
      {{{"Retry-After", "Mon, 23 Nov 2026 06:00:30 GMT"}}, std::nullopt},
      {{{"Retry-After", "-5"}}, std::nullopt},
      {{{"Retry-After", "soon"}}, std::nullopt},
      {{{"Retry-After", ""}}, std::nullopt},
      {{}, std::nullopt},
      {{{"X-RateLimit-Reset", "2026-11-23T06:10:00Z"}, {"Date", kDate}}, Millis{600000}},
      {{{"Retry-After", "soon"}, {"X-RateLimit-Reset", "2026-11-23T06:01Z"}, {"Date", kDate}}, std::nullopt},
  }));
  CHECK(http::asked_wait(answer(429, "", row.headers)) == row.wait);
}

TEST_CASE("only waits that a service asked for count as throttling") {
  auto const [status, headers, waits, waited] =
      GENERATE(table<int, std::vector<http::Header>, std::uint64_t, Millis>({{429, {{"Retry-After", "7"}}, 1, Millis{7125}},
                                                                             {429, {}, 1, Millis{2000}},
                                                                             {503, {{"Retry-After", "3"}}, 1, Millis{3125}},
                                                                             {500, {}, 0, Millis{0}}}));
  CAPTURE(status);
  Bench bench;
  bench.wire.then(answer(status, "", headers)).then(answer(200, ""));
  REQUIRE(bench.send(Repeat::safe).has_value());
  auto const counted = bench.traffic.counts()[static_cast<std::size_t>(http::Service::jira)];
  CHECK(counted.waits == waits);
  CHECK(counted.waited == waited);
}

TEST_CASE("what is repeated depends on the answer and on what the request says of itself [R5]") {
  struct Row {
    int status;
    bool safe_repeated, unsafe_repeated;
  };
  auto const row = GENERATE(values<Row>({{200, false, false},
                                         {400, false, false},
                                         {401, false, false},
                                         {404, false, false},
                                         {408, true, false},
                                         {409, false, false},
                                         {412, false, false},
                                         {429, true, true},
                                         {500, true, false},
                                         {501, false, false},
                                         {502, true, false},
                                         {503, true, false},
                                         {504, true, false}}));
  auto const repeat = GENERATE(Repeat::safe, Repeat::only_if_unsent);
  CAPTURE(row.status, repeat == Repeat::safe);
  Bench bench;
  bench.wire.then(answer(row.status)).then(answer(200));
  auto const reply = bench.send(repeat);
  REQUIRE(reply.has_value());
  auto const repeated = repeat == Repeat::safe ? row.safe_repeated : row.unsafe_repeated;
  CHECK(bench.wire.sent.size() == (repeated ? 2 : 1));
  CHECK(reply->status == (repeated ? 200 : row.status));
}

TEST_CASE("a broken connection is repeated only when nothing was sent, or nothing can go wrong [R5]") {
  struct Row {
    ErrorKind kind;
    char const* reason;
    bool safe_repeated, unsafe_repeated;
  };
  auto const row = GENERATE(values<Row>({{ErrorKind::transient, "connect", true, true},
                                         {ErrorKind::transient, "dns", true, true},
                                         {ErrorKind::transient, "certificate", false, false},
                                         {ErrorKind::unknown_outcome, "broken", true, false},
                                         {ErrorKind::cancelled, "", false, false},
                                         {ErrorKind::auth, "", false, false},
                                         {ErrorKind::remote, "", false, false}}));
  auto const repeat = GENERATE(Repeat::safe, Repeat::only_if_unsent);
  CAPTURE(name_of(row.kind), row.reason, repeat == Repeat::safe);
  Bench bench;
  bench.wire.then_error(row.kind, row.reason).then(answer(200));
  auto const reply = bench.send(repeat);
  auto const repeated = repeat == Repeat::safe ? row.safe_repeated : row.unsafe_repeated;
  CHECK(bench.wire.sent.size() == (repeated ? 2 : 1));
  CHECK(reply.has_value() == repeated);
}

TEST_CASE("a stated time is never undercut, whatever the jitter [R5]") {
  Bench bench;
  bench.jitter = GENERATE(0.0, 0.5, 1.0);
  bench.wire.then(answer(429, "", {{"Retry-After", "7"}})).then(answer(200));
  REQUIRE(bench.send(Repeat::only_if_unsent)->status == 200);
  REQUIRE(bench.clock.slept.size() == 1);
  CHECK(bench.clock.slept[0] >= Millis{7000});
  CHECK(bench.clock.slept[0] <= Millis{7250});
}

TEST_CASE("without a stated time the waits double and end after four tries [R5]") {
  Bench bench;
  bench.wire.then(answer(503));
  auto const reply = bench.send(Repeat::safe);
  REQUIRE(reply.has_value());
  CHECK(reply->status == 503);
  CHECK(bench.wire.sent.size() == 4);
  CHECK(bench.clock.slept == std::vector{Millis{500}, Millis{1000}, Millis{2000}});
}

TEST_CASE("a 429 without Retry-After is waited out longer than a broken connection [R5]") {
  http::RetryPolicy const policy;
  CHECK(policy.backoff(2, true, 0.5) == Millis{2000});
  CHECK(policy.backoff(2, false, 0.5) == Millis{500});
  CHECK(policy.backoff(2, false, 0.0) == Millis{350});
  CHECK(policy.backoff(2, false, 1.0) == Millis{650});
  CHECK(policy.backoff(30, false, 0.5) == Millis{60000});
}

TEST_CASE("a wait longer than the run stops at once and says how long the service asks [R5]") {
  Bench bench;
  auto const end = bench.clock.now() + std::chrono::seconds(60);
  bench.limits.deadline = [end] { return std::optional(end); };
  bench.wire.then(answer(429, "", {{"Retry-After", "1847"}, {"RateLimit-Reason", "jira-burst-based"}}));
  auto const reply = bench.send(Repeat::only_if_unsent);
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == ErrorKind::throttled);
  CHECK(reply.error().message.find("30m47s") != std::string::npos);
  CHECK(reply.error().find("reason") == "jira-burst-based");
  CHECK(bench.clock.slept.empty());
  CHECK(bench.wire.sent.size() == 1);
}

TEST_CASE("a server fault that cannot be retried in time stands as it is [R5]") {
  Bench bench;
  auto const end = bench.clock.now() + Millis{100};
  bench.limits.deadline = [end] { return std::optional(end); };
  bench.wire.then(answer(500));
  auto const reply = bench.send(Repeat::safe);
  REQUIRE(reply.has_value());
  CHECK(reply->status == 500);
}

TEST_CASE("waiting ends when the run is stopped [E10]") {
  Bench bench;
  bench.limits.stop = [] { return true; };
  bench.wire.then(answer(429, "", {{"Retry-After", "1"}}));
  auto const reply = bench.send(Repeat::only_if_unsent);
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == ErrorKind::cancelled);
}

TEST_CASE("an answer that a sink has begun to take is not asked for again [R5]") {
  Bench bench;
  bench.wire
      .then_do([](http::Request const& request) -> Reply {
        (void)request.sink("half of");
        return error(ErrorKind::unknown_outcome);
      })
      .then(answer(200));
  http::RetryTransport retry(bench.wire, {}, bench.clock, bench.log, {}, {});
  http::Request request;
  request.method = "GET";
  request.repeat = Repeat::safe;
  std::string got;
  request.sink = [&](std::string_view bytes) -> Result<Unit> {
    got += bytes;
    return Unit{};
  };
  auto const reply = retry.send(request);
  REQUIRE_FALSE(reply.has_value());
  CHECK(bench.wire.sent.size() == 1);
  CHECK(got == "half of");
}

TEST_CASE("an inner chain's tries are not multiplied [R5]") {
  Bench bench;
  bench.wire.then_do([](http::Request const&) -> Reply {
    return fail(Error{ErrorKind::transient, "no token", {{"tries", "4"}}});
  });
  CHECK_FALSE(bench.send(Repeat::safe).has_value());
  CHECK(bench.wire.sent.size() == 1);
}

TEST_CASE("a 429 concerns the service, the endpoint or one issue by its reason [R5]") {
  http::Request request;
  auto const scope = [&](http::Service service, std::string reason) {
    request.service = service;
    return http::limit_scope(request, answer(429, "", {{"RateLimit-Reason", std::move(reason)}}));
  };
  CHECK(scope(http::Service::dataverse, "") == http::LimitScope::service);
  CHECK(scope(http::Service::entra, "") == http::LimitScope::service);
  CHECK(scope(http::Service::jira, "jira-quota-global-based") == http::LimitScope::service);
  CHECK(scope(http::Service::jira, "jira-quota-tenant-based") == http::LimitScope::service);
  CHECK(scope(http::Service::jira, "jira-burst-based") == http::LimitScope::endpoint);
  CHECK(scope(http::Service::jira, "jira-per-issue-on-write") == http::LimitScope::issue);
  CHECK(scope(http::Service::jira, "") == http::LimitScope::endpoint);
}

TEST_CASE("the issue of a Jira URL is found, and what is no issue is not") {
  CHECK(http::issue_in("https://x/rest/api/3/issue/10001/remotelink") == "10001");
  CHECK(http::issue_in("https://x/ex/jira/id/rest/api/3/issue/SUP-1?returnIssue=true") == "SUP-1");
  CHECK(http::issue_in("https://x/rest/api/3/issue/bulk") == "");
  CHECK(http::issue_in("https://x/rest/api/3/issue/createmeta/SUP/issuetypes") == "");
  CHECK(http::issue_in("https://x/rest/api/3/myself") == "");
}

TEST_CASE(
    "what the answers tell of the services' limits is kept for the dashboard, in each of their forms [jira §11, dataverse §15]") {
  struct Row {
    http::Service service;
    std::vector<std::pair<int, std::vector<http::Header>>> answers;  // status, headers
    http::LimitSeen seen;
  };
  auto const dated = parse_instant("2026-11-23T06:00:00Z");
  auto const jira = http::Service::jira;
  auto const dataverse = http::Service::dataverse;
  http::Header const date{"Date", kDate};
  auto const row = GENERATE_COPY(values<Row>({
      {dataverse,
       {{200,
         {date,
          {"x-ms-ratelimit-burst-remaining-xrm-requests", "5990"},
          {"x-ms-ratelimit-time-remaining-xrm-requests", "1,200"}}},
        {200,
         {date,
          {"x-ms-ratelimit-burst-remaining-xrm-requests", "5800"},
          {"x-ms-ratelimit-time-remaining-xrm-requests", "1189.75"}}},
        {200, {date, {"x-ms-ratelimit-burst-remaining-xrm-requests", "5900"}}},
        {200, {}}},
       {.at = dated, .left = 5900, .least = 5800, .seconds = 1189}},
      {dataverse, {{200, {date, {"x-ms-ratelimit-burst-remaining-xrm-requests", "many"}}}}, {}},
      {dataverse, {{429, {date}}, {429, {date}}}, {.at = dated, .refused = 2}},
      {jira,
       {{200, {date, {"X-RateLimit-Limit", "100"}, {"X-RateLimit-Remaining", "97"}}},
        {200, {date, {"x-ratelimit-limit", "50"}, {"x-ratelimit-remaining", "49"}}},
        {200, {date}}},
       {.at = dated, .left = 49, .of = 50, .least = 49}},
      // An hour's points say more than a second's requests, whichever comes first.
      {jira,
       {{200, {date, {"X-RateLimit-Limit", "100"}, {"X-RateLimit-Remaining", "3"}}},
        {200,
         {date,
          {"RateLimit-Policy", "\"global-app-quota\";q=65000;w=3600"},
          {"RateLimit", "\"global-app-quota\";r=120;t=1800"},
          {"X-RateLimit-Reset", "2026-11-23T06:30Z"},
          {"X-RateLimit-NearLimit", "true"}}},
        {200, {date, {"X-RateLimit-Limit", "100"}, {"X-RateLimit-Remaining", "1"}}}},
       {.at = dated, .left = 120, .of = 65000, .least = 120, .points = true, .near = true}},
      {jira,
       {{200, {date, {"Beta-RateLimit-Policy", "\"app\";q=1000"}, {"Beta-RateLimit", "\"app\";r=-5"}}}},
       {.at = dated, .left = 0, .of = 1000, .least = 0, .points = true}},
      {jira, {{200, {date, {"X-RateLimit-NearLimit", "false"}}}}, {}},
      {http::Service::entra, {{429, {date, {"X-RateLimit-Remaining", "1"}}}}, {}},
  }));
  http::LimitsSeen limits;
  http::Request request;
  request.service = row.service;
  for (auto const& [status, headers] : row.answers) limits.observe(request, answer(status, {}, headers));
  auto const seen = limits.of(row.service);
  CAPTURE(json::to_text(seen.to_json()));
  CHECK(seen.to_json() == row.seen.to_json());
  CHECK(http::LimitSeen::from_json(seen.to_json()).to_json() == seen.to_json());
}
