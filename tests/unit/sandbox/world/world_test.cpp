// The world: faults, held requests, clock, log, edits by people (SPEC L4, L5).
#include <catch2/catch.hpp>

#include "control/control.hpp"
#include "unit/sandbox/box.hpp"
#include "world/fault_plan.hpp"

using namespace sandbox_test;
using namespace std::chrono_literals;
using Kind = Outcome::Kind;

namespace {

void plan(Box& box, std::string const& faults) {
  auto parsed = sandbox::faults_from_json(*json::parse(faults));
  REQUIRE(parsed);
  box.world.set_faults(std::move(*parsed));
}

std::size_t notes(Box& box) { return box.get_json("annotations?$select=subject")["value"].items().size(); }

Outcome create_note(Box& box) { return box.send("POST", "annotations", R"j({"notetext":"new"})j"); }

}  // namespace

TEST_CASE("a fault strikes before or after the effect, or cuts the answer [L4]") {
  struct Case {
    std::string fault;
    Kind kind;
    int status;
    bool executed;
  };
  auto const c = GENERATE(values<Case>({
      {R"({"when":"before","do":"drop"})", Kind::lost, 0, false},
      {R"({"when":"after","do":"drop"})", Kind::lost, 0, true},
      {R"({"when":"before","do":"status","status":503})", Kind::answered, 503, false},
      {R"({"when":"after","do":"status","status":500})", Kind::answered, 500, true},
      {R"({"when":"before","do":"hold","for":"1m"})", Kind::held, 0, false},
      {R"({"when":"after","do":"hold","for":"1m"})", Kind::held, 0, true},
      {R"({"when":"body","do":"drop"})", Kind::cut, 204, true},
  }));
  CAPTURE(c.fault);
  Box box;
  auto const before = notes(box);
  auto fault = *json::parse(c.fault);
  fault.set("match", "POST /api/data/v9.2/annotations");
  fault.set("nth", 1);
  plan(box, "[" + json::to_text(fault) + "]");
  auto const outcome = create_note(box);
  CHECK(outcome.kind == c.kind);
  CHECK(outcome.executed == c.executed);
  if (c.status != 0) CHECK(outcome.response.status == c.status);
  CHECK(notes(box) == before + (c.executed ? 1 : 0));
  CHECK(create_note(box).kind == Kind::answered);  // `nth` makes it one-shot
}

TEST_CASE("a killed create still executes a minute later [L4]") {
  Box box;
  plan(box, R"([{"when":"before","match":"POST /api/data/v9.2/annotations","nth":1,"do":"hold","for":"1m"}])");
  auto const before = notes(box);
  auto const held = create_note(box);
  CHECK(held.held_until == kStart + std::chrono::minutes{1});
  box.world.advance(std::chrono::seconds{59});
  CHECK(notes(box) == before);
  CHECK_FALSE(box.world.log().entries()[1].executed);
  box.world.advance(std::chrono::seconds{1});
  CHECK(notes(box) == before + 1);
  CHECK(box.world.log().entries()[1].executed);
  CHECK(box.world.log().entries()[1].outcome == "held");
}

TEST_CASE("a held request is looked at before the next request too [L4]") {
  Box box;
  plan(box, R"([{"match":"POST /api/data/v9.2/annotations","nth":1,"do":"hold","for":"1m"}])");
  auto const before = notes(box);
  create_note(box);
  box.world.clock().advance(std::chrono::minutes{2});  // the bare clock runs nothing by itself
  CHECK(notes(box) == before + 1);
}

TEST_CASE("what a fault's match covers [L4]") {
  struct Case {
    std::string match, method, path;
    bool hit;
  };
  auto const c = GENERATE(values<Case>({
      {"", "GET", "/x", true},
      {"* /rest/api/3/issue", "POST", "/rest/api/3/issue/bulk", true},
      {"POST /rest/api/3/issue/bulk", "POST", "/rest/api/3/issue", false},
      {"POST /rest/api/3/issue", "PUT", "/rest/api/3/issue", false},
      {"PUT /rest/api/3/issue/*/properties/*", "PUT", "/rest/api/3/issue/SUP-1/properties/tandem.link", true},
      {"PUT /rest/api/3/issue/*/properties", "PUT", "/rest/api/3/issue/SUP-1/properties/tandem.link", false},
      {"POST */remotelink", "POST", "/rest/api/3/issue/10001/remotelink", true},
  }));
  CAPTURE(c.match, c.path);
  auto faults = sandbox::faults_from_json(json::Array{json::Object{{"match", c.match}, {"do", "drop"}}});
  REQUIRE(faults);
  sandbox::FaultPlan fault_plan;
  fault_plan.set(std::move(*faults));
  CHECK(fault_plan.take(ServiceName::jira, c.method, c.path).has_value() == c.hit);
}

