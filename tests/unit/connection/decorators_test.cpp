// Deadline, pacing, auth and trace, each alone.
#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

#include <tandem/base/ids/digest.hpp>
#include <tandem/connection/http/auth.hpp>
#include <tandem/connection/http/deadline.hpp>
#include <tandem/connection/http/pacing.hpp>
#include <tandem/connection/http/trace.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;
using http::Service;

namespace {

http::Request request_to(Service service, std::string url, std::string method = "GET", std::string endpoint = "GET /x") {
  http::Request request;
  request.service = service;
  request.url = std::move(url);
  request.method = std::move(method);
  request.endpoint = std::move(endpoint);
  return request;
}

class Tokens final : public connection::TokenSource {
 public:
  int asked = 0, renewals = 0;
  Result<Secret> token() override {
    ++asked;
    return Secret("first");
  }
  Result<Secret> renewed(Secret const& rejected) override {
    CHECK(rejected.expose() == "first");
    ++renewals;
    return Secret("second");
  }
};

std::map<Service, http::Credential> credentials(Tokens& tokens, std::string jira_origin = "https://site.atlassian.net") {
  std::map<Service, http::Credential> out;
  out.emplace(Service::dataverse, http::Credential{"https://org.crm4.dynamics.com", &tokens, {}});
  out.emplace(Service::jira,
              http::Credential{std::move(jira_origin), nullptr, http::basic_credential("me@example.com", Secret("tok-en"))});
  return out;
}

}  // namespace

TEST_CASE("nothing is started after stop or without time to finish [E10]") {
  ScriptedTransport wire;
  wire.then(answer(200));
  FakeClock clock;
  auto const end = clock.now() + GENERATE(Millis{-5}, Millis{0}, Millis{499});
  http::RunLimits limits;
  bool const by_stop = GENERATE(true, false);
  if (by_stop) {
    limits.stop = [] { return true; };
  } else {
    limits.deadline = [end] { return std::optional(end); };
  }
  http::DeadlineTransport deadline(wire, clock, limits);
  auto const reply = deadline.send(request_to(Service::jira, "https://x/"));
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == ErrorKind::cancelled);
  CHECK(wire.sent.empty());
}

TEST_CASE("a request with time left is sent [E10]") {
  ScriptedTransport wire;
  wire.then(answer(200));
  FakeClock clock;
  auto const end = clock.now() + Millis{500};
  http::DeadlineTransport deadline(wire, clock, {{}, [end] { return std::optional(end); }});
  CHECK(deadline.send(request_to(Service::jira, "https://x/")).has_value());
}

TEST_CASE("after a 429 nobody else knocks before the time is over, but others may [R5]") {
  ScriptedTransport wire;
  FakeClock clock;
  http::PacingTransport pacing(wire, 8, clock, {});
  auto const url = std::string("https://x/rest/api/3/issue/");

  SECTION("one endpoint") {
    wire.then(answer(429, "", {{"Retry-After", "7"}, {"RateLimit-Reason", "jira-burst-based"}})).then(answer(200));
    (void)pacing.send(request_to(Service::jira, url + "1", "PUT", "PUT issue"));
    (void)pacing.send(request_to(Service::jira, url + "2", "GET", "GET issue"));
    CHECK(clock.slept.empty());
    (void)pacing.send(request_to(Service::jira, url + "3", "PUT", "PUT issue"));
    CHECK(clock.slept == std::vector{Millis{7000}});
  }
  SECTION("one issue, writes only") {
    wire.then(answer(429, "", {{"Retry-After", "7"}, {"RateLimit-Reason", "jira-per-issue-on-write"}})).then(answer(200));
    (void)pacing.send(request_to(Service::jira, url + "1", "PUT", "PUT issue"));
    (void)pacing.send(request_to(Service::jira, url + "2", "PUT", "PUT issue"));
    (void)pacing.send(request_to(Service::jira, url + "1", "GET", "GET issue"));
    CHECK(clock.slept.empty());
    (void)pacing.send(request_to(Service::jira, url + "1/remotelink", "POST", "POST link"));
    CHECK(clock.slept == std::vector{Millis{7000}});
  }
  SECTION("the whole service, and no other service") {
    wire.then(answer(429, "", {{"Retry-After", "7"}})).then(answer(200));
    (void)pacing.send(request_to(Service::dataverse, "https://d/a", "GET", "GET a"));
    (void)pacing.send(request_to(Service::jira, url + "1"));
    CHECK(clock.slept.empty());
    (void)pacing.send(request_to(Service::dataverse, "https://d/b", "GET", "GET b"));
    CHECK(clock.slept == std::vector{Millis{7000}});
    (void)pacing.send(request_to(Service::dataverse, "https://d/b", "GET", "GET b"));
    CHECK(clock.slept.size() == 1);
  }
}

