// Recorded and documented answers of the real service against ours: status, headers, and every key with the same JSON type.
// Needs the folder of captures: TANDEM_CAPTURES; skipped (and said so) without it.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {

struct Answer {
  int status = 0;  // 0: the capture has only a body
  std::vector<Header> headers;
  json::Value body;
};

// A capture is a body, or a status line, headers and a body; some are indented.
Answer read_capture(std::string const& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  Answer out;
  std::string line;
  std::string const all = text.str();
  auto const body_at = all.find('{');
  std::istringstream head(all.substr(0, body_at));
  while (std::getline(head, line)) {
    auto const begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos) continue;
    line = line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
    auto const colon = line.find(": ");
    if (line.rfind("HTTP/1.1 ", 0) == 0)
      out.status = std::atoi(line.c_str() + 9);
    else if (colon != std::string::npos)
      out.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  auto parsed = json::parse(body_at == std::string::npos ? "" : all.substr(body_at));
  if (parsed) out.body = *parsed;
  return out;
}

char const* type_of(json::Value const& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return "boolean";
  if (value.is_number()) return "number";
  if (value.is_string()) return "string";
  return value.is_array() ? "array" : "object";
}

// Adds "path: what" for each difference in shape; null goes with everything.
void compare(json::Value const& theirs, json::Value const& ours, std::string const& path, std::set<std::string>& found) {
  if (theirs.is_null() || ours.is_null()) return;
  if (std::string_view(type_of(theirs)) != type_of(ours)) {
    found.insert(path + ": " + type_of(theirs) + " is " + type_of(ours));
    return;
  }
  for (auto const& [key, value] : theirs.members()) {
    auto const* mine = ours.members().find(key);
    if (mine == nullptr)
      found.insert(path + "/" + key);
    else
      compare(value, *mine, path + "/" + key, found);
  }
  auto const& list = ours.items();
  if (list.empty() && !theirs.items().empty()) found.insert(path + ": empty");
  for (std::size_t i = 0; i < theirs.items().size() && !list.empty(); ++i)
    compare(theirs.at(i), list[std::min(i, list.size() - 1)], path, found);
}

struct Row {
  std::string capture, method, target, body;
  std::vector<Header> headers;
  std::set<std::string> known;  // differences with a reason, given beside the row
};

}  // namespace