TEST_CASE("nth counts matching requests only, and every fault counts by itself [L4]") {
  auto faults =
      sandbox::faults_from_json(*json::parse(R"([{"match":"GET /a","nth":2},{"match":"GET /a","nth":3,"do":"status"}])"));
  REQUIRE(faults);
  sandbox::FaultPlan fault_plan;
  fault_plan.set(std::move(*faults));
  CHECK_FALSE(fault_plan.take(ServiceName::jira, "GET", "/a"));
  CHECK_FALSE(fault_plan.take(ServiceName::jira, "GET", "/b"));
  CHECK(fault_plan.take(ServiceName::jira, "GET", "/a"));
  CHECK(fault_plan.take(ServiceName::jira, "GET", "/a")->what == sandbox::Fault::Do::status);
  CHECK_FALSE(fault_plan.take(ServiceName::jira, "GET", "/a"));
}

TEST_CASE("which of the requests that match are hit [L4]") {
  struct Case {
    std::string fault, hits;  // of ten requests
  };
  auto const c = GENERATE(values<Case>({
      {R"({})", "1111111111"},
      {R"({"nth":3})", "0010000000"},
      {R"({"every":3})", "0010010010"},
      {R"({"nth":2,"every":4})", "0100010001"},
      {R"({"nth":2,"every":4,"times":2})", "0100010000"},
      {R"({"times":2})", "1100000000"},
      {R"({"nth":4,"times":3})", "0001110000"},
      {R"({"probability":0})", "0000000000"},
      {R"({"probability":1})", "1111111111"},
      {R"({"service":"dataverse"})", "0000000000"},
      {R"({"service":"jira","nth":1})", "1000000000"},
  }));
  CAPTURE(c.fault);
  sandbox::FaultPlan fault_plan;
  fault_plan.set(*sandbox::faults_from_json(json::Array{*json::parse(c.fault)}));
  std::string hits;
  for (int i = 0; i < 10; ++i) hits += fault_plan.take(ServiceName::jira, "GET", "/") ? '1' : '0';
  CHECK(hits == c.hits);
}

TEST_CASE("a probability takes its share, and the same requests for the same seed [L4]") {
  auto const hits = [](std::string const& fault) {
    sandbox::FaultPlan fault_plan;
    fault_plan.set(*sandbox::faults_from_json(json::Array{*json::parse(fault)}));
    std::string out;
    for (int i = 0; i < 1000; ++i) out += fault_plan.take(ServiceName::jira, "GET", "/") ? '1' : '0';
    return out;
  };
  auto const some = hits(R"({"probability":0.1,"seed":7})");
  CHECK(std::count(some.begin(), some.end(), '1') > 60);
  CHECK(std::count(some.begin(), some.end(), '1') < 140);
  CHECK(some == hits(R"({"probability":0.1,"seed":7})"));
  CHECK(some != hits(R"({"probability":0.1,"seed":8})"));
}

TEST_CASE("the fault plan can be read back with what it did, and cleared [L4]") {
  Box box;
  sandbox::Control control(box.world);
  plan(box, R"([{"when":"body","service":"dataverse","match":"GET /api/data/v9.2/WhoAmI","every":2,"do":"hold","for":"1s"}])");
  for (int i = 0; i < 5; ++i) box.get("WhoAmI");
  auto const listed = body_of(control.handle(Request{"GET", "/_sandbox/faults", {}, ""})).at(0);
  CHECK(
      listed ==
      *json::parse(
          R"({"when":"body","do":"hold","service":"dataverse","match":"GET /api/data/v9.2/WhoAmI","every":2,"for":"1000ms","seen":5,"hits":2})"));
  CHECK(control.handle(Request{"DELETE", "/_sandbox/faults", {}, ""}).status == 204);
  CHECK(body_of(control.handle(Request{"GET", "/_sandbox/faults", {}, ""})).items().empty());
}

