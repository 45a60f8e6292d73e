// Ending: all that both systems and the store hold at the end of a story, as lines that are equal however the story was interrupted.
//
// Whole rows, fields, comments, files, marks, histories of change, links, bases, twins and what waits. Left out are ids that services count up,
// versions, and times from `from` on; issues are named by the record that they are tied to, so that another order of making them is no difference.
#pragma once

#include <cstdint>
#include <string>

#include "support/story.hpp"

namespace tandem::test {

enum class Depth : std::uint8_t {
  whole,
  unordered,  // the order of an issue's comments does not count: somebody wrote between ours
  states  // nor how both sides came to be as they are: which of two edits was carried over first
};
// Sorted lines, each beginning with its kind: "issue …", "comment …", "row annotation …", "store links …", "fault …".
std::string ending(Story& story, Instant from, Depth depth = Depth::whole);

// How an ending departs from the one that it should be.
struct Departure {
  std::uint64_t doubled = 0, lost = 0, different = 0;
  std::string shown;  // the lines that are too many ("+") and too few ("-"); "" = none
};
Departure compare(std::string const& expected, std::string const& found);

}  // namespace tandem::test
