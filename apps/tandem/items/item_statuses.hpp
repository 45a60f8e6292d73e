// `items statuses ITEM`: how the statuses of both sides are matched, by which rule (SPEC G2), and with --issue what each change would do (G8).
#pragma once

#include <string>

#include "cli/context.hpp"

namespace tandem::cli {

// `issue` "": the table; else that issue's key. Reads both systems, writes nothing.
Result<int> item_statuses(Context& context, std::string const& item, std::string const& issue);

}  // namespace tandem::cli
