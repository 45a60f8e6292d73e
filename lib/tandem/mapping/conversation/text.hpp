// The text of a copy: who wrote it, when and where, then what was written (SPEC H2, H5, C5).
//
// A note becomes an ADF comment, a comment becomes an HTML note. What is too long for one becomes several, each with the same line and its number
// ("(2/3)"), divided between blocks where that can be; what cannot be divided, and what is longer than kMostParts of them, is cut on a whole
// character with a pointer to where the whole text is. Times are UTC, as both services give them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/mapping/richtext/document.hpp>

namespace tandem::mapping::conversation {

struct Attribution {
  std::string author;  // as the service shows the name; "" when it shows none
  std::optional<Instant> at;
};

// "Alice Example in Dynamics 365, 2026-11-02 08:10 UTC"
std::string in_dynamics(Attribution const& who);
std::string in_jira(Attribution const& who);

inline constexpr std::size_t kMostParts = 40;

struct WrittenComment {
  std::vector<json::Value> parts;  // ADF; at least one
  bool was_cut = false;
  richtext::Losses losses;
};
// Errors: remote, when the text is HTML that cannot be read (too deep, too long).
// `file`: the note's file, named below the text so that both are seen to belong together; "" = none.
Result<WrittenComment> comment_of_note(Attribution const& who, std::string_view subject, std::string_view text,
                                       std::string_view file = {});

struct WrittenNote {
  std::vector<std::string> parts;  // HTML, each at most `most` UTF-16 units; at least one
  bool was_cut = false;
  richtext::Losses losses;
};
WrittenNote note_of_comment(Attribution const& who, json::Value const& body, std::size_t most);

// " (2/3)"; nothing where there is one part only.
std::string part_mark(std::size_t part, std::size_t parts);
// What stands in a part that a shorter text needs no more: parts are never deleted, and serve again when the text grows.
json::Value unused_comment(Attribution const& who, std::size_t parts);
std::string unused_note(Attribution const& who, std::size_t parts);

// Equal contents have equal hashes. A comment's is of what a reader sees: ids that Jira gives to nodes do not count.
std::string hash_of_note(std::string_view subject, std::string_view text);
std::string hash_of_comment(json::Value const& body);
// The first words, for plans and histories.
std::string shown_note(std::string_view subject, std::string_view text);
std::string shown_comment(json::Value const& body);

}  // namespace tandem::mapping::conversation
