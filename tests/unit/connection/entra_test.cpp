#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <thread>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/connection/entra/aadsts.hpp>
#include <tandem/connection/entra/claims.hpp>
#include <tandem/connection/entra/token_request.hpp>
#include <tandem/connection/tokens/cached_token_source.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;
using connection::CachedToken;

namespace {

constexpr char const* kAuthority = "https://login.microsoftonline.com";

http::Response refused(int status, std::string error, std::int64_t code, std::string text) {
  json::Object body{{"error", std::move(error)},
                    {"error_description",
                     fmt::format("AADSTS{}: {}\r\nTrace ID: t-1\r\nCorrelation ID: c-1\r\nTimestamp: 2026-11-23", code, text)},
                    {"error_codes", json::Array{code}},
                    {"trace_id", "t-1"},
                    {"correlation_id", "c-1"}};
  return answer(status, json::to_text(std::move(body)));
}

http::Response token_answer(std::string token, std::string expires_in = "3599",
                            char const* date = "Mon, 23 Nov 2026 06:00:00 GMT") {
  return answer(200, fmt::format(R"({{"token_type":"Bearer","expires_in":{},"access_token":"{}"}})", expires_in, token),
                {{"Date", date}});
}

struct Bench {
  ScriptedTransport wire;
  FakeClock clock;
  http::ServerTimes times{clock};
  Instant wall = *parse_instant("2026-11-23T06:00:00Z");
  std::shared_ptr<connection::TokenCache> cache = connection::memory_token_cache();
  entra::App app{kAuthority, "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222",
                 "https://org.crm4.dynamics.com/.default"};
  std::unique_ptr<entra::ClientProof> proof = entra::secret_proof(Secret("s3~cr.et-_+&=%ü"));
  connection::CachedTokenSource source() {
    return connection::CachedTokenSource(
        entra::cache_key(app, *proof), [this] { return entra::ask_token(app, *proof, wire, wall); }, cache, times, clock,
        [this] { return wall; });
  }
};

}  // namespace

TEST_CASE("every AADSTS code of the contract is told as cause and cure [A5]") {
  auto const code =
      GENERATE(as<std::int64_t>{}, 7000215, 7000222, 700016, 90002, 900023, 90038, 900382, 900432, 500011, 50001, 650057, 70011,
               1002012, 28002, 28003, 700027, 700021, 700023, 700024, 50027, 50012, 50013, 700211, 700212, 700213, 70021, 70003,
               7000218, 700025, 7000112, 70001, 53003, 53011, 65001, 650056, 650052, 90094, 900144, 90014, 50049, 50196);
  CAPTURE(code);
  auto const error = entra::refusal(refused(401, "invalid_client", code, "Some words of Entra."), kAuthority);
  CHECK(error.kind == ErrorKind::auth);
  CHECK(error.find("aadsts") == std::to_string(code));
  CHECK(error.find("trace-id") == "t-1");
  CHECK(error.find("correlation-id") == "c-1");
  CHECK(error.message.find("; ") != std::string::npos);  // what is wrong; what to do
  CHECK(error.message.find('\n') == std::string::npos);
}

TEST_CASE("the commonest faults name their cure [A5]") {
  auto const [code, word] = GENERATE(table<std::int64_t, std::string>({{7000215, "Value (not its Secret ID)"},
                                                                       {7000222, "expired"},
                                                                       {700016, "client ID"},
                                                                       {90002, "tenant ID"},
                                                                       {500011, "organisation URL"}}));
  auto const error = entra::refusal(refused(400, "x", code, "x"), kAuthority);
  CHECK(error.message.find(word) != std::string::npos);
}

TEST_CASE("a code that nobody knows falls back to Entra's own words [A5]") {
  auto const error = entra::refusal(refused(400, "invalid_request", 4242424, "Something quite new. Trace ID: x"), kAuthority);
  CHECK(error.kind == ErrorKind::auth);
  CHECK(error.message.find("Something quite new.") != std::string::npos);
  CHECK(error.message.find("Trace ID") == std::string::npos);
}

TEST_CASE("a code is found in the description when error_codes is missing [A5]") {
  auto const error =
      entra::refusal(answer(401, R"({"error":"invalid_client","error_description":"AADSTS7000222: expired"})"), kAuthority);
  CHECK(error.find("aadsts") == "7000222");
}

