// `items export NAME`: the item's file as it was applied (comments are not kept), to stdout or to a new file with its schema beside it.
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/mapping/item_schema.hpp>

#include "cli/context.hpp"
#include "cli/files.hpp"
#include "items/items.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> name, file;
};

Result<Unit> write_beside(std::string const& path, std::string const& text) {
  TANDEM_TRY(bool const made, make_private_file(path, text));
  if (!made) return fail(ErrorKind::refused, fmt::format("{} exists already; export to another name", path));
  // The definition may name the schema; an editor then finds it. One that is there is left alone.
  auto const schema = std::filesystem::path(path).parent_path() / "tandem-item.schema.json";
  TANDEM_CHECK(make_private_file(schema.string(), mapping::item_schema()));
  return Unit{};
}

Result<int> export_item(Context& context, Options const& options) {
  TANDEM_TRY(auto* const store, context.open_for_reading());
  TANDEM_TRY(auto const held, held_item(*store, *options.name));
  auto text = mapping::exported(held.stored);
  if (options.file) {
    TANDEM_CHECK(write_beside(*options.file, text));
    context.out().line(fmt::format("wrote {}", *options.file));
    context.out().result(json::Object{{"item", *options.name}, {"file", *options.file}});
    return 0;
  }
  text.pop_back();  // line() ends it
  context.out().line(text);
  TANDEM_TRY(auto const definition, json::parse(text));
  context.out().result(definition);
  return 0;
}

}  // namespace

void register_items_export(App& app) {
  auto options = std::make_shared<Options>();
  app.command("items export", "Give an item's file back.")
      .argument("NAME", options->name, "The item's name.", true)
      .value("-f,--file", "FILE", options->file, "Write a new file, and its JSON Schema beside it, instead of printing.")
      .example("tandem items export support-cases > support-cases.json", "A file that `items apply` takes.")
      .exits({3, 7, 9, 11})
      .run([options](Context& context) { return export_item(context, *options); });
}

}  // namespace tandem::cli
