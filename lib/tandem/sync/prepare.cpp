#include <tandem/sync/prepare.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <tandem/mapping/item_store.hpp>
#include <tandem/mapping/schema_cache.hpp>
#include <tandem/mapping/suggest.hpp>
#include <tandem/sync/status/transition_memory.hpp>

namespace tandem::sync {

namespace {

struct Chosen {
  std::string name;
  mapping::StoredItem stored;
  mapping::Item item;
  std::optional<connection::Schema> schema;
};

Result<std::vector<Chosen>> load_all(store::Store& store, std::vector<RunRecord>& last) {
  std::vector<Chosen> all;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto items, mapping::load_items(reader));
    for (auto& [name, stored] : items) {
      TANDEM_TRY(auto item, mapping::item_of(stored));
      TANDEM_TRY(auto schema, mapping::load_schema(reader, name));
      all.push_back({name, std::move(stored), std::move(item), std::move(schema)});
    }
    TANDEM_TRY(last, last_runs(reader, 1));
    return Unit{};
  }));
  return all;
}

Result<std::vector<Chosen>> choose(std::vector<Chosen> all, std::vector<std::string> const& only) {
  if (only.empty()) {
    std::erase_if(all, [](Chosen const& one) { return !one.stored.enabled; });
    return all;
  }
  std::vector<Chosen> chosen;
  for (auto const& name : only) {
    auto const found = std::find_if(all.begin(), all.end(), [&](Chosen const& one) { return one.name == name; });
    if (found == all.end()) {
      std::vector<std::string> names;
      for (auto const& one : all) names.push_back(one.name);
      return fail(Error{ErrorKind::not_found,
                        fmt::format("there is no item {}{}", name, mapping::did_you_mean(name, names)),
                        {{"cure", "`tandem items list` shows them"}}});
    }
    if (!found->item.synchronised())
      return fail(Error{ErrorKind::refused,
                        fmt::format("the item {} only displays; a cycle does nothing for it", name),
                        {{"reason", std::string(code_of(Reason::display_only))}}});
    if (!found->stored.enabled)
      return fail(ErrorKind::refused, fmt::format("the item {} is disabled: `tandem items enable {}` first", name, name));
    bool const twice = std::any_of(chosen.begin(), chosen.end(), [&](Chosen const& one) { return one.name == name; });
    if (!twice) chosen.push_back(*found);
  }
  return chosen;
}

// Another item goes first each run, so that a long one cannot starve the others (SPEC E1).
void rotate_after_last(std::vector<Chosen>& chosen, std::vector<RunRecord> const& last) {
  if (last.empty() || last.front().items.empty() || chosen.size() < 2) return;
  auto const first =
      std::find_if(chosen.begin(), chosen.end(), [&](Chosen const& one) { return one.name == last.front().items.front().item; });
  if (first != chosen.end()) std::rotate(chosen.begin(), first + 1 == chosen.end() ? chosen.begin() : first + 1, chosen.end());
}

}  // namespace

Result<std::vector<RunItem>> prepare_items(connection::Connection& connection, store::Store& store,
                                           std::vector<std::string> const& only, bool keep) {
  std::vector<RunRecord> last;
  TANDEM_TRY(auto all, load_all(store, last));
  TANDEM_TRY(auto chosen, choose(std::move(all), only));
  rotate_after_last(chosen, last);
  std::vector<RunItem> items;
  for (auto& one : chosen) {
    if (!one.schema) {
      TANDEM_TRY(auto const carried, mapping::carried_entity(one.item));
      TANDEM_TRY(one.schema,
                 connection::fetch_schema(connection, one.item.entity, one.item.project, one.item.issue_type, carried));
      if (auto const faults = mapping::validate(one.item, *one.schema, ""); !faults.empty()) {
        return fail(ErrorKind::config,
                    fmt::format("the item {} no longer fits its metadata: {} (`tandem items validate` lists every fault)",
                                one.name, faults.front().message));
      }
      if (keep) {
        TANDEM_CHECK(store.write([&](store::Writer& writer) { return mapping::save_schema(writer, one.name, *one.schema); }));
      }
    }
    mapping::status::TransitionNames names;
    TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const known, known_transitions(reader, *one.schema));
      names = names_of(known);
      return Unit{};
    }));
    TANDEM_TRY(auto compiled, mapping::compile(std::move(one.item), std::move(*one.schema), std::move(names)));
    items.push_back({std::move(compiled), std::move(one.stored)});
  }
  return items;
}

}  // namespace tandem::sync
