// Sign-in, impersonation, limits, error details, metadata document, global choices (contract: dataverse.md §1, §4, §15-§17).
#include <catch2/catch.hpp>

#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {
json::Value parsed(char const* text) { return *json::parse(text); }
}  // namespace

TEST_CASE("an impersonated write is the person's, on behalf of the application [dataverse §16]") {
  Box box;
  auto const alice = sandbox::dataverse::id_of_alias("systemuser", "alice");
  auto const me = box.get_json("WhoAmI")["UserId"].text_or("");
  auto const path = "incidents(" + case_id(1) + ")";
  auto const how = GENERATE(as<std::string>{}, "CallerObjectId", "MSCRMCallerID");
  auto const who =
      how == "CallerObjectId" ? box.get_json("systemusers(" + alice + ")")["azureactivedirectoryobjectid"].text_or("") : alice;
  REQUIRE(box.ask("PATCH", path, R"j({"title":"x"})j", {{how, who}}).status == 204);
  auto const row = box.get_json(path + "?$select=_modifiedby_value,_modifiedonbehalfby_value");
  CHECK(row["_modifiedby_value"].text() == alice);
  CHECK(row["_modifiedonbehalfby_value"].text() == me);
  CHECK(box.get("WhoAmI", {{how, "11111111-2222-3333-4444-555555555555"}}).status == 403);
  REQUIRE(box.world.configure("dataverse.revokePrivilege", "prvActOnBehalfOfAnotherUser").value());
  CHECK(error_code(box.get("WhoAmI", {{how, who}})) == "0x80040220");
}

TEST_CASE("a disabled application user is refused, with a code that is a switch [dataverse §4, §26]") {
  Box box;
  REQUIRE(box.world.configure("dataverse.userDisabled", true).value());
  CHECK(box.get("WhoAmI").status == 403);
  REQUIRE(box.world.configure("dataverse.disabledUser", parsed(R"({"status":401,"code":"0x1"})")).value());
  CHECK(box.get("WhoAmI").body.empty());  // a 401 has no body
  REQUIRE(box.world.configure("dataverse.userDisabled", false).value());
  auto const me = box.get_json("WhoAmI")["UserId"].text_or("");
  REQUIRE(box.ask("PATCH", "systemusers(" + me + ")", R"j({"isdisabled":true})j").status == 204);
  REQUIRE(box.world.configure("dataverse.disabledUser", parsed(R"({"status":403})")).value());
  CHECK(box.get("WhoAmI").status == 403);
}

TEST_CASE("each of the three limits can be scripted [dataverse §15]") {
  struct Case {
    std::string kind, code;
  };
  auto const c = GENERATE(values<Case>({{"requests", "0x80072322"}, {"time", "0x80072321"}, {"concurrent", "0x80072326"}}));
  Box box;
  json::Object const script{{"kind", c.kind}, {"count", 2}, {"retryAfter", 17}};
  REQUIRE(box.world.configure("dataverse.throttle", script).value());
  for (int i = 0; i < 2; ++i) {
    auto const refused = box.get("WhoAmI");
    CHECK(refused.status == 429);
    CHECK(error_code(refused) == c.code);
    CHECK(header_of(refused, "Retry-After") == "17");
  }
  CHECK(box.get("WhoAmI").status == 200);
}

