// A story whose store is lost, and what the store says afterwards.
#pragma once

#include <filesystem>
#include <string>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/held_table.hpp>

#include "support/story.hpp"

namespace tandem::test {

inline void lose_store(Story& story) { std::filesystem::remove_all(story.store_path() / "store"); }

enum class IssueKeys { shown, left_out };  // they may differ where issues were made in another order

// "SUP-1 <record> auto active", a line for each link.
inline std::string links_text(Story& story, IssueKeys keys = IssueKeys::shown) {
  std::string out;
  auto const read = story.with_store([&](store::Reader& reader) {
    return link::each_link(reader, [&](link::Link const& link) -> Result<bool> {
      if (keys == IssueKeys::shown) out += link.issue_key + " ";
      out += link.record + " " + std::string(link::name_of(link.kind)) +
             (link.state == link::State::active ? " active\n" : " broken\n");
      return true;
    });
  });
  REQUIRE(read.has_value());
  return out;
}

inline std::size_t held(Story& story) {
  std::size_t count = 0;
  REQUIRE(story
              .with_store([&](store::Reader& reader) -> Result<Unit> {
                TANDEM_TRY(count, sync::count_held(reader));
                return Unit{};
              })
              .has_value());
  return count;
}

}  // namespace tandem::test
