// `link list`: the links that the store holds, in pages (SPEC B9, D12). No service is asked.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/link/panel.hpp>
#include <tandem/link/unlinked_table.hpp>
#include <tandem/mapping/item_store.hpp>

#include "items/items.hpp"
#include "link/link.hpp"

namespace tandem::cli {

namespace {

constexpr std::size_t kAtOnce = 500;
constexpr std::int64_t kTablePage = 200;
constexpr std::size_t kMostRemovals = 1000;

struct Options {
  std::optional<std::string> item, after;
  bool broken = false, manual = false, owed = false;
  std::optional<std::int64_t> limit;
};

bool wanted(Options const& options, link::Link const& link) {
  if (options.broken && link.state != link::State::broken) return false;
  if (options.manual && link.kind != link::Kind::manual) return false;
  return !options.owed || link.owed.any();
}

json::Object to_json(link::Link const& link) {
  json::Array owed;
  for (auto const& mark : link::owed_marks(link)) owed.emplace_back(mark);
  auto const time = [](std::optional<Instant> const& at) { return at ? json::Value(to_rfc3339(*at)) : json::Value(); };
  return json::Object{{"item", link.item},
                      {"issue", link.issue_key},
                      {"issueId", link.issue},
                      {"entity", link.entity},
                      {"record", link.record},
                      {"number", link.record_number},
                      {"kind", link::name_of(link.kind)},
                      {"state", link.state == link::State::active ? "active" : "broken"},
                      {"madeAt", time(link.made_at)},
                      {"syncedAt", time(link.synced_at)},
                      {"owed", std::move(owed)}};
}

// Marks of links that were cut, which a later run takes away.
Result<std::vector<link::Removal>> read_removals(store::Store& store, Options const& options) {
  std::vector<link::Removal> removals;
  if (!options.owed || options.broken || options.after) return removals;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(removals, link::owed_removals(reader, options.item.value_or(""), nullptr, kMostRemovals));
    return Unit{};
  }));
  return removals;
}

std::vector<std::string> marks_of(link::Removal const& removal) {
  std::vector<std::string> out;
  if (removal.property) out.emplace_back("issue property goes");
  if (removal.link_note) out.emplace_back("link note goes");
  if (removal.remote_link) out.emplace_back("remote link goes");
  return out;
}

struct Page {
  std::vector<link::Link> links;
  std::string next;  // "" = that was all
};

// A page begins behind a record of an item: "ITEM/RECORD".
Result<Page> read_page(store::Store& store, std::vector<std::string> const& items, Options const& options, std::size_t most) {
  Page page;
  std::string from_item, from_record;
  if (options.after) {
    auto const slash = options.after->rfind('/');
    if (slash == std::string::npos)
      return fail(ErrorKind::usage,
                  fmt::format("--after \"{}\" is no place in the list; take \"next\" of the page before", *options.after));
    from_item = options.after->substr(0, slash);
    from_record = options.after->substr(slash + 1);
  }
  for (auto const& item : items) {
    if (item < from_item) continue;
    auto after = item == from_item ? from_record : std::string();
    for (;;) {
      std::vector<link::Link> batch;
      TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
        TANDEM_TRY(batch, link::links_of_item(reader, item, after, kAtOnce));
        return Unit{};
      }));
      for (auto& link : batch) {
        after = link.record;
        if (!wanted(options, link)) continue;
        if (page.links.size() == most) {
          page.next = page.links.back().item + "/" + page.links.back().record;
          return page;
        }
        page.links.push_back(std::move(link));
      }
      if (batch.size() < kAtOnce) break;
    }
  }
  return page;
}

Result<int> list(Context& context, Options const& options) {
  TANDEM_TRY(auto* const store, context.open_for_reading());
  std::vector<std::string> items;
  if (options.item) {
    TANDEM_CHECK(held_item(*store, *options.item));
    items.push_back(*options.item);
  } else {
    TANDEM_CHECK(store->read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const all, mapping::load_items(reader));
      for (auto const& [name, stored] : all) items.push_back(name);
      return Unit{};
    }));
    std::sort(items.begin(), items.end());
  }
  auto& out = context.out();
  auto const most = options.limit ? static_cast<std::size_t>(*options.limit)
                    : out.json()  ? static_cast<std::size_t>(-1)
                                  : static_cast<std::size_t>(kTablePage);
  TANDEM_TRY(auto const page, read_page(*store, items, options, most));
  Table table({{.title = "issue"},
               {.title = "record"},
               {.title = "item"},
               {.title = "kind"},
               {.title = "state"},
               {.title = "last sync"},
               {.title = "owed", .may_wrap = true}});
  json::Array rows;
  for (auto const& link : page.links) {
    bool const broken = link.state == link::State::broken;
    table.row({link.issue_key,
               link.record_number,
               link.item,
               link::name_of(link.kind),
               {broken ? "broken" : "active", broken ? Style::bad : Style::plain},
               link.synced_at ? readable(*link.synced_at) : "-",
               link.owed.any() ? fmt::format("{}", fmt::join(link::owed_marks(link), ", ")) : "-"});
    rows.push_back(to_json(link));
  }
  TANDEM_TRY(auto const removals, read_removals(*store, options));
  json::Array going;
  for (auto const& removal : removals) {
    auto const& link = removal.link;
    auto const marks = marks_of(removal);
    table.row({link.issue_key, link.record_number, link.item, link::name_of(link.kind), "cut", "-",
               fmt::format("{}", fmt::join(marks, ", "))});
    auto one = to_json(link);
    json::Array owed;
    for (auto const& mark : marks) owed.emplace_back(mark);
    one.set("state", "cut");
    one.set("owed", std::move(owed));
    going.push_back(std::move(one));
  }
  if (!table.empty()) out.table(table);
  if (table.empty()) out.note(options.broken || options.manual || options.owed ? "no such links" : "no links yet");
  if (!page.next.empty()) out.note(fmt::format("{} shown; there are more: --after {}", page.links.size(), page.next));
  out.result(json::Object{{"links", std::move(rows)},
                          {"removals", std::move(going)},
                          {"next", page.next.empty() ? json::Value() : json::Value(page.next)}});
  return 0;
}

}  // namespace

void register_link_list(App& app) {
  auto options = std::make_shared<Options>();
  app.command("link list", "List the links, item by item.")
      .details("From the store alone. Without --limit a table shows 200 links and names the place to go on from; JSON has all.")
      .value("--item", "ITEM", options->item, "Only this item's.")
      .flag("--broken", options->broken, "Only those whose issue or record is gone.")
      .flag("--manual", options->manual, "Only those made by hand.")
      .flag("--owed", options->owed,
            "Only those with a note, web link or issue property still to be written, and those still to be taken away.")
      .integer("--limit", options->limit, 1, 1'000'000, "At most so many.")
      .value("--after", "PLACE", options->after, "Go on behind this place (\"next\" of the page before).")
      .example("tandem link list --broken", "Links that need somebody's look.")
      .example("tandem link list --output json", "All of them, for a script.")
      .exits({3, 9, 11})
      .run([options](Context& context) { return list(context, *options); });
}

}  // namespace tandem::cli
