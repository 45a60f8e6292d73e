// What an item file says of comments and attachments (SPEC B5, F10, H1, H4, I2).
#pragma once

#include <cstdint>
#include <optional>

#include <tandem/base/time/instant.hpp>
#include <tandem/mapping/item.hpp>

namespace tandem::mapping::conversation {

// 10 MB as SPEC I2 counts it.
inline constexpr std::uint64_t kMostFileBytes = 10ULL * 1024 * 1024;

// From when on things of either side are copied under a link that was made by hand; an automatic link takes all (SPEC H1).
struct Since {
  bool given = false;         // false: what came after the link
  std::optional<Instant> at;  // absent, where given: all
};

struct Comments {
  bool enabled = false;
  Since since;
  bool is_public = false;          // of our comments in service projects
  bool include_restricted = false; // internal and restricted comments go to Dynamics too
  bool edits = true;
};

struct Files {
  bool enabled = false;
  std::uint64_t most_bytes = kMostFileBytes;
  bool verify = false;  // compare the content after each transfer
};

// A display-only item has none (SPEC B5).
Comments comments_of(Item const& item);
Files files_of(Item const& item);
inline bool has_conversation(Item const& item) { return comments_of(item).enabled || files_of(item).enabled; }
// Changes when links that were looked at before must be looked at once more.
std::string mark_of(Item const& item);

}  // namespace tandem::mapping::conversation