TEST_CASE("an answer that is no refusal of Entra has the kind that fits [R5]") {
  auto const [response, kind] = GENERATE(table<http::Response, ErrorKind>({
      {answer(429, ""), ErrorKind::throttled},
      {answer(503, "<html>busy</html>"), ErrorKind::transient},
      {answer(500, ""), ErrorKind::transient},
      {refused(400, "temporarily_unavailable", 90055, "busy"), ErrorKind::transient},
      {answer(302, "", {{"Location", "https://x"}}), ErrorKind::config},
      {answer(401, ""), ErrorKind::auth},
      {answer(404, "<html>"), ErrorKind::remote},
  }));
  CHECK(entra::refusal(response, kAuthority).kind == kind);
}

TEST_CASE("the form is percent-encoded and asks for the organisation's default scope [A4]") {
  Bench bench;
  bench.wire.then(token_answer("tok"));
  auto source = bench.source();
  auto const token = source.token();
  REQUIRE(token.has_value());
  CHECK(token->expose() == "tok");
  REQUIRE(bench.wire.sent.size() == 1);
  auto const& sent = bench.wire.sent[0];
  CHECK(sent.url == "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token");
  CHECK_FALSE(sent.authorize);
  CHECK(sent.body ==
        "grant_type=client_credentials&client_id=22222222-2222-2222-2222-222222222222&scope=https%3A%2F%2Forg.crm4.dynamics.com%"
        "2F.default"
        "&client_secret=s3~cr.et-_%2B%26%3D%25%C3%BC");
  CHECK(entra::scope_of("https://org.crm4.dynamics.com/") == "https://org.crm4.dynamics.com/.default");
}

TEST_CASE("a token is asked for once and renewed when under five minutes remain [A9]") {
  Bench bench;
  bench.wire.then(token_answer("one", GENERATE(as<std::string>{}, "3600", "\"3600\""))).then(token_answer("two"));
  auto source = bench.source();
  auto const token = [&] { return std::string(source.token()->expose()); };
  CHECK(token() == "one");
  bench.clock.at += std::chrono::seconds(3600 - 300);
  CHECK(token() == "one");
  CHECK(bench.wire.sent.size() == 1);
  bench.clock.at += std::chrono::seconds(1);
  CHECK(token() == "two");
  CHECK(bench.wire.sent.size() == 2);
}

TEST_CASE("a service's clock renews a token as well [A9]") {
  Bench bench;
  bench.wire.then(token_answer("one", "3600")).then(token_answer("two"));
  auto source = bench.source();
  CHECK(source.token()->expose() == "one");
  bench.times.observe(http::Service::dataverse, *parse_instant("2026-11-23T06:55:01Z"));
  CHECK(source.token()->expose() == "two");
}

TEST_CASE("a token of an earlier run is used while it lives, whatever run asks [A9]") {
  Bench bench;
  auto const [now, used] = GENERATE(table<std::string, bool>({{"2026-11-23T06:54:59Z", true},
                                                              {"2026-11-23T06:55:01Z", false},
                                                              {"2026-11-23T09:00:00Z", false},
                                                              {"2026-11-22T06:00:00Z", true}}));
  CAPTURE(now);
  bench.wire.then(token_answer("one", "3600")).then(token_answer("two"));
  REQUIRE(bench.source().token()->expose() == "one");
  bench.wall = *parse_instant(now);
  CHECK(bench.source().token()->expose() == (used ? "one" : "two"));
}

TEST_CASE("a rejected token is renewed once for all who hold it [A9]") {
  Bench bench;
  bench.wire.then(token_answer("one")).then(token_answer("two")).then(token_answer("three"));
  auto source = bench.source();
  auto const first = source.token();
  CHECK(source.renewed(*first)->expose() == "two");
  CHECK(source.renewed(*first)->expose() == "two");  // another thread with the same old token
  CHECK(bench.wire.sent.size() == 2);
}

TEST_CASE("many threads ask for one token [A9]") {
  Bench bench;
  bench.wire.then(token_answer("one")).then(token_answer("two"));
  auto source = bench.source();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { (void)source.token(); });
  for (auto& thread : threads) thread.join();
  CHECK(bench.wire.sent.size() == 1);
}

