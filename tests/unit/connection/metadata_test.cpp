#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/connection/dataverse/client.hpp>
#include <tandem/connection/dataverse/metadata.hpp>
#include <tandem/connection/schema.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;
using namespace tandem::dataverse;

namespace {

json::Value parsed(std::string_view text) {
  auto value = json::parse(text);
  REQUIRE(value.has_value());
  return *value;
}

constexpr char const* kBase = "https://org.crm4.dynamics.com/api/data/v9.2";

// A small case table as the contract describes it.
RoutedTransport incident_service() {
  RoutedTransport wire;
  wire.base = kBase;
  std::string const table = "GET /EntityDefinitions(LogicalName=%27incident%27)";
  wire.routes[table + "?"] = answer(
      200,
      R"({"LogicalName":"incident","EntitySetName":"incidents","PrimaryIdAttribute":"incidentid","PrimaryNameAttribute":"title",
    "ObjectTypeCode":112,"DisplayName":{"LocalizedLabels":[{"Label":"Case","LanguageCode":1033}],"UserLocalizedLabel":null},"HasNotes":true,"IsActivity":false,
    "ChangeTrackingEnabled":true,"IsCustomEntity":false,"MetadataId":"m-1","Privileges":[{"Name":"prvReadIncident","PrivilegeId":"p","PrivilegeType":"Read"}]})");
  wire.routes[table + "/Attributes?"] = answer(200, R"({"value":[
    {"LogicalName":"title","SchemaName":"Title","AttributeType":"String","AttributeTypeName":{"Value":"StringType"},"DisplayName":{"UserLocalizedLabel":{"Label":"Titel"}},
     "IsValidForRead":true,"IsValidForCreate":true,"IsValidForUpdate":true,"RequiredLevel":{"Value":"ApplicationRequired"},"AttributeOf":null,"IsSecured":false},
    {"LogicalName":"tags","AttributeType":"Virtual","AttributeTypeName":{"Value":"MultiSelectPicklistType"},"IsValidForRead":true,"AttributeOf":null,"IsSecured":true},
    {"LogicalName":"statuscode","AttributeType":"Status","AttributeTypeName":{"Value":"StatusType"},"AttributeOf":null},
    {"LogicalName":"isescalated","AttributeType":"Boolean","AttributeTypeName":{"Value":"BooleanType"},"AttributeOf":null},
    {"LogicalName":"customerid","AttributeType":"Customer","AttributeTypeName":{"Value":"CustomerType"},"AttributeOf":null},
    {"LogicalName":"customeridname","AttributeType":"String","AttributeTypeName":{"Value":"StringType"},"AttributeOf":"customerid"},
    {"LogicalName":"entityimage","AttributeType":"Virtual","AttributeTypeName":{"Value":"ImageType"},"AttributeOf":null},
    {"LogicalName":"hidden","AttributeType":"String","AttributeTypeName":{"Value":"StringType"},"IsValidForRead":false,"AttributeOf":null}]})");
  auto const cast = [&](std::string const& type, std::string body) {
    wire.routes[table + "/Attributes/Microsoft.Dynamics.CRM." + type + "AttributeMetadata"] = answer(200, std::move(body));
  };
  cast(
      "String",
      R"({"value":[{"LogicalName":"title","MaxLength":200,"FormatName":{"Value":"Text"}},{"LogicalName":"customeridname","MaxLength":1}]})");
  cast(
      "MultiSelectPicklist",
      R"({"value":[{"LogicalName":"tags","OptionSet":null,"GlobalOptionSet":{"Options":[{"Value":2,"Label":{"LocalizedLabels":[{"Label":"Rot"},{"Label":"Red"}]}}]}}]})");
  cast(
      "Status",
      R"({"value":[{"LogicalName":"statuscode","OptionSet":{"Options":[{"Value":5,"State":1,"Label":{"UserLocalizedLabel":{"Label":"Problem Solved"}}}]}}]})");
  cast(
      "Boolean",
      R"({"value":[{"LogicalName":"isescalated","OptionSet":{"TrueOption":{"Value":1,"Label":{"UserLocalizedLabel":{"Label":"Yes"}}},"FalseOption":{"Value":0,"Label":{"UserLocalizedLabel":{"Label":"No"}}}}}]})");
  cast("Lookup", R"({"value":[{"LogicalName":"customerid","Targets":["account","contact"]}]})");
  wire.routes[table + "/ManyToOneRelationships"] = answer(200, R"({"value":[
    {"ReferencingAttribute":"customerid","ReferencingEntityNavigationPropertyName":"customerid_account","ReferencedEntity":"account"},
    {"ReferencingAttribute":"customerid","ReferencingEntityNavigationPropertyName":"customerid_contact","ReferencedEntity":"contact"}]})");
  wire.routes["GET /EntityDefinitions(LogicalName=%27annotation%27)/ManyToOneRelationships"] = answer(200, R"({"value":[
    {"ReferencingAttribute":"objectid","ReferencingEntityNavigationPropertyName":"objectid_incident","ReferencedEntity":"incident"},
    {"ReferencingAttribute":"objectid","ReferencingEntityNavigationPropertyName":"channelaccessprofile_annotations","ReferencedEntity":"channelaccessprofile"}]})");
  return wire;
}

}  // namespace

