#include <set>

#include <catch2/catch.hpp>

#include <tandem/base/json/parse.hpp>
#include <tandem/connection/dataverse/client.hpp>
#include <tandem/connection/dataverse/errors.hpp>
#include <tandem/connection/dataverse/metadata.hpp>
#include <tandem/connection/jira/client.hpp>

#include "support.hpp"

using namespace tandem;
using namespace tandem::test;

namespace {

constexpr char const* kSite = "https://site.atlassian.net";
constexpr char const* kOrg = "https://org.crm4.dynamics.com";

http::Response odata(int status, std::string const& code, std::string const& message = "no") {
  return answer(status, R"({"error":{"code":")" + code + R"(","message":")" + message + R"("}})");
}

std::vector<dataverse::Attribute> statuses_with(std::string const& transition_data) {
  auto const body = json::parse(R"({"value":[{"LogicalName":"statuscode","OptionSet":{"Options":[
    {"Value":1,"State":0,"Label":{"UserLocalizedLabel":{"Label":"In Progress"}},"TransitionData":)" +
                                transition_data + "}]}}]}");
  REQUIRE(body.has_value());
  dataverse::Attribute column;
  column.logical_name = "statuscode";
  std::vector<dataverse::Attribute> columns{column};
  dataverse::join_cast(columns, *body);
  return columns;
}

}  // namespace

TEST_CASE("transitions are read with their end, their condition and the fields of their screen [G3, jira §7]") {
  ScriptedTransport wire;
  jira::Client client(kSite, kSite, wire);
  wire.then(answer(200, R"({"expand":"transitions","transitions":[
    {"id":"41","name":"Lösen","to":{"id":"5","name":"Gelöst","statusCategory":{"key":"done"}},"hasScreen":true,"isConditional":true,"isAvailable":true,
     "fields":{"resolution":{"required":true,"name":"Lösung","schema":{"type":"resolution","system":"resolution"},"allowedValues":[{"id":"1","name":"Fertig"}]}}},
    {"id":"42","name":"hidden","to":{"id":"6"},"isAvailable":false},
    {"id":51,"name":"old site","to":{"id":"7","name":"Open"}},
    {"name":"no id","to":{"id":"8"}}]})"));
  auto const found = client.transitions("10001");
  REQUIRE(found.has_value());
  REQUIRE(found->has_value());
  auto const& list = **found;
  REQUIRE(list.size() == 2);
  CHECK(list[0].to.id == "5");
  CHECK(list[0].to.category == "done");
  CHECK(list[0].conditional);
  REQUIRE(list[0].fields.size() == 1);
  CHECK(list[0].fields[0].id == "resolution");
  CHECK(list[0].fields[0].required);
  CHECK(list[0].fields[0].allowed.at(0).id == "1");
  CHECK(list[1].id == "51");
  CHECK(wire.sent[0].url.find("/issue/10001/transitions?expand=transitions.fields") != std::string::npos);
  CHECK(wire.sent[0].body.empty());
  auto const kept = jira::Transition::from_json(list[0].to_json());
  REQUIRE(kept.has_value());
  CHECK(kept->to_json() == list[0].to_json());

  ScriptedTransport none;
  jira::Client other(kSite, kSite, none);
  none.then(answer(200, R"({"transitions":[]})")).then(answer(404, R"({"errorMessages":["gone"],"errors":{}})"));
  CHECK(other.transitions("1")->value().empty());  // no permission, or an end state
  CHECK_FALSE(other.transitions("1")->has_value());
}

TEST_CASE("a transition and a closing message are never repeated, and say what became of them [R2]") {
  struct Row {
    http::Response response;
    std::optional<ErrorKind> kind;
  };
  auto const row = GENERATE(
      values<Row>({{answer(204), std::nullopt},
                   {answer(204, "", {{"Content-Type", "text/html;charset=UTF-8"}}), std::nullopt},  // as Jira sends it
                   {answer(400, R"({"errorMessages":["Field Resolution is required."],"errors":{}})"), ErrorKind::remote},
                   {answer(409), ErrorKind::conflict},
                   {answer(408), ErrorKind::unknown_outcome},
                   {answer(502), ErrorKind::unknown_outcome}}));
  CAPTURE(row.response.status);
  ScriptedTransport wire;
  wire.then(row.response);
  jira::Client jira(kSite, kSite, wire);
  auto const moved = jira.transition("10001", {{"transition", json::Object{{"id", "41"}}}});
  CHECK(moved.has_value() == !row.kind.has_value());
  if (!moved) CHECK(moved.error().kind == *row.kind);
  CHECK(wire.sent.size() == 1);
  CHECK(wire.sent[0].repeat == http::Repeat::only_if_unsent);

  ScriptedTransport other;
  other.then(row.response);
  dataverse::Client dynamics(kOrg, other);
  auto const closed = dynamics.act("CloseIncident", {{"Status", 5}});
  CHECK(closed.has_value() == !row.kind.has_value());
  if (!closed && row.response.status != 409) CHECK(closed.error().kind == *row.kind);
  CHECK(other.sent.size() == 1);
  CHECK(other.sent[0].repeat == http::Repeat::only_if_unsent);
}

