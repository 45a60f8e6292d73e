// Rows: reading, paging, writing, preconditions (contract: dataverse.md §7-§12).
#include <catch2/catch.hpp>

#include <set>

#include "dataverse/query.hpp"
#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

TEST_CASE("the support world has twelve active cases of type Problem, made an hour before start [L1]") {
  Box box;
  auto const page = box.get_json(
      "incidents?$select=title,ticketnumber,createdon,modifiedon&$filter=casetypecode eq 2 and statecode eq "
      "0&$orderby=ticketnumber&$count=true");
  REQUIRE(page["value"].items().size() == 12);
  CHECK(page["@odata.count"].integer() == 12);
  CHECK(page["value"].at(0)["ticketnumber"].text() == "CAS-01001-S8K4Y2");
  CHECK(page["value"].at(0)["createdon"].text() == "2026-02-10T11:00:00Z");
  CHECK_FALSE(page["value"].at(0).has("description"));
  CHECK(page["value"].at(0)["@odata.etag"].text().substr(0, 3) == "W/\"");
}

TEST_CASE("pages follow one another without gap or repetition while rows change elsewhere [L1]") {
  Box box;
  std::vector<Header> const prefer{{"Prefer", "odata.maxpagesize=5"}};
  auto const order = GENERATE(as<std::string>{}, "modifiedon asc,incidentid asc", "title desc", "followupby asc", "");
  CAPTURE(order);
  std::string target = "incidents?$select=title&$filter=modifiedon ge 2026-02-10T10:00:00Z";
  if (!order.empty()) target += "&$orderby=" + order;
  auto page = box.get(target, prefer);
  CHECK(header_of(page, "Preference-Applied") == "odata.maxpagesize=5");
  std::set<std::string> seen;
  std::size_t rows = 0;
  for (int pages = 1;; ++pages) {
    auto const body = body_of(page);
    for (auto const& row : body["value"].items()) seen.insert(row["incidentid"].text_or(""));
    rows += body["value"].items().size();
    auto const next = body["@odata.nextLink"].text_or("");
    if (next.empty()) break;
    REQUIRE(pages < 4);
    auto const base = box.world.urls().dataverse + "/api/data/v9.2/";
    REQUIRE(next.substr(0, base.size()) == base);
    page = box.get(next.substr(base.size()), prefer);
    REQUIRE(page.status == 200);
  }
  CHECK(rows == 12);
  CHECK(seen.size() == 12);
}

TEST_CASE("a formatted value and the lookup annotations stand before the value, none of them for read-only lookups [L1]") {
  Box box;
  auto const row = box.get_json("incidents(" + case_id(2) +
                                    ")?$select=prioritycode,_customerid_value,_createdby_value&$expand=customerid_contact($"
                                    "select=fullname),customerid_account($select=name)",
                                {{"Prefer", "odata.include-annotations=\"*\""}});
  CHECK(row["prioritycode@OData.Community.Display.V1.FormattedValue"].text() == "High");
  CHECK(row["_customerid_value@OData.Community.Display.V1.FormattedValue"].text() == "Anna Müller");
  CHECK(row["_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"].text() == "contact");
  CHECK(row["_customerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"].text() == "customerid_contact");
  CHECK(row["_createdby_value@Microsoft.Dynamics.CRM.lookuplogicalname"].text() == "systemuser");
  CHECK_FALSE(row.has("_createdby_value@Microsoft.Dynamics.CRM.associatednavigationproperty"));
  CHECK(row["customerid_contact"]["fullname"].text() == "Anna Müller");
  CHECK(row["customerid_account"].is_null());
}

TEST_CASE("labels and numbers follow the account's locale [L2]") {
  Box box;
  REQUIRE(box.world.configure("dataverse.formattedLocale", "de-DE").value());
  auto const row = box.get_json("accounts?$select=revenue,numberofemployees,createdon&$filter=accountnumber eq 'F-100'",
                                {{"Prefer", "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\""}})["value"]
                       .at(0);
  CHECK(row["revenue@OData.Community.Display.V1.FormattedValue"].text() == "12.500.000,00 €");
  CHECK(row["revenue"].scalar_text() == "12500000.0000");
}

