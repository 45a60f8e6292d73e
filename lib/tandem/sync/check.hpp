// The store's invariants (SPEC R9, `status --check`): every index entry leads to its link and back, every value can be read.
#pragma once

#include <string>
#include <vector>

#include <tandem/store/store.hpp>

namespace tandem::sync {

// One sentence per broken invariant; empty = sound. Reads the whole store.
Result<std::vector<std::string>> check_store(store::Reader& reader);

}  // namespace tandem::sync
