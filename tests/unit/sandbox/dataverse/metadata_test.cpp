// Metadata, functions and modules (contract: dataverse.md §5, §17, §18, §23).
#include <catch2/catch.hpp>

#include <map>

#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {

json::Value by_name(json::Value const& list, std::string_view name) {
  for (auto const& row : list["value"].items()) {
    if (row["LogicalName"].text() == name) return row;
  }
  return {};
}

std::string cast(std::string const& table, std::string const& type, std::string const& query) {
  return "EntityDefinitions(LogicalName='" + table + "')/Attributes/Microsoft.Dynamics.CRM." + type + "AttributeMetadata?" +
         query;
}

}  // namespace

TEST_CASE("all tables come in one answer and can be filtered by simple and enum properties [B3]") {
  Box box;
  auto const all = box.get_json(
      "EntityDefinitions?$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,ObjectTypeCode,DisplayName");
  auto const incident = by_name(all, "incident");
  CHECK(incident["EntitySetName"].text() == "incidents");
  CHECK(incident["PrimaryNameAttribute"].text() == "title");
  CHECK(incident["ObjectTypeCode"].integer() == 112);
  CHECK(incident["MetadataId"].text() == "e3fe4ff2-a630-49bb-a1e9-debc3a076815");
  CHECK(incident["DisplayName"]["UserLocalizedLabel"]["Label"].text() == "Case");
  CHECK(incident["DisplayName"]["LocalizedLabels"].items().size() == 2);
  CHECK(box.get_json("EntityDefinitions?$select=LogicalName&$filter=IsCustomEntity eq true")["value"].items().size() == 1);
  CHECK(
      by_name(
          box.get_json(
              "EntityDefinitions?$select=LogicalName&$filter=OwnershipType eq Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'"),
          "systemuser")
          .is_null());
  CHECK(box.get("EntityDefinitions?$top=5").status == 400);
  CHECK(box.get("EntityDefinitions?$filter=DisplayName eq 'Case'").status == 400);
  CHECK(box.get("EntityDefinitions(LogicalName='nothing')").status == 404);
}

TEST_CASE("a label is null where the user's language has none [L2]") {
  Box box;
  REQUIRE(box.world.configure("dataverse.formattedLocale", "fr-FR").value());
  auto const name = box.get_json("EntityDefinitions(LogicalName='incident')?$select=DisplayName")["DisplayName"];
  CHECK(name["UserLocalizedLabel"].is_null());
  CHECK(name["LocalizedLabels"].items().size() == 2);
}

TEST_CASE("a customiser takes columns and options away and adds some while others are connected, and takes it back [L2]") {
  Box box;
  auto const change = [&](std::string const& text) {
    return box.world.configure("dataverse.change", *json::parse(text)).has_value();
  };
  auto const columns = [&] { return box.get_json("EntityDefinitions(LogicalName='incident')/Attributes?$select=LogicalName"); };
  auto const options = [&] {
    return json::to_text(box.get_json(cast("incident", "Picklist", "$select=LogicalName&$expand=OptionSet($select=Options)")));
  };
  REQUIRE_FALSE(by_name(columns(), "productserialnumber").is_null());
  CHECK(change(R"({"table":"incident","dropColumn":"productserialnumber"})"));
  CHECK(by_name(columns(), "productserialnumber").is_null());
  CHECK(box.get("incidents?$select=productserialnumber").status == 400);
  CHECK(box.get("incidents?$select=title").status == 200);
  CHECK(change(R"({"table":"incident","column":"prioritycode","option":{"value":77,"label":"Urgent at once"}})"));
  CHECK(options().find("Urgent at once") != std::string::npos);
  CHECK(change(R"({"table":"incident","column":"prioritycode","dropOption":77})"));
  CHECK(options().find("Urgent at once") == std::string::npos);
  CHECK(change("null"));
  CHECK(box.get("incidents?$select=productserialnumber").status == 200);
  for (auto const* nonsense : {"{}", "5", R"({"table":"none","dropColumn":"x"})", R"({"table":"incident","dropColumn":"x"})",
                               R"({"table":"incident","column":"prioritycode"})"}) {
    CAPTURE(nonsense);
    CHECK_FALSE(change(nonsense));
  }
}

