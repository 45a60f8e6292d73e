// Interruption: a scenario whose run is killed at every point, resumed, and compared with its uninterrupted end (SPEC R1).
//
// The world is prepared once. The run that dies is then played once, and at each of its doors (before and after a request, before and after a
// commit) the process is forked: the copy takes itself for killed there, with a copy of the store, and resumes past `settleAfter` on the
// virtual clock. What it leaves on both sides and in the store must equal the uninterrupted end, and one more run must write nothing. The copies
// are plain processes without threads, one at a time, so everything is deterministic.
//
// Points: before a request the process dies and the request is lost, or is executed a minute later; after it the process dies with the answer, or
// the answer breaks off in its middle and the process dies at its next door; before and after a commit it dies. With `again` the resuming run
// dies too, at every so many of its doors. With `soon` it is resumed at once, while the outcome cannot be known yet, and what was on its way is
// executed only then. A person may edit both sides between the death and the resuming run.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "support/story.hpp"

namespace tandem::test {

struct Acted {
  std::vector<SandboxTransport::Late> late{};  // requests that were on their way when it died
  std::string failed{};  // why it could not be begun at all
};
// What a process does; it dies at the crash point.
using Act = std::function<Acted(Story&, CrashPoint*)>;

// A cycle.
Act cycle(sync::RunOptions options = {});
// What a command does with the run's ways to both systems and the store.
Act command(std::function<void(Story&, sync::RunContext&, sync::LinkItems const&)> body);
// One after the other, each a process of its own.
Act both(Act first, Act second);
// Once that time has passed.
Act after(Millis time, Act act);

struct Scenario {
  std::string part;  // what it is about: tests of one part run in one process
  std::string name;
  StoryOptions world{};
  std::function<void(Story&)> prepare{};
  Act dies = cycle();
  Act resumes = cycle();
  Act last = cycle();  // writes nothing
  std::vector<std::string> shows{};  // what the uninterrupted end must tell, else the scenario proves nothing
};

// What a person does while nothing runs.
enum class Person : std::uint8_t {
  nothing,
  beside,  // edits a column that no item maps, and comments
  over  // retitles a record
};

struct Setting {
  bool search_lags = false;  // Jira's index shows what happened ten minutes ago
  bool late = true, cut = true;  // requests that are executed late; answers that break off
  std::uint64_t again = 0;  // the resuming run dies at each door whose number this divides; 0 = it does not
  int deaths = 1;  // so often, with `again`: the run that resumes after it dies likewise
  bool soon = false;  // the first resuming run begins five seconds after the death
  Person person = Person::nothing;
  std::uint64_t every = 1;  // only so many doors apart, from a first one that differs from scenario to scenario
};

struct Counts {
  std::uint64_t points = 0, duplicates = 0, losses = 0, differences = 0;
  std::string faults;  // where and how, for people
  Counts& operator+=(Counts const& other);
};

// Whether the setting makes sense for the scenario.
bool applies(Setting const& setting, Scenario const& scenario);
// Plays one scenario under one setting. Faults are counted and described; nothing is thrown for them.
Counts interrupt_everywhere(Scenario const& scenario, Setting const& setting);

}  // namespace tandem::test
