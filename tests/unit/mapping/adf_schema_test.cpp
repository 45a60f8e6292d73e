// Every document that tandem writes against Atlassian's own schema.
#include <string>

#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/html.hpp>
#include <tandem/mapping/richtext/text.hpp>

#include "adf_schema.hpp"

using namespace tandem;
using namespace tandem::mapping::richtext;
using namespace tandem::test;

TEST_CASE("every ADF document that we write validates against Atlassian's schema [C5]") {
  auto const schema = AdfSchema::load();
  if (!schema) return;
  auto const valid = [&](std::string const& document) { return schema->accepts(document); };
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
