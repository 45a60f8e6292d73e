// Status: transitions of issues, changes and closing of records, who wins, and what stands in the way (SPEC G).
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "crash/scenes.hpp"

namespace tandem::test {

namespace {

using namespace std::chrono_literals;
using sandbox::ServiceName;

constexpr char const* kReopened = R"({"statecode":0,"statuscode":1})";
constexpr char const* kCancelled = R"({"statecode":2,"statuscode":6})";
constexpr char const* kWontDo = R"({"resolution":{"name":"Won't Do"}})";

CasesItem item(std::string const& mode = "two-way", std::string const& more = "") {
  return {.mode = mode,
          .members = R"("status": { "enabled": true, "map": [{ "dynamics": "On Hold", "jira": "Waiting" }])" + more + "},",
          .mapped = false};
}

// An item over another table, whose rows are closed by messages of their own or by updates.
StoryOptions other(std::string const& entity, std::string const& column) {
  StoryOptions options;
  options.item_text = fmt::format(R"({{ "name": "others", "mode": "one-way", "jira": {{ "project": "SUP", "issueType": "Task" }},
    "dynamics": {{ "module": "custom", "entity": "{}" }}, "autoCreate": true, "status": {{ "enabled": true }},
    "mappings": [{{ "column": "{}", "field": "summary" }}] }})",
                                  entity, column);
  return options;
}

}  // namespace

