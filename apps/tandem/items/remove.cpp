// `items remove NAME`: forget an item; with --with-links also take its marks off both sides (SPEC B10).
#include <memory>

#include <fmt/format.h>

#include <tandem/connection/stored_connection.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/sync/remove_item.hpp>

#include "cli/context.hpp"
#include "cli/progress_line.hpp"
#include "items/items.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> name;
  bool with_links = false, dry_run = false;
};

struct Held {
  mapping::StoredItem stored;
  std::size_t links = 0, open = 0;
};

// Also an item whose definition this version cannot read may be removed.
Result<Held> read_held(store::Store& store, std::string const& name) {
  Held held;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto stored, mapping::load_item(reader, name));
    if (stored) held.stored = std::move(*stored);
    TANDEM_TRY(held.links, link::count_links(reader, name));
    TANDEM_TRY(held.open, sync::count_open_intents(reader, name));
    return Unit{};
  }));
  if (held.stored.text.empty()) {
    TANDEM_CHECK(held_item(store, name));  // says which items there are
  }
  return held;
}

std::string link_count(std::size_t count) { return count == 1 ? "a link" : fmt::format("{} links", count); }

Result<Unit> may_be_removed(Held const& held, Options const& options) {
  if (held.open > 0) {
    return fail(Error{ErrorKind::refused,
                      fmt::format("the item {} has {} whose outcome is not known yet", *options.name,
                                  held.open == 1 ? std::string("a write") : fmt::format("{} writes", held.open)),
                      {{"cure", "run `tandem sync-once` first, which finds out"}}});
  }
  if (held.links > 0 && !options.with_links) {
    return fail(Error{ErrorKind::refused,
                      fmt::format("the item {} has {}; nothing was changed", *options.name, link_count(held.links)),
                      {{"cure",
                        "--with-links removes them with their link notes, web links and issue properties; issues and "
                        "records stay. `tandem items disable` only pauses the item"}}});
  }
  return Unit{};
}

Result<sync::Removal> remove_links(Context& context, store::Store& store, Held const& held, std::string const& name) {
  TANDEM_TRY(auto const connection, context.open_connection());
  if (held.stored.enabled) {
    // From now on no cycle makes an issue for a record whose link is gone already.
    auto paused = held.stored;
    paused.enabled = false;
    ++paused.revision;
    TANDEM_CHECK(store.write([&](store::Writer& writer) { return mapping::save_item(writer, name, paused); }));
  }
  auto organisation = connection->settings().organization_id;
  if (organisation.empty()) {  // `auth set --no-verify` could not learn it
    TANDEM_TRY(auto const identity, connection->dataverse().who_am_i());
    organisation = identity.organization_id;
  }
  ProgressLine line(context.out());
  sync::RemovalInput const input{*connection,
                                 store,
                                 organisation,
                                 static_cast<int>(context.config().integer("jobs")),
                                 [] { return stop_requested(); },
                                 [&](std::size_t done) {
                                   line.show({name, sync::Work::links, done, done, held.links, 0});
                                 }};
  line.show({name, sync::Work::links, 0, 0, held.links, 0});
  return sync::remove_links(input, name);
}

Result<int> remove(Context& context, Options const& options) {
  auto const& name = *options.name;
  TANDEM_TRY(auto* const store, options.dry_run ? context.open_for_reading() : context.open_for_writing());
  TANDEM_TRY(auto const held, read_held(*store, name));
  TANDEM_CHECK(may_be_removed(held, options));
  auto& out = context.out();
  if (options.dry_run) {
    out.line(fmt::format("item {}: would be removed{}", name, held.links > 0 ? ", with " + link_count(held.links) : ""));
    out.result(json::Object{{"item", name}, {"dryRun", true}, {"links", static_cast<std::uint64_t>(held.links)}});
    return 0;
  }
  sync::Removal removal;
  if (held.links > 0) {
    TANDEM_TRY(removal, remove_links(context, *store, held, name));
  }
  json::Array left;
  for (auto const& one : removal.left) {
    out.line(fmt::format("  {} and {} stay linked: {}", one.number, one.issue_key, one.why.to_line()), Style::bad);
    left.push_back(json::Object{{"number", one.number}, {"issue", one.issue_key}, {"why", one.why.to_line()}});
  }
  bool const whole = removal.left.empty();
  if (whole) TANDEM_CHECK(store->write([&](store::Writer& writer) { return sync::forget_item(writer, name); }));
  out.result(json::Object{{"item", name},
                          {"dryRun", false},
                          {"removed", whole},
                          {"links", static_cast<std::uint64_t>(removal.removed)},
                          {"left", std::move(left)}});
  if (whole) {
    out.line(fmt::format("item {}: removed{}", name, removal.removed > 0 ? ", with " + link_count(removal.removed) : ""),
             Style::strong);
    return 0;
  }
  return fail(Error{ErrorKind::remote,
                    fmt::format("{} removed, {} refused; the item {} is disabled and stays", link_count(removal.removed),
                                removal.left.size(), name),
                    {{"cure", "mend what is listed and run the command again"}}});
}

}  // namespace

void register_items_remove(App& app) {
  auto options = std::make_shared<Options>();
  app.command("items remove", "Forget an item.")
      .details(
          "Issues and records stay as they are. An item with links is refused unless --with-links is given: then the issue "
          "properties, the notes on the records' timelines and the issues' web links go first. Whatever a system refuses stays "
          "linked, the item is then disabled, and running the command again goes on.")
      .argument("ITEM", options->name, "The item's name.", true)
      .flag("--with-links", options->with_links, "Remove its links too, with their marks on both sides.")
      .setting("jobs")
      .setting("lockTimeout")
      .group("Safety")
      .flag("-n,--dry-run", options->dry_run, "Say what would be removed; change nothing.")
      .example("tandem items remove support-cases", "An item without links.")
      .example("tandem items remove support-cases --with-links", "Cut every link of the item, then forget it.")
      .exits({3, 4, 5, 6, 7, 8, 9, 11, 143})
      .run([options](Context& context) { return remove(context, *options); });
}

}  // namespace tandem::cli
