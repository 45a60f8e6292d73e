// The Prefer header (dataverse.md §2): what the client would like, and what the answer echoes as Preference-Applied.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "world/service.hpp"

namespace sandbox::dataverse {

struct Preferences {
  bool representation = false;
  bool continue_on_error = false;
  bool track_changes = false;
  std::optional<std::size_t> page_size;      // 1..5000
  std::vector<std::string> annotations;      // patterns: "*", "OData.Community.Display.V1.*"
  std::vector<std::string> applied;          // "odata.maxpagesize=100", as sent

  [[nodiscard]] bool wants_annotation(std::string_view name) const;
  void apply_to(Response& response) const;
};

Preferences preferences_of(Request const& request);

constexpr std::size_t kMostRows = 5000;  // default and greatest page

}  // namespace sandbox::dataverse