std::vector<Scenario> status_scenarios() {
  std::vector<Scenario> out;
  auto const add = [&](std::string name, CasesItem const& of, std::function<void(Scene&)> edits, std::vector<std::string> shows) {
    out.push_back(scenario_of("status", std::move(name), of, std::move(edits), std::move(shows)));
    return &out.back();
  };

  add("an issue goes in progress", item(), [](Scene& scene) { scene.linked().transition("21").linked().transition("11"); },
      {R"("statuscode":1)"});
  add("an issue waits", item("one-way"), [](Scene& scene) { scene.linked().transition("21"); }, {R"("statuscode":2)"});
  add("an issue is done, its case is resolved", item(), [](Scene& scene) { scene.linked().transition("31"); },
      {"row incidentresolution", R"("statuscode":5)"});
  add("an issue is done with subject and text of its own",
      item("two-way", R"(, "resolve": { "subject": "Resolved in {key}", "text": "{status}: {resolution}", "minutes": 5 })"),
      [](Scene& scene) { scene.linked().transition("31"); }, {"row incidentresolution", "Done: Done"});
  add("an issue is not done, its case is cancelled", item(), [](Scene& scene) { scene.linked().transition("31", kWontDo); },
      {R"("statecode":2)"});
  add("a done issue is reopened", item(), [](Scene& scene) { scene.linked().transition("31").linked().transition("41"); },
      {"row incidentresolution", R"("statecode":0)"});
  add("a cancelled issue is reopened", item(),
      [](Scene& scene) { scene.linked().transition("31", kWontDo).linked().transition("41"); }, {R"("statecode":0)"});
  add("an issue is done a second time", item(),
      [](Scene& scene) { scene.linked().transition("31").linked().transition("41").linked().transition("31"); },
      {"row incidentresolution"});
  add("a case is on hold", item(), [](Scene& scene) { scene.linked().in_dynamics(R"({"statuscode":2})"); },
      {R"("to":"Waiting")"});
  add("a case is resolved", item("one-way"), [](Scene& scene) { scene.linked().resolve(); }, {R"("to":"Done")"});
  add("a case is cancelled", item(), [](Scene& scene) { scene.linked().in_dynamics(kCancelled); }, {"Won't Do"});
  add("a resolved case is reopened, over two transitions", item(),
      [](Scene& scene) { scene.linked().resolve().linked().in_dynamics(kReopened); }, {R"("to":"In Progress")"});
  add("a cancelled case is reopened", item(),
      [](Scene& scene) { scene.linked().in_dynamics(kCancelled).linked().in_dynamics(kReopened); }, {R"("to":"In Progress")"});
  add("a case that is on hold gets its issue", item(), [](Scene& scene) { scene.in_dynamics(R"({"statuscode":2})"); },
      {R"("to":"Waiting")"});
  add("a resolved case gets its issue", item(), [](Scene& scene) { scene.resolve(); }, {R"("to":"Done")"});
  add("a cancelled case gets its issue", item(), [](Scene& scene) { scene.in_dynamics(kCancelled); }, {"Won't Do"});
  add("the last words are written before a case is closed", item(),
      [](Scene& scene) { scene.linked().in_jira(R"({"summary":"Last words"})").transition("31"); }, {R"("title":"Last words")"});
  add("what waited for a closed case is written once it is open", item(),
      [](Scene& scene) {
        scene.linked().transition("31").linked().in_jira(R"({"summary":"Too late"})").linked().transition("41");
      },
      {R"("title":"Too late")"});
  add("a closed case is edited and reopened in Dynamics", item(),
      [](Scene& scene) { scene.linked().resolve().linked().in_dynamics(kReopened).in_dynamics(R"({"title":"Open again"})"); },
      {R"("summary":"Open again")"});
  for (bool const jira_later : {false, true}) {
    add(fmt::format("both sides change their status, {} later", jira_later ? "Jira" : "Dynamics"), item(),
        [jira_later](Scene& scene) {
          scene.linked();
          if (!jira_later) scene.transition("31").pass(20s);
          scene.in_dynamics(R"({"statuscode":2})").pass(20s);
          if (jira_later) scene.transition("31");
        },
        {"change "});
  }
  add("one of each: two pairs, status and title on both sides", item(),
      [](Scene& scene) { scene.linked().transition("31").in_dynamics(R"({"statuscode":2,"title":"On hold now"})", 1); },
      {"row incidentresolution", R"("to":"Waiting")", R"("summary":"On hold now")"});
  add("a way that the item names", item("two-way", R"(, "path": ["In Progress", "Waiting"])"),
      [](Scene& scene) { scene.linked().in_dynamics(R"({"statuscode":2})"); }, {R"("to":"Waiting")"});
  add("a case that a plug-in keeps open is closed later", item(),
      [](Scene& scene) {
        scene.linked().configure("dataverse.plugin", json::Object{{"table", "incident"}, {"message", "not on Fridays"}});
        scene.transition("31").linked_with_holds().configure("dataverse.plugin", json::Value());
      },
      {"row incidentresolution", R"("statuscode":5)"});

  auto of_all = item();
  of_all.filter = "casetypecode eq 2";
  add("five cases: done, cancelled and put on hold in Jira, cancelled and reopened in Dynamics", of_all,
      [](Scene& scene) {
        scene.linked().transition("31", "{}", 4).linked();
        scene.in_jira(R"({"summary":"Before closing"})").transition("31").transition("31", kWontDo, 1).transition("21", "{}", 2);
        scene.in_dynamics(kCancelled, 3).in_dynamics(kReopened, 4);
      },
      {R"("title":"Before closing")", "row incidentresolution", R"("to":"In Progress")"});

  struct Other {
    char const *name, *entity, *column, *set, *body, *resolution, *shows;
  };
  for (auto const& row :
       {Other{"an opportunity is won", "opportunity", "name", "opportunities", R"({"name":"Big deal"})", "Done",
              R"("statuscode":3)"},
        Other{"an opportunity is lost", "opportunity", "name", "opportunities", R"({"name":"Big deal"})", "Won't Do",
              R"("statuscode":4)"},
        Other{"a task is completed", "task", "subject", "tasks", R"({"subject":"Call back"})", "Done", R"("statuscode":5)"},
        Other{"a task is cancelled", "task", "subject", "tasks", R"({"subject":"Call back"})", "Won't Do",
              R"("statuscode":6)"}}) {
    Scenario scenario;
    scenario.part = "status";
    scenario.name = row.name;
    scenario.world = other(row.entity, row.column);
    scenario.prepare = [row](Story& story) {
      story.edit("alice", ServiceName::dataverse, "POST", std::string("/api/data/v9.2/") + row.set, row.body);
      story.run_well();
      story.world().advance(20min);
      story.edit("bob", ServiceName::jira, "POST",
                 "/rest/api/3/issue/" + std::string(story.issues().back()["key"].text()) + "/transitions",
                 fmt::format(R"({{"transition":{{"id":"31"}},"fields":{{"resolution":{{"name":"{}"}}}}}})", row.resolution));
    };
    scenario.shows = {row.shows};
    out.push_back(std::move(scenario));
  }
  return out;
}

}  // namespace tandem::test
