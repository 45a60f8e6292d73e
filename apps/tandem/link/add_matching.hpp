// `link add --match COLUMN=FIELD`: links pairs that exist on both sides already (SPEC D3).
#pragma once

#include <string>

#include <tandem/sync/attach.hpp>

#include "cli/context.hpp"

namespace tandem::cli {

struct MatchingOptions {
  std::string match, item;
  sync::Initial initial = sync::Initial::dynamics;
  bool dry_run = false, yes = false, allow_mass_change = false;
};

// The plan first; it is carried out after a yes on a terminal, elsewhere only with --yes.
Result<int> add_matching(Context& context, MatchingOptions const& options);

}  // namespace tandem::cli
