// `items export NAME`: the item's file as it was applied (comments are not kept), to stdout or to a new file with its schema beside it.
#include <memory>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/mapping/schema_cache.hpp>

#include "cli/context.hpp"
#include "items/item_output.hpp"
#include "items/items.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> name, file;
  bool with_schema = false;
};

// SPEC B11: for a connection whose role may not read metadata, the table as it was when the item was applied or enabled last.
Result<std::string> with_schema(store::Store& store, std::string const& name, std::string const& text) {
  std::optional<connection::Schema> schema;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(schema, mapping::load_schema(reader, name));
    return Unit{};
  }));
  if (!schema || !schema->entity) {
    return fail(Error{ErrorKind::config,
                      fmt::format("the metadata of item {} are not known here", name),
                      {{"cure", "apply its file again where the role may read metadata"}}});
  }
  TANDEM_TRY(auto definition, json::parse(text));
  definition.set("schema", json::Object{{"entity", schema->entity->to_json()}});
  return json::to_pretty(definition) + "\n";
}

Result<int> export_item(Context& context, Options const& options) {
  TANDEM_TRY(auto* const store, context.open_for_reading());
  TANDEM_TRY(auto const held, held_item(*store, *options.name));
  auto text = mapping::exported(held.stored);
  if (options.with_schema) {
    TANDEM_TRY(text, with_schema(*store, *options.name, text));
  }
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
      .argument("ITEM", options->name, "The item's name.", true)
      .value("-f,--file", "FILE", options->file, "Write a new file, and its JSON Schema beside it, instead of printing.")
      .flag("--with-schema", options->with_schema,
            "Add the table's metadata, so that the file can be applied where the role may not read them.")
      .example("tandem items export support-cases > support-cases.json", "A file that `items apply` takes.")
      .exits({3, 7, 9, 11})
      .run([options](Context& context) { return export_item(context, *options); });
}

}  // namespace tandem::cli
