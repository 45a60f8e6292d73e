// The published schema and the parser must judge alike: editors show the one, `items apply` the other.
#include <string>
#include <utility>
#include <vector>

#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/mapping/item.hpp>
#include <tandem/mapping/item_schema.hpp>

#include "item_files.hpp"

using namespace tandem;
using namespace tandem::mapping;
using namespace tandem::test;

namespace {

bool schema_accepts(std::string const& item) {
  static rapidjson::SchemaDocument const schema = [] {
    rapidjson::Document text;
    text.Parse(std::string(item_schema()).c_str());
    return rapidjson::SchemaDocument(text);
  }();
  json::Limits limits;
  limits.comments = true;
  auto const plain = json::parse(item, limits);
  if (!plain) return false;
  rapidjson::Document parsed;
  parsed.Parse(json::to_text(*plain).c_str());
  rapidjson::SchemaValidator validator(schema);
  return !parsed.HasParseError() && parsed.Accept(validator);
}

bool parser_accepts(std::string const& item) {
  auto const parsed = parse_item(item);
  return parsed.item && parsed.faults.empty();
}

// A small complete item with one member replaced or added.
std::string item_with(std::string const& key, std::string const& value) {
  json::Object item{{"name", "a"},
                    {"mode", "one-way"},
                    {"jira", json::Object{{"project", "P"}, {"issueType", "T"}}},
                    {"dynamics", json::Object{{"module", "custom"}, {"entity", "e"}}}};
  if (value.empty())
    item.erase(key);
  else
    item.set(key, *json::parse(value));
  return json::to_text(item);
}

}  // namespace

TEST_CASE("the published schema is JSON and has a copy beside the examples [B1]") {
  REQUIRE(json::parse(item_schema()).has_value());
  CHECK(file_text(project_folder() / "lib/tandem/mapping/tandem-item.schema.json") == item_schema());
  CHECK(file_text(project_folder() / "examples/items/tandem-item.schema.json") == item_schema());
}

TEST_CASE("schema and parser accept the same good files [B1][N3]") {
  std::vector<std::string> good{kSpecificationItem, kFullItem, item_with("name", R"("x")")};
  for (auto const& path : example_items()) good.push_back(file_text(path));
  good.push_back(item_with("mode", R"("two-way")"));
  good.push_back(R"({"name":"a","mode":"display-only","jira":{"project":"SUP"},"dynamics":{"entity":"incident"}})");
  good.push_back(item_with("comments", R"({"since":"all"})"));
  good.push_back(item_with("mappings", "[]"));
  for (auto const& item : good) {
    CAPTURE(item);
    CHECK(schema_accepts(item));
    CHECK(parser_accepts(item));
  }
}

TEST_CASE("schema and parser refuse the same broken files [B1][B4]") {
  auto const [key, value] = GENERATE(table<std::string, std::string>({
      {"name", ""},
      {"name", R"("")"},
      {"name", R"("a b")"},
      {"name", R"("ä")"},
      {"name", "5"},
      {"name", "\"" + std::string(65, 'x') + "\""},
      {"mode", ""},
      {"mode", R"("One-Way")"},
      {"mode", "null"},
      {"jira", ""},
      {"jira", "[]"},
      {"jira", R"({"issueType":"T"})"},
      {"jira", R"({"project":"P"})"},
      {"jira", R"({"project":"","issueType":"T"})"},
      {"jira", R"({"project":"P","issueType":"T","defaults":[]})"},
      {"jira", R"({"project":"P","issueType":"T","Defaults":{}})"},
      {"dynamics", ""},
      {"dynamics", R"({"module":"custom"})"},
      {"dynamics", R"({"entity":"e"})"},
      {"dynamics", R"({"module":"custom","entity":"e","filter":" "})"},
      {"dynamics", R"({"module":"custom","entity":"e","changeTracking":1})"},
      {"autoCreate", R"("true")"},
      {"fields", "null"},
      {"baseline", R"("all")"},
      {"conflict", R"("newest")"},
      {"brakes", R"({"maxCreates":-1})"},
      {"brakes", R"({"maxUpdates":1.5})"},
      {"brakes", R"({"maxUpdates":99999999})"},
      {"timeZone", "1"},
      {"mappings", "{}"},
      {"mappings", R"(["title"])"},
      {"mappings", R"([{"column":"a"}])"},
      {"mappings", R"([{"field":"a"}])"},
      {"mappings", R"([{"column":"a","field":"b","direction":"jira"}])"},
      {"mappings", R"([{"column":"a","field":"b","values":["x"]}])"},
      {"mappings", R"([{"column":"a","field":"b","values":{"1":null}}])"},
      {"mappings", R"([{"column":"a","field":"b","values":{"1":""}}])"},
      {"mappings", R"([{"column":"a","field":"b","default":{}}])"},
      {"mappings", R"([{"column":"a","field":"b","default":null}])"},
      {"mappings", R"([{"column":"a","field":"b","Default":"x"}])"},
      {"display", R"("title")"},
      {"display", "[1]"},
      {"create", R"({"skipClosed":"no"})"},
      {"enabled", R"("yes")"},
      {"status", "true"},
      {"status", R"({"map":[{"dynamics":"A"}]})"},
      {"status", R"({"map":[{"dynamics":"A","jira":{"resolution":"Done"}}]})"},
      {"status", R"({"map":[{"dynamics":true,"jira":"B"}]})"},
      {"status", R"({"resolve":{"minutes":-5}})"},
      {"status", R"({"cancel":{"subject":"x"}})"},
      {"comments", R"({"visibility":"secret"})"},
      {"attachments", R"({"maxBytes":0})"},
      {"users", R"({"table":{"a":1}})"},
      {"schema", "[]"},
      {"when", "{}"},
      {"unknown", "1"},
  }));
  auto const item = item_with(key, value);
  CAPTURE(item);
  CHECK_FALSE(schema_accepts(item));
  CHECK_FALSE(parser_accepts(item));
}
