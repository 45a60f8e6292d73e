#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/connection/dataverse/client.hpp>
#include <tandem/connection/dataverse/errors.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;
using dataverse::Client;
using dataverse::Created;

namespace {

constexpr char const* kOrg = "https://org.crm4.dynamics.com";
constexpr char const* kId = "0cbe9aa4-1f3b-4c5d-9e8f-001122334455";

http::Response odata(int status, std::string code, std::string message = "words") {
  return answer(status, R"({"error":{"code":")" + code + R"(","message":")" + message + R"("}})",
                {{"x-ms-service-request-id", "req-1"}});
}

dataverse::Query cases() {
  dataverse::Query query;
  query.set_name = "incidents";
  query.primary_id = "incidentid";
  query.select = {"title", "_customerid_value"};
  query.filter = "title eq " + dataverse::quoted("O'Brien & Söhne") + " and modifiedon ge 2024-05-01T10:00:00Z";
  query.order_by = "modifiedon asc,incidentid asc";
  query.page_size = 100;
  return query;
}

struct Bench {
  ScriptedTransport wire;
  Client client{kOrg, wire};
};

}  // namespace

TEST_CASE("literals enter a filter by quoting only [S2]") {
  CHECK(dataverse::quoted("O'Brien") == "'O''Brien'");
  CHECK(dataverse::quoted("''") == "''''''");
  CHECK(dataverse::literal(*parse_instant("2024-05-01T12:00:00.750+02:00")) == "2024-05-01T10:00:00Z");
  CHECK(dataverse::in_list("incidentid", {"a", "b\"c"}) ==
        R"(Microsoft.Dynamics.CRM.In(PropertyName='incidentid',PropertyValues=["a","b\"c"]))");
}

TEST_CASE("a query is encoded, asks for pages and few annotations, and repeats safely") {
  Bench bench;
  bench.wire.then(answer(200, R"({"value":[]})"));
  REQUIRE(bench.client.query(cases()).has_value());
  auto const& sent = bench.wire.sent[0];
  CHECK(sent.url ==
        "https://org.crm4.dynamics.com/api/data/v9.2/incidents?$select=title,_customerid_value"
        "&$filter=title%20eq%20%27O%27%27Brien%20%26%20S%C3%B6hne%27%20and%20modifiedon%20ge%202024-05-01T10%3A00%3A00Z"
        "&$orderby=modifiedon%20asc%2Cincidentid%20asc");
  CHECK(header(sent, "Prefer").find("odata.maxpagesize=100") != std::string_view::npos);
  CHECK(header(sent, "Prefer").find("\"*\"") == std::string_view::npos);
  CHECK(header(sent, "OData-Version") == "4.0");
  CHECK(header(sent, "If-None-Match") == "null");
  CHECK(sent.repeat == http::Repeat::safe);
}

TEST_CASE("rows keep raw values, labels apart, and absent keys absent [C6]") {
  Bench bench;
  bench.wire.then(answer(200, R"({"@odata.context":"c","@odata.count":2,"value":[
    {"@odata.etag":"W/\"2654797\"","prioritycode@OData.Community.Display.V1.FormattedValue":"High","prioritycode":1,"title":null,
     "amount":20000.0000,"incidentid":"0CBE9AA4-1F3B-4C5D-9E8F-001122334455","_customerid_value":"aa","_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname":"account",
     "_customerid_value@OData.Community.Display.V1.FormattedValue":"Contoso"}],
    "@odata.nextLink":"https://org.crm4.dynamics.com/api/data/v9.2/incidents?$skiptoken=%3Ccookie%20pagenumber=%222%22"})",
                         {{"Date", "Mon, 23 Nov 2026 06:00:00 GMT"}}));
  auto const page = bench.client.query(cases());
  REQUIRE(page.has_value());
  REQUIRE(page->records.size() == 1);
  auto const& record = page->records[0];
  CHECK(record.id == kId);
  CHECK(record.etag == "W/\"2654797\"");
  CHECK(record.column("prioritycode")->integer() == 1);
  CHECK(record.formatted.at("prioritycode") == "High");
  CHECK(record.formatted.at("_customerid_value") == "Contoso");
  CHECK(record.lookup_tables.at("_customerid_value") == "account");
  CHECK(record.column("amount")->scalar_text() == "20000.0000");
  REQUIRE(record.column("title") != nullptr);
  CHECK(record.column("title")->is_null());
  CHECK(record.column("description") == nullptr);
  CHECK(record.columns.find("@odata.etag") == nullptr);
  CHECK(page->count == 2);
  CHECK(to_rfc3339(*page->date) == "2026-11-23T06:00:00Z");
}

