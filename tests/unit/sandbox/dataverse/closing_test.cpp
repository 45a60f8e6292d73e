// States and closing messages of cases, opportunities, leads and activities (contract: dataverse.md §19-§21, §26).
#include <catch2/catch.hpp>

#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {

std::string id_of(char const* table, char const* alias) { return sandbox::dataverse::id_of_alias(table, alias); }

std::string closing(std::string const& incident, int status) {
  return R"j({"IncidentResolution":{"subject":"Done","incidentid@odata.bind":"/incidents()j" + incident + R"j()"},"Status":)j" +
         std::to_string(status) + "}";
}

std::string opportunity_close(char const* alias, int status, std::string const& more = {}) {
  return R"j({"OpportunityClose":{"subject":"Done","opportunityid@odata.bind":"/opportunities()j" + id_of("opportunity", alias) +
         R"j()")j" + more + R"j(},"Status":)j" + std::to_string(status) + "}";
}

std::string add_task(Box& box, int number) {
  auto const response =
      box.ask("POST", "tasks?$select=activityid",
              R"j({"subject":"Open","regardingobjectid_incident_task@odata.bind":"/incidents()j" + case_id(number) + R"j()"})j",
              {{"Prefer", "return=representation"}});
  REQUIRE(response.status == 201);
  return body_of(response)["activityid"].text_or("");
}

void check_state(Box& box, std::string const& path, int state, int status) {
  auto const row = box.get_json(path + "?$select=statecode,statuscode");
  CHECK(row["statecode"].integer() == state);
  CHECK(row["statuscode"].integer() == status);
}

}  // namespace

TEST_CASE("open activities of a resolved case are cancelled, in the way, or left, as the switch says [G5, dataverse §20, §26]") {
  struct Case {
    std::string mode;
    int status, task_state;
  };
  auto const c = GENERATE(values<Case>({{"cancel", 204, 2}, {"refuse", 400, 0}, {"leave", 204, 0}}));
  CAPTURE(c.mode);
  Box box;
  auto const task = add_task(box, 1);
  REQUIRE(box.world.configure("dataverse.openActivities", c.mode).value());
  CHECK(box.ask("POST", "CloseIncident", closing(case_id(1), 5)).status == c.status);
  CHECK(box.get_json("tasks(" + task + ")?$select=statecode")["statecode"].integer() == c.task_state);
}

TEST_CASE("a case with open activities or active children cannot be cancelled [dataverse §4, §20]") {
  Box box;
  auto const task = add_task(box, 1);
  auto const cancel = [&](int number) {
    return error_code(box.ask("PATCH", "incidents(" + case_id(number) + ")", R"j({"statecode":2,"statuscode":6})j"));
  };
  CHECK(cancel(1) == "0x8004440e");
  REQUIRE(box.ask("PATCH", "tasks(" + task + ")", R"j({"statecode":1,"statuscode":5})j").status == 204);
  CHECK(cancel(1) == "(none)");
  REQUIRE(
      box.ask("PATCH", "incidents(" + case_id(3) + ")", R"j({"parentcaseid@odata.bind":"/incidents()j" + case_id(2) + R"j()"})j")
          .status == 204);
  CHECK(cancel(2) == "0x8003F451");
}

TEST_CASE("reopening a case cancels its resolution unless the switch says otherwise [dataverse §20]") {
  auto const cancels = GENERATE(true, false);
  Box box;
  REQUIRE(box.world.configure("dataverse.reopenCancels", cancels).value());
  REQUIRE(box.ask("POST", "CloseIncident", closing(case_id(1), 1000)).status == 204);
  REQUIRE(box.ask("PATCH", "incidents(" + case_id(1) + ")", R"j({"statecode":0,"statuscode":1})j").status == 204);
  check_state(box, "incidents(" + case_id(1) + ")", 0, 1);
  auto const resolution = box.get_json("incidentresolutions?$select=statecode,resolutiontypecode")["value"].at(0);
  CHECK(resolution["statecode"].integer() == (cancels ? 2 : 1));
  CHECK(resolution["resolutiontypecode"].integer() == 1000);
}

