// Item files as commands give them out: printed, or as a new file with the JSON Schema beside it that its "$schema" names.
#pragma once

#include <string>

#include <tandem/base/result.hpp>

namespace tandem::cli {

// Errors: refused, when the file exists already (it is never overwritten); config, when it cannot be made.
Result<Unit> write_item_file(std::string const& path, std::string const& text);

}  // namespace tandem::cli
