// check_needs(): may the two accounts do what the items need (SPEC A5)? One line per need, read only.
//
// Dataverse: each privilege with its depth; below Organisation, records outside of it are invisible, not refused. Jira: each permission
// in the item's project. The organisation's limit on files is held against the item's.
#pragma once

#include <vector>

#include <tandem/connection/needs.hpp>
#include <tandem/connection/prove.hpp>

namespace tandem::connection {

// Appends to the proof's steps, and sets its error where there was none. Nothing is asked of a system that the proof could not reach.
void check_needs(Connection& connection, std::vector<ItemNeeds> const& items, Proof& proof);

}  // namespace tandem::connection
