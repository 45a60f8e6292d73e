// --trace-http: what is shown of a request, and what never is.
#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/connection/http/wire_log.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;

TEST_CASE("a traced request shows allowed headers and parameters, and of the others only the name [S1]") {
  ScriptedTransport wire;
  wire.then(answer(200, R"({"secret":"in-a-body"})", {{"Retry-After", "7"}, {"Set-Cookie", "session=marked"}}));
  FakeClock clock;
  std::vector<std::string> lines;
  http::WireLogTransport log(
      wire, [&](std::string_view line) { lines.emplace_back(line); }, clock);
  http::Request request;
  request.method = "GET";
  request.url = "https://org.example/api/data/v9.2/incidents?$select=title&$filter=emailaddress%20eq%20'marked'&x=marked";
  request.headers = {{"Authorization", "Bearer marked"}, {"Accept", "application/json"}, {"Cookie", "marked"}};
  request.body = "client_secret=marked";
  REQUIRE(log.send(request).has_value());
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("marked") == std::string::npos);
  CHECK(lines[0].find("in-a-body") == std::string::npos);
  CHECK(lines[0].find('\n') == std::string::npos);
  auto const line = *json::parse(lines[0]);
  CHECK(line["path"].text() == "/api/data/v9.2/incidents");
  CHECK(line["query"]["$select"].text() == "title");
  CHECK(line["query"]["$filter"].text() == "(hidden)");
  CHECK(line["request"]["Accept"].text() == "application/json");
  CHECK(line["request"]["Authorization"].text() == "(hidden)");
  CHECK(line["answer"]["Retry-After"].text() == "7");
  CHECK(line["answer"]["Set-Cookie"].text() == "(hidden)");
  CHECK(line["status"].integer() == 200);
  CHECK(line["sent"].integer() == 20);
}

TEST_CASE("a traced failure says why nothing came back [S1]") {
  ScriptedTransport wire;
  wire.then_error(ErrorKind::transient, "dns");
  FakeClock clock;
  std::string last;
  http::WireLogTransport log(
      wire, [&](std::string_view line) { last = line; }, clock);
  http::Request request;
  request.method = "POST";
  request.url = "https://org.example/x";
  CHECK_FALSE(log.send(request).has_value());
  CHECK((*json::parse(last))["error"].text() == "transient");
}
