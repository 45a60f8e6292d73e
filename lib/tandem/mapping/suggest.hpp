// "Did you mean": the known name that is closest to a wrong one.
//
// Distance: insert, delete, replace and swap of neighbours cost 1 each, over folded text (case, accents). Nothing is suggested when more
// than a third of the letters would have to change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tandem::mapping {

// The closest of `known`, or "".
std::string closest(std::string_view wrong, std::vector<std::string> const& known);
// `; did you mean "x"?`, or "" when nothing is close.
std::string did_you_mean(std::string_view wrong, std::vector<std::string> const& known);
// The hint, or where nothing is close the command that lists what there is: "; `tandem items fields` lists them".
std::string or_list(std::string hint, std::string_view command);
// `"a", "b" or "c"`; at most `most` names, then "…".
std::string listed(std::vector<std::string> const& names, std::size_t most = 12);

}  // namespace tandem::mapping
