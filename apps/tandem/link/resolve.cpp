// `link resolve KEY --field FIELD --take dynamics|jira`: settles what waits for a person (SPEC D14).
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <tandem/mapping/suggest.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/prepare.hpp>
#include <tandem/sync/run.hpp>

#include "event_drain.hpp"
#include "link/link.hpp"
#include "sync_report.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> reference, field, take, item;
};

// What waits of the links that were named, under the item where one is.
Result<std::vector<sync::Held>> held_of(LinkSession const& session, sync::FoundLinks const& found, Options const& options) {
  std::vector<sync::Held> held;
  TANDEM_CHECK(session.store.read([&](store::Reader& reader) -> Result<Unit> {
    for (auto const& link : found.links) {
      if (options.item && link.item != *options.item) continue;
      TANDEM_TRY(auto const waiting, sync::held_of_link(reader, link.id));
      held.insert(held.end(), waiting.begin(), waiting.end());
    }
    return Unit{};
  }));
  return held;
}

Error nothing_held(Options const& options, std::string const& shown, std::vector<sync::Held> const& held) {
  std::string others;
  std::vector<std::string> names;
  for (auto const& one : held) {
    others += (others.empty() ? "" : ", ") + one.field;
    names.insert(names.end(), {one.field, one.column});
  }
  auto const text = others.empty() ? fmt::format("nothing of {} waits for a decision: `tandem status` lists what does", shown)
                                   : fmt::format("the field {} of {} does not wait for a decision; these do: {}{}",
                                                 *options.field, shown, others, mapping::did_you_mean(*options.field, names));
  return Error{ErrorKind::not_found, text, {}};
}

Result<int> resolve(Context& context, Options const& options) {
  if (!options.field || !options.take)
    return fail(ErrorKind::usage, "both --field FIELD and --take dynamics|jira are needed: `tandem status` lists what is held");
  auto const side = sync::side_named(*options.take);
  if (!side) return fail(ErrorKind::usage, fmt::format("--take {}: expected dynamics or jira", *options.take));
  TANDEM_TRY(auto const session, LinkSession::open(context, true));
  if (options.item) TANDEM_CHECK(session->items.named(*options.item));
  TANDEM_TRY(auto const found, sync::find_links(session->run, session->items, *options.reference));
  TANDEM_TRY(auto const held, held_of(*session, found, options));
  auto const one = std::find_if(held.begin(), held.end(), [&](sync::Held const& entry) {
    return entry.field == *options.field || entry.column == *options.field;
  });
  if (one == held.end()) return fail(nothing_held(options, found.shown, held));
  if (found.unreachable) return fail(*found.unreachable);
  TANDEM_TRY(auto const items, sync::prepare_items(*session->connection, session->store, {one->item}, true));
  auto cycle = configured_run(context.config());
  auto const link =
      std::find_if(found.links.begin(), found.links.end(), [&](auto const& other) { return other.id == one->link; });
  cycle.only_issue = link->issue;  // whatever its key is by now
  cycle.take[one->field] = *side;
  RunDigest digest;
  SyncReport report(context.out(), digest);
  auto const stop = [&context] { return must_stop(context); };
  sync::RunInput const input{*session->connection, session->store, context.log(), context.clock(), report, stop,
                             session->organisation};
  TANDEM_TRY(auto const run, sync::run_cycle(input, cycle, items));
  report.finish(run);
  if (run.exit != 0) return run.exit;
  context.out().line(fmt::format("{} of {} and {}: {}'s value was taken", one->field, one->issue_key, one->number,
                                 *side == sync::Side::jira ? "Jira" : "Dynamics"));
  return 0;
}

}  // namespace

void register_link_resolve(App& app) {
  auto options = std::make_shared<Options>();
  app.command("link resolve", "Decide which side's value counts, for a field that is held.")
      .details(
          "A field is held when both sides changed it under the policy `hold`, when an edit would lose content that only the "
          "other "
          "side can show, or when something else keeps undoing what is written. `tandem status` lists what is held. The value "
          "that "
          "gives way stays in `tandem history`.")
      .argument("KEY", options->reference, "The issue's key or page, or the record's id, number or page.", true)
      .value("--field", "FIELD", options->field, "The field, or its column, as `tandem status` names it.")
      .value("--take", "dynamics|jira", options->take, "dynamics or jira: the side whose value counts.")
      .value("--item", "ITEM", options->item, "Only the link under this item.")
      .setting("lockTimeout")
      .example("tandem link resolve SUP-12 --field summary --take jira", "Jira's summary becomes the record's title.")
      .exits({2, 3, 4, 5, 6, 8, 9, 11})
      .run([options](Context& context) { return resolve(context, *options); });
}

}  // namespace tandem::cli
