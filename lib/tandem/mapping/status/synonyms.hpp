// What a status means by its name, from a shipped table of names in English, German, French, Spanish and Japanese (SPEC G2).
//
// A name that the table does not know has no meaning: nothing is guessed from parts of it but for a few beginnings such as "waiting for …".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tandem::mapping::status {

enum class Group : std::uint8_t { opened, working, reviewing, waiting, finished, cancelled };
std::string_view name_of(Group group);  // "waiting"

// `place` orders the names of a group by what they say, so that of several the nearest is taken: "resolved" 0, "done" 1, "closed" 3.
struct Meaning {
  Group group;
  int place;
};

std::optional<Meaning> meaning_of(std::string_view name);
// Names of transitions are verbs: "Reject", "Put on hold". Also knows whatever meaning_of() knows.
std::optional<Meaning> meaning_of_transition(std::string_view name);
// Resolutions have names of their own: "Fixed", "Cannot reproduce". `finished` or `cancelled`, else nothing.
std::optional<Meaning> meaning_of_resolution(std::string_view name);

}  // namespace tandem::mapping::status