TEST_CASE("writes meet preconditions as the service does [L1]") {
  struct Case {
    std::string name, method, headers_match, headers_none_match;
    bool exists;
    int status;
    std::string code;
  };
  auto const c = GENERATE(values<Case>({
      {"If-Match * updates", "PATCH", "*", "", true, 204, ""},
      {"If-Match * on a missing row", "PATCH", "*", "", false, 404, "0x80040217"},
      {"a stale etag", "PATCH", "W/\"1\"", "", true, 412, "0x80060882"},
      {"no precondition creates", "PATCH", "", "", false, 204, ""},
      {"no precondition updates", "PATCH", "", "", true, 204, ""},
      {"create only, exists", "PATCH", "", "*", true, 412, "0x80040237"},
      {"create only, missing", "PATCH", "", "*", false, 204, ""},
      {"the word null means nothing", "PATCH", "", "null", true, 204, ""},
      {"delete with a stale etag", "DELETE", "W/\"1\"", "", true, 412, "0x80060882"},
      {"delete", "DELETE", "", "", true, 204, ""},
      {"delete a missing row", "DELETE", "", "", false, 404, "0x80040217"},
  }));
  CAPTURE(c.name);
  Box box;
  auto const id = c.exists ? case_id(1) : std::string("11111111-2222-3333-4444-555555555555");
  std::vector<Header> headers;
  if (!c.headers_match.empty()) headers.emplace_back("If-Match", c.headers_match);
  if (!c.headers_none_match.empty()) headers.emplace_back("If-None-Match", c.headers_none_match);
  auto const account = sandbox::dataverse::id_of_alias("account", "fabrikam");
  auto const body =
      c.method == "PATCH" ? R"j({"title":"New","customerid_account@odata.bind":"/accounts()j" + account + R"j()"})j" : "";
  auto const response = box.ask(c.method, "incidents(" + id + ")", body, headers);
  CHECK(response.status == c.status);
  if (!c.code.empty()) CHECK(error_code(response) == c.code);
}

TEST_CASE("a write moves etag, modifiedon in whole seconds, and modifiedby to the application user [L1]") {
  Box box;
  auto const before = box.get_json("incidents(" + case_id(1) + ")?$select=title");
  box.world.advance(tandem::Millis{1500});
  auto const response =
      box.ask("PATCH", "incidents(" + case_id(1) + ")?$select=title,modifiedon,_modifiedby_value", R"j({"title":"Changed"})j",
              {{"If-Match", before["@odata.etag"].text_or("")}, {"Prefer", "return=representation"}});
  REQUIRE(response.status == 200);
  auto const row = body_of(response);
  CHECK(row["title"].text() == "Changed");
  CHECK(row["modifiedon"].text() == "2026-02-10T12:00:01Z");
  CHECK(row["@odata.etag"].text() != before["@odata.etag"].text());
  CHECK(row["_modifiedby_value"].text() == box.get_json("WhoAmI")["UserId"].text());
}

