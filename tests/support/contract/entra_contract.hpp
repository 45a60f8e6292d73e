// One exchange with Entra's token endpoint: the form and its fields (entra §1), a token (§2) or an error (§3).
#pragma once

#include "support/contract/finding.hpp"
#include "world/world.hpp"

namespace tandem::test::contract {

void check_entra(sandbox::Exchange const& exchange, Findings& findings);

}  // namespace tandem::test::contract