TEST_CASE("latency is by service and by pattern, and a wrong one changes nothing [L2]") {
  Box box;
  auto const of = [&](ServiceName service, std::string const& path) {
    return box.world.latency(service, Request{"GET", path, {}, {}}).count();
  };
  REQUIRE(box.world.configure("latencyMs", *json::parse(R"({"jira":80,"dataverse":120,"GET /rest/api/3/search*":500})")).value());
  CHECK(of(ServiceName::jira, "/rest/api/3/issue/SUP-1") == 80);
  CHECK(of(ServiceName::jira, "/rest/api/3/search/jql?jql=x") == 500);
  CHECK(of(ServiceName::entra, "/x") == 0);
  auto const wrong =
      GENERATE(as<std::string>{}, R"({"jira":1,"nobody":5})", R"({"jira":-1})", R"({"jira":"1"})", R"({"":1})", "5");
  CAPTURE(wrong);
  CHECK_FALSE(box.world.configure("latencyMs", *json::parse(wrong)));
  CHECK(box.world.switches()["latencyMs"] == *json::parse(R"({"dataverse":120,"jira":80,"GET /rest/api/3/search*":500})"));
  REQUIRE(box.world.configure("latencyMs", *json::parse(R"({"GET /rest/api/3/search*":0})")).value());
  CHECK(of(ServiceName::jira, "/rest/api/3/search/jql?jql=x") == 80);
}

TEST_CASE("each service's clock may be off, ahead or behind, in its Date header and in what it stamps [L2] [R8]") {
  Box box;
  auto const skew = GENERATE(as<std::string>{}, "90s", "-90s", "0s");
  auto const off = skew == "0s" ? 0s : skew == "90s" ? 90s : -90s;
  CAPTURE(skew);
  REQUIRE(box.world.configure("dataverse.clockSkew", skew).value());
  auto const now = tandem::floor_seconds(box.world.now());
  auto const made = box.send("POST", "annotations", R"j({"notetext":"new"})j", {{"Prefer", "return=representation"}});
  CHECK(header_of(made.response, "Date") == tandem::to_http_date(now + off));
  CHECK(body_of(made.response)["createdon"].text() == tandem::to_rfc3339_seconds(now + off));
  CHECK(box.world.switches()["dataverse.clockSkew"].text() == (off == 90s ? "1m30s" : off == 0s ? "0s" : "-1m30s"));
  // The others keep theirs; the whole box moves on together.
  auto const elsewhere = box.world.send(ServiceName::entra, Request{"GET", "/nowhere", {}, {}});
  CHECK(header_of(elsewhere.response, "Date") == tandem::to_http_date(now));
  box.world.advance(10s);
  CHECK(box.world.clock(ServiceName::dataverse).now() == box.world.now() + off);
  CHECK(box.world.clock(ServiceName::jira).now() == box.world.now());
}

TEST_CASE("a clock that would be off by nonsense is refused [L2]") {
  Box box;
  auto const wrong = GENERATE(as<std::string>{}, R"("soon")", R"("25h")", "90", R"("--90s")", "null");
  CAPTURE(wrong);
  CHECK_FALSE(box.world.configure("jira.clockSkew", *json::parse(wrong)));
}

TEST_CASE("every switch is listed with its present value, and takes that value back [L2]") {
  Box box;
  sandbox::Control control(box.world);
  REQUIRE(box.world.configure("entra.tokenLifetime", 5).value());
  auto const listed = body_of(control.handle(Request{"GET", "/_sandbox/config", {}, ""}));
  CHECK(listed["entra.tokenLifetime"].integer() == 5);
  CHECK(listed["dataverse.dialect"].text() == "new");
  CHECK(listed["latencyMs"].is_object());
}

TEST_CASE("a wrong fault is refused by name [L4]") {
  auto const text =
      GENERATE(as<std::string>{}, R"({"when":"now"})", R"({"do":"explode"})", R"({"nth":0})", R"({"match":"POST"})",
               R"({"for":"soon"})", R"({"status":99})", R"({"wehn":"after"})", "5", R"({"every":0})", R"({"times":-1})",
               R"({"probability":1.5})", R"({"probability":"1"})", R"({"seed":-1})", R"({"service":"x"})", R"({"bytes":-1})");
  CAPTURE(text);
  CHECK_FALSE(sandbox::faults_from_json(json::Array{*json::parse(text)}));
}

