// Progress: how far long work is, for a program that shows it to a person (SPEC E11). The library prints nothing and measures no time: rate
// and time left are the program's, by its own clock.
//
// Told after each batch (at most 100 links), by whoever works; `done` only grows within one kind of work on one item, except that work that is
// begun again (an answer got lost and was settled) counts from zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::sync {

enum class Work : std::uint8_t {
  records,  // of the feeds: new ones and changed ones
  links,  // read again, one by one: a sweep, a new mapping, a rebuild, a removal
  conversations,  // links whose comments and files are looked at
  marks,  // marks on both sides that were found
  events,  // of the outbox
};
constexpr std::string_view name_of(Work work) {
  switch (work) {
    case Work::records: return "records";
    case Work::links: return "links";
    case Work::conversations: return "conversations";
    case Work::marks: return "marks";
    case Work::events: break;
  }
  return "events";
}

struct Progress {
  std::string item{};  // "" = of no single one
  Work work = Work::records;
  std::uint64_t seen = 0;  // looked at in this run, also what needed nothing
  std::uint64_t done = 0;  // written, found equal, or left with its reason
  std::optional<std::uint64_t> total{};  // what is to be done, where it was counted ahead
  std::uint64_t failed = 0;  // in this run
};

}  // namespace tandem::sync
