// An item file on its way to being applied: read, parsed, and judged against live metadata, with every fault at once (SPEC B4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/connection/connection.hpp>
#include <tandem/mapping/item.hpp>

#include "cli/context.hpp"

namespace tandem::cli {

struct ItemFile {
  std::string name;               // as given; "-" is stdin
  std::string text;
  mapping::ParsedItem parsed;
};
// Errors: config, when the file cannot be read. A file that is no item is no error: its faults are in `parsed`.
Result<ItemFile> read_item_file(std::string const& path);

struct JudgedItem {
  std::optional<connection::Schema> schema;  // absent when the services were not asked
  std::vector<mapping::Fault> faults;
};
// Structure and live metadata together. Where the structure is broken already, an unreachable service does not hide that.
Result<JudgedItem> judge(Context& context, ItemFile const& file, std::unique_ptr<connection::Connection>& connection);

// Prints the faults of a refused file and returns the error that ends the command (exit 3).
tl::unexpected<Error> refuse(Context& context, std::string const& file, std::vector<mapping::Fault> const& faults);

}  // namespace tandem::cli