TEST_CASE("a bad body is refused with the service's code [L1]") {
  struct Case {
    std::string name, body;
    int status;
    std::string code;
  };
  auto const c = GENERATE(values<Case>({
      {"title of 201 characters", R"j({"title":")j" + std::string(201, 'x') + R"j("})j", 400, "0x80044331"},
      {"unknown option", R"j({"prioritycode":9})j", 400, "0x8004431A"},
      {"unknown column", R"j({"colour":"red"})j", 400, "0x80048d19"},
      {"wrongly cased column", R"j({"Title":"x"})j", 400, "0x80048d19"},
      {"wrong bind name", R"j({"customerid@odata.bind":"/accounts(11111111-2222-3333-4444-555555555555)"})j", 400, "0x80048d19"},
      {"bind to a missing row", R"j({"customerid_account@odata.bind":"/accounts(11111111-2222-3333-4444-555555555555)"})j", 404,
       "0x80040217"},
      {"a lookup as a value", R"j({"_customerid_value":"11111111-2222-3333-4444-555555555555"})j", 400, "0x80048d19"},
      {"text for a number", R"j({"billedserviceunits":"7"})j", 400, "0x80048d19"},
      {"required customer emptied", R"j({"customerid_account@odata.bind":null,"title":"x"})j", 400, "0x80040203"},
      {"reason of another state", R"j({"statuscode":5})j", 400, "0x80048408"},
      {"resolve by update", R"j({"statecode":1,"statuscode":5})j", 400, "0x80040203"},
      {"cancel", R"j({"statecode":2,"statuscode":6})j", 204, ""},
      {"reason within the state", R"j({"statecode":0,"statuscode":3})j", 204, ""},
      {"read-only column is ignored", R"j({"ticketnumber":"X","createdon":"2020-01-01T00:00:00Z"})j", 204, ""},
      {"no JSON", R"j({"title":)j", 400, "0x80048d19"},
  }));
  CAPTURE(c.name);
  Box box;
  auto const response = box.ask("PATCH", "incidents(" + case_id(1) + ")", c.body, {{"If-Match", "*"}});
  CHECK(response.status == c.status);
  if (!c.code.empty()) CHECK(error_code(response) == c.code);
  if (c.status == 204) CHECK(box.get_json("incidents(" + case_id(1) + ")")["ticketnumber"].text() == "CAS-01001-S8K4Y2");
}

TEST_CASE("a note is created once with a chosen id and counts its file [L1]") {
  Box box;
  std::string const id = "0a0b0c0d-1111-5222-8333-444455556666";
  auto const body =
      R"j({"subject":"S","notetext":"T","filename":"a.txt","mimetype":"text/plain","documentbody":"aGVsbG8=","objectid_incident@odata.bind":"/incidents()j" +
      case_id(4) + R"j()"})j";
  CHECK(box.ask("PATCH", "annotations(" + id + ")", body, {{"If-None-Match", "*"}}).status == 204);
  auto const again = box.ask("PATCH", "annotations(" + id + ")", body, {{"If-None-Match", "*"}});
  CHECK(again.status == 412);
  CHECK(error_code(again) == "0x80040237");
  auto const note = box.get_json("annotations(" + id + ")");
  CHECK(note["_objectid_value"].text() == case_id(4));
  CHECK(note["objecttypecode"].text() == "incident");
  CHECK(note["filesize"].integer() == 5);
  CHECK(note["isdocument"].truthy());
  CHECK_FALSE(note.has("documentbody"));
  CHECK(box.get("annotations(" + id + ")/documentbody/$value").body == "aGVsbG8=");
  auto const related = box.get_json("incidents(" + case_id(4) + ")/Incident_Annotation?$select=subject");
  CHECK(related["value"].items().size() == 1);
}

TEST_CASE("a note leaves its case alone unless the switch says otherwise [L2]") {
  auto const touches = GENERATE(false, true);
  Box box;
  REQUIRE(box.world.configure("dataverse.noteTouchesParent", touches).value());
  auto const before = box.get_json("incidents(" + case_id(4) + ")?$select=title")["@odata.etag"].text_or("");
  REQUIRE(
      box.ask("POST", "annotations", R"j({"notetext":"T","objectid_incident@odata.bind":"/incidents()j" + case_id(4) + R"j()"})j")
          .status == 204);
  CHECK((box.get_json("incidents(" + case_id(4) + ")?$select=title")["@odata.etag"].text() != before) == touches);
}