TEST_CASE("the log counts requests by endpoint with ids replaced [L4]") {
  CHECK(sandbox::endpoint_template("/rest/api/3/issue/SUP-12/properties/tandem.link") ==
        "/rest/api/3/issue/{key}/properties/tandem.link");
  CHECK(sandbox::endpoint_template("/rest/api/3/issue/10012/remotelink") == "/rest/api/3/issue/{id}/remotelink");
  CHECK(sandbox::endpoint_template("/api/data/v9.2/incidents(0a0b0c0d-1111-5222-8333-444455556666)/title") ==
        "/api/data/v9.2/incidents({id})/title");
  CHECK(sandbox::endpoint_template("/8a2c1f60-4b7e-4d19-9c35-e0f6a7b8c912/oauth2/v2.0/token") == "/{id}/oauth2/v2.0/token");
}

TEST_CASE("the control API answers in process as on the Jira port [L4]") {
  Box box;
  sandbox::Control control(box.world);
  auto const ask = [&](std::string const& method, std::string const& path, std::string const& body = {}) {
    return control.handle(Request{method, "/_sandbox/" + path, {}, body});
  };
  box.get("WhoAmI");
  auto const requests = body_of(ask("GET", "requests"));
  CHECK(requests["total"].integer() == 1);
  CHECK(requests["counts"]["GET /api/data/v9.2/WhoAmI"].integer() == 1);
  CHECK(requests["log"].at(0)["service"].text() == "dataverse");
  CHECK(requests["log"].at(0)["outcome"].text() == "answered");
  CHECK(requests["log"].at(0)["at"].text() == "2026-02-10T12:00:00Z");
  CHECK(requests["statuses"]["dataverse"]["200"].integer() == 1);
  CHECK(ask("DELETE", "requests").status == 204);
  CHECK(body_of(ask("GET", "requests"))["total"].integer() == 0);

  CHECK(body_of(ask("POST", "clock", R"({"advance":"15m"})"))["now"].text() == "2026-02-10T12:15:00Z");
  CHECK(ask("POST", "clock", R"({"advance":"later"})").status == 400);
  CHECK(ask("POST", "faults", R"([{"match":"GET /api/data/v9.2/WhoAmI","do":"drop"}])").status == 200);
  CHECK(box.send("GET", "WhoAmI").kind == Kind::lost);
  CHECK(ask("POST", "faults", "[]").status == 200);
  CHECK(box.send("GET", "WhoAmI").kind == Kind::answered);
  CHECK(ask("POST", "config", R"({"dataverse.dialect":"old"})").status == 200);
  CHECK(ask("POST", "config", R"({"dataverse.nothing":true})").status == 400);
  CHECK(ask("POST", "config", R"({"dataverse.dialect":"middle"})").status == 400);
  CHECK(ask("POST", "webhooks", "{}").status == 404);  // this box has no Jira
  CHECK(ask("GET", "nothing").status == 404);
  CHECK(ask("GET", "clock").status == 405);
}

TEST_CASE("a person's edit is theirs, not logged, and not faulted [L4]") {
  Box box;
  sandbox::Control control(box.world);
  plan(box, R"([{"do":"drop"}])");
  json::Object const edit{{"as", "bob"},
                          {"side", "dataverse"},
                          {"method", "PATCH"},
                          {"path", "/api/data/v9.2/incidents(" + case_id(1) + ")"},
                          {"body", json::Object{{"title", "By Bob"}}}};
  CHECK(control.handle(Request{"POST", "/_sandbox/edit", {}, json::to_text(edit)}).status == 204);
  box.world.set_faults({});
  auto const row = box.get_json("incidents(" + case_id(1) + ")?$select=title,_modifiedby_value");
  CHECK(row["title"].text() == "By Bob");
  CHECK(row["_modifiedby_value"].text() == sandbox::dataverse::id_of_alias("systemuser", "bob"));
  CHECK(box.world.log().total() == 1);
}

TEST_CASE("the state shows every row that is not null, without secrets [L4]") {
  Box box;
  auto const state = box.world.state();
  CHECK(state["now"].text() == "2026-02-10T12:00:00Z");
  auto const& rows = state["dataverse"]["rows"];
  CHECK(rows["incident"].items().size() == 12);
  CHECK(rows["annotation"].items().size() == 4);
  auto const text = json::to_text(state);
  CHECK(text.find(kSecret) == std::string::npos);
  CHECK(text == json::to_text(Box().world.state()));
}
