// The subject and text of a resolution: templates of the item file over what is known of the issue (SPEC G5).
//
// Placeholders: {key} {summary} {status} {resolution} {comment} {url}. A value that is unknown is empty; "{{" is a brace. What the issue says is
// data: braces in it are not looked at again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::mapping::status {

struct IssueWords {
  std::string key, summary, status, resolution, comment, url;
};

inline constexpr std::string_view kDefaultSubject = "Resolved in {key}";
inline constexpr std::size_t kMostSubject = 200;  // UTF-16 units (dataverse.md §20)
inline constexpr std::size_t kMostCloseText = 100'000;

// Cut at `most` UTF-16 units; control characters but new lines are left out.
std::string filled_in(std::string_view text, IssueWords const& words, std::size_t most);
// Whether the last comment has to be read.
bool asks_for(std::string_view text, std::string_view placeholder);
// What is wrong with a template; nothing when all of its placeholders are known.
std::optional<std::string> fault_of_template(std::string_view text);

}  // namespace tandem::mapping::status