TEST_CASE("execution time is limited to 1200 seconds in 300 [dataverse §15]") {
  Box box;
  REQUIRE(box.world.configure("limits", "documented").value());
  REQUIRE(box.world.configure("dataverse.requestMillis", 600'000).value());
  CHECK(box.get("WhoAmI").status == 200);
  auto const second = box.get("WhoAmI");
  CHECK(header_of(second, "x-ms-ratelimit-time-remaining-xrm-requests") == "0.00");
  CHECK(header_of(second, "x-ms-ratelimit-burst-remaining-xrm-requests") == "5998");
  auto const third = box.get("WhoAmI");
  CHECK(error_code(third) == "0x80072321");
  box.world.advance(std::chrono::seconds{300});
  CHECK(box.get("WhoAmI").status == 200);
}

TEST_CASE("errors carry their details when annotations are asked for [dataverse §4]") {
  Box box;
  auto const plain = body_of(box.get("incidents?$select=nothing"))["error"];
  CHECK(plain.members().size() == 2);
  auto const detailed = body_of(box.get("incidents?$select=nothing", {{"Prefer", "odata.include-annotations=\"*\""}}))["error"];
  CHECK(detailed.has("@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus"));
  CHECK(detailed["@Microsoft.PowerApps.CDS.InnerError.Message"].text() == detailed["message"].text());
}

TEST_CASE("the metadata document describes tables, navigations and operations [dataverse §1, §6]") {
  Box box;
  auto const document = box.get("$metadata");
  CHECK(document.status == 200);
  CHECK(header_of(document, "Content-Type") == "application/xml");
  for (
      auto const* piece :
      {R"x(<EntityType Name="incident" BaseType="mscrm.crmbaseentity">)x",
       R"x(<EntityType Name="task" BaseType="mscrm.activitypointer">)x",
       R"x(<Property Name="_customerid_value" Type="Edm.Guid" />)x",
       R"x(<NavigationProperty Name="customerid_account" Type="mscrm.account" Nullable="false" Partner="incident_customer_accounts">)x",
       R"x(<NavigationProperty Name="Incident_Annotation" Type="Collection(mscrm.annotation)" Partner="objectid_incident" />)x",
       R"x(<NavigationProperty Name="createdby_task" Type="mscrm.systemuser")x",
       R"x(<Action Name="QualifyLead" IsBound="true">)x",
       R"x(<EntitySet Name="opportunities" EntityType="Microsoft.Dynamics.CRM.opportunity">)x",
       R"x(<Property Name="new_big" Type="Edm.Int64" />)x"}) {
    CAPTURE(piece);
    CHECK(document.body.find(piece) != std::string::npos);
  }
  CHECK(document.body.find("new_salary") == std::string::npos);  // unreadable columns are not there
}

TEST_CASE("global choices and relationships have sets of their own [dataverse §17]") {
  Box box;
  auto const all = box.get_json("GlobalOptionSetDefinitions")["value"];
  REQUIRE(all.items().size() == 1);
  CHECK(all.at(0)["@odata.type"].text() == "#Microsoft.Dynamics.CRM.OptionSetMetadata");
  CHECK(all.at(0)["Options"].items().size() == 3);
  CHECK(box.get_json("GlobalOptionSetDefinitions(Name='new_area')")["Name"].text() == "new_area");
  CHECK(box.get_json("GlobalOptionSetDefinitions(" + all.at(0)["MetadataId"].text_or("") +
                     ")/Microsoft.Dynamics.CRM.OptionSetMetadata?$select=Options")["Options"]
            .items()
            .size() == 3);
  CHECK(box.get("GlobalOptionSetDefinitions(Name='nothing')").status == 404);
  auto const one = box.get_json("RelationshipDefinitions(SchemaName='Incident_Annotation')");
  CHECK(one["ReferencingEntityNavigationPropertyName"].text() == "objectid_incident");
  CHECK(box.get_json("RelationshipDefinitions/Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata")["value"].items().empty());
  REQUIRE(box.world.configure("dataverse.revokePrivilege", "prvReadOptionSet").value());
  CHECK(box.get("GlobalOptionSetDefinitions").status == 403);
}

TEST_CASE("rights on one row follow privileges and their depth [dataverse §23]") {
  Box box;
  auto const me = box.get_json("WhoAmI")["UserId"].text_or("");
  auto const rights = [&] {
    return box
        .get_json("systemusers(" + me +
                  ")/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)?@t={'@odata.id':'incidents(" + case_id(1) +
                  ")'}")["AccessRights"]
        .text_or("");
  };
  CHECK(rights() ==
        "ReadAccess, WriteAccess, AppendAccess, AppendToAccess, CreateAccess, DeleteAccess, ShareAccess, AssignAccess");
  REQUIRE(box.world.configure("dataverse.revokePrivilege", "prvWriteIncident").value());
  CHECK_THAT(rights(), !Catch::Contains("WriteAccess"));
  REQUIRE(box.world.configure("dataverse.privilegeDepth", parsed(R"({"name":"prvDeleteIncident","depth":"Basic"})")).value());
  CHECK_THAT(rights(), !Catch::Contains("DeleteAccess"));
  CHECK(error_code(box.ask("DELETE", "incidents(" + case_id(1) + ")")) == "0x80048306");
}

TEST_CASE("formatted times follow the user's zone, values do not [dataverse §11]") {
  Box box;
  REQUIRE(box.world.configure("dataverse.formattedUtcOffset", 330).value());
  REQUIRE(box.world.configure("dataverse.formattedLocale", "en-IN").value());
  auto const row =
      box.get_json("incidents(" + case_id(1) + ")?$select=createdon", {{"Prefer", "odata.include-annotations=\"*\""}});
  CHECK(row["createdon"].text() == "2026-02-10T11:00:00Z");
  CHECK(row["createdon@OData.Community.Display.V1.FormattedValue"].text() == "10-02-2026 16:30");
}

TEST_CASE("an app's components are listed by function too [dataverse §18]") {
  Box box;
  auto const app = box.get_json("appmodules?$select=name&$filter=name eq 'Sales Hub'")["value"].at(0)["appmoduleid"].text_or("");
  CHECK(box.get_json("RetrieveAppComponents(AppModuleId=" + app + ")")["value"].items().size() == 2);
  CHECK(box.get("RetrieveAppComponents(AppModuleId=x)").status == 400);
}