TEST_CASE("a next link is followed verbatim, to the own host only [S5]") {
  Bench bench;
  bench.wire.then(answer(200, R"({"value":[]})"));
  dataverse::Page page;
  page.next_link = "https://org.crm4.dynamics.com/api/data/v9.2/incidents?$skiptoken=%3Ccookie%20pagenumber=%222%22&a=b%2520c";
  REQUIRE(bench.client.next(page, cases()).has_value());
  CHECK(bench.wire.sent[0].url == page.next_link);
  CHECK(header(bench.wire.sent[0], "Prefer").find("odata.maxpagesize=100") != std::string_view::npos);
  page.next_link = GENERATE(as<std::string>{}, "https://evil.example/x", "http://org.crm4.dynamics.com/x", "/relative", "");
  auto const refused = bench.client.next(page, cases());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == ErrorKind::remote);
  CHECK(bench.wire.sent.size() == 1);
}

TEST_CASE("an answer that makes no sense is a remote fault with endpoint and request id [S3]") {
  Bench bench;
  bench.wire.then(answer(
      200,
      GENERATE(as<std::string>{}, "", "<html>", "[]", "{}", R"({"value":{}})", R"({"value":[1]})", R"({"value":[{"title":"x"}]})",
               R"({"value":[{"incidentid":"no guid"}]})", R"({"value":[{"incidentid":7}]})"),
      {{"x-ms-service-request-id", "req-1"}}));
  auto const page = bench.client.query(cases());
  REQUIRE_FALSE(page.has_value());
  CHECK(page.error().kind == ErrorKind::remote);
  CHECK(page.error().find("endpoint") == "GET /incidents");
}

TEST_CASE("statuses become kinds, differently for reads and writes [R2]") {
  struct Row {
    int status;
    ErrorKind read, write;
  };
  auto const row = GENERATE(values<Row>({{400, ErrorKind::remote, ErrorKind::remote},
                                         {401, ErrorKind::auth, ErrorKind::auth},
                                         {403, ErrorKind::auth, ErrorKind::auth},
                                         {404, ErrorKind::not_found, ErrorKind::not_found},
                                         {405, ErrorKind::remote, ErrorKind::remote},
                                         {408, ErrorKind::transient, ErrorKind::unknown_outcome},
                                         {412, ErrorKind::conflict, ErrorKind::conflict},
                                         {413, ErrorKind::remote, ErrorKind::remote},
                                         {429, ErrorKind::throttled, ErrorKind::throttled},
                                         {500, ErrorKind::transient, ErrorKind::unknown_outcome},
                                         {503, ErrorKind::transient, ErrorKind::unknown_outcome},
                                         {302, ErrorKind::remote, ErrorKind::remote}}));
  CAPTURE(row.status);
  auto const response = odata(row.status, "0x80040203");
  auto const read = dataverse::error_of(response, http::Access::read, kOrg, "GET /x");
  CHECK(read.kind == row.read);
  CHECK(read.find("request-id") == "req-1");
  CHECK(read.find("endpoint") == "GET /x");
  CHECK(dataverse::error_of(response, http::Access::write, kOrg, "PATCH /x").kind == row.write);
}

TEST_CASE("a lost answer of a read is transient, of a write unknown [R2]") {
  Bench bench;
  bench.wire.then_error(ErrorKind::unknown_outcome);
  CHECK(bench.client.query(cases()).error().kind == ErrorKind::transient);
  CHECK(bench.client.create_with_id("annotations", kId, {}).error().kind == ErrorKind::unknown_outcome);
  CHECK(bench.client.update("incidents", "incidentid", kId, "W/\"1\"", {}, {}).error().kind == ErrorKind::unknown_outcome);
}

