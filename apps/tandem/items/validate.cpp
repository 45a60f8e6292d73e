// `items validate`: check item files, or the items as they are stored, against both live systems; nothing is stored (SPEC B4).
#include <memory>

#include <fmt/format.h>

#include "cli/context.hpp"
#include "items/check_file.hpp"
#include "items/items.hpp"
#include "items/report.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::vector<std::string> files, names;
};

Result<std::vector<ItemFile>> stored_items(store::Store& store, std::vector<std::string> names) {
  if (names.empty()) {
    TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const all, mapping::load_items(reader));
      for (auto const& [name, item] : all) names.push_back(name);
      return Unit{};
    }));
  }
  std::vector<ItemFile> files;
  for (auto const& name : names) {
    TANDEM_TRY(auto const held, held_item(store, name));
    files.push_back({"item " + name, held.stored.text, mapping::parse_item(held.stored.text)});
  }
  return files;
}

Result<int> validate(Context& context, Options const& options) {
  if (!options.files.empty() && !options.names.empty())
    return fail(ErrorKind::usage, "give either files (-f) or names of items, not both");
  TANDEM_TRY(auto* const store, context.open_for_reading());
  std::vector<ItemFile> files;
  for (auto const& path : options.files) {
    TANDEM_TRY(auto file, read_item_file(path));
    files.push_back(std::move(file));
  }
  if (options.files.empty()) {
    TANDEM_TRY(files, stored_items(*store, options.names));
  }
  std::unique_ptr<connection::Connection> connection;
  json::Array results;
  std::size_t faulty = 0;
  for (auto const& file : files) {
    TANDEM_TRY(auto const judged, judge(context, file, connection));
    if (judged.faults.empty())
      context.out().line(fmt::format("{}: valid", file.name), Style::good);
    else
      ++faulty;
    print_faults(context.out(), file.name, judged.faults);
    results.push_back(json::Object{{"file", file.name}, {"valid", judged.faults.empty()}, {"faults", to_json(judged.faults)}});
  }
  if (files.empty()) context.out().note("no items yet: `tandem items apply -f FILE` makes one");
  context.out().result(json::Object{{"valid", faulty == 0}, {"files", std::move(results)}});
  if (faulty > 0) return fail(ErrorKind::config, fmt::format("{} of {} not valid", faulty, files.size()));
  return 0;
}

}  // namespace

void register_items_validate(App& app) {
  auto options = std::make_shared<Options>();
  app.command("items validate", "Check items against both live systems.")
      .details(
          "Without a file or a name all stored items are checked. Every fault is listed with its position, what was found and "
          "what would "
          "be accepted. Nothing is stored.")
      .values("-f,--file", "FILE", options->files, "An item file; - reads stdin; may be repeated.")
      .arguments("ITEM", options->names, "Names of stored items.")
      .example("tandem items validate -f support-cases.json", "Is this file right?")
      .example("tandem items validate", "Do the items still fit what is in both systems?")
      .exits({3, 4, 5, 9, 11})
      .run([options](Context& context) { return validate(context, *options); });
}

}  // namespace tandem::cli
