// `items export NAME`: the item's file as it was applied (comments are not kept), to stdout or to a new file with its schema beside it.
#include <memory>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>

#include "cli/context.hpp"
#include "items/item_output.hpp"
#include "items/items.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> name, file;
};

Result<int> export_item(Context& context, Options const& options) {
  TANDEM_TRY(auto* const store, context.open_for_reading());
  TANDEM_TRY(auto const held, held_item(*store, *options.name));
  auto text = mapping::exported(held.stored);
  if (options.file) {
    TANDEM_CHECK(write_item_file(*options.file, text));
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