TEST_CASE("names are case-sensitive and unknown ones refused in two dialects [L2]") {
  struct Case {
    std::string path;
    int status;
    std::string newer, older;
  };
  auto const c = GENERATE(values<Case>({
      {"Incidents", 404, "0x80060888", "0x8006088a"},
      {"incidents?$select=Title", 400, "0x80060888", "0x0"},
      {"incidents?$select=customerid", 400, "0x80060888", "0x0"},
      {"incidents?$filter=nothing eq 1", 400, "0x80060888", "0x0"},
      {"incidents?$skip=5", 400, "0x80060888", "0x0"},
      {"incidents(11111111-2222-3333-4444-555555555555)", 404, "0x80040217", "0x80040217"},
      {"CloseIncident", 404, "", ""},
  }));
  CAPTURE(c.path);
  Box box;
  auto const newer = box.get(c.path);
  CHECK(newer.status == c.status);
  CHECK(error_code(newer) == c.newer);
  REQUIRE(box.world.configure("dataverse.dialect", "old").value());
  CHECK(error_code(box.get(c.path)) == c.older);
}

TEST_CASE("wrong verbs are 405 [L1]") {
  Box box;
  CHECK(box.ask("PUT", "incidents(" + case_id(1) + ")", "{}").status == 405);
  CHECK(box.ask("DELETE", "incidents").status == 405);
}

TEST_CASE("a conditional read is 304 while the row is unchanged, but never with annotations [L1]") {
  Box box;
  auto const etag = box.get_json("incidents(" + case_id(1) + ")?$select=title")["@odata.etag"].text_or("");
  auto const path = "incidents(" + case_id(1) + ")?$select=title";
  CHECK(box.get(path, {{"If-None-Match", etag}}).status == 304);
  CHECK(box.get(path, {{"If-None-Match", etag}, {"Prefer", "odata.include-annotations=\"*\""}}).status == 200);
}

TEST_CASE("a page of the change feed, a case's notes and rows by id read only their own rows [L1]") {
  struct Case {
    std::string table, query;
    std::size_t rows, most_looked_at;
  };
  auto const c = GENERATE(values<Case>({
      {"incident", "$filter=modifiedon ge 2026-02-10T12:05:00Z&$orderby=modifiedon,incidentid", 1, 2},
      {"incident", "$filter=modifiedon ge 2020-01-01T00:00:00Z&$orderby=modifiedon asc,incidentid asc", 50, 52},
      {"incident", "", 50, 52},
      {"incident", "$filter=incidentid eq CASE and casetypecode eq 2", 1, 1},
      {"annotation", "$filter=_objectid_value eq CASE or _objectid_value eq CASE", 1, 1},
  }));
  CAPTURE(c.query);
  Box box;
  REQUIRE(box.dataverse->grow(2'000));
  box.world.advance(std::chrono::minutes{10});
  REQUIRE(box.ask("PATCH", "incidents(" + case_id(3) + ")", R"j({"title":"x"})j", {{"If-Match", "*"}}).status == 204);
  std::string target = "/?";
  for (char const ch : c.query) target += ch == ' ' ? std::string("%20") : std::string(1, ch);
  for (auto at = target.find("CASE"); at != std::string::npos; at = target.find("CASE")) target.replace(at, 4, case_id(3));
  auto const& engine = box.dataverse->engine();
  auto const& table = *engine.schema.table(c.table);
  auto const options = sandbox::dataverse::options_of(Request{"GET", target, {}, ""}, table, engine.context());
  REQUIRE(options);
  std::size_t looked_at = 0;
  sandbox::dataverse::Predicate const counting = [&](sandbox::dataverse::Row const&) -> sandbox::dataverse::Truth {
    ++looked_at;
    return true;
  };
  auto const page = sandbox::dataverse::run_query(table, *options, 50, counting, engine.context());
  REQUIRE(page);
  CHECK(page->rows.size() == c.rows);
  CHECK(looked_at <= c.most_looked_at);
}
