#include "items/item_output.hpp"

#include <filesystem>

#include <fmt/format.h>

#include <tandem/mapping/item_schema.hpp>

#include "cli/files.hpp"

namespace tandem::cli {

Result<Unit> write_item_file(std::string const& path, std::string const& text) {
  TANDEM_TRY(bool const made, make_private_file(path, text));
  if (!made)
    return fail(Error{
        ErrorKind::refused, fmt::format("{} exists already, and is not overwritten", path), {{"cure", "give another name"}}});
  // A schema that is there already is left alone: it may be a newer one, or a person's own.
  auto const schema = std::filesystem::path(path).parent_path() / "tandem-item.schema.json";
  TANDEM_CHECK(make_private_file(schema.string(), mapping::item_schema()));
  return Unit{};
}

}  // namespace tandem::cli
