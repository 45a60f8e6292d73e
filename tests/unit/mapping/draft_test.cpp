#include <catch2/catch.hpp>

#include <tandem/mapping/compiled_item.hpp>
#include <tandem/mapping/draft.hpp>
#include <tandem/mapping/draft_pairs.hpp>

#include "support_metadata.hpp"

using namespace tandem;
using namespace tandem::mapping;
using namespace tandem::test;

namespace {

Draft drafted(connection::Schema const& schema, DraftRequest const& request = {"", "", "Europe/Berlin"}) {
  auto made = draft(request, schema);
  REQUIRE(made.has_value());
  return *made;
}

Item item_of_draft(Draft const& made, connection::Schema const& schema) {
  INFO(made.text);
  auto parsed = parse_item(made.text);
  REQUIRE(parsed.faults.empty());
  REQUIRE(parsed.item);
  auto const faults = validate(*parsed.item, schema, made.text);
  INFO((faults.empty() ? "" : faults.front().path + ": " + faults.front().message));
  CHECK(faults.empty());
  return *parsed.item;
}

std::string pairs_of(Item const& item) {
  std::string out;
  for (auto const& mapping : item.mappings) {
    out += (out.empty() ? "" : " ") + mapping.column + ">" + mapping.field;
    for (auto const& [from, to] : mapping.values) out += "," + from + "=" + to;
  }
  return out;
}

// The table of a preset, small.
connection::Schema with_table(std::string name, std::string primary, std::vector<dataverse::Attribute> columns) {
  auto schema = support_schema();
  schema.entity->logical_name = std::move(name);
  schema.entity->primary_name = std::move(primary);
  schema.entity->attributes = std::move(columns);
  return schema;
}

jira::Field required(jira::Field out) {
  out.required = true;
  return out;
}

}  // namespace

TEST_CASE("a draft of a case maps title, description, priority and follow-up, and can be applied as it is [B2]") {
  auto const schema = support_schema();
  auto const made = drafted(schema);
  CHECK(made.notes.empty());
  auto const item = item_of_draft(made, schema);
  CHECK(item.name == "sup-incident");
  CHECK(item.mode == Mode::one_way);
  CHECK(item.project == "SUP");
  CHECK(item.issue_type == "Task");
  CHECK(item.module == "customer-service");
  CHECK(item.auto_create);
  CHECK(item.time_zone == "Europe/Berlin");
  CHECK(item.definition["$schema"].text() == "tandem-item.schema.json");
  CHECK(pairs_of(item) == "title>summary description>description prioritycode>priority,1=High,2=Medium,3=Low followupby>duedate");
}

TEST_CASE("drafts of task, lead and opportunity know what stands for title, urgency and due date [B2]") {
  auto const rating = [](char const* name) {
    return choice_column(name, {option(1, "Hot"), option(2, "Warm"), option(3, "Cold")});
  };
  auto const single = choice_column("prioritycode", {option(1, "Default Value")});
  SECTION("task: its options begin with Low") {
    auto const schema = with_table("task", "subject",
                                   {column("subject", "String"), column("description", "Memo"),
                                    choice_column("prioritycode", {option(0, "Low"), option(1, "Normal"), option(2, "High")}),
                                    time_column("scheduledend", "UserLocal")});
    CHECK(pairs_of(item_of_draft(drafted(schema), schema)) ==
          "subject>summary description>description prioritycode>priority,0=Low,1=Medium,2=High scheduledend>duedate");
  }
  SECTION("lead: the rating, since the priority has one option") {
    auto const schema = with_table("lead", "fullname",
                                   {column("fullname", "String"), column("subject", "String"), single, rating("leadqualitycode"),
                                    time_column("estimatedclosedate", "DateOnly")});
    CHECK(pairs_of(item_of_draft(drafted(schema), schema)) ==
          "subject>summary leadqualitycode>priority,1=High,2=Medium,3=Low estimatedclosedate>duedate");
  }
  SECTION("opportunity") {
    auto const schema = with_table("opportunity", "name", {column("name", "String"), single, rating("opportunityratingcode")});
    CHECK(pairs_of(item_of_draft(drafted(schema), schema)) ==
          "name>summary opportunityratingcode>priority,1=High,2=Medium,3=Low");
  }
  SECTION("any other table, by its primary name and the ends of its columns' names") {
    auto const schema = with_table(
        "new_ticket", "new_name",
        {column("new_name", "String"), column("new_description", "Memo"),
         choice_column("new_priority", {option(5, "Urgent"), option(6, "Later")}), time_column("new_duedate", "DateOnly")});
    auto const item = item_of_draft(drafted(schema), schema);
    CHECK(item.module == "custom");
    CHECK(pairs_of(item) ==
          "new_name>summary new_description>description new_priority>priority,5=High,6=Medium new_duedate>duedate");
  }
}