TEST_CASE("refusals name privilege, cause and cure in one line [A5]") {
  struct Row {
    http::Response response;
    std::string word;
  };
  auto const row = GENERATE(values<Row>({
      {answer(401, "", {{"401_error_reason", "IDX10214: Audience validation failed. Audiences: 'https://x'."}}),
       "organisation URL"},
      {answer(401, "", {{"401_error_reason", "IDX10223: Lifetime validation failed."}}), "expired"},
      {answer(401), "auth check"},
      {odata(403, "0x80072560", "The user is not a member of the organization."), "application user"},
      {odata(403, "0x80042F09"), "security role"},
      {odata(403, "0x80040220",
             "Principal user (Id=x, type=8), is missing prvReadincident privilege (Id=y) on OTC=112 for entity 'incident'. "
             "context.Caller=z"),
       "prvReadincident on table incident"},
      {odata(403, "0x80040220", "Something else"), "security role"},
      {answer(403, "<html>"), "security role"},
      {odata(400, "0x80044331", "The length of the 'subject' attribute\\r\\n at stack"), "longer"},
      {odata(404, "0x8006088a", "Resource not found for the segment"), "Resource not found"},
      {odata(400, "0x0", ""), "status 400"},
      {answer(400, "plain"), "organisation URL"},
  }));
  auto const error = dataverse::error_of(row.response, http::Access::read, kOrg, "GET /x");
  CAPTURE(error.message, row.word);
  CHECK(error.message.find(row.word) != std::string::npos);
  CHECK(error.message.find('\n') == std::string::npos);
  CHECK(error.message.find("stack") == std::string::npos);
}

TEST_CASE("the privilege that is missing is found whatever its case [A5]") {
  CHECK(dataverse::privilege_in("x is missing prvReadIncident privilege") == "prvReadIncident");
  CHECK(dataverse::privilege_in("X IS MISSING PRVWRITENOTE PRIVILEGE") == "PRVWRITENOTE");
  CHECK(dataverse::privilege_in("is missing prv_a-b") == "prv_a");
  CHECK(dataverse::privilege_in("nothing").empty());
  CHECK(dataverse::privilege_in("is missing prv") == "prv");
}

TEST_CASE("only Dataverse itself can say that a row is gone [D12]") {
  auto const [response, gone] = GENERATE(table<http::Response, bool>({
      {odata(404, "0x80040217", "incident With Id = x Does Not Exist"), true},
      {odata(404, "", "account With Id = x Does Not Exist"), true},
      {odata(404, "0x8006088a", "Resource not found for the segment 'Account'."), false},
      {odata(404, "0x80060888", "Resource not found for the segment 'Account'."), false},
      {answer(404, "<html>not found</html>"), false},
      {answer(404), false},
      {answer(410), false},
      {odata(403, "0x80040220"), false},
  }));
  Bench bench;
  bench.wire.then(response);
  auto const record = bench.client.get("incidents", "incidentid", kId, {"title"});
  CHECK((record.has_value() && !record->has_value()) == gone);
  CHECK(record.has_value() == gone);
}

TEST_CASE("a create with an own id says whether it made the row [R2]") {
  struct Row {
    http::Response response;
    std::optional<Created> created;
  };
  auto const row =
      GENERATE(values<Row>({{answer(204), Created::created},
                            {answer(201, "{}"), Created::created},
                            {odata(412, "0x80040237", "A record with matching key values already exists."), Created::existed},
                            {odata(412, ""), Created::existed},
                            {odata(412, "0x80060892"), std::nullopt},
                            {odata(412, "0x80040333"), std::nullopt},
                            {odata(400, "0x80048d19"), std::nullopt},
                            {odata(500, "0x80040216"), std::nullopt}}));
  Bench bench;
  bench.wire.then(row.response);
  auto const created = bench.client.create_with_id("annotations", "0CBE9AA4-1F3B-4C5D-9E8F-001122334455", {{"subject", "x"}});
  CHECK(created.has_value() == row.created.has_value());
  if (row.created) CHECK(*created == *row.created);
  auto const& sent = bench.wire.sent[0];
  CHECK(sent.method == "PATCH");
  CHECK(sent.url == std::string(kOrg) + "/api/data/v9.2/annotations(" + kId + ")");
  CHECK(header(sent, "If-None-Match") == "*");
  CHECK(sent.repeat == http::Repeat::safe);
}