TEST_CASE("what the real service was seen to answer, we answer in the same shape [L1]") {
  auto const* folder = std::getenv("TANDEM_CAPTURES");
  if (folder == nullptr) {
    std::cout << "SKIPPED: TANDEM_CAPTURES is not set: no recorded answer of Dataverse was compared\n";
    return;
  }
  Box box;
  auto const id = [](char const* table, char const* alias) { return sandbox::dataverse::id_of_alias(table, alias); };
  auto const fabrikam = "accounts(" + id("account", "fabrikam") + ")";
  auto const anna = "contacts(" + id("contact", "anna") + ")";
  REQUIRE(box.ask("PATCH", anna, R"j({"annualincome":80000,"jobtitle":"Developer","description":"d"})j").status == 204);
  REQUIRE(box.ask("PATCH", fabrikam, R"j({"primarycontactid@odata.bind":"/)j" + anna + "\"}").status == 204);
  auto const etag_before =
      box.get_json("accounts?$select=name", {{"Prefer", "odata.track-changes"}})["@odata.deltaLink"].text_or("");
  REQUIRE(box.ask("PATCH", "accounts(" + id("account", "adventure") + ")", R"j({"telephone1":"1"})j").status == 204);
  REQUIRE(box.ask("DELETE", "accounts(" + id("account", "litware") + ")").status == 204);
  auto const delta = etag_before.substr((box.world.urls().dataverse + "/api/data/v9.2/").size());
  std::string const nobody = "00000000-0000-0000-0000-000000000001";
  std::string const choices =
      "EntityDefinitions(LogicalName='incident')/Attributes(LogicalName='prioritycode')/"
      "Microsoft.Dynamics.CRM.PicklistAttributeMetadata";
  std::vector<Header> const all{{"Prefer", "odata.include-annotations=\"*\""}};
  std::vector<Header> const pages{{"Prefer", "odata.maxpagesize=1"}};

  std::vector<Row> const rows{
      // The world's account has fewer columns than the documentation's.
      {"delta/docs-use-change-tracking-synchronize-data-external-systems-01",
       "GET",
       "accounts?$select=name,accountnumber,telephone1",
       "",
       {{"Prefer", "odata.track-changes"}},
       {"/value/fax"}},
      {"delta/docs-use-change-tracking-synchronize-data-external-systems-02",
       "GET",
       delta,
       "",
       {},
       {"/value/telephone1", "/value/fax"}},
      {"errors/404-systemuser", "GET", "systemusers(" + nobody + ")", "", {}, {}},
      {"errors/docs-perform-conditional-operations-using-web-api-02",
       "PATCH",
       "accounts(" + nobody + ")",
       "{}",
       {{"If-Match", "*"}},
       {}},
      {"errors/docs-perform-conditional-operations-using-web-api-03", "PATCH", fabrikam, "{}", {{"If-None-Match", "*"}}, {}},
      {"errors/docs-perform-conditional-operations-using-web-api-04", "DELETE", fabrikam, "", {{"If-Match", "W/\"1\""}}, {}},
      {"responses/docs-query-data-web-api-01", "GET", "accounts?$select=name", "", {}, {}},
      {"responses/docs-query-data-web-api-02",
       "GET",
       "accounts?$select=name",
       "",
       pages,
       {"Preference-Applied"}},  // another size
      {"responses/docs-query-data-web-api-05",
       "GET",
       "accounts?$select=name&$filter=contains(name,'a')&$count=true",
       "",
       pages,
       {"Preference-Applied"}},
      // donotpostalmail and accountratingcode are not in the world; "transactioncurrencyid_value" is a slip of the documentation.
      {"responses/docs-query-data-web-api-06",
       "GET",
       "accounts?$select=name,numberofemployees,revenue&$filter=revenue ne null",
       "",
       {{"Prefer", "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\""}},
       {"/value/donotpostalmail", "/value/donotpostalmail@OData.Community.Display.V1.FormattedValue", "/value/accountratingcode",
        "/value/accountratingcode@OData.Community.Display.V1.FormattedValue", "/value/transactioncurrencyid_value"}},
      {"responses/docs-query-data-web-api-07",
       "GET",
       "incidents(" + case_id(2) + ")?$select=title,_customerid_value&$expand=customerid_contact($select=fullname)",
       "",
       all,
       {}},
      {"responses/docs-retrieve-entity-using-web-api-01", "GET", fabrikam + "?$select=name,revenue", "", {}, {}},
      {"responses/docs-retrieve-entity-using-web-api-02", "GET", fabrikam + "/name", "", {}, {}},
      {"responses/docs-retrieve-entity-using-web-api-03", "GET", fabrikam + "/primarycontactid?$select=fullname", "", {}, {}},
      {"responses/docs-retrieve-entity-using-web-api-04", "GET", fabrikam + "/Account_Tasks/$ref", "", {}, {}},
      {"responses/docs-retrieve-entity-using-web-api-05",
       "GET",
       fabrikam + "?$select=name&$expand=primarycontactid($select=fullname)",
       "",
       {},
       {}},
      {"responses/docs-retrieve-entity-using-web-api-06",
       "GET",
       fabrikam + "?$select=name&$expand=primarycontactid/$ref",
       "",
       {},
       {}},
      {"responses/docs-retrieve-entity-using-web-api-07",
       "GET",
       fabrikam + "?$select=name&$expand=Account_Tasks($select=subject,scheduledstart)",
       "",
       {},
       {}},
      {"responses/docs-web-api-functions-actions-sample-01", "GET", "WhoAmI", "", {}, {}},
      {"responses/docs-web-api-basic-operations-sample-01",
       "GET",
       anna + "?$select=fullname,annualincome,jobtitle,description",
       "",
       {},
       {}},
      {"responses/docs-web-api-basic-operations-sample-04",
       "GET",
       fabrikam + "?$select=name&$expand=primarycontactid($select=fullname,jobtitle,annualincome)",
       "",
       {},
       {}},
      {"responses/docs-web-api-basic-operations-sample-03",
       "POST",
       "contacts?$select=fullname,annualincome,jobtitle",
       R"j({"firstname":"Peter_Alt","lastname":"Cambel","jobtitle":"Junior Developer","annualincome":80000})j",
       {{"Prefer", "return=representation"}},
       {}},
      // Columns of the documentation's account.
      {"responses/docs-update-delete-entities-using-web-api-01",
       "PATCH",
       fabrikam,
       R"j({"name":"Updated"})j",
       {{"Prefer", "return=representation"}},
       {"/accountcategorycode", "/address1_latitude"}},
      {"metadata/docs-query-metadata-web-api-01",
       "GET",
       "EntityDefinitions?$select=DisplayName,IsKnowledgeManagementEnabled,EntitySetName&$filter=LogicalName eq 'account'",
       "",
       {},
       {}},
      {"metadata/docs-retrieve-metadata-name-metadataid-02", "GET", "EntityDefinitions?$select=MetadataId", "", {}, {}},
      {"metadata/docs-retrieve-metadata-name-metadataid-03",
       "GET",
       "EntityDefinitions(LogicalName='incident')/Attributes?$select=MetadataId",
       "",
       {},
       {}},
      {"metadata/docs-retrieve-metadata-name-metadataid-04",
       "GET",
       choices + "?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)",
       "",
       {},
       {}},
  };
  for (auto const& row : rows) {
    INFO(row.capture);
    auto const capture = read_capture(std::string(folder) + "/dataverse/" + row.capture + ".http.txt");
    REQUIRE(!capture.body.is_null());
    auto const response = box.ask(row.method, row.target, row.body, row.headers);
    INFO(response.body.substr(0, 1500));
    if (capture.status != 0) CHECK(response.status == capture.status);
    std::set<std::string> found;
    for (auto const& [name, value] : capture.headers) {
      bool const ours_to_give = name == "OData-Version" || name == "Content-Type" || name == "Preference-Applied";
      if (ours_to_give && header_of(response, name) != value) found.insert(name);
    }
    compare(capture.body, body_of(response), "", found);
    CHECK(found == row.known);
  }
}