TEST_CASE("what Jira requires and no column fills gets a default, and is named [B2][B4]") {
  auto schema = support_schema();
  schema.fields.push_back(
      required(named(choice_field("customfield_10", "option", {{"7", "Blocker"}, {"8", "Minor"}}), "Severity")));
  schema.fields.push_back(required(named(field("customfield_11", "string", "", "", "textfield"), "Origin")));
  schema.fields.push_back(required(named(field("customfield_12", "number", "", "", "float"), "Effort")));
  auto const made = drafted(schema);
  auto const item = item_of_draft(made, schema);
  CHECK(item.defaults.find("customfield_10")->text() == "Blocker");
  CHECK(item.defaults.find("customfield_11")->text() == "none");
  CHECK(item.defaults.find("customfield_12")->integer() == 0);
  REQUIRE(made.notes.size() == 3);
  CHECK(made.notes[0].find("Jira requires customfield_10 (\"Severity\")") == 0);
}

TEST_CASE("a required field that nothing can fill is left open and named [B2]") {
  auto schema = support_schema();
  schema.fields.push_back(required(named(field("customfield_13", "user", "", "", "userpicker"), "Approver")));
  auto const made = drafted(schema);
  REQUIRE(made.notes.size() == 1);
  CHECK(made.notes[0].find("customfield_13") != std::string::npos);
}

TEST_CASE("a required field whose column may be empty has a default [B2]") {
  auto schema = support_schema();
  for (auto& field : schema.fields) field.required = field.required || field.id == "description" || field.id == "priority";
  auto const item = item_of_draft(drafted(schema), schema);
  CHECK(item.mappings[1].default_value->text() == "none");
  CHECK(item.mappings[2].default_value->text() == "High");
}

TEST_CASE("columns and fields with one name are paired where all choices exist, else not [B2]") {
  auto schema = support_schema();
  auto region = choice_column("new_region", {option(1, "North"), option(2, "South")});
  region.label = "region";
  auto severity = choice_column("new_severity", {option(1, "Default Value")});
  severity.label = "Severity";
  schema.entity->attributes.push_back(region);
  schema.entity->attributes.push_back(severity);
  schema.fields.push_back(
      named(choice_field("customfield_20", "option", {{"1", "North"}, {"2", "South"}, {"3", "East"}}), "Region"));
  schema.fields.push_back(named(choice_field("customfield_21", "option", {{"1", "Blocker"}}), "Severity"));
  auto const pairs = pairs_of(item_of_draft(drafted(schema), schema));
  CHECK(pairs.find("new_region>customfield_20") != std::string::npos);
  CHECK(pairs.find("new_severity") == std::string::npos);
}

TEST_CASE("hostile labels stay inside their comment [B2]") {
  auto schema = support_schema();
  schema.entity->label = "Case\n\"evil\": true, // */";
  schema.entity->attributes[0].label = "Title\r\n}";
  schema.fields[2].name = "Sum\xE2\x80\xAEmary\n";
  auto const item = item_of_draft(drafted(schema), schema);
  CHECK(item.definition["evil"].is_null());
  CHECK(item.mappings.size() == 4);
}

TEST_CASE("a wrong name and a sub-task are refused, an unknown zone is UTC [B2]") {
  auto const schema = support_schema();
  auto const named_badly = draft({"a b", "", ""}, schema);
  REQUIRE_FALSE(named_badly.has_value());
  CHECK(named_badly.error().kind == ErrorKind::usage);
  CHECK(item_of_draft(drafted(schema, {"x", "custom", "Mars/Olympus"}), schema).time_zone == "UTC");
  auto subtask = schema;
  subtask.issue_type->subtask = true;
  auto const refused = draft({}, subtask);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::config);
}

TEST_CASE("priorities are paired by name, else spread by rank [C2]") {
  std::vector<jira::AllowedValue> const five{{"1", "Highest"}, {"2", "High"}, {"3", "Medium"}, {"4", "Low"}, {"5", "Lowest"}};
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  CHECK(ranked({option(1, "High"), option(2, "Normal"), option(3, "Low")}, five) ==
        Pairs{{"1", "High"}, {"2", "Medium"}, {"3", "Low"}});
  CHECK(ranked({option(10, "Kalt"), option(20, "Warm"), option(30, "Hei\xC3\x9F")}, five) ==
        Pairs{{"10", "Low"}, {"20", "Medium"}, {"30", "High"}});
  CHECK(ranked({option(1, "A"), option(2, "B"), option(3, "C"), option(4, "D")}, {{"1", "Up"}, {"2", "Down"}}) ==
        Pairs{{"1", "Up"}, {"2", "Up"}, {"3", "Up"}, {"4", "Down"}});
  CHECK(ranked({option(1, "A")}, {{"7", "Same"}, {"8", "Same"}}) == Pairs{{"1", "7"}});
  CHECK(ranked({option(1, "A")}, {}).empty());
}
