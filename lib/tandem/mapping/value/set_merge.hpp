// Set merge: labels and multi-selects that both sides changed (SPEC C2, E6). A pure function on values of one side's form.
#pragma once

#include <optional>

#include <tandem/mapping/value/value.hpp>

namespace tandem::mapping::value {

// `theirs` with what changed from `before` to `now`: what was added is added, what was taken away is taken away; whoever added or removed the
// same does so once. Empty when nothing is left. Nothing when the values are no sets of one kind.
std::optional<Value> merged_set(Value const& before, Value const& now, Value const& theirs);

}  // namespace tandem::mapping::value
