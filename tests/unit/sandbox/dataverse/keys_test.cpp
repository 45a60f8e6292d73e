// Alternate keys, upserts, single properties and references (contract: dataverse.md §7, §12).
#include <catch2/catch.hpp>

#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {
std::string account(char const* alias) { return sandbox::dataverse::id_of_alias("account", alias); }
}  // namespace

TEST_CASE("an alternate key finds, updates, binds and deletes a row [dataverse §7, §12]") {
  Box box;
  CHECK(box.get_json("accounts(accountnumber='F-100')?$select=name")["accountid"].text() == account("fabrikam"));
  CHECK(box.get_json("accounts(accountnumber='f-100')?$select=name")["accountid"].text() == account("fabrikam"));
  CHECK(box.get_json("accounts(accountid=" + account("litware") + ")?$select=name")["accountid"].text() == account("litware"));
  CHECK(box.ask("PATCH", "accounts(accountnumber='F-100')", R"j({"telephone1":"1"})j", {{"If-Match", "*"}}).status == 204);
  CHECK(box.get_json("accounts(" + account("fabrikam") + ")?$select=telephone1")["telephone1"].text() == "1");
  CHECK(box.ask("PATCH", "incidents(" + case_id(1) + ")",
                R"j({"customerid_account@odata.bind":"/accounts(accountnumber='A-300')"})j")
            .status == 204);
  CHECK(box.get_json("incidents(" + case_id(1) + ")?$select=_customerid_value")["_customerid_value"].text() ==
        account("adventure"));
  CHECK(box.ask("DELETE", "accounts(accountnumber='L-200')").status == 204);
  CHECK(box.get("accounts(" + account("litware") + ")").status == 404);
  CHECK(box.get_json("EntityDefinitions(LogicalName='account')/Keys")["value"].at(0)["KeyAttributes"].at(0).text() ==
        "accountnumber");
}

TEST_CASE("an upsert by alternate key creates with the key's value, then updates [dataverse §12]") {
  Box box;
  std::vector<Header> const prefer{{"Prefer", "return=representation"}};
  auto const created =
      box.ask("PATCH", "accounts(accountnumber='N-1')?$select=name,accountnumber", R"j({"name":"One"})j", prefer);
  CHECK(created.status == 201);
  CHECK(body_of(created)["accountnumber"].text() == "N-1");
  auto const updated = box.ask("PATCH", "accounts(accountnumber='N-1')?$select=name", R"j({"name":"Two"})j", prefer);
  CHECK(updated.status == 200);
  CHECK(body_of(updated)["accountid"].text() == body_of(created)["accountid"].text());
  auto const silent = box.ask("PATCH", "accounts(accountnumber='N-1')", R"j({"name":"Three"})j");
  CHECK_THAT(header_of(silent, "OData-EntityId"), Catch::EndsWith("accounts(accountnumber='N-1')"));
}

TEST_CASE("an upsert with an own id tells creation from update only in a representation [dataverse §12]") {
  Box box;
  std::string const path = "annotations(0a0b0c0d-1111-5222-8333-444455556666)";
  CHECK(box.ask("PATCH", path, R"j({"notetext":"a"})j").status == 204);
  CHECK(box.ask("PATCH", path, R"j({"notetext":"b"})j").status == 204);
  CHECK(box.ask("PATCH", path + "?$select=notetext", R"j({"notetext":"c"})j", {{"Prefer", "return=representation"}}).status ==
        200);
  auto const posted =
      box.ask("POST", "annotations?$select=notetext", R"j({"notetext":"d"})j", {{"Prefer", "return=representation"}});
  CHECK(posted.status == 201);
  CHECK(header_of(posted, "Preference-Applied") == "return=representation");
  CHECK(body_of(posted).members().size() == 4);  // context, etag, text, id
  CHECK(header_of(posted, "ETag") == body_of(posted)["@odata.etag"].text());
}

TEST_CASE("one property is read, written and emptied by itself [dataverse §7]") {
  Box box;
  auto const path = "accounts(" + account("fabrikam") + ")";
  CHECK(box.get_json(path + "/name")["value"].text() == "Fabrikam, Inc.");
  CHECK(box.get(path + "/name/$value").body == "Fabrikam, Inc.");
  CHECK(box.ask("PUT", path + "/name", R"j({"value":"New"})j").status == 204);
  CHECK(box.get(path + "/name/$value").body == "New");
  CHECK(box.ask("DELETE", path + "/telephone1").status == 204);
  CHECK(box.get(path + "/telephone1").status == 204);
  CHECK(box.ask("PUT", path + "/nothing", R"j({"value":"New"})j").status == 404);
}

