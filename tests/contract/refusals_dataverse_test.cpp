// What Dataverse refuses, as rows: status, code, a piece of the message, a header (contract: dataverse.md, paragraphs in the names).
// In process, against the built-in world; nothing outside the project is needed.
#include <catch2/catch.hpp>

#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {

std::string const kNobody = "11111111-2222-3333-4444-555555555555";

std::string id_of(char const* table, char const* alias) { return sandbox::dataverse::id_of_alias(table, alias); }

struct Row {
  std::string name, method, path, body;
  int status;
  std::string code;  // "-": the answer has no body
  std::string said;  // part of the message
  std::vector<Header> headers{};
  std::string set_name{}, set_value{};  // a switch before the request, its value as JSON
  std::string header{}, value{};  // of the answer; the value is a part of it
};

void check(Row const& row) {
  INFO(row.name);
  Box box;
  if (!row.set_name.empty()) {
    auto const value = json::parse(row.set_value);
    REQUIRE(value);
    REQUIRE(box.world.configure(row.set_name, *value).value_or(false));
  }
  auto const response = box.ask(row.method, row.path, row.body, row.headers);
  INFO(response.body);
  CHECK(response.status == row.status);
  if (row.code == "-") {
    CHECK(response.body.empty());
  } else {
    auto const error = body_of(response)["error"];
    CHECK(error.has("code"));
    CHECK(error["code"].text() == row.code);
    CHECK_THAT(error["message"].text_or(""), Catch::Contains(row.said));
    CHECK_FALSE(error["message"].text().empty());
    CHECK(header_of(response, "OData-Version") == "4.0");
    CHECK_THAT(header_of(response, "Content-Type"), Catch::StartsWith("application/json; odata.metadata=minimal"));
  }
  CHECK_FALSE(header_of(response, "x-ms-service-request-id").empty());
  if (!row.header.empty()) CHECK_THAT(header_of(response, row.header), Catch::Contains(row.value));
}

void check_all(std::vector<Row> const& rows) {
  for (auto const& row : rows) check(row);
}

std::string incident(int number) { return "incidents(" + case_id(number) + ")"; }
std::string resolution(std::string const& bind, std::string const& status) {
  return R"j({"IncidentResolution":{"subject":"s")j" + bind + R"j(},"Status":)j" + status + "}";
}
std::string to_case(int number) { return R"j(,"incidentid@odata.bind":"/incidents()j" + case_id(number) + R"j()")j"; }

std::vector<Header> const kTrack{{"Prefer", "odata.track-changes"}};
std::vector<Header> const kBatch{{"Content-Type", "multipart/mixed; boundary=b"}};

std::string part(std::string const& request, std::string const& id = "1") {
  return "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: " + id + "\r\n\r\n" + request +
         " HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{}\r\n";
}
std::string batch(std::string const& inner) { return "--b\r\n" + inner + "--b--\r\n"; }
std::string change_set(std::string const& inner) {
  return batch("Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" + inner + "--c--\r\n");
}

}  // namespace