TEST_CASE("an update is conditional, is not repeated, and gives the row as it is after the write [R2]") {
  Bench bench;
  bench.wire.then(answer(200, R"({"@odata.etag":"W/\"2\"","incidentid":"0cbe9aa4-1f3b-4c5d-9e8f-001122334455","title":"new"})"));
  auto const record = bench.client.update("incidents", "incidentid", kId, "W/\"1\"", {{"title", "new"}}, {"title"});
  REQUIRE(record.has_value());
  CHECK(record->etag == "W/\"2\"");
  auto const& sent = bench.wire.sent[0];
  CHECK(header(sent, "If-Match") == "W/\"1\"");
  CHECK(header(sent, "Prefer").starts_with("return=representation"));
  CHECK(sent.repeat == http::Repeat::only_if_unsent);
  CHECK(sent.body == R"({"title":"new"})");
}

TEST_CASE("without the row in the answer it is read; an unreadable answer is an unknown outcome [R2]") {
  Bench bench;
  SECTION("204") {
    bench.wire.then(answer(204)).then(answer(200, R"({"incidentid":"0cbe9aa4-1f3b-4c5d-9e8f-001122334455"})"));
    CHECK(bench.client.update("incidents", "incidentid", kId, "", {}, {}).has_value());
    CHECK(header(bench.wire.sent[0], "If-Match") == "*");
    CHECK(bench.wire.sent[1].method == "GET");
  }
  SECTION("cut") {
    bench.wire.then(answer(200, R"({"incidentid":"0cbe)"));
    CHECK(bench.client.update("incidents", "incidentid", kId, "x", {}, {}).error().kind == ErrorKind::unknown_outcome);
  }
  SECTION("stale") {
    bench.wire.then(odata(412, "0x80060882"));
    CHECK(bench.client.update("incidents", "incidentid", kId, "x", {}, {}).error().kind == ErrorKind::conflict);
  }
}

TEST_CASE("a write that something else answers with success is an unknown outcome, whatever is written [R2][S3]") {
  auto const reply = GENERATE(
      values<http::Response>({answer(200, "<!DOCTYPE html><html>Sign in</html>", {{"Content-Type", "text/html; charset=utf-8"}}),
                              answer(200, ""), answer(200, "{}"), answer(200, "[]")}));
  Bench bench;
  bench.wire.then(reply);
  auto const unknown = [](auto const& result) { return !result && result.error().kind == ErrorKind::unknown_outcome; };
  CHECK(unknown(bench.client.create_with_id("annotations", kId, {{"subject", "x"}})));
  CHECK(unknown(bench.client.update("incidents", "incidentid", kId, "x", {}, {})));
  CHECK(unknown(bench.client.act("CloseIncident", {})));
  CHECK(unknown(bench.client.remove("annotations", kId)));
  CHECK(unknown(bench.client.create_many_with_id({{"annotations", kId, {}}})));
}

TEST_CASE("an id that is none never becomes part of a path [S2]") {
  Bench bench;
  auto const id = GENERATE(as<std::string>{}, "", "1)/x", "../organizations", "incidentid eq 1");
  CHECK_FALSE(bench.client.get("incidents", "incidentid", id, {}).has_value());
  CHECK_FALSE(bench.client.remove("incidents", id).has_value());
  CHECK_FALSE(bench.client.create_with_id("incidents", id, {}).has_value());
  CHECK(bench.wire.sent.empty());
}

TEST_CASE("WhoAmI of something else than Dataverse is no identity [A4]") {
  Bench bench;
  bench.wire.then(answer(200, R"({"UserId":"x"})"));
  CHECK(bench.client.who_am_i().error().kind == ErrorKind::remote);
  Bench good;
  good.wire.then(answer(
      200,
      R"({"BusinessUnitId":"0CBE9AA4-1F3B-4C5D-9E8F-001122334455","UserId":"0CBE9AA4-1F3B-4C5D-9E8F-001122334456","OrganizationId":"0CBE9AA4-1F3B-4C5D-9E8F-001122334457"})"));
  CHECK(good.client.who_am_i()->user_id == "0cbe9aa4-1f3b-4c5d-9e8f-001122334456");
}

TEST_CASE("a record's URL opens it for people [D9]") {
  Bench bench;
  CHECK(bench.client.record_url("incident", kId) ==
        std::string(kOrg) + "/main.aspx?pagetype=entityrecord&etn=incident&id=" + kId);
}