TEST_CASE("references link and unlink rows from either side [dataverse §12]") {
  Box box;
  auto const anna = sandbox::dataverse::id_of_alias("contact", "anna");
  auto const path = "accounts(" + account("litware") + ")";
  auto const link = R"j({"@odata.id":")j" + box.world.urls().dataverse + "/api/data/v9.2/contacts(" + anna + R"j()"})j";
  CHECK(box.ask("PUT", path + "/primarycontactid/$ref", link).status == 204);
  CHECK_THAT(box.get_json(path + "/primarycontactid/$ref")["@odata.id"].text_or(""), Catch::EndsWith("contacts(" + anna + ")"));
  CHECK(box.get_json(path + "?$select=name&$expand=primarycontactid/$ref")["primarycontactid"]["@odata.id"].text_or("").find(
            anna) != std::string::npos);
  CHECK(box.ask("DELETE", path + "/primarycontactid/$ref").status == 204);
  CHECK(box.get(path + "/primarycontactid/$ref").status == 204);
  CHECK(box.ask("POST", path + "/contact_customer_accounts/$ref", link).status == 204);
  CHECK(box.get_json(path + "/contact_customer_accounts/$ref")["value"].items().size() == 1);
  CHECK(box.get_json("contacts(" + anna + ")?$select=_parentcustomerid_value")["_parentcustomerid_value"].text() ==
        account("litware"));
  CHECK(box.get(path + "/contact_customer_accounts/$count").body == "1");
  CHECK(box.ask("DELETE", path + "/contact_customer_accounts(" + anna + ")/$ref").status == 204);
  CHECK(box.get_json(path + "/contact_customer_accounts/$ref")["value"].items().empty());
  CHECK(box.ask("POST", path + "/contact_customer_accounts/$ref", "{}").status == 400);
  CHECK(box.ask("PUT", path + "/nothing/$ref", link).status == 404);
}

TEST_CASE("full names are the server's, money brings its currency, a past creation time is kept [dataverse §7, §9, §21]") {
  Box box;
  auto const contact = box.ask(
      "POST", "contacts?$select=fullname,annualincome,createdon",
      R"j({"firstname":"Peter","lastname":"Cambel","fullname":"ignored","annualincome":80000,"overriddencreatedon":"2020-01-02T03:04:05Z"})j",
      {{"Prefer", "return=representation"}});
  auto const row = body_of(contact);
  CHECK(row["fullname"].text() == "Peter Cambel");
  CHECK(row["annualincome"].scalar_text() == "80000.0000");
  CHECK(row.has("_transactioncurrencyid_value"));
  CHECK(row["createdon"].text() == "2020-01-02T03:04:05Z");
  REQUIRE(box.world.configure("dataverse.revokePrivilege", "prvOverrideCreatedOnCreatedBy").value());
  CHECK(error_code(box.ask("POST", "contacts", R"j({"lastname":"x","overriddencreatedon":"2020-01-02T03:04:05Z"})j")) ==
        "0x80040220");
}

TEST_CASE("several rows are created or updated as a whole or not at all [dataverse §13]") {
  Box box;
  auto const call = [&](std::string const& action, std::string const& targets) {
    return box.ask("POST", "tasks/Microsoft.Dynamics.CRM." + action, R"j({"Targets":[)j" + targets + "]}");
  };
  std::string const type = R"j("@odata.type":"Microsoft.Dynamics.CRM.task")j";
  auto const created = call("CreateMultiple", "{" + type + R"j(,"subject":"a"},{)j" + type + R"j(,"subject":"b"})j");
  REQUIRE(created.status == 200);
  auto const ids = body_of(created)["Ids"];
  REQUIRE(ids.items().size() == 2);
  auto const target = [&](std::size_t i, std::string const& rest) {
    return "{" + type + R"j(,"activityid":")j" + ids.at(i).text_or("") + "\"," + rest + "}";
  };
  CHECK(call("UpdateMultiple", target(0, R"j("subject":"A")j") + "," + target(1, R"j("prioritycode":9)j")).status == 400);
  CHECK(box.get("tasks(" + ids.at(0).text_or("") + ")/subject/$value").body == "a");
  CHECK(call("UpdateMultiple", target(0, R"j("subject":"A")j") + "," + target(1, R"j("subject":"B")j")).status == 204);
  CHECK(box.get("tasks(" + ids.at(1).text_or("") + ")/subject/$value").body == "B");
  CHECK(call("CreateMultiple", R"j({"subject":"no type"})j").status == 400);
}