TEST_CASE("a closed door beyond the deadline is throttled, and nothing is sent [R5]") {
  ScriptedTransport wire;
  wire.then(answer(429, "", {{"Retry-After", "600"}})).then(answer(200));
  FakeClock clock;
  auto const end = clock.now() + std::chrono::seconds(60);
  http::PacingTransport pacing(wire, 1, clock, {{}, [end] { return std::optional(end); }});
  (void)pacing.send(request_to(Service::dataverse, "https://d/"));
  auto const reply = pacing.send(request_to(Service::dataverse, "https://d/"));
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == ErrorKind::throttled);
  CHECK(wire.sent.size() == 1);
}

TEST_CASE("requests wait their turn below the documented limits, by endpoint, by issue and by organisation [R5]") {
  ScriptedTransport wire;
  FakeClock clock;
  http::PacingTransport pacing(wire, 8, clock, {});
  auto const most_in = [&](std::string const& url, std::string const& method, Service service, Millis window, int count) {
    std::vector<std::chrono::steady_clock::time_point> times;
    for (int i = 0; i < count; ++i) {
      REQUIRE(pacing.send(request_to(service, url, method, method + " an endpoint")).has_value());
      times.push_back(clock.now());
    }
    std::ptrdiff_t most = 0;
    for (auto const& from : times) {
      auto const in = std::count_if(times.begin(), times.end(), [&](auto at) { return at >= from && at < from + window; });
      most = std::max(most, in);
    }
    return most;
  };
  wire.then(answer(200));
  auto const site = std::string("https://x/rest/api/3/");
  CHECK(most_in(site + "search/jql", "POST", Service::jira, Millis{1000}, 700) <= 200);  // a full bucket and a second's worth
  CHECK(most_in(site + "field", "PUT", Service::jira, Millis{10'000}, 700) <= 50 * 11);
  CHECK(most_in(site + "issue/7", "PUT", Service::jira, Millis{2000}, 300) <= 20);
  CHECK(most_in(site + "issue/8", "PUT", Service::jira, Millis{30'000}, 300) <= 100);
  CHECK(most_in("https://d/api/data/v9.2/incidents", "GET", Service::dataverse, Millis{300'000}, 7000) <= 6000);
  // Nothing is held back on this machine, before its answers name limits.
  auto const before = clock.slept.size();
  http::PacingTransport local(wire, 8, clock, {});
  for (int i = 0; i < 500; ++i)
    REQUIRE(local.send(request_to(Service::jira, "http://127.0.0.1:1/rest/api/3/myself", "GET", "GET myself")).has_value());
  CHECK(clock.slept.size() == before);
}

TEST_CASE("what is left of an hour's points or of the organisation's limits is kept in hand [R5]") {
  auto const [service, headers, least] = GENERATE(table<Service, std::vector<http::Header>, int>({
      {Service::jira,
       {{"RateLimit", "\"global-app-quota\";r=900;t=1800"}, {"RateLimit-Policy", "\"global-app-quota\";q=65000;w=3600"}},
       1800},
      {Service::jira, {{"Beta-RateLimit", "\"tenant-app-quota\";r=3;t=20"}, {"Beta-RateLimit-Policy", "\"x\";q=100;w=3600"}}, 20},
      {Service::jira, {{"RateLimit", "\"global-app-quota\";r=30000;t=1800"}}, 0},
      {Service::jira, {{"RateLimit", "nonsense;r=;t=x"}}, 0},
      {Service::dataverse, {{"x-ms-ratelimit-burst-remaining-xrm-requests", "12"}}, 1},
      {Service::dataverse, {{"x-ms-ratelimit-time-remaining-xrm-requests", "1.50"}}, 1},
      {Service::dataverse, {{"x-ms-ratelimit-burst-remaining-xrm-requests", "5900"}}, 0},
      {Service::dataverse, {{"x-ms-ratelimit-burst-remaining-xrm-requests", "-"}}, 0},
  }));
  ScriptedTransport wire;
  wire.then(answer(200, "", headers)).then(answer(200));
  FakeClock clock;
  http::PacingTransport pacing(wire, 1, clock, {});
  REQUIRE(pacing.send(request_to(service, "https://x/a", "GET", "GET a")).has_value());
  REQUIRE(pacing.send(request_to(service, "https://x/a", "GET", "GET a")).has_value());
  Millis slept{0};
  for (auto const one : clock.slept) slept += one;
  CHECK((least == 0 ? slept == Millis{0} : slept >= Millis{least * 1000}));
}

TEST_CASE("no more requests are in flight than jobs allow [R5]") {
  struct Counting final : http::Transport {
    std::atomic<int> running{0}, most{0}, hint{0};
    Result<http::Response> send(http::Request const&) override {
      auto const now = ++running;
      auto seen = most.load();
      while (seen < now && !most.compare_exchange_weak(seen, now)) {
      }
      std::this_thread::yield();
      --running;
      return hint == 0 ? answer(200) : answer(200, "", {{"x-ms-dop-hint", std::to_string(hint.load())}});
    }
  } wire;
  FakeClock clock;
  auto const [hint, most] = GENERATE(table<int, int>({{0, 3}, {1, 1}, {50, 3}}));
  wire.hint = hint;
  http::PacingTransport pacing(wire, 3, clock, {});
  (void)pacing.send(request_to(Service::dataverse, "https://d/"));
  wire.most = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) (void)pacing.send(request_to(Service::dataverse, "https://d/"));
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wire.most <= most);
  CHECK(wire.running == 0);
}

TEST_CASE("credentials go to their own service at its own address only [S5]") {
  Tokens tokens;
  ScriptedTransport wire;
  wire.then(answer(200));
  http::AuthTransport auth(wire, credentials(tokens));
  SECTION("Dataverse gets the bearer token") {
    REQUIRE(auth.send(request_to(Service::dataverse, "https://org.crm4.dynamics.com/api/data/v9.2/WhoAmI")).has_value());
    CHECK(header(wire.sent[0], "Authorization") == "Bearer first");
  }
  SECTION("Jira gets basic") {
    REQUIRE(auth.send(request_to(Service::jira, "https://site.atlassian.net/rest/api/3/myself")).has_value());
    CHECK(header(wire.sent[0], "Authorization") == "Basic " + to_base64("me@example.com:tok-en"));
  }
  SECTION("any other address gets nothing, not even the request") {
    auto const url = GENERATE(as<std::string>{}, "https://evil.example/", "http://org.crm4.dynamics.com/",
                              "https://org.crm4.dynamics.com:8443/", "https://org.crm4.dynamics.com.evil.example/",
                              "https://site.atlassian.net/", "nonsense");
    auto const reply = auth.send(request_to(Service::dataverse, url));
    REQUIRE_FALSE(reply.has_value());
    CHECK(wire.sent.empty());
    CHECK(tokens.asked == 0);
  }
  SECTION("a request that asks for none gets none") {
    auto request = request_to(Service::media, "https://media.example/file");
    request.authorize = false;
    REQUIRE(auth.send(request).has_value());
    CHECK(header(wire.sent[0], "Authorization") == "");
  }
}

TEST_CASE("credentials are not sent over http to another machine, but to loopback [A12]") {
  Tokens tokens;
  ScriptedTransport wire;
  wire.then(answer(200));
  auto const [origin, sent] =
      GENERATE(table<std::string, bool>({{"http://127.0.0.1:8080", true}, {"http://jira.example", false}}));
  http::AuthTransport auth(wire, credentials(tokens, origin));
  CHECK(auth.send(request_to(Service::jira, origin + "/rest")).has_value() == sent);
  CHECK(wire.sent.size() == (sent ? 1 : 0));
}

TEST_CASE("a 401 gets one new token and one more try, a second 401 stands [A9]") {
  Tokens tokens;
  ScriptedTransport wire;
  wire.then(answer(401)).then(answer(GENERATE(200, 401)));
  auto const last = wire.script.back()(http::Request{})->status;
  http::AuthTransport auth(wire, credentials(tokens));
  auto request = request_to(Service::dataverse, "https://org.crm4.dynamics.com/x", "POST");
  auto const reply = auth.send(request);
  REQUIRE(reply.has_value());
  CHECK(reply->status == last);
  REQUIRE(wire.sent.size() == 2);
  CHECK(header(wire.sent[1], "Authorization") == "Bearer second");
  CHECK(tokens.renewals == 1);
}

TEST_CASE("the trace shows what happened and no secret, URL or body [S1]") {
  ScriptedTransport wire;
  wire.then(answer(200, "customer-body",
                   {{"Date", "Mon, 23 Nov 2026 06:00:00 GMT"}, {"Atl-Traceid", "abc"}, {"Set-Cookie", "session-cookie"}}));
  FakeClock clock;
  std::string logged;
  Log log(Level::debug, [&](LogEvent const& event) { logged += to_logfmt(event) + "\n"; });
  http::ServerTimes times(clock);
  std::atomic<std::uint64_t> requests{0};
  http::Traffic traffic;
  http::TraceTransport trace(wire, "sent_request", clock, log, {&times, &requests, &traffic});
  auto request = request_to(Service::jira, "https://site/secret-path?q=customer", "POST", "POST /rest/api/3/issue/bulk");
  request.headers = {{"Authorization", "Basic marked-secret"}};
  request.body = "marked-body";
  REQUIRE(trace.send(request).has_value());
  CHECK(logged.find("POST /rest/api/3/issue/bulk") != std::string::npos);
  CHECK(logged.find("abc") != std::string::npos);
  for (auto const* const secret : {"marked-secret", "marked-body", "customer", "session-cookie", "secret-path"}) {
    CAPTURE(secret);
    CHECK(logged.find(secret) == std::string::npos);
  }
  CHECK(requests == 1);
  CHECK(traffic.counts()[static_cast<std::size_t>(Service::jira)].answers[2] == 1);
  REQUIRE(times.last(Service::jira).has_value());
  CHECK(to_rfc3339(*times.last(Service::jira)) == "2026-11-23T06:00:00Z");
  CHECK_FALSE(times.last(Service::dataverse).has_value());
}

TEST_CASE("the difference of two clocks is taken from answers that were quick, not from those that were long on their way [R8]") {
  using namespace std::chrono_literals;
  FakeClock clock;
  http::ServerTimes times(clock);
  auto const noon = *parse_instant("2026-11-23T12:00:00Z");
  CHECK_FALSE(times.ahead(Service::jira, Service::dataverse).has_value());
  times.observe(Service::jira, noon + 90s, 100ms);
  CHECK_FALSE(times.ahead(Service::jira, Service::dataverse).has_value());
  times.observe(Service::dataverse, noon, 100ms);
  CHECK(times.ahead(Service::jira, Service::dataverse) == 90s);
  CHECK(times.ahead(Service::dataverse, Service::jira) == -90s);
  // An answer that was dated ten seconds before it arrived says nothing better.
  clock.sleep_for(12s, {});
  times.observe(Service::dataverse, noon + 2s, 10s);
  CHECK(times.ahead(Service::jira, Service::dataverse) == 90s);
  CHECK(times.last(Service::dataverse) == noon + 2s);
  CHECK(times.age(Service::dataverse) == 0ms);
  // Later it is all there is: half way is its date.
  clock.sleep_for(40s, {});
  times.observe(Service::dataverse, noon + 47s, 10s);
  times.observe(Service::jira, noon + 142s, 100ms);
  CHECK(times.ahead(Service::jira, Service::dataverse) == 90s + 50ms);
}