TEST_CASE("refused by Dataverse: addresses and queries [contract]") {
  check_all({
      {"§4 unknown set", "GET", "Accounts", "", 404, "0x80060888", "Resource not found for the segment 'Accounts'"},
      {"§4 unknown set, older servers",
       "GET",
       "Accounts",
       "",
       404,
       "0x8006088a",
       "segment 'Accounts'",
       {},
       "dataverse.dialect",
       "\"old\""},
      {"§4 unknown column", "GET", "accounts?$select=Name", "", 400, "0x80060888",
       "Could not find a property named 'Name' on type 'Microsoft.Dynamics.CRM.account'"},
      {"§4 unknown column, older servers",
       "GET",
       "accounts?$select=Name",
       "",
       400,
       "0x0",
       "property named 'Name'",
       {},
       "dataverse.dialect",
       "\"old\""},
      {"§4 GET on an action", "GET", "CloseIncident", "", 404, "", "No HTTP resource was found that matches the request URI"},
      {"§4 POST on a function", "POST", "WhoAmI", "{}", 404, "", "No HTTP resource was found"},
      {"§4 missing row", "GET", "incidents(" + kNobody + ")", "", 404, "0x80040217",
       "incident With Id = " + kNobody + " Does Not Exist"},
      {"§4 missing user prints its schema name", "GET", "systemusers(" + kNobody + ")", "", 404, "0x80040217",
       "SystemUser With Id = " + kNobody},
      {"§4 no row for an alternate key", "GET", "accounts(accountnumber='none')", "", 404, "0x80060891", ""},
      {"§7 a key that the table does not have", "GET", "accounts(name='x')", "", 400, "0x80060888", "is not a key"},
      {"§7 a key that is no GUID", "GET", "incidents(5)", "", 400, "0x80060888", "is not a key"},
      {"§7 $skip", "GET", "incidents?$skip=1", "", 400, "0x80060888", "$skip is not supported"},
      {"§7 $search", "GET", "incidents?$search=x", "", 400, "0x80060888", "$search"},
      {"§7 $format", "GET", "incidents?$format=json", "", 400, "0x80060888", "$format"},
      {"§7 $top that is no number", "GET", "incidents?$top=-1", "", 400, "0x80060888", "$top"},
      {"§7 $count that is no boolean", "GET", "incidents?$count=yes", "", 400, "0x80060888", "$count"},
      {"§7 syntax of $filter", "GET", "incidents?$filter=title eq", "", 400, "0x80060888", "Syntax error at position"},
      {"§7 types in $filter", "GET", "incidents?$filter=title eq 5", "", 400, "0x80060888", "incompatible types"},
      {"§7 unknown query function", "GET", "incidents?$filter=Microsoft.Dynamics.CRM.X(PropertyName='title')", "", 400,
       "0x80060888", "Microsoft.Dynamics.CRM.X"},
      {"§7 lambda over no collection", "GET", "incidents?$filter=title/any(t:t/x eq 1)", "", 400, "0x80060888", "'title'"},
      {"§7 lambda with a foreign variable", "GET", "incidents?$filter=Incident_Annotation/any(n:m/subject eq 'x')", "", 400,
       "0x80060888", "Syntax error"},
      {"§7 alias inside $expand", "GET", "incidents?$expand=Incident_Annotation($filter=subject eq @p)&@p='x'", "", 400,
       "0x80060888", "Syntax error"},
      {"§7 unknown navigation in $expand", "GET", "incidents?$expand=customerid", "", 400, "0x80060888", "'customerid'"},
      {"§7 filter of a single-valued navigation", "GET", "incidents?$expand=createdby($filter=fullname eq 'x')", "", 400,
       "0x80060888", "isn't supported inside $expand"},
      {"§7 $orderby in another direction", "GET", "incidents?$orderby=title upwards", "", 400, "0x80060888", "Syntax error"},
      {"§7 unknown transformation", "GET", "incidents?$apply=topcount(5,title)", "", 400, "0x80060888", "$apply"},
      {"§7 a URL of more than 32,768 characters", "GET", "incidents?$filter=" + std::string(33'000, 'x'), "", 414, "",
       "too long"},
      {"§8 a damaged paging cookie", "GET", "incidents?$skiptoken=x", "", 400, "0x80040203", "Paging Cookie"},
      {"§3 wrong verb on a set", "DELETE", "incidents", "", 405, "0x0", "does not support http method 'DELETE'"},
      {"§3 wrong verb on a row", "PUT", incident(1), "{}", 405, "0x0", "'PUT'"},
      {"§3 wrong verb on metadata", "POST", "EntityDefinitions", "{}", 405, "0x0", "'POST'"},
      {"§17 unknown table in metadata", "GET", "EntityDefinitions(LogicalName='x')", "", 404, "0x80060888",
       "Could not find an entity with name"},
      {"§17 $top of metadata", "GET", "EntityDefinitions?$top=1", "", 400, "0x80060888", "$top"},
      {"§17 a type's property without its cast", "GET", "EntityDefinitions(LogicalName='incident')/Attributes?$select=MaxLength",
       "", 400, "0x80060888", "'MaxLength'"},
      {"§17 the abstract enum cast", "GET",
       "EntityDefinitions(LogicalName='incident')/Attributes/Microsoft.Dynamics.CRM.EnumAttributeMetadata", "", 404, "0x80060888",
       "EnumAttributeMetadata"},
      {"§23 access to a row that is not there", "GET",
       "systemusers(" + id_of("systemuser", "alice") +
           ")/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)?@t={'@odata.id':'incidents(" + kNobody + ")'}",
       "", 404, "0x80040217", "Does Not Exist"},
  });
}

TEST_CASE("refused by Dataverse: writes [contract]") {
  auto const account = R"j("customerid_account@odata.bind":"/accounts()j" + id_of("account", "fabrikam") + R"j()")j";
  check_all({
      {"§4 unknown property in a body", "PATCH", incident(1), R"j({"Title":"x"})j", 400, "0x80048d19",
       "Invalid property 'Title'"},
      {"§4 unknown property, older servers",
       "PATCH",
       incident(1),
       R"j({"Title":"x"})j",
       400,
       "0x0",
       "An error occurred while validating input parameters",
       {},
       "dataverse.dialect",
       "\"old\""},
      {"§4 wrong bind name", "PATCH", incident(1), R"j({"customerid@odata.bind":"/accounts(1)"})j", 400, "0x80048d19",
       "An undeclared property 'customerid' which only has property annotations"},
      {"§12 bind to a missing row", "PATCH", incident(1),
       R"j({"customerid_account@odata.bind":"/accounts()j" + kNobody + R"j()"})j", 404, "0x80040217", "account With Id"},
      {"§12 bind to a missing key", "PATCH", incident(1), R"j({"customerid_account@odata.bind":"/accounts(accountnumber='x')"})j",
       404, "0x80060891", ""},
      {"§12 bind to another table", "PATCH", incident(1),
       R"j({"customerid_account@odata.bind":"/contacts()j" + id_of("contact", "anna") + R"j()"})j", 400, "0x80048d19",
       "does not take"},
      {"§12 a lookup as a value", "PATCH", incident(1), R"j({"_customerid_value":")j" + kNobody + "\"}", 400, "0x80048d19",
       "Entity Reference"},
      {"§12 a body that is no JSON", "POST", "incidents", "{", 400, "0x80048d19", "JSON"},
      {"§4 text too long", "POST", "tasks", R"j({"subject":")j" + std::string(201, 'x') + "\"}", 400, "0x80044331",
       "The length of the 'subject' attribute of the 'task' entity exceeded the maximum allowed length of '200'"},
      {"§4 unknown option", "PATCH", incident(1), R"j({"prioritycode":9})j", 400, "0x8004431A", "outside the valid range"},
      {"§4 a reason of another state", "PATCH", incident(1), R"j({"statecode":0,"statuscode":5})j", 400, "0x80048408",
       "5 is not a valid status code for state code IncidentState.Active on incident with Id " + case_id(1)},
      {"§11 a number as text", "PATCH", incident(1), R"j({"billedserviceunits":"7"})j", 400, "0x80048d19", "Edm.Int32"},
      {"§11 a date that is none", "PATCH", incident(1), R"j({"resolveby":"soon"})j", 400, "0x80048d19", "Edm.DateTimeOffset"},
      {"§11 a time before 1753", "PATCH", incident(1), R"j({"resolveby":"1700-01-01T00:00:00Z"})j", 400, "0x80040239",
       "DateTime"},
      {"§17 a required lookup emptied", "PATCH", incident(1), R"j({"customerid_account@odata.bind":null})j", 400, "0x80040203",
       "cannot be set to null"},
      {"§20 create without customer", "POST", "incidents", R"j({"title":"x"})j", 400, "0x80040203", "customerid"},
      {"§20 create without title", "POST", "incidents", "{" + account + "}", 400, "0x80040203", "title"},
      {"§12 a second create with the same id", "POST", "incidents",
       R"j({"incidentid":")j" + case_id(1) + R"j(","title":"x",)j" + account + "}", 412, "0x80040237",
       "Cannot insert duplicate key"},
      {"§12 create only, exists",
       "PATCH",
       incident(1),
       R"j({"title":"x"})j",
       412,
       "0x80040237",
       "A record with matching key values already exists",
       {{"If-None-Match", "*"}}},
      {"§12 update only, missing",
       "PATCH",
       "incidents(" + kNobody + ")",
       R"j({"title":"x"})j",
       404,
       "0x80040217",
       "Does Not Exist",
       {{"If-Match", "*"}}},
      {"§12 stale etag",
       "PATCH",
       incident(1),
       R"j({"title":"x"})j",
       412,
       "0x80060882",
       "The version of the existing record doesn't match the RowVersion property provided.",
       {{"If-Match", "W/\"1\""}}},
      {"§4 stale etag, older servers",
       "PATCH",
       incident(1),
       R"j({"title":"x"})j",
       412,
       "",
       "RowVersion",
       {{"If-Match", "W/\"1\""}},
       "dataverse.dialect",
       "\"old\""},
      {"§12 stale etag on a delete", "DELETE", incident(1), "", 412, "0x80060882", "RowVersion", {{"If-Match", "W/\"1\""}}},
      {"§12 delete of a missing row", "DELETE", "incidents(" + kNobody + ")", "", 404, "0x80040217", "Does Not Exist"},
      {"§4 alternate key taken", "POST", "accounts", R"j({"name":"x","accountnumber":"F-100"})j", 412, "0x80060892",
       "Entity Key"},
      {"§4 duplicate rule",
       "POST",
       "accounts",
       R"j({"name":"Fabrikam, Inc."})j",
       412,
       "0x80040333",
       "duplicate",
       {{"MSCRM.SuppressDuplicateDetection", "false"}},
       "dataverse.duplicateRule",
       R"j({"table":"account","columns":["name"]})j"},
      {"§4 a customer's plug-in",
       "PATCH",
       incident(1),
       R"j({"title":"x"})j",
       400,
       "0x80040265",
       "Ask the dispatcher first",
       {},
       "dataverse.plugin",
       R"j({"table":"incident","message":"Ask the dispatcher first"})j"},
      {"§4 a broken plug-in",
       "PATCH",
       incident(1),
       R"j({"title":"x"})j",
       500,
       "0x80040224",
       "NullReference",
       {},
       "dataverse.plugin",
       R"j({"table":"incident","message":"NullReference","code":"0x80040224"})j"},
      {"§20 resolve by PATCH", "PATCH", incident(1), R"j({"statecode":1,"statuscode":5})j", 400, "0x80040203",
       "use the CloseIncidentRequest message instead"},
      {"§21 win by PATCH", "PATCH", "opportunities(" + id_of("opportunity", "opportunity-1") + ")",
       R"j({"statecode":1,"statuscode":3})j", 400, "0x80100005", "In order to set state of opportunity to Won"},
      {"§4 on hold without the right",
       "PATCH",
       incident(1),
       R"j({"statuscode":2})j",
       403,
       "0x80055000",
       "hold",
       {},
       "dataverse.onHold",
       "false"},
      {"§22 file too big in base64", "POST", "annotations",
       R"j({"filename":"a.txt","documentbody":")j" + std::string(5'242'884, 'A') + "\"}", 400, "0x80044a02",
       "Attachment file size is too big."},
      {"§22 blocked extension", "POST", "annotations", R"j({"filename":"a.exe","documentbody":"AAAA"})j", 400, "0x80043e09",
       "not a valid type"},
      {"§22 bad file name", "POST", "annotations", R"j({"filename":"a|b.txt","documentbody":"AAAA"})j", 400, "0x80044a08",
       "name"},
      {"§22 empty file", "POST", "annotations", R"j({"filename":"a.txt","documentbody":""})j", 400, "0x80044a04", "empty"},
      {"§9 back-dating without the privilege",
       "POST",
       "accounts",
       R"j({"name":"x","overriddencreatedon":"2020-01-01T00:00:00Z"})j",
       403,
       "0x80040220",
       "prvOverrideCreatedOnCreatedBy",
       {},
       "dataverse.revokePrivilege",
       "\"prvOverrideCreatedOnCreatedBy\""},
  });
}

