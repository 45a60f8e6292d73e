// json::Value: lenient reading, ordered objects, and the three ways of writing.
#include <catch2/catch.hpp>

#include <tandem/base/json/count.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

using namespace tandem;

TEST_CASE("reading what is not there gives nothing and never fails [S3]") {
  auto const value = *json::parse(R"({"a":{"b":[1,"x"]},"n":null})");
  CHECK(value["a"]["b"].at(1).text() == "x");
  CHECK(value["a"]["missing"]["deeper"].is_null());
  CHECK(value["a"]["b"].at(99).is_null());
  CHECK(value["a"].at(0).is_null());
  CHECK(value["n"]["x"].text().empty());
  CHECK(value["n"].text_or("other") == "other");
  CHECK(value["a"]["b"]["x"].items().empty());
  CHECK(value.has("n"));
  CHECK_FALSE(value.has("z"));
  CHECK_FALSE(value["a"].truthy());
}

TEST_CASE("scalars have a text form, containers have none") {
  auto const [text, shown] = GENERATE(table<std::string, std::string>(
      {{"\"x\"", "x"}, {"1.50", "1.50"}, {"true", "true"}, {"false", "false"}, {"null", ""}, {"[1]", ""}, {"{}", ""}}));
  CAPTURE(text);
  CHECK(json::parse(text)->scalar_text() == shown);
}

TEST_CASE("an object keeps its order, replaces in place, and is equal in any order") {
  json::Object object{{"b", 1}, {"a", 2}};
  object.set("b", 3);
  object.set("c", json::Array{true, nullptr});
  CHECK(json::to_text(object) == R"({"b":3,"a":2,"c":[true,null]})");
  CHECK(object.erase("a"));
  CHECK_FALSE(object.erase("a"));
  CHECK(*json::parse(R"({"x":1,"y":2})") == *json::parse(R"({"y":2,"x":1})"));
  CHECK_FALSE(*json::parse(R"({"x":1})") == *json::parse(R"({"x":1,"y":null})"));
  CHECK_FALSE(*json::parse("1") == *json::parse("1.0"));
}

TEST_CASE("a count is a whole number that is not negative; anything else is none [S3]") {
  auto const counts = *json::parse(R"([7, 0, -8, 1.5, "7", null, 99999999999999999999])");
  std::vector<std::uint64_t> read;
  for (auto const& count : counts.items()) read.push_back(json::count_of(count));
  CHECK(read == std::vector<std::uint64_t>{7, 0, 0, 0, 0, 0, 0});
  CHECK(json::count_of(counts.items()[2], 3) == 3);
}

TEST_CASE("writing escapes what would break a line or a terminal and keeps UTF-8") {
  CHECK(json::to_text(json::Value(std::string("q\" b\\ n\n t\t e\x1b d\x7f ü €"))) ==
        "\"q\\\" b\\\\ n\\n t\\t e\\u001b d\\u007f ü €\"");
}

TEST_CASE("pretty text has one member a line, canonical text is sorted at every depth") {
  auto const value = *json::parse(R"({"b":[1,{"d":1,"c":2}],"a":{},"e":[]})");
  CHECK(json::to_canonical(value) == R"({"a":{},"b":[1,{"c":2,"d":1}],"e":[]})");
  CHECK(json::to_pretty(value) ==
        "{\n  \"b\": [\n    1,\n    {\n      \"d\": 1,\n      \"c\": 2\n    }\n  ],\n  \"a\": {},\n  \"e\": []\n}");
  CHECK(*json::parse(json::to_pretty(value)) == value);
}