TEST_CASE("after a refusal the old token is not used on, and Entra is not asked in a loop [A9]") {
  Bench bench;
  bench.wire.then(token_answer("one")).then(refused(401, "invalid_client", 7000222, "expired")).then(token_answer("never"));
  auto source = bench.source();
  auto const first = source.token();
  CHECK_FALSE(source.renewed(*first).has_value());
  auto const again = source.token();
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().kind == ErrorKind::auth);
  CHECK(again.error().find("aadsts") == "7000222");
  CHECK(bench.wire.sent.size() == 2);
}

TEST_CASE("a good answer without a token is a remote fault [S3]") {
  Bench bench;
  bench.wire.then(
      answer(200, GENERATE(as<std::string>{}, "{}", "[]", "<html>", "{\"access_token\":\"a b\"}", "{\"access_token\":7}")));
  auto source = bench.source();
  auto const token = source.token();
  REQUIRE_FALSE(token.has_value());
  CHECK(token.error().kind == ErrorKind::remote);
}

TEST_CASE("tokens rest sealed, and a dry run writes none [A8] [E9]") {
  MemoryStore store;
  auto const sealer = sealed::Sealer::from_key(Secret(std::string(32, 'k')));
  CachedToken const token{Secret("marked-token"), from_epoch_millis(1000), Millis{3600000}};
  auto const key = connection::token_key({"a", "b", "c", "d"});

  auto const reading = connection::sealed_token_cache(store, *sealer, false);
  REQUIRE(reading->put(key, token).has_value());
  CHECK(store.writes == 0);
  CHECK(reading->get(key)->has_value());

  auto const writing = connection::sealed_token_cache(store, *sealer);
  CHECK_FALSE(writing->get(key)->has_value());
  REQUIRE(writing->put(key, token).has_value());
  CHECK(store.dump().find("marked-token") == std::string::npos);
  auto const back = connection::sealed_token_cache(store, *sealer, false)->get(key);
  REQUIRE(back->has_value());
  CHECK((*back)->token.expose() == "marked-token");
  CHECK((*back)->expires == token.expires);

  auto const other = sealed::Sealer::from_key(Secret(std::string(32, 'x')));
  CHECK_FALSE(connection::sealed_token_cache(store, *other)->get(key)->has_value());  // only a cache: a new one is asked for
}

TEST_CASE("claims are read for diagnosis and never crash [S3]") {
  auto const jwt = [](std::string const& payload) { return Secret("e30." + to_base64url(payload) + ".sig"); };
  auto const claims = entra::claims_of(jwt(R"({"aud":"https://org.crm4.dynamics.com","tid":"t","appid":"a"})"));
  CHECK(claims.audiences == std::vector<std::string>{"https://org.crm4.dynamics.com"});
  CHECK(claims.tenant == "t");
  CHECK(claims.application == "a");
  CHECK(entra::claims_of(jwt(R"({"aud":["x","y"],"azp":"b"})")).audiences.size() == 2);
  for (auto const* const text : {"", "opaque", "a.b", "a.%%.c", "..", "e30.bm90IGpzb24.x"})
    CHECK(entra::claims_of(Secret(text)).audiences.empty());
}

TEST_CASE("while Entra is away a token is used as long as it lives, and not when it was refused [A9]") {
  Bench bench;
  bench.wire.then(token_answer("one", "3600"));
  auto const [failure, still] =
      GENERATE(table<ErrorKind, bool>({{ErrorKind::transient, true}, {ErrorKind::throttled, true}, {ErrorKind::auth, false}}));
  auto source = bench.source();
  REQUIRE(source.token()->expose() == "one");
  bench.wire.then_error(failure);
  bench.wire.script.pop_front();
  bench.clock.at += std::chrono::seconds(3600 - 200);
  CHECK(source.token().has_value() == still);
  bench.clock.at += std::chrono::seconds(190);
  CHECK_FALSE(source.token().has_value());
}

TEST_CASE("an issuer that names a time for renewal is obeyed [A9]") {
  Bench bench;
  bench.wire
      .then(answer(200, R"({"expires_in":86400,"refresh_in":43200,"access_token":"one"})",
                   {{"Date", "Mon, 23 Nov 2026 06:00:00 GMT"}}))
      .then(token_answer("two"));
  auto source = bench.source();
  REQUIRE(source.token()->expose() == "one");
  bench.clock.at += std::chrono::seconds(43'199);
  CHECK(source.token()->expose() == "one");
  bench.clock.at += std::chrono::seconds(2);
  CHECK(source.token()->expose() == "two");
}
