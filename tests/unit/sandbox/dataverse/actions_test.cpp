// CloseIncident, status rules, $batch, column types and limits (contract: dataverse.md §11, §13, §15, §19, §20).
#include <catch2/catch.hpp>

#include "dataverse/cell_input.hpp"
#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {

std::string closing(std::string const& incident, int status) {
  json::Object resolution{{"subject", "Resolved from Jira SUP-1"}, {"timespent", 0}};
  if (!incident.empty()) resolution.set("incidentid@odata.bind", "/incidents(" + incident + ")");
  return json::to_text(json::Object{{"IncidentResolution", std::move(resolution)}, {"Status", status}});
}

std::string operation(std::string const& method, std::string const& path, std::string const& body = {},
                      std::string const& id = {}) {
  auto out = std::string("Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n");
  if (!id.empty()) out += "Content-ID: " + id + "\r\n";
  auto const target = path.starts_with('$') ? path : "/api/data/v9.2/" + path;
  out += "\r\n" + method + " " + target + " HTTP/1.1\r\n";
  if (!body.empty()) out += "Content-Type: application/json; type=entry\r\n";
  return out + "\r\n" + body + "\r\n";
}

Response run_batch(Box& box, std::vector<std::string> const& parts, bool go_on = false) {
  std::string body;
  for (auto const& part : parts) body += "--batch_1\r\n" + part;
  body += "--batch_1--\r\n";
  std::vector<Header> headers{{"Content-Type", "multipart/mixed; boundary=\"batch_1\""}};
  if (go_on) headers.emplace_back("Prefer", "odata.continue-on-error");
  return box.ask("POST", "$batch", body, headers);
}

std::string change_set(std::vector<std::string> const& parts) {
  std::string out = "Content-Type: multipart/mixed; boundary=changeset_1\r\n\r\n";
  for (auto const& part : parts) out += "--changeset_1\r\n" + part;
  return out + "--changeset_1--\r\n";
}