TEST_CASE("a table is read with columns, options, lookups and its way to notes [B3]") {
  auto wire = incident_service();
  Client client("https://org.crm4.dynamics.com", wire);
  auto const entity = client.entity("incident");
  REQUIRE(entity.has_value());
  REQUIRE(entity->has_value());
  auto const& incident = **entity;
  CHECK(incident.set_name == "incidents");
  CHECK(incident.label == "Case");  // no label in the user's language: the first one
  CHECK(incident.note_navigation == "objectid_incident");
  CHECK(incident.privileges.at("Read") == "prvReadIncident");
  CHECK(incident.change_tracking);

  CHECK(incident.attributes.size() == 5);
  for (auto const* const left_out : {"customeridname", "entityimage", "hidden"}) CHECK(incident.attribute(left_out) == nullptr);
  auto const* const title = incident.attribute("title");
  REQUIRE(title != nullptr);
  CHECK(title->label == "Titel");
  CHECK(title->max_length == 200);
  CHECK(title->format == "Text");
  CHECK(title->required == "ApplicationRequired");
  auto const* const tags = incident.attribute("tags");
  REQUIRE(tags != nullptr);
  CHECK(tags->type == "MultiSelectPicklist");
  CHECK(tags->secured);
  REQUIRE(tags->options.size() == 1);
  CHECK(tags->options[0].label == "Rot");
  CHECK(tags->options[0].labels == std::vector<std::string>{"Rot", "Red"});
  CHECK(incident.attribute("statuscode")->options.at(0).state == 1);
  auto const& yes_no = incident.attribute("isescalated")->options;
  REQUIRE(yes_no.size() == 2);
  CHECK(yes_no[0].value == 0);
  CHECK(yes_no[1].label == "Yes");
  auto const* const customer = incident.attribute("customerid");
  CHECK(customer->query_name() == "_customerid_value");
  CHECK(customer->targets == std::vector<std::string>{"account", "contact"});
  CHECK(customer->navigation.at("contact") == "customerid_contact");
  CHECK(wire.sent.size() == 9);  // only types of column that occur are asked for
}

TEST_CASE("a table that does not exist is absent, a gateway's page is an error [B4]") {
  RoutedTransport wire;
  wire.base = kBase;
  Client client("https://org.crm4.dynamics.com", wire);
  CHECK_FALSE(client.entity("nosuch")->has_value());
  wire.routes["GET /"] = answer(404, "<html>");
  CHECK_FALSE(client.entity("nosuch").has_value());
}

TEST_CASE("metadata that are no list are an error of the service, not a table without columns or options [S3][C6]") {
  RoutedTransport wire;
  wire.base = kBase;
  Client client("https://org.crm4.dynamics.com", wire);
  for (std::string const body : {"{}", R"({"value":{"a":1}})"}) {
    CAPTURE(body);
    wire.routes["GET /"] = answer(200, body);
    auto const names = client.entity_names();
    REQUIRE_FALSE(names.has_value());
    CHECK(names.error().kind == ErrorKind::remote);
  }
}

