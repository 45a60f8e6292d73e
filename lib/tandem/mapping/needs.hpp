// needs_of(): what one item asks of the two accounts (SPEC A5), from its switches and, where metadata is known, its lookups.
#pragma once

#include <tandem/connection/dataverse/model/entity.hpp>
#include <tandem/connection/needs.hpp>
#include <tandem/mapping/item.hpp>

namespace tandem::mapping {

// `entity` is null when the item's metadata was never read: the tables of its lookups are then left out.
connection::ItemNeeds needs_of(Item const& item, dataverse::Entity const* entity);

}  // namespace tandem::mapping
