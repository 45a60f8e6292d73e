// The path below /api/data/v9.2, in segments: "incidents(guid)/Incident_Annotation" (dataverse.md §1, §7).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::dataverse {

struct Segment {
  std::string name;
  std::optional<std::string> key;  // what stands between the parentheses: "guid", "LogicalName='incident'", ""
};

// Nothing when parentheses do not match.
std::optional<std::vector<Segment>> segments_of(std::string_view decoded_path);

// "LogicalName='incident'" -> incident; nothing when the key is not of that name.
std::optional<std::string> named_key(std::string_view key, std::string_view name);

}  // namespace sandbox::dataverse