TEST_CASE("modules are the catalogue as far as it exists, then the apps the role may see [B3]") {
  RoutedTransport wire;
  wire.base = kBase;
  Client client("https://org.crm4.dynamics.com", wire);
  std::vector<Client::EntityName> const existing{
      {"incident", "incidents", "Case", "0cbe9aa4-1f3b-4c5d-9e8f-001122334455", false, {}},
      {"account", "accounts", "Account", "0cbe9aa4-1f3b-4c5d-9e8f-001122334456", false, {}}};
  SECTION("apps that may not be read are no error") {
    wire.routes["GET /appmodules"] = answer(403, R"({"error":{"code":"0x80040220","message":"x"}})");
    auto const modules = client.modules(existing);
    REQUIRE(modules.has_value());
    REQUIRE(modules->size() == 3);
    CHECK((*modules)[0].name == "customer-service");
    CHECK((*modules)[0].entities == std::vector<std::string>{"incident", "account"});
    CHECK((*modules)[1].name == "sales");
    CHECK((*modules)[2].any_entity);
  }
  SECTION("an app brings its tables by their metadata ids") {
    wire.routes["GET /appmodules"] = answer(
        200,
        R"({"value":[{"name":"My Cases","uniquename":"new_cases","appmoduleidunique":"11111111-1111-1111-1111-111111111111"}]})");
    wire.routes["GET /appmodulecomponents"] = answer(
        200,
        R"({"value":[{"objectid":"0CBE9AA4-1F3B-4C5D-9E8F-001122334455"},{"objectid":"0cbe9aa4-0000-0000-0000-000000000000"}]})");
    auto const modules = client.modules(existing);
    REQUIRE(modules.has_value());
    CHECK(modules->back().name == "new_cases");
    CHECK(modules->back().label == "My Cases");
    CHECK(modules->back().entities == std::vector<std::string>{"incident"});
  }
}

TEST_CASE("tables are listed without the platform's own, with the privilege to read them [A4]") {
  RoutedTransport wire;
  wire.base = kBase;
  wire.routes["GET /EntityDefinitions?"] = answer(200, R"({"value":[
    {"LogicalName":"new_thing","EntitySetName":"new_things","IsCustomEntity":true,"DisplayName":{"LocalizedLabels":[]},"MetadataId":"m","Privileges":[{"PrivilegeType":"Create","PrivilegeId":"c"},{"PrivilegeType":"Read","PrivilegeId":"r"}]},
    {"LogicalName":"a_b","EntitySetName":"a_bset","IsIntersect":true},{"LogicalName":"secret","EntitySetName":"secrets","IsPrivate":true},
    {"LogicalName":"account","EntitySetName":"accounts"}]})");
  auto const names = Client("https://org.crm4.dynamics.com", wire).entity_names();
  REQUIRE(names.has_value());
  REQUIRE(names->size() == 2);
  CHECK((*names)[0].logical_name == "account");
  CHECK((*names)[1].privileges.at("Read").id == "r");
  CHECK((*names)[1].label == "new_thing");
}

TEST_CASE("a schema survives its JSON, options, ranges and navigation included [B11]") {
  auto wire = incident_service();
  connection::Schema schema;
  schema.entity = *Client("https://org.crm4.dynamics.com", wire).entity("incident");
  schema.entity->attributes[0].min_value = "-100000000000.0000";
  schema.entity->attributes[0].precision = 4;
  schema.project = jira::Project{"10000", "SUP", "Support", "software"};
  schema.issue_type = jira::IssueType{"3", "Task", false};
  jira::Field priority{"priority", "Priority", true, true, "priority", "", "priority", "", {{"1", "High"}}, {"set"}};
  schema.fields = {priority};
  schema.statuses = {{"1", "To Do", "new"}};
  auto const json = schema.to_json();
  auto const back = connection::Schema::from_json(json);
  REQUIRE(back.has_value());
  CHECK(back->to_json() == json);
  CHECK(back->entity->attributes[0].min_value == "-100000000000.0000");
  CHECK(back->fields[0].allowed[0].name == "High");
  CHECK(back->statuses[0].category == "new");
}

TEST_CASE("a schema that is none is refused with its reason [B11] [S3]") {
  auto const text = GENERATE(as<std::string>{}, "[]", R"({"entity":{}})",
                             R"({"entity":{"name":"a","setName":"b","primaryId":"c","attributes":[{}]}})", R"({"fields":[{}]})");
  auto const schema = connection::Schema::from_json(parsed(text));
  REQUIRE_FALSE(schema.has_value());
  CHECK(schema.error().kind == ErrorKind::config);
}
