// Instants, dates and durations in the text forms of both services.
#include <catch2/catch.hpp>

#include <tandem/base/time/instant.hpp>

using namespace tandem;
using namespace std::chrono_literals;

namespace {
Instant const kNoon{std::chrono::sys_days{std::chrono::year{2024} / 6 / 12} + 14h + 13min + 25s};
}

TEST_CASE("instants are read in both services' forms [C2]") {
  auto const [text, at] = GENERATE(table<std::string, Instant>({
      {"2024-06-12T14:13:25Z", kNoon},
      {"2024-06-12t14:13:25z", kNoon},
      {"2024-06-12 14:13:25Z", kNoon},
      {"2024-06-12T14:13:25.25Z", kNoon + 250ms},
      {"2024-06-12T14:13:25.000+0000", kNoon},
      {"2024-06-12T16:13:25.000+0200", kNoon},
      {"2024-06-12T16:13:25+02:00", kNoon},
      {"2024-06-12T08:43:25.1-0530", kNoon + 100ms},
      {"2024-06-12T14:13:25.1239999Z", kNoon + 123ms},
      {"2024-06-12T14:13:60Z", kNoon + 34s},
      {"2024-02-29T00:00:00Z", Instant{std::chrono::sys_days{std::chrono::year{2024} / 2 / 29}}},
      {"1970-01-01T00:00:00Z", Instant{}},
      {"1900-01-01T00:00:00Z", Instant{std::chrono::sys_days{std::chrono::year{1900} / 1 / 1}}},
  }));
  CAPTURE(text);
  auto const read = parse_instant(text);
  REQUIRE(read.has_value());
  CHECK(epoch_millis(*read) == epoch_millis(at));
}

TEST_CASE("what is no instant is not guessed at") {
  auto const text =
      GENERATE(as<std::string>{}, "", "2024-06-12", "2024-06-12T14:13:25", "2024-06-12T14:13Z", "2023-02-29T00:00:00Z",
               "2024-13-01T00:00:00Z", "2024-06-12T24:00:00Z", "2024-06-12T14:60:00Z", "2024-06-12T14:13:25.Z",
               "2024-06-12T14:13:25Zx", "24-06-12T14:13:25Z", "2024-06-12T14:13:25+2", "2024-06-12T14:13:25+24:00",
               "2024-06-12T14:13:25 Z", " 2024-06-12T14:13:25Z", "-024-06-12T14:13:25Z");
  CAPTURE(text);
  CHECK_FALSE(parse_instant(text).has_value());
}

TEST_CASE("instants are written as each side reads them") {
  CHECK(to_rfc3339(kNoon) == "2024-06-12T14:13:25Z");
  CHECK(to_rfc3339(kNoon + 5ms) == "2024-06-12T14:13:25.005Z");
  CHECK(to_rfc3339_seconds(kNoon + 999ms) == "2024-06-12T14:13:25Z");
  CHECK(to_jira_time(kNoon) == "2024-06-12T14:13:25.000+0000");
  CHECK(to_http_date(kNoon) == "Wed, 12 Jun 2024 14:13:25 GMT");
  CHECK(to_rfc3339(Instant{} - 1ms) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("all three forms of an HTTP date are read (RFC 9110 5.6.7) [R8]") {
  Instant const at{std::chrono::sys_days{std::chrono::year{1994} / 11 / 6} + 8h + 49min + 37s};
  auto const text =
      GENERATE(as<std::string>{}, "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994");
  CAPTURE(text);
  auto const read = parse_http_date(text);
  REQUIRE(read.has_value());
  CHECK(*read == at);
  CHECK(parse_http_date(to_http_date(at)) == at);
}

TEST_CASE("a broken HTTP date is none") {
  auto const text = GENERATE(as<std::string>{}, "", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
                             "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Xxx 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT",
                             "Sun Nov 6 1994", ", ", "Sun,");
  CAPTURE(text);
  CHECK_FALSE(parse_http_date(text).has_value());
}

TEST_CASE("a date is a day that exists [C2]") {
  auto const [text, good] = GENERATE(table<std::string, bool>({{"2024-06-12", true},
                                                               {"2024-02-29", true},
                                                               {"2023-02-29", false},
                                                               {"2024-00-10", false},
                                                               {"2024-06-31", false},
                                                               {"2024-6-1", false},
                                                               {"2024-06-12T", false},
                                                               {"", false}}));
  CAPTURE(text);
  auto const read = parse_date(text);
  REQUIRE(read.has_value() == good);
  if (read) CHECK(to_text(*read) == text);
}

TEST_CASE("durations are read and written") {
  auto const [text, value, shown] = GENERATE(table<std::string, Millis, std::string>({
      {"0", 0ms, "0s"},
      {"90s", 90s, "1m30s"},
      {"4m30s", 270s, "4m30s"},
      {"12h", 12h, "12h"},
      {"7d", 168h, "7d"},
      {"250ms", 250ms, "250ms"},
      {"1h1ms", 1h + 1ms, "1h1ms"},
      {"1d2h3m4s5ms", 26h + 3min + 4s + 5ms, "1d2h3m4s5ms"},
  }));
  CAPTURE(text);
  auto const read = parse_duration(text);
  REQUIRE(read.has_value());
  CHECK(*read == value);
  CHECK(to_text(*read) == shown);
  CHECK(parse_duration(shown) == value);
}

TEST_CASE("what is no duration is refused, a bare number too") {
  auto const text = GENERATE(as<std::string>{}, "", "5", "-5s", "5 m", "m", "5x", "1.5h", "99999999999999999999s", "5m ", "+5m");
  CAPTURE(text);
  CHECK_FALSE(parse_duration(text).has_value());
}
