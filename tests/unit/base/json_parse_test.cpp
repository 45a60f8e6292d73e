// The JSON door: what it takes, what it refuses, and where it says the fault is.
#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

using namespace tandem;

namespace {
// The document that makes RapidJSON's number conversion read out of bounds (CVE-2024-38517).
std::string overflow_document() { return R"({"x":0.)" + std::string(100, '0') + "1e-2147483639}"; }

std::string reason_of(std::string_view text, json::Limits const& limits = {}) {
  auto const parsed = json::parse(text, limits);
  return parsed ? "taken" : parsed.error().message;
}
}  // namespace

TEST_CASE("the number overflow document is refused by its length and read exactly where longer numbers are allowed [S3]") {
  auto const text = overflow_document();
  CHECK(text.size() == 121);
  auto const refused = json::parse(text);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::remote);
  CHECK(refused.error().message == "invalid JSON: a number is too long");

  auto const taken = json::parse(text, {.number_length = 200});
  REQUIRE(taken.has_value());
  CHECK(json::to_text(*taken) == text);
}

TEST_CASE("half a surrogate pair is read as the replacement character, whole pairs and escaped backslashes stay [S3]") {
  struct Row {
    std::string sent, read;
  };
  auto const row = GENERATE(values<Row>({{R"("cut \ud83d")", "cut \uFFFD"},
                                         {R"("\uDE80 rest")", "\uFFFD rest"},
                                         {R"("\ude80\ud83d")", "\uFFFD\uFFFD"},
                                         {R"("\ud83d\ud83d\ude80")", "\uFFFD\U0001F680"},
                                         {R"("\ud83d\n\ude80")", "\uFFFD\n\uFFFD"},
                                         {R"("\uD83D\uDE80")", "\U0001F680"},
                                         {R"("C:\\ud83d")", R"(C:\ud83d)"},
                                         {R"("\\\ud83d")", "\\\uFFFD"}}));
  CAPTURE(row.sent);
  auto const parsed = json::parse(row.sent);
  REQUIRE(parsed.has_value());
  CHECK(parsed->text() == row.read);
  auto const kept = json::parse(json::to_text(*parsed));
  REQUIRE(kept.has_value());
  CHECK(*kept == *parsed);
  CHECK(json::parse("{" + row.sent + ":1}").has_value());
  CHECK(reason_of(R"("\ud83)") != "taken");
}

TEST_CASE("numbers keep their text, so decimals and large ids stay exact [C2]") {
  auto const text = GENERATE(as<std::string>{}, "20000.0000", "9007199254740993", "18446744073709551616", "-0", "0.1", "1E+2",
                             "-1.50e-7", "123456789012345678901234567890.12345");
  CAPTURE(text);
  auto const parsed = json::parse(text);
  REQUIRE(parsed.has_value());
  REQUIRE(parsed->is_number());
  CHECK(parsed->if_number()->text == text);
  CHECK(json::to_text(*parsed) == text);
}

TEST_CASE("an integer is read only when it is one and fits") {
  auto const [text, value] = GENERATE(table<std::string, std::optional<std::int64_t>>({
      {"0", 0},
      {"-7", -7},
      {"9223372036854775807", INT64_MAX},
      {"-9223372036854775808", INT64_MIN},
      {"9223372036854775808", std::nullopt},
      {"1.0", 1},
      {"1.5", std::nullopt},
      {"1e2", std::nullopt},
      {"\"7\"", std::nullopt},
      {"true", std::nullopt},
      {"null", std::nullopt},
  }));
  CAPTURE(text);
  auto const parsed = json::parse(text);
  REQUIRE(parsed.has_value());
  CHECK(parsed->integer() == value);
}

TEST_CASE("what is not one clean JSON value is refused with its reason [S3]") {
  using namespace std::string_literals;
  auto const [text, reason] = GENERATE(table<std::string, std::string>({
      {"", "the text is empty"},
      {"   ", "the text is empty"},
      {"{} {}", "text after the end of the value"},
      {"nul", "no valid value"},
      {"NaN", "no valid value"},
      {"{\"a\" 1}", "a colon is missing"},
      {"[1 2]", "a comma or ] is missing"},
      {"{\"a\":1 \"b\":2}", "a comma or } is missing"},
      {"{a:1}", "a member name is missing"},
      {"[1,]", "no valid value"},
      {"// note\n1", "no valid value"},
      {R"({"a":1,"a":2})", "the key \"a\" stands twice"},
      {R"({"a":1,"\u0061":2})", "the key \"a\" stands twice"},
      {"\"\xff\"", "invalid"},
      {"\"\xc3\"", "invalid"},
      {"\"\xed\xa0\x80\"", "invalid"},
      {"[1]\0"s, "NUL"},
      {"\"a\0b\""s, "NUL"},
      {"01", "text after the end of the value"},
      {"+1", "no valid value"},
      {"\"open", "closing"},
  }));
  CAPTURE(text, reason);
  auto const said = reason_of(text);
  CAPTURE(said);
  CHECK(said.starts_with("invalid JSON"));
  CHECK(said.find(reason) != std::string::npos);
}

TEST_CASE("an escaped NUL is data of a string and goes back escaped") {
  auto const parsed = json::parse(R"("a\u0000b")");
  REQUIRE(parsed.has_value());
  CHECK(parsed->text().size() == 3);
  CHECK(json::to_text(*parsed) == R"("a\u0000b")");
}

TEST_CASE("depth, size and number length are capped, one below the cap is taken [S3]") {
  auto const nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(reason_of(nested(64)) == "taken");
  CHECK(reason_of(nested(65)).find("nested too deeply") != std::string::npos);
  CHECK(reason_of(nested(1'000'000)).find("nested too deeply") != std::string::npos);
  CHECK(reason_of("[1,2]", {.bytes = 5}) == "taken");
  CHECK(reason_of("[1,23]", {.bytes = 5}).find("large") != std::string::npos);
  CHECK(reason_of(std::string(64, '1')) == "taken");
  CHECK(reason_of(std::string(65, '1')).find("a number is too long") != std::string::npos);
}

TEST_CASE("comments and trailing commas are taken where people write the file, and only there [B1]") {
  auto const text = "{ // the name\n  \"name\": \"a//b\", /* and\n the rest */ \"list\": [1, 2,],\n}";
  auto const parsed = json::parse(text, {.comments = true});
  REQUIRE(parsed.has_value());
  CHECK((*parsed)["name"].text() == "a//b");
  CHECK((*parsed)["list"].items().size() == 2);
  CHECK(reason_of(text) != "taken");
}

TEST_CASE("a fault is told by line and column") {
  auto const parsed = json::parse("{\n  \"a\": 1,\n  \"b\": oops\n}");
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().find("line") == "3");
  CHECK(parsed.error().find("column") == "8");
}

TEST_CASE("every value knows where it stands") {
  std::string const text = "{\n  \"name\": \"x\",\n  \"list\": [10, true],\n  \"inner\": {\"deep\": null}\n}";
  auto const parsed = json::parse(text);
  REQUIRE(parsed.has_value());
  auto const line = [&](json::Value const& value) { return json::position_of(text, value.offset()).line; };
  CHECK(line(*parsed) == 1);
  CHECK(line((*parsed)["name"]) == 2);
  CHECK(line((*parsed)["list"]) == 3);
  CHECK(line((*parsed)["list"].at(1)) == 3);
  CHECK(line((*parsed)["inner"]["deep"]) == 4);
}

TEST_CASE("positions count lines and bytes from one") {
  std::string const text = "ab\ncd\n";
  auto const [offset, line, column] =
      GENERATE(table<std::size_t, std::size_t, std::size_t>({{0, 1, 1}, {1, 1, 2}, {3, 2, 1}, {4, 2, 2}, {6, 3, 1}, {99, 3, 1}}));
  CAPTURE(offset);
  CHECK(json::position_of(text, offset).line == line);
  CHECK(json::position_of(text, offset).column == column);
}
