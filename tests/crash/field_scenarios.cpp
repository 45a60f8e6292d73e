// Fields: a value of every type made, edited on either side and cleared; conflicts, merged sets, cut and rich texts (SPEC C, E5).
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <tandem/base/json/write.hpp>

#include "crash/scenes.hpp"
#include "support/value_rows.hpp"

namespace tandem::test {

namespace {

using namespace std::chrono_literals;
using sandbox::ServiceName;

// One row of the table of values, under an item of its own.
struct Ticket {
  ValueRow row;

  StoryOptions world() const {
    StoryOptions options;
    options.item_text = fmt::format(R"({{"name":"tickets","mode":"two-way","jira":{{"project":"{}","issueType":"Task"}},
      "dynamics":{{"module":"custom","entity":"new_ticket","filter":"new_name eq 'Everything filled'"}},"autoCreate":true,
      "timeZone":"Europe/Berlin","users":{},"mappings":[{{"column":"new_name","field":"summary"}},{}]}})",
                                    row.project, row.users, row.mapping);
    return options;
  }
  std::string find(Story& story, std::string const& table, std::string const& column, std::string const& value) const {
    auto const state = story.world().dataverse().state();
    for (auto const& one : state["rows"][table].items()) {
      if (one[column].text() == value) return one[table + "id"].scalar_text();
    }
    FAIL("no such row");
    return {};
  }
  // The column holds what the row of the table begins with.
  void start(Story& story) const {
    story.configure("jira.grantPermission", "ADMINISTER_PROJECTS");
    auto const id = find(story, "new_ticket", "new_name", "Everything filled");
    auto body = row.start;
    if (body.empty() && row.name == "user")
      body = json::to_text(
          json::Object{{"ownerid@odata.bind", "/systemusers(" + find(story, "systemuser", "fullname", "Alice Ciccu") + ")"}});
    if (body.empty())
      body = json::to_text(
          json::Object{{"new_CustomerId@odata.bind", "/accounts(" + find(story, "account", "name", "Fabrikam, Inc.") + ")"}});
    story.edit("alice", ServiceName::dataverse, "PATCH", "/api/data/v9.2/new_tickets(" + id + ")", body);
  }
  void in_jira(Story& story, std::string const& value) const {
    for (auto const& issue : story.issues()) {
      if (!issue["properties"]["tandem.link"]["links"]["tickets"].is_object()) continue;
      story.edit("bob", ServiceName::jira, "PUT", "/rest/api/3/issue/" + std::string(issue["key"].text()),
                 fmt::format(R"({{"fields":{{"{}":{}}}}})", row.field, value));
    }
  }
};

void later(Story& story) { story.world().advance(20min); }

}  // namespace

std::vector<Scenario> value_scenarios() {
  std::vector<Scenario> out;
  for (auto const& row : value_rows()) {
    Ticket const ticket{row};
    auto const add = [&](std::string const& what, std::function<void(Story&)> prepare) {
      Scenario scenario;
      scenario.part = "values";
      scenario.name = row.name + ", " + what;
      scenario.world = ticket.world();
      scenario.prepare = std::move(prepare);
      scenario.shows = {"store links "};
      out.push_back(std::move(scenario));
    };
    add("new", [ticket](Story& story) { ticket.start(story); });
    add("edited in Jira", [ticket](Story& story) {
      ticket.start(story);
      story.run_well();
      later(story);
      ticket.in_jira(story, ticket.row.jira_other);
    });
    add("edited in Dynamics", [ticket](Story& story) {
      ticket.start(story);
      story.run_well();
      later(story);
      ticket.in_jira(story, ticket.row.jira_other);
      story.run_well();
      later(story);
      ticket.start(story);
    });
    // An owner cannot be empty, and an array is emptied by an empty one.
    if (row.name == "user") continue;
    bool const list = row.jira_other.starts_with("[");
    if (list && row.jira_other == "[]") continue;
    add("cleared in Jira", [ticket, list](Story& story) {
      ticket.start(story);
      story.run_well();
      later(story);
      ticket.in_jira(story, list ? "[]" : "null");
    });
  }
  return out;
}

