// The published schema and the parser must judge alike: editors show the one, `items apply` the other.
#include <map>
#include <set>
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

// The keys of every object of the schema, by path; "[]" stands for an element, and the object among alternatives is taken.
void collect_keys(json::Value const& schema, std::string const& path, std::map<std::string, std::set<std::string>>& out,
                  std::vector<std::string>& undescribed) {
  if (schema["properties"].is_object() && schema.has("additionalProperties") && !schema["additionalProperties"].truthy()) {
    for (auto const& [key, value] : schema["properties"].members()) {
      out[path].insert(key);
      auto const inner = path.empty() ? key : path + "." + key;
      if (value["description"].text().empty()) undescribed.push_back(inner);
      collect_keys(value, inner, out, undescribed);
    }
  }
  if (schema["items"].is_object()) collect_keys(schema["items"], path + "[]", out, undescribed);
  for (auto const& one : schema["oneOf"].items()) collect_keys(one, path, out, undescribed);
}

// An item whose object at `path` holds only `key`.
json::Value item_reaching(std::string_view path, std::string const& key) {
  json::Value inner = json::Object{{key, 1}};
  while (!path.empty()) {
    if (path.ends_with("[]")) {
      inner = json::Array{std::move(inner)};
      path.remove_suffix(2);
      continue;
    }
    auto const dot = path.rfind('.');
    auto const name = dot == std::string_view::npos ? path : path.substr(dot + 1);
    inner = json::Object{{std::string(name), std::move(inner)}};
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
  }
  return inner;
}

// What the parser says that it knows there, when it meets a key that it does not.
std::set<std::string> parser_keys(std::string const& path) {
  std::string const strange = "qqqqqqqqqqqqqqqq";
  std::set<std::string> keys;
  for (auto const& fault : parse_item(json::to_text(item_reaching(path, strange))).faults) {
    if (!fault.path.ends_with(strange)) continue;
    for (std::size_t at = fault.message.find('"'); at != std::string::npos;) {
      auto const end = fault.message.find('"', at + 1);
      keys.insert(fault.message.substr(at + 1, end - at - 1));
      at = fault.message.find('"', end + 1);
    }
  }
  return keys;
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

TEST_CASE("schema and parser know the same keys in every object, and each is described for editors [B1]") {
  auto const schema = json::parse(item_schema());
  REQUIRE(schema);
  std::map<std::string, std::set<std::string>> keys;
  std::vector<std::string> undescribed;
  collect_keys(*schema, "", keys, undescribed);
  CHECK(undescribed.empty());
  CHECK(keys.size() >= 15);
  for (auto const& [path, known] : keys) {
    CAPTURE(path);
    CHECK(parser_keys(path) == known);
  }
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
      {"schema", "{}"},
      {"schema", R"({"entity":[]})"},
      {"schema", R"({"entity":{},"fields":[]})"},
      {"when", "{}"},
      {"unknown", "1"},
  }));
  auto const item = item_with(key, value);
  CAPTURE(item);
  CHECK_FALSE(schema_accepts(item));
  CHECK_FALSE(parser_accepts(item));
}