TEST_CASE("the common attribute list has the traps of the real one [B3]") {
  Box box;
  auto const attributes = box.get_json(
      "EntityDefinitions(LogicalName='incident')/"
      "Attributes?$select=LogicalName,AttributeType,AttributeTypeName,AttributeOf,IsValidForCreate,IsValidForUpdate,"
      "IsValidForRead,RequiredLevel,IsSecured");
  CHECK(by_name(attributes, "prioritycode")["@odata.type"].text() == "#Microsoft.Dynamics.CRM.PicklistAttributeMetadata");
  CHECK(by_name(attributes, "customerid")["AttributeType"].text() == "Customer");
  CHECK(by_name(attributes, "customerid")["RequiredLevel"]["Value"].text() == "SystemRequired");
  CHECK(by_name(attributes, "customeridname")["AttributeOf"].text() == "customerid");
  CHECK(by_name(attributes, "prioritycodename")["AttributeType"].text() == "Virtual");
  CHECK_FALSE(by_name(attributes, "createdon")["IsValidForUpdate"].truthy());
  auto const custom = box.get_json(
      "EntityDefinitions(LogicalName='new_ticket')/"
      "Attributes?$select=LogicalName,AttributeType,AttributeTypeName,IsSecured,IsValidForRead");
  CHECK(by_name(custom, "new_channels")["AttributeType"].text() == "Virtual");
  CHECK(by_name(custom, "new_channels")["AttributeTypeName"]["Value"].text() == "MultiSelectPicklistType");
  CHECK(by_name(custom, "new_salary")["IsSecured"].truthy());
  CHECK_FALSE(by_name(custom, "new_salary")["IsValidForRead"].truthy());
  CHECK(box.get("EntityDefinitions(LogicalName='incident')/Attributes?$select=MaxLength").status == 400);  // needs a typed cast
}

TEST_CASE("a typed cast gives the properties of its type [B3]") {
  struct Case {
    std::string table, type, select, column, property, text;
  };
  auto const c = GENERATE(values<Case>({
      {"incident", "String", "LogicalName,MaxLength,FormatName", "title", "MaxLength", "200"},
      {"incident", "Memo", "LogicalName,MaxLength,Format", "description", "MaxLength", "2000"},
      {"annotation", "Memo", "LogicalName,MaxLength", "notetext", "MaxLength", "100000"},
      {"incident", "DateTime", "LogicalName,Format,DateTimeBehavior", "followupby", "Format", "DateOnly"},
      {"new_ticket", "Integer", "LogicalName,MinValue,MaxValue", "new_count", "MaxValue", "1000"},
      {"new_ticket", "BigInt", "LogicalName,MaxValue", "new_big", "MaxValue", "9223372036854775807"},
      {"new_ticket", "Decimal", "LogicalName,Precision", "new_decimal", "Precision", "3"},
      {"new_ticket", "Double", "LogicalName,Precision", "new_double", "Precision", "5"},
      {"new_ticket", "Money", "LogicalName,Precision", "new_amount", "Precision", "2"},
      {"new_ticket", "EntityName", "LogicalName", "", "", ""},
  }));
  CAPTURE(c.type, c.column);
  Box box;
  auto const list = box.get_json(cast(c.table, c.type, "$select=" + c.select));
  if (c.column.empty()) {
    CHECK(by_name(list, "new_name").is_null());
    return;
  }
  CHECK(by_name(list, c.column)[c.property].scalar_text() == c.text);
}

TEST_CASE("behaviours of dates are told apart [C2]") {
  Box box;
  auto const dates = box.get_json(cast("new_ticket", "DateTime", "$select=LogicalName,DateTimeBehavior"));
  CHECK(by_name(dates, "new_duedate")["DateTimeBehavior"]["Value"].text() == "DateOnly");
  CHECK(by_name(dates, "new_visit")["DateTimeBehavior"]["Value"].text() == "TimeZoneIndependent");
  CHECK(by_name(dates, "new_reportedat")["DateTimeBehavior"]["Value"].text() == "UserLocal");
}

TEST_CASE("choices come by $expand, states with their invariant names, reasons with their state [B3]") {
  Box box;
  auto const expand = "$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options,Name)";
  auto const priority = by_name(box.get_json(cast("incident", "Picklist", expand)), "prioritycode");
  REQUIRE(priority["OptionSet"]["Options"].items().size() == 3);
  CHECK(priority["OptionSet"]["Options"].at(0)["Label"]["UserLocalizedLabel"]["Label"].text() == "High");
  CHECK(priority.has("GlobalOptionSet"));
  CHECK(priority["GlobalOptionSet"].is_null());
  auto const area = by_name(box.get_json(cast("new_ticket", "Picklist", expand)), "new_area");
  CHECK(area["GlobalOptionSet"]["Name"].text() == "new_area");
  CHECK(area["OptionSet"]["Options"].items().size() == 3);
  auto const state = by_name(box.get_json(cast("incident", "State", expand)), "statecode");
  CHECK(state["OptionSet"]["Options"].at(1)["InvariantName"].text() == "Resolved");
  CHECK(state["OptionSet"]["Options"].at(1)["DefaultStatus"].integer() == 5);
  auto const status = by_name(box.get_json(cast("new_ticket", "Status", expand)), "statuscode");
  CHECK(status["OptionSet"]["Options"].at(1)["State"].integer() == 0);
  CHECK_THAT(status["OptionSet"]["Options"].at(1)["TransitionData"].text_or(""),
             Catch::Contains("sourcestatusid=\"100\" tostatusid=\"2\""));
  auto const urgent = by_name(box.get_json(cast("new_ticket", "Boolean", "$select=LogicalName&$expand=OptionSet")), "new_urgent");
  CHECK(urgent["OptionSet"]["TrueOption"]["Label"]["UserLocalizedLabel"]["Label"].text() == "Urgent!");
  CHECK(by_name(box.get_json(cast("new_ticket", "MultiSelectPicklist", expand)), "new_channels")["OptionSet"]["Options"]
            .items()
            .size() == 4);
  CHECK(box.get(cast("incident", "Enum", expand)).status == 404);
}

