// The log: levels, redaction, and lines that foreign text cannot break.
#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/log/log.hpp>

using namespace tandem;

namespace {
struct Lines {
  std::vector<LogEvent> events;
  Log::Sink sink() {
    return [this](LogEvent const& event) { events.push_back(event); };
  }
};
}  // namespace

TEST_CASE("a registered secret never reaches the sink, wherever it stands [S1]") {
  Lines lines;
  Log log(Level::debug, lines.sink());
  log.redactor().add("s3cr3t-value");
  log(Level::info, "sent_request", {{"url", "https://h/?a=s3cr3t-value&b=s3cr3t-values3cr3t-value"}, {"body", "s3cr3t-value"}});
  REQUIRE(lines.events.size() == 1);
  CHECK(lines.events[0].fields[0].second == "https://h/?a=***&b=******");
  CHECK(lines.events[0].fields[1].second == "***");
}

TEST_CASE("a short value is not registered: it would hit innocent text") {
  Redactor redactor;
  redactor.add("12345");
  redactor.add("123456");
  redactor.add("123456");
  CHECK(redactor.clean("12345 123456 1234567") == "12345 *** ***7");
}

TEST_CASE("an event above the wished level is not even made") {
  Lines lines;
  Log log(Level::warn, lines.sink());
  log(Level::error, "a");
  log(Level::warn, "b");
  log(Level::info, "c");
  log(Level::debug, "d");
  CHECK(lines.events.size() == 2);
  CHECK_FALSE(log.wants(Level::info));
  CHECK_FALSE(Log().wants(Level::error));
}

TEST_CASE("a line of the log is one line, whatever the values hold [S2]") {
  LogEvent const event{
      Level::warn,
      "read_record",
      {{"key", "SUP-1"}, {"empty", ""}, {"text", "two words"}, {"bad", "a\nlevel=error\x1b[31m"}, {"quote", "a\"b"}}};
  CHECK(to_logfmt(event) ==
        "level=warn event=read_record key=SUP-1 empty=\"\" text=\"two words\" bad=\"a\\\\u{a}level=error\\\\u{1b}[31m\" "
        "quote=\"a\\\"b\"");
  auto const line = to_json_line(event);
  CHECK(line.find('\n') == std::string::npos);
  auto const parsed = json::parse(line);
  REQUIRE(parsed.has_value());
  CHECK((*parsed)["event"].text() == "read_record");
  CHECK((*parsed)["bad"].text() == "a\nlevel=error\x1b[31m");
}
