// The parts of an item file that belong to the switches: status, comments, attachments, users, schema, when. They are read and checked from
// day one; validate() refuses what this version does not do.
#pragma once

#include <tandem/mapping/file_reader.hpp>
#include <tandem/mapping/item.hpp>

namespace tandem::mapping {

void read_switches(Section& file, Item& item);

}  // namespace tandem::mapping