TEST_CASE("relationships tell the names for @odata.bind, also of notes [B3]") {
  Box box;
  auto const list = box.get_json(
      "EntityDefinitions(LogicalName='annotation')/"
      "ManyToOneRelationships?$select=ReferencingAttribute,ReferencingEntityNavigationPropertyName,ReferencedEntity,"
      "ReferencedAttribute");
  std::map<std::string, std::string> navigation;
  for (auto const& row : list["value"].items()) {
    if (row["ReferencingAttribute"].text() == "objectid")
      navigation[row["ReferencedEntity"].text_or("")] = row["ReferencingEntityNavigationPropertyName"].text_or("");
  }
  CHECK(navigation["incident"] == "objectid_incident");
  CHECK(navigation["new_ticket"] == "objectid_new_ticket");
  auto const custom = box.get_json(
      "EntityDefinitions(LogicalName='new_ticket')?$select=LogicalName&$expand=ManyToOneRelationships($select="
      "ReferencingAttribute,ReferencingEntityNavigationPropertyName),Attributes($select=LogicalName)");
  CHECK(json::to_text(custom).find("new_CustomerId") != std::string::npos);
  CHECK_FALSE(custom["Attributes"].items().empty());
}

TEST_CASE("an entity's privileges, the privilege table and the user's own agree [A5]") {
  Box box;
  auto const me = box.get_json("WhoAmI")["UserId"].text_or("");
  auto const list = box.get_json("EntityDefinitions(LogicalName='annotation')?$select=Privileges")["Privileges"];
  REQUIRE_FALSE(list.items().empty());
  CHECK(list.at(0)["Name"].text() == "prvCreateNote");
  auto const id = list.at(0)["PrivilegeId"].text_or("");
  CHECK(
      box.get_json("privileges?$select=name,privilegeid&$filter=name eq 'prvCreateNote'")["value"].at(0)["privilegeid"].text() ==
      id);
  auto const held = [&] {
    auto const all = box.get_json("systemusers(" + me + ")/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()");
    return json::to_text(all["RolePrivileges"]).find(id) != std::string::npos;
  };
  CHECK(held());
  REQUIRE(box.world.configure("dataverse.revokePrivilege", "prvCreateNote").value());
  CHECK_FALSE(held());
  auto const one = box.get_json("systemusers(" + me +
                                ")/Microsoft.Dynamics.CRM.RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='prvCreateNote')");
  CHECK(one["RolePrivileges"].items().empty());
}

TEST_CASE("modules list their tables by metadata id [B3]") {
  Box box;
  auto const app = box.get_json("appmodules?$select=name,uniquename,appmoduleidunique&$orderby=name")["value"].at(0);
  CHECK(app["uniquename"].text() == "msdynce_CustomerServiceHub");
  auto const parts = box.get_json("appmodulecomponents?$select=objectid&$filter=_appmoduleidunique_value eq " +
                                  app["appmoduleidunique"].text_or("") + " and componenttype eq 1");
  CHECK(parts["value"].items().size() == 3);
  CHECK(json::to_text(parts).find("e3fe4ff2-a630-49bb-a1e9-debc3a076815") != std::string::npos);
}

TEST_CASE("identity calls and the service document [A4]") {
  Box box;
  auto const who = box.get_json("WhoAmI()");
  auto const organization =
      box.get_json("organizations(" + who["OrganizationId"].text_or("") + ")?$select=name,maxuploadfilesize,blockedattachments");
  CHECK(organization["maxuploadfilesize"].integer() == 5242880);
  CHECK(box.get_json("RetrieveVersion")["Version"].text() == "9.2.24034.00154");
  CHECK(box.get_json("systemusers(" + who["UserId"].text_or("") + ")?$select=applicationid,accessmode")["applicationid"].text() ==
        kClient);
  auto const document = json::to_text(box.get_json(""));
  CHECK(document.find(R"({"name":"incidents","kind":"EntitySet","url":"incidents"})") != std::string::npos);
  CHECK(box.ask("POST", "WhoAmI", "{}").status == 404);
}
