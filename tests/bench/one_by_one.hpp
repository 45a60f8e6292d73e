// The baseline: a client that links cases to new issues with one request for each object, one after the other, as a first script would. Over kept
// connections and with one token, so that only the number and the order of its requests are compared.
#pragma once

#include <string>
#include <vector>

#include "box.hpp"

namespace bench {

// For each case: read it, make the issue, mark it, make its remote link and the record's link note. The time of all.
Seconds link_one_by_one(Box const& box, std::vector<std::string> const& cases);

}  // namespace bench