TEST_CASE("refused by Dataverse: actions, batches, deltas [contract]") {
  auto const qualify = "leads(" + id_of("lead", "lead-1") + ")/Microsoft.Dynamics.CRM.QualifyLead";
  check_all({
      {"§20 CloseIncident without a case", "POST", "CloseIncident", resolution("", "5"), 400, "0x80044409",
       "The incident id is missing."},
      {"§20 CloseIncident without status", "POST", "CloseIncident", R"j({"IncidentResolution":{"subject":"s"}})j", 400,
       "0x80040203", "'Status'"},
      {"§20 CloseIncident without resolution", "POST", "CloseIncident", R"j({"Status":5})j", 400, "0x80040203",
       "IncidentResolution"},
      {"§20 CloseIncident of an unknown case", "POST", "CloseIncident",
       resolution(R"j(,"incidentid@odata.bind":"/incidents()j" + kNobody + R"j()")j", "5"), 404, "0x80040217", "Does Not Exist"},
      {"§20 CloseIncident with a reason of another state", "POST", "CloseIncident", resolution(to_case(1), "6"), 400,
       "0x80048408", "6 is not a valid status code"},
      {"§26 CloseIncident with -1 where that is unknown",
       "POST",
       "CloseIncident",
       resolution(to_case(1), "-1"),
       400,
       "0x80048408",
       "-1",
       {},
       "dataverse.defaultStatus",
       "false"},
      {"§23 CloseIncident without a privilege",
       "POST",
       "CloseIncident",
       resolution(to_case(1), "5"),
       403,
       "0x80040220",
       "prvDeleteQueueItem",
       {},
       "dataverse.revokePrivilege",
       "\"prvDeleteQueueItem\""},
      {"§21 WinOpportunity without an opportunity", "POST", "WinOpportunity",
       R"j({"OpportunityClose":{"subject":"s"},"Status":3})j", 400, "0x80040203", "opportunity id is missing"},
      {"§21 WinOpportunity with a lost reason", "POST", "WinOpportunity",
       R"j({"OpportunityClose":{"opportunityid@odata.bind":"/opportunities()j" + id_of("opportunity", "opportunity-1") +
           R"j()"},"Status":5})j",
       400, "0x80048408", "5 is not a valid status code"},
      {"§21 QualifyLead without its flags", "POST", qualify, R"j({"Status":3})j", 400, "0x80040203", "CreateAccount"},
      {"§21 QualifyLead of a missing lead", "POST", "leads(" + kNobody + ")/Microsoft.Dynamics.CRM.QualifyLead", "{}", 404,
       "0x80040217", "lead With Id"},
      {"§21 QualifyLead by GET", "GET", qualify, "", 404, "", "No HTTP resource was found"},
      {"§4 an unknown bound action", "POST", incident(1) + "/Microsoft.Dynamics.CRM.Nothing", "{}", 404, "0x80060888", "Nothing"},
      {"§13 CreateMultiple without types", "POST", "tasks/Microsoft.Dynamics.CRM.CreateMultiple",
       R"j({"Targets":[{"subject":"a"}]})j", 400, "0x80048d19", "@odata.type"},
      {"§22 a block without upload", "POST", "UploadBlock",
       R"j({"BlockId":"YQ==","BlockData":"YQ==","FileContinuationToken":"x"})j", 400, "0x80040203", "FileContinuationToken"},
      {"§22 an upload for no note", "POST", "InitializeAnnotationBlocksUpload",
       R"j({"Target":{"@odata.type":"Microsoft.Dynamics.CRM.annotation"}})j", 400, "0x80040203", "annotationid"},
      {"§22 a download of a note without file", "POST", "InitializeAnnotationBlocksDownload",
       R"j({"Target":{"annotationid":")j" + id_of("annotation", "note-01") +
           R"j(","@odata.type":"Microsoft.Dynamics.CRM.annotation"}})j",
       400, "0x80040203", "no file"},
      {"§13 a batch with LF line ends", "POST", "$batch", "--b\nContent-Type: application/http\n\nGET / HTTP/1.1\n\n--b--\n", 400,
       "0x80048d19", "Stream was not readable.", kBatch},
      {"§13 a batch without boundary", "POST", "$batch", "x", 400, "0x80048d19", "multipart/mixed"},
      {"§13 a batch inside", "POST", "$batch", batch(part("POST /api/data/v9.2/$batch")), 400, "0x80048d19", "batch inside",
       kBatch},
      {"§13 GET on $batch", "GET", "$batch", "", 404, "", "No HTTP resource was found"},
      {"§10 delta with $filter", "GET", "accounts?$filter=name eq 'x'", "", 400, "0x80060888",
       "The \"$filter\" query parameter isn't supported when Change Tracking is enabled.", kTrack},
      {"§10 delta with $orderby", "GET", "accounts?$orderby=name", "", 400, "0x80060888", "\"$orderby\"", kTrack},
      {"§10 delta with $expand", "GET", "accounts?$expand=primarycontactid", "", 400, "0x80060888", "\"$expand\"", kTrack},
      {"§10 delta with $top", "GET", "accounts?$top=1", "", 400, "0x80060888", "\"$top\"", kTrack},
      {"§10 a table that is not tracked", "GET", "new_tickets?$select=new_name", "", 400, "0x80072491", "Change tracking",
       kTrack},
      {"§10 a damaged token", "GET", "accounts?$deltatoken=x", "", 400, "0x80072515", "token"},
      {"§10 a token from the future", "GET", "accounts?$deltatoken=99999999!02/10/2026 12:00:00", "", 400, "0x80072515", "token"},
      {"§10 an expired token", "GET", "accounts?$deltatoken=1!02/01/2026 12:00:00", "", 400, "0x80072515", "expired"},
      {"§10 no read at organisation depth", "GET", "accounts?$select=name", "", 403, "0x80040220", "prvReadaccount", kTrack,
       "dataverse.privilegeDepth", R"j({"name":"prvReadAccount","depth":"Local"})j"},
  });
}

