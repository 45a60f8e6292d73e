// Scenes: items of two pairs, and what people do with them, for the scenarios that are interrupted.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/link/link.hpp>

#include "crash/interruption.hpp"

namespace tandem::test {

inline constexpr std::string_view kCases = "support-cases";

// What differs from an item over the cases CAS-01001 and CAS-01002 that mirrors the example's four fields.
struct CasesItem {
  std::string mode = "two-way";
  std::string members{};  // further members of the item, each ending in a comma
  std::string mappings{};  // before the four, each ending in a comma
  std::string name = "support-cases";
  bool mapped = true;  // the four fields, else the title alone
  std::string filter = "ticketnumber eq 'CAS-01001-S8K4Y2' or ticketnumber eq 'CAS-01002-B3N7Q1'";
  bool creates = true;
};
std::string text_of(CasesItem const& item);
StoryOptions world_of(CasesItem const& item);

// The cases of these pairs. Times pass before each edit, so that none falls into the moment of a run.
class Scene {
 public:
  explicit Scene(Story& story, std::string item = std::string(kCases)) : story_(story), item_(std::move(item)) {}
  // A cycle, and time for the next edits.
  Scene& linked();
  Scene& linked_with_holds();  // the same where something waits for a person
  Scene& pass(Millis time);
  Scene& configure(std::string_view name, json::Value value);
  std::string record(std::size_t which = 0);  // of CAS-01001, CAS-01002 …
  json::Value issue(std::size_t which = 0);
  std::string key(std::size_t which = 0) { return std::string(issue(which)["key"].text()); }

  Scene& in_dynamics(std::string const& body, std::size_t which = 0);
  Scene& in_jira(std::string const& fields, std::size_t which = 0);  // {"summary":…}
  Scene& update_in_jira(std::string const& update, std::size_t which = 0);  // {"labels":[{"add":…}]}
  Scene& transition(std::string const& id, std::string const& fields = "{}", std::size_t which = 0);
  Scene& resolve(int reason = 5, std::size_t which = 0);
  Scene& note(json::Object columns, std::size_t which = 0);
  Scene& edit_note(std::string_view holding, std::string const& columns);  // the note whose text or file name holds that
  Scene& delete_note(std::string_view holding);
  Scene& comment(std::string const& text, json::Object extra = {}, std::size_t which = 0, std::string_view as = "bob");
  Scene& edit_comment(std::string_view holding, std::string const& text, std::size_t which = 0);
  Scene& delete_comment(std::string_view holding, std::size_t which = 0);
  Scene& attach(std::string const& name, std::string const& bytes, std::size_t which = 0);
  Scene& new_case(std::string const& title);  // of the kind that becomes an issue
  Scene& delete_record(std::size_t which = 0);
  Scene& delete_issue(std::size_t which = 0);
  // A webhook's payload waits in the outbox.
  Scene& event(std::string const& payload);
  Scene& drained();  // what waits is handled, and time passes
  Scene& run_only();  // a cycle, whatever becomes of it
  Scene& faults(std::vector<sandbox::Fault> faults);
  // The stored link of the first pair, as another past would have left it.
  Scene& change_link(std::function<void(link::Link&)> const& change);

 private:
  json::Value note_holding(std::string_view text);
  std::string comment_holding(std::string_view text, std::size_t which);
  Story& story_;
  std::string item_;
};

// What people do with the scene of an item, before a cycle that dies.
Scenario scenario_of(std::string part, std::string name, CasesItem const& item, std::function<void(Scene&)> edits,
                     std::vector<std::string> shows);

// {"type":"doc",…} of paragraphs.
std::string document(std::vector<std::string> const& paragraphs);

// Each part's scenarios.
std::vector<Scenario> value_scenarios();
std::vector<Scenario> field_scenarios();
std::vector<Scenario> status_scenarios();
std::vector<Scenario> conversation_scenarios();
std::vector<Scenario> link_scenarios();
std::vector<Scenario> event_scenarios();
std::vector<Scenario> trouble_scenarios();
std::vector<Scenario> undo_scenarios();

}  // namespace tandem::test
