#include <catch2/catch.hpp>

#include <tandem/mapping/item.hpp>

#include "item_files.hpp"

using namespace tandem;
using namespace tandem::mapping;
using namespace tandem::test;

namespace {

std::string fault_lines(std::vector<Fault> const& faults) {
  std::string out;
  for (auto const& fault : faults)
    out += std::to_string(fault.line) + ":" + std::to_string(fault.column) + " " + fault.path + ": " + fault.message + "\n";
  return out;
}

}  // namespace

TEST_CASE("the whole item file of the specification is read [N3]") {
  auto const parsed = parse_item(kSpecificationItem);
  INFO(fault_lines(parsed.faults));
  REQUIRE(parsed.faults.empty());
  REQUIRE(parsed.item);
  auto const& item = *parsed.item;
  CHECK(item.name == "support-cases");
  CHECK(item.mode == Mode::two_way);
  CHECK(item.project == "SUP");
  CHECK(item.issue_type == "Task");
  CHECK(item.defaults.find("labels")->at(0).text() == "dynamics");
  CHECK(item.module == "customer-service");
  CHECK(item.entity == "incident");
  CHECK(item.filter == "casetypecode eq 2");
  CHECK(item.auto_create);
  CHECK(item.fields);
  CHECK(item.status["enabled"].truthy());
  CHECK(item.status["resolve"]["statusReason"].integer() == 5);
  CHECK(item.attachments["maxBytes"].integer() == 10485760);
  CHECK(item.conflict == Conflict::latest);
  CHECK(item.brakes.max_creates == 500);
  CHECK(item.time_zone == "Europe/Berlin");
  REQUIRE(item.mappings.size() == 4);
  CHECK(item.mappings[2].values.at("2") == "Medium");
  CHECK(item.display.size() == 4);
  CHECK_FALSE(item.enabled.has_value());
  CHECK(item.manual_links);
  CHECK(item.link_note);
}

TEST_CASE("every key that an item may carry is known [B1]") {
  auto const parsed = parse_item(kFullItem);
  INFO(fault_lines(parsed.faults));
  REQUIRE(parsed.faults.empty());
  auto const& item = *parsed.item;
  CHECK_FALSE(item.manual_links);
  CHECK_FALSE(item.link_note);
  CHECK(item.skip_closed);
  CHECK(item.enabled == false);
  CHECK(item.conflict == Conflict::hold);
  CHECK(item.mappings[0].direction == Direction::to_jira);
  CHECK(item.mappings[0].on_create_only);
  CHECK(item.mappings[0].default_value->text() == "none");
  CHECK(item.mappings[0].values.at("1") == "7");
}

TEST_CASE("the example items are well-formed [B1]") {
  for (auto const& path : example_items()) {
    auto const parsed = parse_item(file_text(path));
    INFO(path.string() << "\n" << fault_lines(parsed.faults));
    CHECK(parsed.faults.empty());
  }
}

TEST_CASE("a display-only item needs no issue type, module or mappings [B6]") {
  auto const parsed =
      parse_item(R"({"name":"a","mode":"display-only","jira":{"project":"SUP"},"dynamics":{"entity":"incident"}})");
  INFO(fault_lines(parsed.faults));
  REQUIRE(parsed.faults.empty());
  CHECK_FALSE(parsed.item->fields);
}

TEST_CASE("all faults are told at once, each at its line and column, with what is accepted [B4]") {
  auto const parsed = parse_item(R"({
  "name": "support cases",
  "mode": "oneway",
  "jira": { "project": "SUP", "isueType": "Task" },
  "dynamics": { "module": 5, "entity": "incident" },
  "brakes": { "maxCreates": -1 },
  // a comment
  "mappings": [
    { "column": "title" },
    { "column": "a", "field": "b", "direction": "sideways", "onCreateOnly": "yes" }
  ]
}
)");
  REQUIRE(parsed.item);
  CHECK(fault_lines(parsed.faults) ==
        "2:11 name: found \"support cases\", expected 1 to 64 of the characters A-Z a-z 0-9 . _ -\n"
        "3:11 mode: found \"oneway\", expected \"display-only\", \"one-way\" or \"two-way\"; did you mean \"one-way\"?\n"
        "4:31 jira.isueType: unknown key; did you mean \"issueType\"?\n"
        "5:27 dynamics.module: found the number 5, expected a text\n"
        "6:29 brakes.maxCreates: found the number -1, expected a whole number from 0 to 10000000\n"
        "9:5 mappings[0]: \"field\" is missing: a Jira field's id or name\n"
        "10:49 mappings[1].direction: found \"sideways\", expected \"both\", \"to-jira\" or \"to-dynamics\"\n"
        "10:77 mappings[1].onCreateOnly: found the text \"yes\", expected true or false\n");
}

TEST_CASE("a syntax error is one fault at its line [B4]") {
  auto const [text, line] = GENERATE(table<std::string, std::size_t>({
      {"{\n  \"name\": \"a\"\n  \"mode\": \"one-way\"\n}", 3},
      {"{\n  \"name\": \"a\",\n  \"name\": \"b\"\n}", 3},
      {"{\n  \"name\": \"a", 2},
      {"", 1},
      {"{} x", 1},
      {"{\n\n  \"a\": \"\xff\" }", 3},
  }));
  CAPTURE(text);
  auto const parsed = parse_item(text);
  CHECK_FALSE(parsed.item);
  REQUIRE(parsed.faults.size() == 1);
  CHECK(parsed.faults[0].line == line);
  CHECK(parsed.faults[0].message.starts_with("invalid JSON: "));
}

TEST_CASE("what is no object is no item [B4]") {
  auto const parsed = parse_item("[1]");
  CHECK_FALSE(parsed.item);
  REQUIRE(parsed.faults.size() == 1);
  CHECK(parsed.faults[0].message == "found a list, expected an object {…}");
}

TEST_CASE("a byte order mark does not move the positions [B4]") {
  auto const parsed = parse_item("\xEF\xBB\xBF{\"nam\":1}");
  REQUIRE_FALSE(parsed.faults.empty());
  CHECK(fault_lines(parsed.faults).find("1:2 nam: unknown key; did you mean \"name\"?") != std::string::npos);
}

TEST_CASE("a pair that is mapped twice is a fault [C1]") {
  auto const parsed = parse_item(
      R"({"name":"a","mode":"one-way","jira":{"project":"P","issueType":"T"},"dynamics":{"module":"custom","entity":"e"},)"
      R"("mappings":[{"column":"a","field":"b"},{"column":"a","field":"b"}]})");
  REQUIRE(parsed.faults.size() == 1);
  CHECK(parsed.faults[0].path == "mappings[1]");
}
