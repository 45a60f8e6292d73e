// Requests that make no sense end in an answer, whatever bytes they hold (issue: never crashes or hangs).
#include <catch2/catch.hpp>

#include <random>

#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {

// Cuts, doubles, swaps and overwrites pieces; the same for the same seed.
std::string mutated(std::string text, std::mt19937& random) {
  constexpr std::string_view kSpice =
      "()'\",;/$@{}[]%=&:\\\r\n\t -_*\x01\xff"
      "0aZ";
  auto const upto = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random); };
  for (std::size_t i = upto(4) + 1; i > 0 && !text.empty(); --i) {
    auto const at = upto(text.size() - 1);
    switch (upto(4)) {
      case 0: text.erase(at, upto(8)); break;
      case 1: text.insert(at, text.substr(upto(text.size() - 1), upto(12))); break;
      case 2: text[at] = kSpice[upto(kSpice.size() - 1)]; break;
      case 3: text.insert(at, 1, kSpice[upto(kSpice.size() - 1)]); break;
      default: text.resize(at); break;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("damaged addresses, options and bodies are answered, never fatal [S3]") {
  Box box;
  std::mt19937 random(20260210);
  std::vector<std::pair<std::string, std::string>> const requests{
      {"GET",
       "incidents?$select=title,_customerid_value&$filter=contains(title,'a''b') and (prioritycode eq 1 or not statecode ne 0)"},
      {"GET", "incidents?$filter=Incident_Annotation/any(n:n/filesize gt 0)&$orderby=modifiedon desc,title&$top=5&$count=true"},
      {"GET", "incidents?$filter=Microsoft.Dynamics.CRM.In(PropertyName='incidentid',PropertyValues=[\"a\",\"b\"])"},
      {"GET",
       "incidents?$expand=customerid_account($select=name;$expand=primarycontactid($select=fullname)),Incident_Annotation($top="
       "1)"},
      {"GET", "incidents?$apply=filter(statecode eq 0)/groupby((prioritycode),aggregate($count as n))"},
      {"GET", "incidents?$select=title&$deltatoken=1000010!02/10/2026 12:00:00"},
      {"GET", "incidents?$skiptoken=<cookie pagenumber=\"2\" pagingcookie=\"eyJrIjpbXSwiaSI6IjEifQ\" istracking=\"False\" />"},
      {"GET", "accounts(accountnumber='F-100')/incident_customer_accounts?$select=title"},
      {"GET",
       "EntityDefinitions(LogicalName='incident')/Attributes/"
       "Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&"
       "$expand=OptionSet($select=Options)"},
      {"GET", "EntityDefinitions?$filter=IsCustomEntity eq true and ObjectTypeCode gt 5"},
      {"GET",
       "systemusers(11111111-2222-3333-4444-555555555555)/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)?@t={'@odata."
       "id':'incidents(1)'}"},
  };
  for (int round = 0; round < 3'000; ++round) {
    auto const& [method, path] = requests[static_cast<std::size_t>(round) % requests.size()];
    auto const target = mutated(path, random);
    CAPTURE(round, target);
    auto const response = box.ask(method, target);
    REQUIRE(response.status >= 200);
    REQUIRE(response.status < 600);
    REQUIRE(response.status != 500);
  }
  std::vector<std::pair<std::string, std::string>> const bodies{
      {"CloseIncident", R"j({"IncidentResolution":{"subject":"x","incidentid@odata.bind":"/incidents(1)"},"Status":5})j"},
      {"incidents", R"j({"title":"x","customerid_account@odata.bind":"/accounts(accountnumber='F-100')","prioritycode":1})j"},
      {"annotations", R"j({"filename":"a.txt","documentbody":"aGVsbG8=","objectid_incident@odata.bind":"/incidents(1)"})j"},
      {"tasks/Microsoft.Dynamics.CRM.CreateMultiple",
       R"j({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.task","subject":"a"}]})j"},
      {"UploadBlock", R"j({"BlockId":"YQ==","BlockData":"YQ==","FileContinuationToken":"x"})j"},
  };
  for (int round = 0; round < 2'000; ++round) {
    auto const& [path, body] = bodies[static_cast<std::size_t>(round) % bodies.size()];
    auto const response = box.ask("POST", path, mutated(body, random));
    REQUIRE(response.status != 500);
  }
}

TEST_CASE("damaged batches are answered, never fatal [S3]") {
  Box box;
  std::mt19937 random(7);
  std::string const batch =
      "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: application/http\r\nContent-ID: "
      "1\r\n\r\nPOST "
      "/api/data/v9.2/accounts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{\"name\":\"a\"}\r\n--c\r\nContent-Type: "
      "application/http\r\nContent-ID: 2\r\n\r\nPATCH $1 HTTP/1.1\r\n\r\n{\"name\":\"b\"}\r\n--c--\r\n--b\r\nContent-Type: "
      "application/http\r\n\r\nGET /api/data/v9.2/WhoAmI HTTP/1.1\r\n\r\n--b--\r\n";
  REQUIRE(box.ask("POST", "$batch", batch, {{"Content-Type", "multipart/mixed; boundary=b"}}).status == 200);
  for (int round = 0; round < 3'000; ++round) {
    auto const response = box.ask("POST", "$batch", mutated(batch, random), {{"Content-Type", "multipart/mixed; boundary=b"}});
    REQUIRE(response.status != 500);
  }
}

TEST_CASE("deep nesting in bodies, keys and $expand ends in a refusal [S3]") {
  Box box;
  CHECK(box.ask("POST", "incidents", std::string(50'000, '[')).status == 400);
  CHECK(box.get("incidents" + std::string(5'000, '(')).status == 400);
  std::string expand = "$expand=";
  for (int i = 0; i < 500; ++i) expand += "parentcaseid($expand=";
  CHECK(box.get("incidents?" + expand + "parentcaseid" + std::string(500, ')')).status == 400);
  CHECK(box.get("incidents?$filter=" + std::string(40'000, 'a')).status == 414);
}
