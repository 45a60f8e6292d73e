// StatusOptions: an item's "status" as its file declares it (SPEC N3, G). Read leniently: its structure was judged when the file was parsed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>

namespace tandem::mapping {
struct Item;
}

namespace tandem::mapping::status {

struct StatusOptions {
  // A pair of the item's own; texts are labels or ids as written. A pair without a resolution goes for every resolution.
  struct Pair {
    std::string dynamics, status, resolution;
  };
  bool enabled = false;
  std::vector<Pair> map;
  std::string resolve_reason, resolution_type;  // "" = the default of the state, the service's choice
  std::string subject, text;  // templates, see close_text.hpp
  std::int64_t minutes = 0;
  std::string cancel_reason;
  std::vector<std::string> path;  // statuses to pass on the way, in order
  std::string column;  // a choice column in place of state and status; "" = those
  json::Object fields;  // for the screens of transitions: values by field id or name
  bool explore = false;
  bool allow_lowest = false;  // pairs of the lowest rank act too
};

StatusOptions options_of(Item const& item);

}  // namespace tandem::mapping::status