std::size_t count_of(std::string const& text, std::string const& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("CloseIncident resolves a case and leaves a resolution behind [G5]") {
  Box box;
  auto const status = GENERATE(5, 1000, -1);
  REQUIRE(box.ask("POST", "CloseIncident", closing(case_id(1), status)).status == 204);
  auto const row = box.get_json("incidents(" + case_id(1) + ")?$select=statecode,statuscode");
  CHECK(row["statecode"].integer() == 1);
  CHECK(row["statuscode"].integer() == (status == -1 ? 5 : status));
  auto const resolutions = box.get_json("incidentresolutions?$filter=_incidentid_value eq " + case_id(1));
  REQUIRE(resolutions["value"].items().size() == 1);
  CHECK(resolutions["value"].at(0)["statecode"].integer() == 1);
  CHECK(resolutions["value"].at(0)["statuscode"].integer() == 2);
  // read-only until it is reopened
  auto const path = "incidents(" + case_id(1) + ")";
  CHECK(box.ask("PATCH", path, R"j({"title":"x"})j", {{"If-Match", "*"}}).status == 400);
  CHECK(box.ask("PATCH", path, R"j({"statecode":0,"statuscode":1})j", {{"If-Match", "*"}}).status == 204);
  CHECK(box.ask("PATCH", path, R"j({"title":"x"})j", {{"If-Match", "*"}}).status == 204);
}

TEST_CASE("CloseIncident fails as documented and changes nothing [G5]") {
  Box box;
  struct Case {
    std::string name, body;
    int status;
    std::string code;
  };
  REQUIRE(box.ask("PATCH", "incidents(" + case_id(2) + ")", R"j({"statecode":2,"statuscode":6})j", {{"If-Match", "*"}}).status ==
          204);
  REQUIRE(box.ask("PATCH", "incidents(" + case_id(4) + ")",
                  R"j({"parentcaseid@odata.bind":"/incidents()j" + case_id(3) + R"j()"})j", {{"If-Match", "*"}})
              .status == 204);
  auto const c = GENERATE_COPY(values<Case>({
      {"no case", closing("", 5), 400, "0x80044409"},
      {"unknown case", closing("11111111-2222-3333-4444-555555555555", 5), 404, "0x80040217"},
      {"cancelled already", closing(case_id(2), 5), 400, "0x80044411"},
      {"a reason of another state", closing(case_id(1), 6), 400, "0x80048408"},
      {"an active child case", closing(case_id(3), 5), 400, "0x8003F452"},
      {"no status", R"j({"IncidentResolution":{}})j", 400, "0x80040203"},
  }));
  CAPTURE(c.name);
  auto const response = box.ask("POST", "CloseIncident", c.body);
  CHECK(response.status == c.status);
  CHECK(error_code(response) == c.code);
  CHECK(box.get_json("incidentresolutions?$select=subject")["value"].items().empty());
}

TEST_CASE("transition rules bind where the table enforces them [G4]") {
  Box box;
  auto const path = "new_tickets(" + sandbox::dataverse::id_of_alias("new_ticket", "ticket-2") + ")";
  CHECK(box.ask("PATCH", path, R"j({"statecode":1,"statuscode":2})j", {{"If-Match", "*"}}).status == 204);
  auto const refused = box.ask("PATCH", path, R"j({"statecode":0,"statuscode":100})j", {{"If-Match", "*"}});
  CHECK(refused.status == 400);
  CHECK(error_code(refused) == "0x8004F856");
  CHECK(box.ask("PATCH", path, R"j({"statecode":0,"statuscode":1})j", {{"If-Match", "*"}}).status == 204);
}

TEST_CASE("every column type prints as the service prints it [C2]") {
  Box box;
  auto const row = box.get_json("new_tickets(" + sandbox::dataverse::id_of_alias("new_ticket", "ticket-1") + ")",
                                {{"Prefer", "odata.include-annotations=\"*\""}});
  CHECK(row["new_big"].scalar_text() == "9007199254740993");
  CHECK(row["new_decimal"].scalar_text() == "1.125");
  CHECK(row["new_double"].scalar_text() == "0.1");
  CHECK(row["new_amount"].scalar_text() == "1234.5000");
  CHECK(row["new_urgent"].truthy());
  CHECK(row["new_urgent@OData.Community.Display.V1.FormattedValue"].text() == "Urgent!");
  CHECK(row["new_channels"].text() == "1,3");
  CHECK(row["new_channels@OData.Community.Display.V1.FormattedValue"].text() == "Mail; Chat");
  CHECK(row["new_duedate"].text() == "2026-03-01");
  CHECK(row["new_visit"].text() == "2026-03-01T09:30:00Z");
  CHECK(row["new_reportedat"].text() == "2026-02-10T10:00:00Z");
  CHECK(row["_new_customerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"].text() == "new_CustomerId");
  CHECK_FALSE(row.has("new_salary"));
  CHECK(row["new_score"].integer() == 77);
}

TEST_CASE("decimals are rounded on their text [C2]") {
  struct Case {
    std::string text;
    std::int64_t digits;
    std::string rounded;
  };
  auto const c = GENERATE(values<Case>({{"1.005", 2, "1.01"},
                                        {"1.004", 2, "1.00"},
                                        {"9.999", 2, "10.00"},
                                        {"-0.004", 2, "0.00"},
                                        {"-2.5", 0, "-3"},
                                        {"12", 4, "12.0000"},
                                        {"1e3", 2, "1000.00"},
                                        {"99999999999999999999.995", 2, "100000000000000000000.00"}}));
  CAPTURE(c.text);
  CHECK(sandbox::dataverse::rounded_decimal(c.text, c.digits) == c.rounded);
}

TEST_CASE("a batch stops at the first failure, or goes on when asked to [L1]") {
  Box box;
  std::vector<std::string> const parts{operation("GET", "incidents(" + case_id(1) + ")?$select=title"),
                                       operation("PATCH", "incidents(" + case_id(1) + ")", R"j({"prioritycode":99})j"),
                                       operation("GET", "WhoAmI")};
  auto const stopped = run_batch(box, parts);
  CHECK(stopped.status == 400);
  CHECK(count_of(stopped.body, "HTTP/1.1 ") == 2);
  auto const gone_on = run_batch(box, parts, true);
  CHECK(gone_on.status == 200);
  CHECK(count_of(gone_on.body, "HTTP/1.1 200 OK\r\n") == 2);
  CHECK(count_of(gone_on.body, "HTTP/1.1 400 Bad Request\r\n") == 1);
  CHECK_THAT(header_of(gone_on, "Content-Type"), Catch::StartsWith("multipart/mixed; boundary=batchresponse_"));
}

TEST_CASE("a change set is done as a whole or not at all, and refers to what it made [L1]") {
  Box box;
  auto const create = operation(
      "POST", "annotations", R"j({"notetext":"one","objectid_incident@odata.bind":"/incidents()j" + case_id(1) + R"j()"})j", "1");
  auto const rename = operation("PATCH", "$1", R"j({"subject":"renamed"})j", "2");
  auto const failing = operation("PATCH", "incidents(" + case_id(1) + ")", R"j({"prioritycode":99})j", "3");
  auto const notes = [&] { return box.get_json("annotations?$select=subject&$filter=notetext eq 'one'")["value"].items(); };

  auto const refused = run_batch(box, {change_set({create, failing})});
  CHECK(refused.status == 400);
  CHECK(count_of(refused.body, "HTTP/1.1 ") == 1);  // a single error part stands for the set
  CHECK(notes().empty());

  auto const done = run_batch(box, {change_set({create, rename})});
  CHECK(done.status == 200);
  CHECK(count_of(done.body, "HTTP/1.1 204 No Content\r\n") == 2);
  CHECK_THAT(done.body, Catch::Contains("boundary=changesetresponse_"));
  REQUIRE(notes().size() == 1);
  CHECK(notes()[0]["subject"].text() == "renamed");

  auto const through = run_batch(box, {change_set({operation("PATCH", "incidents(" + case_id(2) + ")", "{}", "1"),
                                                   operation("DELETE", "$1/primarycontactid/$ref", "", "2")})});
  CHECK(through.status == 200);
  CHECK(run_batch(box, {change_set({operation("PATCH", "$metadata", "{}", "1")})}).status == 405);

  auto const unknown = run_batch(box, {change_set({operation("PATCH", "$7", "{}", "1")})});
  CHECK_THAT(unknown.body, Catch::Contains("Content-ID Reference: '$7' does not exist in the batch context."));
}

TEST_CASE("a rolled back change leaves row and version as they were [L1]") {
  Box box;
  auto const path = "incidents(" + case_id(1) + ")";
  auto const before = box.get(path).body;
  run_batch(box, {change_set({operation("PATCH", path, R"j({"title":"x"})j", "1"), operation("DELETE", path, "", "2"),
                              operation("PATCH", path, R"j({"prioritycode":99})j", "3")})});
  CHECK(box.get(path).body == before);
  CHECK(box.get_json("incidents?$select=title&$filter=modifiedon ge 2026-02-10T00:00:00Z&$orderby=modifiedon")["value"]
            .items()
            .size() == 12);
}

TEST_CASE("a batch with LF line ends, too many operations or a batch inside is refused [L1]") {
  Box box;
  std::string const lf = "--batch_1\nContent-Type: application/http\n\nGET /api/data/v9.2/WhoAmI HTTP/1.1\n\n--batch_1--\n";
  auto const response = box.ask("POST", "$batch", lf, {{"Content-Type", "multipart/mixed; boundary=batch_1"}});
  CHECK(response.status == 400);
  CHECK_THAT(body_of(response)["error"]["message"].text_or(""), Catch::Contains("Stream was not readable."));
  CHECK(run_batch(box, std::vector<std::string>(1001, operation("GET", "WhoAmI")), true).status == 400);
  CHECK(run_batch(box, {operation("POST", "$batch", "x")}).status == 400);
}

TEST_CASE("with documented limits the 6001st request in 300 s is throttled until the window moves on [L2]") {
  Box box;
  REQUIRE(box.world.configure("limits", "documented").value());
  for (int i = 0; i < 6000; ++i) REQUIRE(box.get("RetrieveVersion").status == 200);
  auto const throttled = box.get("RetrieveVersion");
  CHECK(throttled.status == 429);
  CHECK(error_code(throttled) == "0x80072322");
  CHECK(header_of(throttled, "Retry-After") == "300");
  box.world.advance(std::chrono::seconds{300});
  CHECK(box.get("RetrieveVersion").status == 200);
}

TEST_CASE("a file over the organisation's limit or of a blocked kind is refused [I2]") {
  Box box;
  auto const note = [](std::string const& name, std::size_t base64) {
    return json::to_text(
        json::Object{{"filename", name}, {"mimetype", "text/plain"}, {"documentbody", std::string(base64, 'A')}});
  };
  CHECK(error_code(box.ask("POST", "annotations", note("a.txt", 5242884))) == "0x80044a02");
  CHECK(error_code(box.ask("POST", "annotations", note("run.EXE", 4))) == "0x80043e09");
  CHECK(box.ask("POST", "annotations", note("a.txt", 5242880)).status == 204);
}

TEST_CASE("a wrong world file is refused with its place [L1]") {
  struct Case {
    std::string text, said;
  };
  auto const c = GENERATE(values<Case>({
      {"{", "line"},
      {R"j({"entra":{"tenantId":"x"}})j", "tenantId"},
      {R"j({"entra":{"tenantId":"8a2c1f60-4b7e-4d19-9c35-e0f6a7b8c912"},"dataverse":{"tables":[{"name":"t","columns":[{"name":"name","type":"Text"}]}]}})j",
       "unknown type 'Text'"},
      {R"j({"entra":{"tenantId":"8a2c1f60-4b7e-4d19-9c35-e0f6a7b8c912"},"dataverse":{"tables":[{"name":"t","columns":[]}]}})j",
       "no column 'name'"},
  }));
  CAPTURE(c.text);
  CHECK_THROWS_WITH(Box(c.text), Catch::Contains(c.said));
}
