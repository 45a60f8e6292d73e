// Every document that tandem writes against Atlassian's own schema. It is not part of the project: TANDEM_CONTRACTS names its folder.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/text.hpp>

using namespace tandem;
using namespace tandem::mapping::richtext;

TEST_CASE("every ADF document that we write validates against Atlassian's schema [C5]") {
  auto const* folder = std::getenv("TANDEM_CONTRACTS");
  if (folder == nullptr) {
    std::cout << "SKIPPED: TANDEM_CONTRACTS is not set: the ADF schema was not compared\n";
    return;
  }
  std::ifstream file(std::string(folder) + "/adf-schema.json");
  REQUIRE(file.good());
  std::string const text{std::istreambuf_iterator<char>(file), {}};
  rapidjson::Document schema_text;
  REQUIRE_FALSE(schema_text.Parse(text.c_str()).HasParseError());
  rapidjson::SchemaDocument const schema(schema_text);
  auto const valid = [&](std::string const& document) {
    rapidjson::Document parsed;
    parsed.Parse(document.c_str());
    rapidjson::SchemaValidator validator(schema);
    return !parsed.HasParseError() && parsed.Accept(validator);
  };
  REQUIRE_FALSE(valid(R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":""}]}]})"));
  REQUIRE_FALSE(valid(R"({"type":"doc","version":2,"content":[]})"));

  for (std::string const source : {"", "one", "one\ntwo\n\nthree", "\n\n\n a", "a\n\n\n\nb", "😀 \"\\ \x01"}) {
    CAPTURE(source);
    CHECK(valid(json::to_text(to_adf(from_text(source)).adf)));
  }
  for (std::size_t most = 150; most < 600; most += 7) {
    CHECK(valid(json::to_text(to_adf(from_text("first line\nsecond\n\nthird 😀 line\n\n" + std::string(900, 'x')), most).adf)));
  }
  auto const html = from_html("<div><h1>Title</h1><p>text<br>more</p><ul><li>x</li></ul></div>");
  REQUIRE(html.has_value());
  CHECK(valid(json::to_text(to_adf(html->document).adf)));
}
