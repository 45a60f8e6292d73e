// `items list`: one line per item, with what its last cycle did.
#include <fmt/format.h>

#include "cli/context.hpp"
#include "items/dashboard.hpp"
#include "items/items.hpp"

namespace tandem::cli {

namespace {

std::string count(std::uint64_t number) { return number == 0 ? "-" : std::to_string(number); }

Result<int> list(Context& context) {
  TANDEM_TRY(auto* const store, context.open_for_reading());
  TANDEM_TRY(auto const rows, item_rows(*store));
  Table table({{.title = "item"},
               {.title = "mode"},
               {.title = "enabled"},
               {.title = "baseline"},
               {.title = "links", .right = true},
               {.title = "last cycle"},
               {.title = "took", .right = true},
               {.title = "created", .right = true},
               {.title = "updated", .right = true},
               {.title = "failed", .right = true},
               {.title = "behind"},
               {.title = "skipped", .may_wrap = true},
               {.title = "options", .may_wrap = true}});
  json::Array all;
  for (auto const& row : rows) {
    all.push_back(row.to_json());
    auto const stats = row.last ? row.last->second : sync::ItemRun{};
    auto const options =
        row.item ? fmt::format("{}", fmt::join(options_of(*row.item), ", ")) : "unreadable: apply its file again";
    table.row({row.name,
               row.item ? std::string(mapping::name_of(row.item->mode)) : "?",
               {row.stored.enabled ? "yes" : "no"},
               baseline_of(row.stored),
               std::to_string(row.links),
               row.last_time(),
               row.last ? to_text(row.last->first.duration) : "-",
               count(stats.created),
               count(stats.updated),
               {count(stats.failed), stats.failed > 0 ? Style::bad : Style::plain},
               stats.behind ? to_text(std::chrono::floor<std::chrono::seconds>(*stats.behind)) : "-",
               row.skipped().empty() ? "-" : row.skipped(),
               options});
  }
  if (rows.empty())
    context.out().line("no items yet: `tandem items apply -f FILE` makes one");
  else
    context.out().table(table);
  context.out().result(json::Object{{"items", std::move(all)}});
  return 0;
}

}  // namespace

void register_items_list(App& app) {
  app.command("items list", "List the items with what their last cycle did.")
      .details("Reads the store only; neither service is asked.")
      .example("tandem items list", "Mode, baseline, links and the last cycle of each item.")
      .exits({3, 11})
      .run(list);
}

}  // namespace tandem::cli