TEST_CASE("refused by Dataverse: inside a batch, an error takes the place of the part [contract §13]") {
  struct Inner {
    std::string name, body;
    int status;
    std::string said;
  };
  auto const c = GENERATE(values<Inner>({
      {"a GET in a change set", change_set(part("GET /api/data/v9.2/WhoAmI")), 400, "isn't allowed in a change set"},
      {"an unknown reference", change_set(part("PATCH $7")), 400,
       "Content-ID Reference: '$7' does not exist in the batch context."},
      {"a missing row", batch(part("GET /api/data/v9.2/incidents(11111111-2222-3333-4444-555555555555)")), 404, "Does Not Exist"},
      {"a URL of more than 65,536 characters", batch(part("GET /api/data/v9.2/incidents?$filter=" + std::string(66'000, 'x'))),
       414, "too long"},
  }));
  CAPTURE(c.name);
  Box box;
  auto const response = box.ask("POST", "$batch", c.body, kBatch);
  CHECK(response.status == c.status);
  CHECK_THAT(header_of(response, "Content-Type"), Catch::StartsWith("multipart/mixed; boundary=batchresponse_"));
  CHECK_THAT(response.body, Catch::Contains(c.said));
}

TEST_CASE("refused by Dataverse: who is calling, and how often [contract]") {
  auto const read = [](char const* switch_name, char const* value, int status, char const* code, char const* said) {
    return Row{std::string("§3, §4 ") + switch_name + " " + value,
               "GET",
               "incidents?$select=title",
               "",
               status,
               code,
               said,
               {},
               switch_name,
               value};
  };
  check_all({
      read("dataverse.applicationUser", "false", 403, "0x80072560", "The user is not a member of the organization."),
      read("dataverse.roles", "false", 403, "0x80042f09", "has not been assigned any roles"),
      read("dataverse.userDisabled", "true", 403, "0x80040225", "is disabled"),
      read("dataverse.revokePrivilege", "\"prvReadIncident\"", 403, "0x80040220", "is missing prvReadincident privilege"),
      {"§16 impersonation of nobody", "GET", "WhoAmI", "", 403, "0x80072560", "not a member", {{"CallerObjectId", kNobody}}},
      {"§16 impersonation without the privilege",
       "GET",
       "WhoAmI",
       "",
       403,
       "0x80040220",
       "prvActOnBehalfOfAnotherUser",
       {{"MSCRMCallerID", kNobody}},
       "dataverse.revokePrivilege",
       "\"prvActOnBehalfOfAnotherUser\""},
      {"§2 bypass without the privilege",
       "PATCH",
       incident(1),
       "{}",
       403,
       "0x80040220",
       "prvBypassCustomPlugins",
       {{"MSCRM.BypassCustomPluginExecution", "true"}},
       "dataverse.revokePrivilege",
       "\"prvBypassCustomPlugins\""},
      {"§23 another's row",
       "DELETE",
       incident(1),
       "",
       403,
       "0x80048306",
       "privilege",
       {},
       "dataverse.privilegeDepth",
       R"j({"name":"prvDeleteIncident","depth":"Basic"})j"},
      {"§15 requests",
       "GET",
       "WhoAmI",
       "",
       429,
       "0x80072322",
       "Number of requests exceeded the limit of 6000 over time window of 300 seconds.",
       {},
       "dataverse.throttle",
       R"j({"kind":"requests","count":1,"retryAfter":9})j",
       "Retry-After",
       "9"},
      {"§15 execution time",
       "GET",
       "WhoAmI",
       "",
       429,
       "0x80072321",
       "Combined execution time of incoming requests exceeded limit",
       {},
       "dataverse.throttle",
       R"j({"kind":"time","count":1,"retryAfter":120})j",
       "Retry-After",
       "120"},
      {"§15 concurrent requests",
       "GET",
       "WhoAmI",
       "",
       429,
       "0x80072326",
       "Number of concurrent requests exceeded the limit of 52.",
       {},
       "dataverse.throttle",
       R"j({"kind":"concurrent","count":1,"retryAfter":1})j",
       "Retry-After",
       "1"},
  });
}

TEST_CASE("refused by Dataverse: tokens that are not good, with an empty body and the reason in a header [contract §3]") {
  struct Case {
    std::string name, authorization, reason;
  };
  Box box;
  for (auto const& c : {
           Case{"no token", "", ""},
           Case{"no bearer", "Basic eDp5", ""},
           Case{"garbage", "Bearer x", "IDX12741"},
           Case{"another audience", "Bearer " + box.token(kClient, "https://other.crm4.dynamics.com"),
                "IDX10214: Audience validation failed"},
           Case{"expired", "Bearer " + box.token(kClient, {}, -10), "IDX10223"},
       }) {
    INFO(c.name);
    Request request{"GET", "/api/data/v9.2/WhoAmI", {}, ""};
    if (!c.authorization.empty()) request.headers.emplace_back("Authorization", c.authorization);
    auto const response = box.world.send(ServiceName::dataverse, request).response;
    CHECK(response.status == 401);
    CHECK(response.body.empty());
    CHECK_THAT(header_of(response, "WWW-Authenticate"), Catch::StartsWith("Bearer authorization_uri="));
    CHECK_THAT(header_of(response, "401_error_reason"), Catch::Contains(c.reason));
  }
}