TEST_CASE("resolutions are read by pages, and a site without the list has none [G2]") {
  ScriptedTransport wire;
  jira::Client client(kSite, kSite, wire);
  wire.then(answer(200, R"({"startAt":0,"total":2,"values":[{"id":"1","name":"Done"}]})"))
      .then(answer(200, R"({"startAt":1,"total":2,"values":[{"id":"2","name":"Won't Do"}]})"));
  auto const found = client.resolutions();
  REQUIRE(found.has_value());
  CHECK(found->size() == 2);
  ScriptedTransport none;
  jira::Client other(kSite, kSite, none);
  none.then(answer(404, R"({"errorMessages":["x"],"errors":{}})"));
  CHECK(other.resolutions()->empty());
}

TEST_CASE("a workflow's definition is read by project and type, with its conditions and required fields [G3]") {
  ScriptedTransport wire;
  jira::Client client(kSite, kSite, wire);
  wire.then(answer(200, R"({"statuses":[{"id":"1","statusReference":"a","name":"To Do","statusCategory":"TODO"},
      {"id":"2","statusReference":"b","name":"Doing","statusCategory":"IN_PROGRESS"},{"id":"3","statusReference":"c","name":"Done","statusCategory":"DONE"}],
    "workflows":[{"transitions":[
      {"id":"1","type":"INITIAL","name":"Create","toStatusReference":"a","links":[]},
      {"id":"11","type":"DIRECTED","name":"Start","toStatusReference":"b","links":[{"fromStatusReference":"a"},{"fromStatusReference":"gone"}]},
      {"id":"21","type":"GLOBAL","name":"Finish","toStatusReference":"c","links":[],
       "validators":[{"ruleKey":"system:validate-field-value","parameters":{"ruleType":"fieldRequired","fieldsRequired":"resolution,customfield_1"}}]},
      {"id":"31","type":"DIRECTED","name":"Skip","toStatusReference":"c","links":[{"fromStatusReference":"a"}],
       "conditions":{"operation":"ALL","conditions":[{"ruleKey":"system:restrict-issue-transition"}]}}]}]})"));
  auto const read = client.workflow("10000", "10001");
  REQUIRE(read.has_value());
  REQUIRE(read->has_value());
  std::string shown;
  for (auto const& step : **read) {
    shown += step.from + ">" + step.transition.to.id + (step.transition.conditional ? "?" : "");
    for (auto const& field : step.transition.fields) shown += "+" + field.id;
    shown += " ";
  }
  CHECK(shown == "1>2 1>3+customfield_1 2>3+customfield_1 1>3? ");
  CHECK((**read)[1].transition.to.category == "done");
  CHECK(wire.sent[0].body == R"({"projectAndIssueTypes":[{"projectId":"10000","issueTypeId":"10001"}]})");
}

TEST_CASE("a workflow that may not be read, or is told otherwise, is none; a site that is down is an error [G3]") {
  auto const status = GENERATE(200, 400, 401, 403, 404, 405);
  ScriptedTransport wire;
  jira::Client client(kSite, kSite, wire);
  wire.then(answer(status, status == 200 ? R"({"workflows":[]})" : R"({"errorMessages":["no"]})"));
  auto const read = client.workflow("1", "2");
  CAPTURE(status);
  REQUIRE(read.has_value());
  CHECK_FALSE(read->has_value());
  ScriptedTransport down;
  jira::Client other(kSite, kSite, down);
  down.then(answer(503, ""));
  CHECK_FALSE(other.workflow("1", "2").has_value());
}

TEST_CASE("every refusal that concerns state has a message of its own [G5, dataverse §4]") {
  std::set<std::string> messages;
  std::vector<std::string> const codes{"0x80048408", "0x8004F854", "0x8004F855", "0x8004F856", "0x8004F857", "0x8004F858",
                                       "0x8004440e", "0x80044411", "0x80044409", "0x8003F451", "0x8003F452", "0x8004F456",
                                       "0x80100005", "0x80055000", "0x80040265", "0x80040224"};
  for (auto const& code : codes) {
    auto const error = dataverse::error_of(odata(code == "0x80055000" ? 403 : 400, code, "the service says"), http::Access::write,
                                           kOrg, "POST /x");
    CAPTURE(code, error.message);
    CHECK(messages.insert(error.message).second);
    CHECK(error.message != "Dataverse rejects the request: the service says");
  }
}

TEST_CASE("transition rules are read, also where the inner tags are not closed [G4, dataverse §17]") {
  auto const next = [](std::string const& data) { return statuses_with(data).at(0).options.at(0).next; };
  std::string const head = R"("<allowedtransitions xmlns=\"http://schemas.microsoft.com/crm/2009/WebServices\">)";
  CHECK(
      next(
          head +
          R"(<allowedtransition sourcestatusid=\"1\" tostatusid=\"6\" /><allowedtransition sourcestatusid=\"1\" tostatusid=\"1000\" /></allowedtransitions>")") ==
      std::vector<std::int64_t>{6, 1000});
  CHECK(
      next(
          head +
          R"(<allowedtransition sourcestatusid=\"1\" tostatusid=\"6\"><allowedtransition tostatusid='5' sourcestatusid='1'></allowedtransitions>")") ==
      std::vector<std::int64_t>{6, 5});
  CHECK(next(head + R"(<allowedtransition sourcestatusid=\"2\" tostatusid=\"6\" /></allowedtransitions>")")->empty());
  CHECK_FALSE(next("null"));
  CHECK_FALSE(next("\"<other/>\""));
}
