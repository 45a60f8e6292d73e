// Undo: what one run wrote goes back, on either side, fields and statuses, and is left where people were quicker (SPEC R1, R7; decision 0030).
#include <catch2/catch.hpp>

#include <tandem/sync/undo/undo.hpp>

#include "crash/scenes.hpp"

namespace tandem::test {

namespace {

namespace undo = sync::undo;

// As the command does it. `own`: the undo's id in the history, "" = the process's.
Act undo_of(std::string run, std::string own = "") {
  return command([run = std::move(run), own = std::move(own)](Story&, sync::RunContext& process, sync::LinkItems const& items) {
    sync::RunContext context(process.in, process.options, own.empty() ? "undo-" + process.run_id : own);
    undo::Question const question{.run = run};
    if (!undo::settle_first(context, items)) return;
    auto const prepared = undo::prepare_undo(context, items, question);
    if (prepared) static_cast<void>(undo::undo(context, items, *prepared, question));
  });
}

CasesItem with_status() {
  return {.members = R"("status": { "enabled": true, "map": [{ "dynamics": "On Hold", "jira": "Waiting" }] },)", .mapped = false};
}

}  // namespace

std::vector<Scenario> undo_scenarios() {
  std::vector<Scenario> out;
  auto const add = [&](std::string name, CasesItem const& item, std::function<void(Scene&)> edits,
                       std::vector<std::string> shows) {
    out.push_back(scenario_of("undo", std::move(name), item, std::move(edits), std::move(shows)));
    auto& one = out.back();
    one.dies = undo_of(std::string(undo::kLast));
    // Whatever comes between: the undo is asked for again, and a cycle tidies up.
    one.resumes = both(cycle(), both(undo_of(std::string(undo::kLast)), cycle()));
    return &one;
  };

  add("an edit of an issue goes back", {.mode = "one-way"},
      [](Scene& scene) {
        scene.linked().in_dynamics(R"({"title":"A mistake","prioritycode":3,"description":"Another\ntext"})").linked();
      },
      {R"("title":"A mistake")", R"("summary":"Printer on floor 3 )"});
  add("an edit of a record goes back", {},
      [](Scene& scene) { scene.linked().in_jira(R"({"summary":"A mistake","duedate":"2026-12-24"})").linked(); },
      {R"("summary":"A mistake")"});
  add("two pairs go back, on both sides", {},
      [](Scene& scene) {
        scene.linked().in_jira(R"({"summary":"Here a mistake"})").in_dynamics(R"({"title":"There a mistake"})", 1).linked();
      },
      {R"("summary":"Here a mistake")", R"("title":"There a mistake")"});
  add("a pair of which both sides were written goes back", {.mappings = R"({"column":"productserialnumber","field":"labels"},)"},
      [](Scene& scene) {
        scene.in_dynamics(R"({"productserialnumber":"red"})").linked();
        scene.update_in_jira(R"({"labels":[{"add":"blue"}]})").in_dynamics(R"({"productserialnumber":"red, green"})").linked();
      },
      {"blue"});
  add("an issue's status goes back", with_status(),
      [](Scene& scene) { scene.linked().in_dynamics(R"({"statuscode":2,"title":"On hold"})").linked(); },
      {R"("to":"Waiting")", R"("title":"On hold")"});
  add("a resolved case is opened again, and its title goes back", with_status(),
      [](Scene& scene) { scene.linked().in_jira(R"({"summary":"Last words"})").transition("31").linked(); },
      {"row incidentresolution", R"("statecode":0)"});
  add("a value that was edited since stays, the other goes back", {.mode = "one-way"},
      [](Scene& scene) {
        scene.linked().in_dynamics(R"({"title":"A mistake","prioritycode":3})").linked().in_jira(R"({"summary":"By Bob"})");
      },
      {"By Bob"});
  {
    auto* const one =
        add("an undo is undone", {.mode = "one-way"},
            [](Scene& scene) { scene.linked().in_dynamics(R"({"title":"Meant"})").linked(); }, {R"("summary":"Meant")"});
    one->prepare = [prepare = one->prepare](Story& story) {
      prepare(story);
      auto const acted = undo_of(std::string(undo::kLast), "undo-first")(story, nullptr);
      REQUIRE(acted.failed.empty());
      story.world().advance(std::chrono::minutes{5});
    };
    one->dies = undo_of("undo-first");
    one->resumes = both(cycle(), both(undo_of("undo-first"), cycle()));
  }
  return out;
}

}  // namespace tandem::test
