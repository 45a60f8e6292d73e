#include "items/items.hpp"

#include <fmt/format.h>

#include <tandem/mapping/suggest.hpp>

#include "commands.hpp"

namespace tandem::cli {

Result<HeldItem> held_item(store::Store& store, std::string const& name) {
  std::optional<mapping::StoredItem> stored;
  std::vector<std::string> names;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(stored, mapping::load_item(reader, name));
    if (stored) return Unit{};
    TANDEM_TRY(auto const all, mapping::load_items(reader));
    for (auto const& [other, item] : all) names.push_back(other);
    return Unit{};
  }));
  if (!stored) {
    auto const there = names.empty() ? std::string("there are none yet") : "there are " + mapping::listed(names);
    return fail(ErrorKind::not_found,
                fmt::format("there is no item \"{}\"; {}{}", name, there, mapping::did_you_mean(name, names)));
  }
  TANDEM_TRY(auto item, mapping::item_of(*stored));
  return HeldItem{std::move(*stored), std::move(item)};
}

Result<Instant> dataverse_time(connection::Connection& connection) {
  auto const time = connection.times().last(http::Service::dataverse);
  if (!time) return fail(ErrorKind::remote, "Dataverse's answers hold no Date header, so the item's baseline is not known");
  return *time;
}

std::string baseline_of(mapping::StoredItem const& stored) {
  if (!stored.ever_enabled && !stored.baseline_chosen) return "not set";
  return stored.baseline ? to_rfc3339(*stored.baseline) : "all";
}

std::vector<std::string> options_of(mapping::Item const& item) {
  std::vector<std::string> options;
  auto const add = [&](bool on, char const* name) {
    if (on) options.emplace_back(name);
  };
  add(item.auto_create, "auto-create");
  add(item.fields && item.synchronised(), "fields");
  add(item.status["enabled"].truthy(), "status");
  add(item.comments["enabled"].truthy(), "comments");
  add(item.attachments["enabled"].truthy(), "attachments");
  add(item.manual_links, "manual-links");
  add(item.link_note, "link-note");
  return options;
}

void register_items(App& app) {
  app.describe_group("items", "Say which cases become which issues, and see how that goes.");
  register_items_apply(app);
  register_items_validate(app);
  register_items_list(app);
  register_items_show(app);
  register_items_enable(app);
  register_items_export(app);
  register_items_remove(app);
  register_items_modules(app);
  register_items_columns(app);
  register_items_fields(app);
  register_items_statuses(app);
  register_items_rehearse(app);
  register_items_draft(app);
}

}  // namespace tandem::cli
