#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>
#include <tandem/mapping/compiled_item.hpp>

#include "item_files.hpp"
#include "support_metadata.hpp"

using namespace tandem;
using namespace tandem::mapping;
using namespace tandem::test;

namespace {

Item example() { return *parse_item(file_text(project_folder() / "examples/items/support-cases.json")).item; }

}  // namespace

TEST_CASE("the example item compiles to its rules, columns, fields and defaults [C1]") {
  auto const compiled = compile(example(), support_schema());
  REQUIRE(compiled.has_value());
  auto const& item = **compiled;
  REQUIRE(item.rules.size() == 4);
  CHECK(item.rules[2]->key() == "prioritycode|priority");
  CHECK(item.rules[0]->writes_jira(Mode::one_way));
  CHECK_FALSE(item.rules[0]->writes_jira(Mode::display_only));
  CHECK(item.feed_columns() == std::vector<std::string>{"title", "description", "prioritycode", "followupby", "ticketnumber",
                                                        "statecode", "createdon", "modifiedon"});
  CHECK(item.issue_fields() == std::vector<std::string>{"summary", "description", "priority", "duedate", "status", "updated"});
  CHECK(json::to_text(item.defaults) == R"({"labels":["dynamics"]})");
}

TEST_CASE("a follow-up becomes the due date of the item's zone [C2]") {
  auto const compiled = compile(example(), support_schema());
  REQUIRE(compiled.has_value());
  auto const& rule = *(*compiled)->rules[3];
  CHECK(rule.to_jira(json::Value("2026-11-30T23:00:00Z"), "01.12.2026").value->text() == "2026-12-01");
}

TEST_CASE("lookups are selected by their query name, and a record is named for people [C2]") {
  auto item = example();
  item.mappings.push_back({.column = "customerid",
                           .field = "customfield_3",
                           .direction = Direction::both,
                           .values = {},
                           .default_value = {},
                           .on_create_only = false,
                           .offset = 0});
  auto const compiled = compile(item, support_schema());
  REQUIRE(compiled.has_value());
  CHECK((*compiled)->feed_columns()[4] == "_customerid_value");
  dataverse::Record record;
  record.columns = {{"title", "Printer"}, {"ticketnumber", "CAS-1"}};
  CHECK((*compiled)->record_number(record) == "CAS-1");
  CHECK((*compiled)->record_title(record) == "Printer");
  record.columns = {{"title", "Printer"}};
  CHECK((*compiled)->record_number(record) == "Printer");
}

TEST_CASE("defaults are written by field id in the shape that Jira takes [B4]") {
  auto item = example();
  item.defaults = {{"Priority", "low"},
                   {"description", "made by tandem"},
                   {"Escalated", "Yes"},
                   {"assignee", json::Object{{"accountId", "5b1"}}}};
  auto const compiled = compile(item, support_schema());
  REQUIRE(compiled.has_value());
  CHECK(
      json::to_text((*compiled)->defaults) ==
      R"({"priority":{"id":"13"},"description":{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"made by tandem"}]}]},)"
      R"("customfield_1":{"id":"101"},"assignee":{"accountId":"5b1"}})");
}

TEST_CASE("an item without field mapping has no rules [B6]") {
  auto item = example();
  item.fields = false;
  auto const compiled = compile(item, support_schema());
  REQUIRE(compiled.has_value());
  CHECK((*compiled)->rules.empty());
}

TEST_CASE("metadata that changed since are told, not guessed around [B4]") {
  auto schema = support_schema();
  std::erase_if(schema.fields, [](auto const& field) { return field.id == "duedate"; });
  auto const gone = compile(example(), schema);
  REQUIRE_FALSE(gone.has_value());
  CHECK(gone.error().kind == ErrorKind::config);
  CHECK(gone.error().message.find("duedate") != std::string::npos);
  schema = support_schema();
  schema.entity.reset();
  CHECK(compile(example(), schema).error().kind == ErrorKind::config);
}