std::vector<Scenario> field_scenarios() {
  std::vector<Scenario> out;
  auto const add = [&](std::string name, CasesItem const& item, std::function<void(Scene&)> edits,
                       std::vector<std::string> shows) {
    out.push_back(scenario_of("fields", std::move(name), item, std::move(edits), std::move(shows)));
    return &out.back();
  };
  constexpr char const* kLabels = R"({"column":"productserialnumber","field":"labels"},)";

  add("two records become issues", {}, [](Scene&) {}, {"Login fails after password reset"});
  add("two records become issues of a one-way item", {.mode = "one-way"}, [](Scene&) {}, {"Login fails after password reset"});
  add("a record becomes an issue whose summary is not mapped", {.mappings = "", .mapped = false}, [](Scene&) {}, {"store links"});
  add("all fields edited in Dynamics", {},
      [](Scene& scene) {
        scene.linked().in_dynamics(
            R"({"title":"New title","description":"New text","prioritycode":3,"followupby":"2026-12-24T23:00:00Z"})");
      },
      {R"("summary":"New title")"});
  add("all fields edited in Jira", {},
      [](Scene& scene) {
        scene.linked().in_jira(R"({"summary":"New title","priority":{"name":"Low"},"duedate":"2026-12-24","description":)" +
                               document({"New text"}) + "}");
      },
      {R"("title":"New title")"});
  add("different fields of one pair edited on both sides", {},
      [](Scene& scene) { scene.linked().in_jira(R"({"summary":"From Jira"})").in_dynamics(R"({"prioritycode":3})"); },
      {R"("title":"From Jira")", R"("name":"Low")"});
  add("one pair edited in Jira and the other in Dynamics", {},
      [](Scene& scene) { scene.linked().in_jira(R"({"summary":"From Jira"})").in_dynamics(R"({"title":"From Dynamics"})", 1); },
      {R"("title":"From Jira")", R"("summary":"From Dynamics")"});
  add("the same edit on both sides", {},
      [](Scene& scene) { scene.linked().in_jira(R"({"summary":"Alike"})").in_dynamics(R"({"title":"Alike"})"); }, {"Alike"});
  add("fields cleared in Dynamics", {},
      [](Scene& scene) { scene.linked().in_dynamics(R"({"description":null,"followupby":null})"); }, {R"("duedate":null)"});
  add("fields cleared in Jira", {}, [](Scene& scene) { scene.linked().in_jira(R"({"description":null,"duedate":null})"); },
      {R"("description":null)"});
  add("a one-way item overwrites what was edited in Jira", {.mode = "one-way"},
      [](Scene& scene) {
        scene.linked().in_jira(R"({"summary":"Only in Jira"})").pass(1min).in_dynamics(R"({"title":"Dynamics again"})");
      },
      {R"("summary":"Dynamics again")"});
  for (auto const* policy : {"latest", "dynamics", "jira"}) {
    for (bool const jira_later : {false, true}) {
      add(fmt::format("a conflict under \"{}\", {} later", policy, jira_later ? "Jira" : "Dynamics"),
          {.members = fmt::format(R"("conflict": "{}",)", policy)},
          [jira_later](Scene& scene) {
            scene.linked();
            if (!jira_later) scene.in_jira(R"({"summary":"the words of Jira"})").pass(30s);
            scene.in_dynamics(R"({"title":"the words of Dynamics"})").pass(30s);
            if (jira_later) scene.in_jira(R"({"summary":"the words of Jira"})");
            scene.pass(30s);
          },
          {"store history", "the words of"});
    }
  }
  add("a conflict that is held, beside a field that travels", {.members = R"("conflict": "hold",)"},
      [](Scene& scene) {
        scene.linked()
            .in_jira(R"({"summary":"the words of Jira","priority":{"name":"Low"}})")
            .in_dynamics(R"({"title":"the words of Dynamics"})");
      },
      {"store held", R"("prioritycode":3)"});
  for (auto const side : {sync::Side::jira, sync::Side::dynamics}) {
    auto* const scenario = add(fmt::format("a held conflict that a person decides for {}", sync::name_of(side)),
                               {.members = R"("conflict": "hold",)"},
                               [](Scene& scene) {
                                 scene.linked()
                                     .in_jira(R"({"summary":"the words of Jira"})")
                                     .in_dynamics(R"({"title":"the words of Dynamics"})")
                                     .linked_with_holds();
                               },
                               {"the words of"});
    Act const decide = [side](Story& story, CrashPoint* crash) {
      sync::RunOptions options;
      options.only_issue = Scene(story).key();
      options.take["summary"] = side;
      return cycle(options)(story, crash);
    };
    scenario->dies = decide;
    // The command is given again: what was decided is then no conflict any more.
    scenario->resumes = both(cycle(), decide);
  }
  add("labels that both sides changed are merged", {.mappings = kLabels},
      [](Scene& scene) {
        scene.linked().in_dynamics(R"({"productserialnumber":"red, blue"})").linked();
        scene.in_dynamics(R"({"productserialnumber":"blue, green"})").update_in_jira(R"({"labels":[{"add":"mine"}]})");
      },
      {"green", "mine"});
  add("labels that one side emptied", {.mappings = kLabels},
      [](Scene& scene) {
        scene.linked().in_dynamics(R"({"productserialnumber":"red, blue"})").linked();
        scene.in_dynamics(R"({"productserialnumber":null})");
      },
      {"store links"});
  std::string long_text;
  for (int i = 0; long_text.size() < 2600; ++i) long_text += fmt::format("Line {} of a long text. ", i);
  add("a text of Jira that does not fit is cut", {},
      [long_text](Scene& scene) {
        scene.linked().in_jira(R"({"description":)" + document({long_text, long_text}) + "}");
      },
      {"Line 0 of a long"});
  add("a cut text is cut anew when its source changes", {},
      [long_text](Scene& scene) {
        scene.linked().in_jira(R"({"description":)" + document({long_text, long_text}) + "}").linked();
        scene.in_jira(R"({"description":)" + document({"Changed", long_text, long_text}) + "}");
      },
      {"Changed"});
  add("an edited cut copy is held", {},
      [long_text](Scene& scene) {
        scene.linked().in_jira(R"({"description":)" + document({long_text, long_text}) + "}").linked();
        scene.in_dynamics(R"({"description":"Edited where it was cut","prioritycode":3})");
      },
      {"store held", R"("name":"Low")"});
  constexpr char const* kRich = R"({"description":{"type":"doc","version":1,"content":[
    {"type":"panel","attrs":{"panelType":"warning"},"content":[{"type":"paragraph","content":[{"type":"text","text":"Read this first"}]}]},
    {"type":"paragraph","content":[{"type":"mention","attrs":{"id":"5b10ac8d82e05b22cc7d4ef5","text":"@Ada"}},{"type":"text","text":" knows"}]},
    {"type":"mediaSingle","attrs":{"layout":"center"},"content":[{"type":"media","attrs":{"type":"external","url":"https://example.test/shot.png"}}]},
    {"type":"paragraph","content":[{"type":"text","text":"The printer is broken."}]}]}})";
  for (std::string const mode : {"one-way", "two-way"}) {
    add("an edit of one block under a richer text, " + mode, {.mode = mode},
        [both_ways = mode == "two-way"](Scene& scene) {
          scene.linked().in_dynamics(R"({"description":"Read this first\n\n@Ada knows\n\nThe printer is broken."})").linked();
          scene.in_jira(kRich).pass(20min);
          if (both_ways) scene.linked();
          scene.in_dynamics(R"({"description":"Read this first\n\n@Ada knows\n\nThe printer is repaired."})");
        },
        {"The printer is repaired."});
  }
  add("a value that cannot be converted beside one that can",
      {.mappings = R"({"column":"prioritycode","field":"priority","values":{"1":"High","2":"Medium"}},)", .mapped = false},
      [](Scene& scene) { scene.linked().in_jira(R"({"summary":"Fine","priority":{"name":"Low"}})"); }, {R"("title":"Fine")"});
  add("a field narrowed to one direction",
      {.mappings = R"({"column":"productserialnumber","field":"labels","direction":"to-dynamics"},)"},
      [](Scene& scene) {
        scene.linked().update_in_jira(R"({"labels":[{"add":"mine"}]})").in_dynamics(R"({"title":"New title"})");
      },
      {R"("summary":"New title")", "mine"});

  // The main job as people have it: the example, with all its twelve cases.
  auto const main_job = [&](std::string name, std::string item, std::function<void(Scene&)> edits,
                            std::vector<std::string> shows) {
    add(std::move(name), {}, std::move(edits), std::move(shows))->world.item_text = std::move(item);
  };
  main_job("the main job: twelve cases become issues", example_item(), [](Scene&) {}, {"Old contract is not archived"});
  main_job("the main job: two edits", example_item(),
           [](Scene& scene) {
             scene.linked().in_dynamics(R"({"title":"First edit"})").in_dynamics(R"({"prioritycode":3,"description":null})", 5);
           },
           {R"("summary":"First edit")"});
  auto both_ways = example_item();
  for (auto const& [from, to] : {std::pair<std::string, std::string>{R"("mode": "one-way")", R"("mode": "two-way")"},
                                 {R"("mappings": [)", std::string(R"("mappings": [)") + kLabels}})
    both_ways.replace(both_ways.find(from), from.size(), to);
  main_job("the main job in both directions: edits on both sides, of one pair too", both_ways,
           [](Scene& scene) {
             scene.linked().in_dynamics(R"({"title":"First edit"})").in_dynamics(R"({"prioritycode":3,"description":null})", 5);
             scene.in_jira(R"({"priority":{"name":"Low"}})").in_jira(R"({"summary":"Edited in Jira","duedate":"2026-12-24"})", 3);
             scene.in_dynamics(R"({"productserialnumber":"red, blue"})", 4).update_in_jira(R"({"labels":[{"add":"mine"}]})", 4);
           },
           {R"("title":"Edited in Jira")", R"("summary":"First edit")", "mine"});
  return out;
}

}  // namespace tandem::test