TEST_CASE("unverified answers about closed cases are switches [dataverse §26]") {
  Box box;
  auto const path = "incidents(" + case_id(1) + ")";
  auto const answer = [](char const* text) { return *json::parse(text); };
  REQUIRE(box.world.configure("dataverse.resolvePatch", answer(R"({"status":403,"code":"0x80044666"})")).value());
  auto const patched = box.ask("PATCH", path, R"j({"statecode":1,"statuscode":5})j");
  CHECK(patched.status == 403);
  CHECK(error_code(patched) == "0x80044666");
  REQUIRE(box.world.configure("dataverse.defaultStatus", false).value());
  CHECK(error_code(box.ask("POST", "CloseIncident", closing(case_id(1), -1))) == "0x80048408");
  REQUIRE(box.ask("POST", "CloseIncident", closing(case_id(1), 5)).status == 204);
  REQUIRE(box.world.configure("dataverse.closedUpdate", answer(R"({"status":403,"code":"0x80040299"})")).value());
  CHECK(error_code(box.ask("PATCH", path, R"j({"title":"x"})j")) == "0x80040299");
  REQUIRE(box.world.configure("dataverse.closedReadOnly", false).value());
  CHECK(box.ask("PATCH", path, R"j({"title":"x"})j").status == 204);
  REQUIRE(box.world.configure("dataverse.onHold", false).value());
  auto const held = box.ask("PATCH", "incidents(" + case_id(2) + ")", R"j({"statuscode":2})j");
  CHECK(held.status == 403);
  CHECK(error_code(held) == "0x80055000");
  CHECK_FALSE(box.world.configure("dataverse.closedUpdate", "yes"));
}

TEST_CASE("an opportunity is won or lost by its message only, and can be reopened [dataverse §21]") {
  Box box;
  auto const path = "opportunities(" + id_of("opportunity", "opportunity-1") + ")";
  CHECK(error_code(box.ask("PATCH", path, R"j({"statecode":1,"statuscode":3})j")) == "0x80100005");
  CHECK(error_code(box.ask("PATCH", path, R"j({"statecode":2,"statuscode":4})j")) == "0x80100005");
  CHECK(error_code(box.ask("POST", "WinOpportunity", opportunity_close("opportunity-1", 4))) == "0x80048408");
  REQUIRE(box.ask("POST", "WinOpportunity", opportunity_close("opportunity-1", 3, R"j(,"actualrevenue":50000)j")).status == 204);
  check_state(box, path, 1, 3);
  CHECK(box.get_json(path + "?$select=actualvalue,actualclosedate")["actualvalue"].scalar_text() == "50000.0000");
  CHECK(box.get_json(path + "?$select=actualclosedate")["actualclosedate"].text() == "2026-02-10");
  CHECK(box.ask("POST", "LoseOpportunity", opportunity_close("opportunity-1", -1)).status == 400);  // closed already
  REQUIRE(box.ask("PATCH", path, R"j({"statecode":0,"statuscode":1})j").status == 204);
  CHECK(box.get_json("opportunitycloses?$select=statecode")["value"].at(0)["statecode"].integer() == 2);
  REQUIRE(box.ask("POST", "LoseOpportunity", opportunity_close("opportunity-1", -1)).status == 204);
  check_state(box, path, 2, 4);
}

