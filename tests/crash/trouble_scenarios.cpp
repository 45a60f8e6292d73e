// Events, sweeps, brakes, what waited or was refused, and lost answers before the death (SPEC E7, E8, E12, F, R).
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "crash/scenes.hpp"
#include "support/faults.hpp"

namespace tandem::test {

namespace {

using namespace std::chrono_literals;
using sandbox::Fault;
using sandbox::ServiceName;

CasesItem talking() {
  return {.members = R"("comments": { "enabled": true }, "attachments": { "enabled": true }, "status": { "enabled": true },)"};
}

// A webhook of the first pair's issue; `more` follows its id and key.
std::string payload(Scene& scene, std::string const& kind, std::string const& more = "") {
  auto const issue = scene.issue();
  return fmt::format(R"({{"webhookEvent":"{}","timestamp":1790000000000,"issue":{{"id":"{}","key":"{}"}}{}}})", kind,
                     issue["id"].text(), issue["key"].text(), more);
}

Fault refusal(std::string method, std::string path) {
  return jira_refuses(std::move(method), std::move(path), "No.", std::nullopt);
}

}  // namespace

std::vector<Scenario> event_scenarios() {
  std::vector<Scenario> out;
  // The index shows nothing of it: only the event tells.
  auto const add = [&](std::string name, CasesItem const& of, std::function<void(Scene&)> edits, std::vector<std::string> shows) {
    auto const unseen = [edits = std::move(edits)](Scene& scene) {
      scene.linked().configure("jira.searchLag", "30d");
      edits(scene);
    };
    auto& scenario = out.emplace_back(scenario_of("events", std::move(name), of, unseen, std::move(shows)));
    scenario.dies = cycle({.drain_events = true, .only_events = true});
    scenario.resumes = cycle({.drain_events = true});
    return &scenario;
  };
  add("an issue was edited", {},
      [](Scene& scene) { scene.in_jira(R"({"summary":"From Jira"})").event(payload(scene, "jira:issue_updated")); },
      {R"("title":"From Jira")"});
  add("both sides of a pair were edited", {},
      [](Scene& scene) {
        scene.in_jira(R"({"summary":"From Jira"})")
            .in_dynamics(R"({"prioritycode":3})")
            .event(payload(scene, "jira:issue_updated"));
      },
      {R"("title":"From Jira")", R"("name":"Low")"});
  add("an issue was done", talking(), [](Scene& scene) { scene.transition("31").event(payload(scene, "jira:issue_updated")); },
      {"row incidentresolution"});
  add("a comment was written", talking(),
      [](Scene& scene) { scene.comment("By webhook").event(payload(scene, "comment_created", R"(,"comment":{"id":"10000"})")); },
      {"By webhook"});
  add("a comment was edited", talking(),
      [](Scene& scene) {
        scene.comment("As it was").event(payload(scene, "comment_created", R"(,"comment":{"id":"10000"})"));
        scene.drained()
            .edit_comment("As it was", "As it is")
            .event(payload(scene, "comment_updated", R"(,"comment":{"id":"10000"})"));
      },
      {"As it is"});
  add("a file was attached", talking(),
      [](Scene& scene) { scene.attach("hook.txt", "bytes").event(payload(scene, "jira:issue_updated")); },
      {R"("filename":"hook.txt")"});
  add("everything at once", talking(),
      [](Scene& scene) {
        scene.in_jira(R"({"summary":"From Jira"})").comment("By webhook").attach("hook.txt", "bytes").transition("31");
        scene.event(payload(scene, "jira:issue_updated"))
            .event(payload(scene, "comment_created", R"(,"comment":{"id":"10000"})"));
      },
      {R"("title":"From Jira")", "By webhook", R"("filename":"hook.txt")", "row incidentresolution"});
  add("an issue was deleted", {},
      [](Scene& scene) {
        auto const told = payload(scene, "jira:issue_deleted");
        scene.delete_issue().event(told);
      },
      {R"("state":"broken")"});
  add("an issue got another key", {},
      [](Scene& scene) {
        scene.change_link([](link::Link& link) {
          link.issue_key = "OLD-7";
          link.note_hash = link.remote_hash = "of the old key";
        });
        scene.event(payload(scene, "jira:issue_updated", R"(,"issue_event_type_name":"issue_moved")"));
      },
      {"store history"});
  add("events of two issues, one of them not linked", {},
      [](Scene& scene) {
        scene.in_jira(R"({"summary":"From Jira"})").event(payload(scene, "jira:issue_updated"));
        scene.event(R"({"webhookEvent":"jira:issue_updated","timestamp":1,"issue":{"id":"99999","key":"SUP-999"}})");
      },
      {R"("title":"From Jira")"});
  auto* const in_cycle = add("events are drained before the items of a cycle", talking(),
                             [](Scene& scene) {
                               scene.in_jira(R"({"summary":"From Jira"})").event(payload(scene, "jira:issue_updated"));
                               scene.in_dynamics(R"({"title":"From Dynamics"})", 1).note({{"notetext", "A note"}}, 1);
                             },
                             {R"("title":"From Jira")", R"("summary":"From Dynamics")", "A note"});
  in_cycle->dies = in_cycle->resumes;
  return out;
}

std::vector<Scenario> trouble_scenarios() {
  std::vector<Scenario> out;
  auto const add = [&](std::string name, CasesItem const& of, std::function<void(Scene&)> edits, std::vector<std::string> shows) {
    out.push_back(scenario_of("trouble", std::move(name), of, std::move(edits), std::move(shows)));
    return &out.back();
  };
  auto const every = [](Scenario* scenario, sync::RunOptions const& options) {
    scenario->dies = scenario->resumes = cycle(options);
  };

  every(add("a sweep finds what neither feed nor search told", {},
            [](Scene& scene) { scene.linked().configure("jira.searchLag", "30d").in_jira(R"({"summary":"From Jira"})"); },
            {R"("title":"From Jira")"}),
        {.sweep = true});
  every(add("a sweep finds comments and files that nothing told of", talking(),
            [](Scene& scene) { scene.linked().configure("jira.searchLag", "30d").comment("Unseen").attach("unseen.txt", "u"); },
            {"Unseen", R"("filename":"unseen.txt")"}),
        {.sweep = true});
  every(add("a sweep breaks the link of a deleted record", {}, [](Scene& scene) { scene.linked().delete_record(); },
            {R"("state":"broken")"}),
        {.sweep = true});
  every(add("a sweep breaks the link of a deleted issue", {}, [](Scene& scene) { scene.linked().delete_issue(); },
            {R"("state":"broken")"}),
        {.sweep = true});
  add("the daily sweep comes by itself", {},
      [](Scene& scene) { scene.linked().configure("jira.searchLag", "30d").in_jira(R"({"summary":"From Jira"})").pass(25h); },
      {R"("title":"From Jira")"});
  every(add("records that were parked are taken up again", {},
            [](Scene& scene) {
              scene.faults({refusal("POST", "/rest/api/3/issue/bulk")});
              for (int i = 0; i < 5; ++i) scene.linked_with_holds().pass(7h);
              scene.faults({});
            },
            {"store links"}),
        {.retry_parked = true});
  add("a record that failed is tried again after its pause", {},
      [](Scene& scene) {
        scene.faults({refusal("POST", "/rest/api/3/issue/bulk")});
        scene.linked_with_holds().faults({});
      },
      {"store links"});
  add("a parked record that is mended", {},
      [](Scene& scene) {
        scene.faults({refusal("POST", "/rest/api/3/issue/bulk")});
        for (int i = 0; i < 5; ++i) scene.linked_with_holds().pass(7h);
        scene.faults({}).in_dynamics(R"({"title":"Mended"})");
      },
      {R"("summary":"Mended")"});
  every(add("a brake is released", {.members = R"("brakes": { "maxCreates": 1, "maxUpdates": 1 },)"}, [](Scene&) {},
            {"store links"}),
        {.allow_mass_change = true});
  every(add("a brake on updates is released", {.members = R"("brakes": { "maxCreates": 5, "maxUpdates": 1 },)"},
            [](Scene& scene) {
              scene.linked().in_jira(R"({"summary":"Mass edit one"})").in_jira(R"({"summary":"Mass edit two"})", 1);
            },
            {R"("title":"Mass edit one")", R"("title":"Mass edit two")"}),
        {.allow_mass_change = true});
  add("link notes that were refused follow once they are granted", {},
      [](Scene& scene) {
        scene.configure("dataverse.revokePrivilege", "prvCreateNote")
            .linked_with_holds()
            .configure("dataverse.grantPrivilege", "prvCreateNote");
      },
      {"row annotation"});
  add("a case changes while its issue is not made", {},
      [](Scene& scene) {
        auto late = fault(Fault::When::before, Fault::Do::hold, "POST", "/rest/api/3/issue/bulk");
        late.hold_for = 60s;
        scene.faults({late}).run_only().pass(10s).in_dynamics(R"({"title":"Changed meanwhile"})").pass(5min);
      },
      {R"("summary":"Changed meanwhile")"});
  add("a new record and edits of both sides in one run",
      {.filter = "title eq 'Brand new' or startswith(ticketnumber,'CAS-01001') or startswith(ticketnumber,'CAS-01002')"},
      [](Scene& scene) {
        scene.linked().in_jira(R"({"summary":"From Jira"})").in_dynamics(R"({"title":"From Dynamics"})", 1).new_case("Brand new");
      },
      {R"("summary":"Brand new")", R"("title":"From Jira")"});

  // The answer to one write is lost, in one of three ways; what the run makes of that is killed too.
  struct Lost {
    char const *what, *method, *path;
  };
  for (auto const& lost :
       {Lost{"a create", "POST", "/rest/api/3/issue/bulk"}, Lost{"a remote link", "POST", "/rest/api/3/issue/*/remotelink"},
        Lost{"an edit of an issue", "PUT", "/rest/api/3/issue/"},
        Lost{"an edit of a record", "PATCH", "/api/data/v9.2/incidents"},
        Lost{"a transition", "POST", "/rest/api/3/issue/*/transitions"},
        Lost{"a closing", "POST", "/api/data/v9.2/CloseIncident"}, Lost{"a comment", "POST", "/rest/api/3/issue/*/comment*"},
        Lost{"a note", "PATCH", "/api/data/v9.2/annotations(*"},
        Lost{"an attachment", "POST", "/rest/api/3/issue/*/attachments"}}) {
    for (auto const& [when, how] :
         {std::pair{Fault::When::before, "is lost"}, std::pair{Fault::When::after, "is executed, its answer lost"}}) {
      bool const creates = lost.what == std::string("a create") || lost.what == std::string("a remote link");
      auto item = talking();
      item.mapped = false;
      add(fmt::format("{} {}", lost.what, how), item,
          [lost, when = when, creates](Scene& scene) {
            if (!creates) {
              scene.linked().in_jira(R"({"summary":"From Jira"})").in_dynamics(R"({"title":"From Dynamics"})", 1);
              scene.transition("31")
                  .in_dynamics(R"({"statuscode":2})", 1)
                  .note({{"notetext", "A note"}}, 1)
                  .comment("A comment", {}, 1);
              scene.note({{"filename", "a.txt"}, {"documentbody", "b25l"}}, 1);
            }
            scene.faults({fault(when, Fault::Do::drop, lost.method, lost.path)});
          },
          {"store links"})
          // Killed before the request that is lost, it is the resuming run that loses it.
          ->resumes = both(cycle(), after(260s, cycle()));
    }
  }
  return out;
}

}  // namespace tandem::test
