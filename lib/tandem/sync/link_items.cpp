#include <tandem/sync/link_items.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/mapping/item_store.hpp>
#include <tandem/mapping/schema_cache.hpp>
#include <tandem/mapping/suggest.hpp>
#include <tandem/sync/run_context.hpp>

namespace tandem::sync {

namespace {

struct Kept {
  std::string name;
  mapping::StoredItem stored;
  std::optional<connection::Schema> schema;
};

Result<RunItem> usable(connection::Connection& connection, store::Store& store, Kept& kept, bool keep) {
  TANDEM_TRY(auto item, mapping::item_of(kept.stored));
  if (!kept.schema) {
    TANDEM_TRY(auto const carried, mapping::carried_entity(item));
    TANDEM_TRY(kept.schema, connection::fetch_schema(connection, item.entity, item.project, item.issue_type, carried));
    if (auto const faults = mapping::validate(item, *kept.schema, ""); !faults.empty()) {
      return fail(ErrorKind::config,
                  fmt::format("the item {} no longer fits its metadata: {} (`tandem items validate` lists every fault)",
                              kept.name, faults.front().message));
    }
    if (keep) {
      TANDEM_CHECK(store.write([&](store::Writer& writer) { return mapping::save_schema(writer, kept.name, *kept.schema); }));
    }
  }
  TANDEM_TRY(auto compiled, mapping::compile(std::move(item), std::move(*kept.schema)));
  return RunItem{std::move(compiled), std::move(kept.stored)};
}

}  // namespace

RunItem const* LinkItems::find(std::string_view name) const {
  auto const found = std::find_if(items.begin(), items.end(), [&](RunItem const& item) { return item.name() == name; });
  return found == items.end() ? nullptr : &*found;
}

Result<RunItem const*> LinkItems::named(std::string const& name) const {
  if (auto const* item = find(name)) return item;
  for (auto const& [other, error] : unusable) {
    if (other == name) return fail(error);
  }
  std::vector<std::string> names;
  for (auto const& item : items) names.push_back(item.name());
  auto const there = names.empty() ? std::string("there are none yet") : "there are " + mapping::listed(names);
  return fail(Error{ErrorKind::not_found,
                    fmt::format("there is no item \"{}\"; {}{}", name, there, mapping::did_you_mean(name, names)),
                    {{"cure", "`tandem items list` shows them"}}});
}

Result<LinkItems> load_link_items(connection::Connection& connection, store::Store& store, bool keep) {
  std::vector<Kept> all;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto items, mapping::load_items(reader));
    for (auto& [name, stored] : items) {
      TANDEM_TRY(auto schema, mapping::load_schema(reader, name));
      all.push_back({name, std::move(stored), std::move(schema)});
    }
    return Unit{};
  }));
  LinkItems out;
  for (auto& kept : all) {
    auto item = usable(connection, store, kept, keep);
    if (item) {
      out.items.push_back(std::move(*item));
    } else if (ends_run(item.error().kind)) {
      return fail(std::move(item).error());
    } else {
      out.unusable.emplace_back(kept.name, std::move(item).error());
    }
  }
  return out;
}

}  // namespace tandem::sync
