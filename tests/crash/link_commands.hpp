// Links by hand for tests that interrupt: two cases, two issues, and the commands given to them.
#pragma once

#include "support/links.hpp"

namespace tandem::test {

enum class LinkCommand { add, replace, remove };

inline char const* name_of(LinkCommand command) {
  switch (command) {
    case LinkCommand::add: return "add";
    case LinkCommand::replace: return "add --replace";
    case LinkCommand::remove: break;
  }
  return "remove";
}

// Where the command is not `add`, the first issue and the first record are linked already.
struct ByHand {
  Story story;
  std::string key, other;
  std::string record, second;

  // `settled`: a cycle followed that link.
  explicit ByHand(LinkCommand command, bool settled) : story({.item_text = manual_item()}) {
    using namespace std::chrono_literals;
    key = make_issue(story, "By hand");
    other = make_issue(story, "Another");
    auto const cases = story.cases();
    record = cases.at(0).id;
    second = cases.at(1).id;
    if (command != LinkCommand::add) {
      auto const link = [&](sync::RunContext& run, sync::LinkItems const& items) {
        REQUIRE(link_add(run, items, key, record).has_value());
      };
      story.work(link);
    }
    if (settled) story.run_well();
    story.world().advance(200s);
  }

  Story::Worked give(LinkCommand which, CrashPoint* crash) {
    return story.work(
        [&](sync::RunContext& run, sync::LinkItems const& items) {
          AttachOptions replace;
          replace.replace = true;
          switch (which) {
            case LinkCommand::add: static_cast<void>(link_add(run, items, key, record)); break;
            case LinkCommand::replace: static_cast<void>(link_add(run, items, key, second, replace)); break;
            case LinkCommand::remove: static_cast<void>(link_remove(run, items, key)); break;
          }
        },
        crash);
  }
};

}  // namespace tandem::test