TEST_CASE("QualifyLead closes the lead and makes what was asked for [dataverse §21]") {
  Box box;
  auto const lead = id_of("lead", "lead-1");
  auto const call = "leads(" + lead + ")/Microsoft.Dynamics.CRM.QualifyLead";
  auto const all = R"j({"CreateAccount":true,"CreateContact":true,"CreateOpportunity":true,"Status":3})j";
  CHECK(box.ask("POST", call, R"j({"CreateAccount":true,"Status":3})j").status == 400);
  CHECK(error_code(
            box.ask("POST", call, R"j({"CreateAccount":false,"CreateContact":false,"CreateOpportunity":false,"Status":7})j")) ==
        "0x80048408");
  auto const qualified = box.ask("POST", call, all);
  REQUIRE(qualified.status == 200);
  auto const made = body_of(qualified)["value"];
  REQUIRE(made.items().size() == 3);
  CHECK(made.at(0)["@odata.type"].text() == "#Microsoft.Dynamics.CRM.account");
  check_state(box, "leads(" + lead + ")", 1, 3);
  auto const contact = box.get_json("contacts(" + made.at(1)["contactid"].text_or("") + ")");
  CHECK(contact["fullname"].text() == "Mia Keller");
  CHECK(contact["_parentcustomerid_value"].text() == made.at(0)["accountid"].text());
  auto const opportunity = made.at(2)["opportunityid"].text_or("");
  CHECK(box.get_json("opportunities(" + opportunity + ")")["_originatingleadid_value"].text() == lead);
  CHECK(box.get_json("leads(" + lead + ")")["_qualifyingopportunityid_value"].text() == opportunity);
  CHECK(box.ask("POST", call, all).status == 400);
  CHECK(box.get(call).status == 404);
}

TEST_CASE("a refused part of a qualification leaves nothing behind [dataverse §21]") {
  Box box;
  auto const before = box.get("accounts/$count").body;
  REQUIRE(box.world.configure("dataverse.revokePrivilege", "prvCreateOpportunity").value());
  auto const response = box.ask("POST", "leads(" + id_of("lead", "lead-1") + ")/Microsoft.Dynamics.CRM.QualifyLead",
                                R"j({"CreateAccount":true,"CreateContact":false,"CreateOpportunity":true,"Status":3})j");
  CHECK(response.status == 403);
  CHECK(box.get("accounts/$count").body == before);
  check_state(box, "leads(" + id_of("lead", "lead-1") + ")", 0, 1);
}

TEST_CASE("plain changes of state follow each table's states [dataverse §19, §21]") {
  struct Case {
    std::string path, body;
    int status;
    std::string code;
    int state, reason;
  };
  auto const task = "tasks(" + id_of("task", "task-1") + ")";
  auto const call = "phonecalls(" + id_of("phonecall", "call-1") + ")";
  auto const lead = "leads(" + id_of("lead", "lead-2") + ")";
  auto const account = "accounts(" + id_of("account", "fabrikam") + ")";
  auto const c = GENERATE_COPY(values<Case>({
      {task, R"j({"statecode":1,"statuscode":5})j", 204, "", 1, 5},
      {task, R"j({"statecode":2})j", 204, "", 2, 6},
      {task, R"j({"statuscode":7})j", 204, "", 0, 7},
      {task, R"j({"statecode":1,"statuscode":3})j", 400, "0x80048408", 0, 2},
      {call, R"j({"statecode":1,"statuscode":4})j", 204, "", 1, 4},
      {call, R"j({"statecode":1})j", 204, "", 1, 2},
      {lead, R"j({"statecode":2,"statuscode":7})j", 204, "", 2, 7},
      {lead, R"j({"statecode":1,"statuscode":3})j", 204, "", 1, 3},
      {lead, R"j({"statecode":2,"statuscode":3})j", 400, "0x80048408", 0, 2},
      {account, R"j({"statecode":1})j", 204, "", 1, 2},
      {account, R"j({"statecode":7})j", 400, "0x8004431A", 0, 1},
  }));
  CAPTURE(c.path, c.body);
  Box box;
  auto const response = box.ask("PATCH", c.path, c.body, {{"If-Match", "*"}});
  CHECK(response.status == c.status);
  if (!c.code.empty()) CHECK(error_code(response) == c.code);
  check_state(box, c.path, c.state, c.reason);
}

TEST_CASE("a completed activity is read-only until it is reopened [dataverse §21]") {
  Box box;
  auto const path = "tasks(" + id_of("task", "task-1") + ")";
  REQUIRE(box.ask("PATCH", path, R"j({"statecode":1,"statuscode":5})j").status == 204);
  CHECK(box.ask("PATCH", path, R"j({"subject":"x"})j").status == 400);
  CHECK(box.ask("PATCH", path, R"j({"statecode":0,"statuscode":2,"subject":"x"})j").status == 204);
}
