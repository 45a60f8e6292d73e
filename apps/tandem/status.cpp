// `status`: what the operator looks at: connection, items, the last run, what waits, what is parked, what expires; --check and --backup.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <tandem/connection/stored_connection.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/check.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/feed_state.hpp>
#include <tandem/sync/held_table.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/retry_table.hpp>
#include <tandem/sync/run_record.hpp>

#include "cli/app.hpp"
#include "cli/context.hpp"
#include "commands.hpp"
#include "sync_report.hpp"

namespace tandem::cli {

namespace {

constexpr int kWarnDays = 30;
constexpr std::size_t kMostListed = 200;

struct Options {
  bool check = false;
  std::optional<std::string> backup;
};

struct ItemStatus {
  std::string name;
  bool enabled = false;
  std::string baseline;
  std::size_t links = 0;
  std::optional<Instant> watermark;
  std::vector<sync::Retry> retries;
  std::optional<std::pair<sync::RunRecord, sync::ItemRun>> last;
};

struct StoreStatus {
  std::vector<ItemStatus> items;
  std::vector<sync::Intent> intents;
  std::vector<sync::RunRecord> runs;
  std::vector<sync::Held> held;
  std::size_t events = 0;
  [[nodiscard]] std::size_t parked() const {
    std::size_t count = 0;
    for (auto const& item : items)
      count += static_cast<std::size_t>(
          std::count_if(item.retries.begin(), item.retries.end(), [](auto const& r) { return r.parked; }));
    return count;
  }
};

Result<StoreStatus> read_status(store::Store& store) {
  StoreStatus status;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const items, mapping::load_items(reader));
    for (auto const& [name, stored] : items) {
      ItemStatus item;
      item.name = name;
      item.enabled = stored.enabled;
      item.baseline = stored.baseline ? to_rfc3339(*stored.baseline) : "all";
      TANDEM_TRY(item.links, link::count_links(reader, name));
      TANDEM_TRY(item.retries, sync::retries_of(reader, name, "", 100'000));
      TANDEM_TRY(auto const feed, sync::Feed(name).load(reader));
      if (feed) item.watermark = feed->watermark;
      TANDEM_TRY(item.last, sync::last_run_of(reader, name));
      status.items.push_back(std::move(item));
    }
    TANDEM_TRY(status.intents, sync::open_intents(reader));
    TANDEM_TRY(status.runs, sync::last_runs(reader, 1));
    TANDEM_TRY(status.held, sync::all_held(reader, 100'000));
    TANDEM_TRY(status.events, sync::event::count_waiting(reader));
    return Unit{};
  }));
  return status;
}

// "in 12 days", "3 days ago"; nothing when it is further away than the warning, or unknown. Our clock is good enough for a warning.
std::optional<std::string> expiry_warning(std::string const& what, std::string const& date) {
  auto const day = parse_date(date);
  if (!day) return std::nullopt;
  auto const today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  auto const left = (std::chrono::sys_days{*day} - today).count();
  if (left > kWarnDays) return std::nullopt;
  return left < 0 ? fmt::format("{} expired on {}", what, date) : fmt::format("{} expires on {} (in {} days)", what, date, left);
}

Result<int> check(Context& context, store::Store& store) {
  std::vector<std::string> problems;
  if (auto* const lmdb = dynamic_cast<store::LmdbStore*>(&store)) TANDEM_CHECK(lmdb->check_pages());
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(problems, sync::check_store(reader));
    return Unit{};
  }));
  json::Array list;
  for (auto const& problem : problems) {
    context.out().line(problem, Style::bad);
    list.push_back(problem);
  }
  if (problems.empty()) context.out().line("the store is sound");
  context.out().result(json::Object{{"sound", problems.empty()}, {"problems", std::move(list)}});
  return problems.empty() ? 0 : exit_code(ErrorKind::store);
}

json::Value to_json(ItemStatus const& item) {
  json::Array retries;
  for (auto const& retry : item.retries) retries.push_back(retry.to_json());
  return json::Object{
      {"name", item.name},
      {"enabled", item.enabled},
      {"baseline", item.baseline},
      {"links", static_cast<std::uint64_t>(item.links)},
      {"watermark", item.watermark ? json::Value(to_rfc3339(*item.watermark)) : json::Value()},
      {"retries", std::move(retries)},
      {"lastRun", item.last ? item.last->second.to_json() : json::Value()},
      {"lastRunAt",
       item.last && item.last->first.started_at ? json::Value(to_rfc3339(*item.last->first.started_at)) : json::Value()}};
}

void print_held(Output& out, std::vector<sync::Held> const& held) {
  Table table({{.title = "issue"},
               {.title = "record"},
               {.title = "field held"},
               {.title = "reason"},
               {.title = "in Dynamics", .may_wrap = true},
               {.title = "in Jira", .may_wrap = true}});
  for (auto const& one : held) table.row({one.issue_key, one.number, one.field, one.reason, one.column_shown, one.field_shown});
  if (table.empty()) return;
  out.table(table);
  out.line("decide with: tandem link resolve ISSUE --field FIELD --take dynamics|jira");
}

void print(Output& out, StoreStatus const& status) {
  Table table({{.title = "item"},
               {.title = "enabled"},
               {.title = "baseline"},
               {.title = "links", .right = true},
               {.title = "last run"},
               {.title = "waiting", .right = true},
               {.title = "parked", .right = true},
               {.title = "result", .may_wrap = true}});
  for (auto const& item : status.items) {
    auto const parked =
        static_cast<std::size_t>(std::count_if(item.retries.begin(), item.retries.end(), [](auto const& r) { return r.parked; }));
    auto const waiting = item.retries.size() - parked +
                         static_cast<std::size_t>(std::count_if(status.intents.begin(), status.intents.end(),
                                                                [&](auto const& intent) { return intent.item == item.name; }));
    bool const ran = item.last && item.last->first.started_at;
    table.row({item.name,
               item.enabled ? "yes" : "no",
               item.baseline,
               std::to_string(item.links),
               ran ? to_rfc3339_seconds(*item.last->first.started_at) : "never",
               std::to_string(waiting),
               {std::to_string(parked), parked > 0 ? Style::bad : Style::plain},
               item.last ? summary_line(item.last->second, false) : ""});
  }
  auto const* run = status.runs.empty() ? nullptr : &status.runs.front();
  if (status.items.empty()) {
    out.line("no items yet: `tandem items apply -f FILE` makes one");
  } else {
    out.table(table);
  }
  // What a run met is said until a run goes without it.
  if (run != nullptr && run->exit != 0) {
    out.line(fmt::format("the last run ended with {}{}{}", run->exit, run->error.empty() ? "" : ": ", run->error), Style::bad);
  }
  for (auto const& item : status.items) {
    if (item.last && !item.last->second.error.empty())
      out.line(fmt::format("{} stopped: {}", item.name, item.last->second.error), Style::bad);
  }
  if (status.events > 0)
    out.line(fmt::format("{} {} in the outbox: the next run handles them", status.events,
                         status.events == 1 ? "event waits" : "events wait"));
  Table trouble({{.title = "item"},
                 {.title = "record"},
                 {.title = "state"},
                 {.title = "tries", .right = true},
                 {.title = "next try"},
                 {.title = "reason"},
                 {.title = "detail", .may_wrap = true}});
  std::size_t listed = 0;
  for (auto const& item : status.items) {
    for (auto const& retry : item.retries) {
      if (listed++ >= kMostListed) break;
      trouble.row({item.name, retry.number, retry.parked ? "parked" : "waiting", std::to_string(retry.tries),
                   retry.parked || !retry.next ? "" : to_rfc3339_seconds(*retry.next), retry.reason, retry.detail});
    }
  }
  for (auto const& intent : status.intents) {
    if (listed++ >= kMostListed) break;
    trouble.row({intent.item, intent.number, "unsettled", "", "", std::string(code_of(Reason::open_intent)),
                 "the next run finds out whether it was executed"});
  }
  if (!trouble.empty()) out.table(trouble);
  print_held(out, status.held);
  if (listed > kMostListed) out.line(fmt::format("… and {} more: --output json has them all", listed - kMostListed));
}

Result<int> show(Context& context, Options const& options) {
  TANDEM_TRY(auto* const store, context.open_for_reading());
  if (options.backup) {
    auto* const lmdb = dynamic_cast<store::LmdbStore*>(store);
    if (lmdb == nullptr) return fail(ErrorKind::internal, "this store cannot be copied");
    TANDEM_CHECK(lmdb->backup(*options.backup));
    context.out().line(fmt::format("copied the store to {}", *options.backup));
    context.out().result(json::Object{{"backup", *options.backup}});
    return 0;
  }
  if (options.check) return check(context, *store);

  TANDEM_TRY(auto const status, read_status(*store));
  TANDEM_TRY(auto const stored, connection::ConnectionStore(*store).load());
  json::Array warnings;
  if (stored) {
    for (auto const& [what, date] : {std::pair{"the client secret", stored->settings.client_secret_expires},
                                     std::pair{"the certificate", stored->settings.certificate_expires},
                                     std::pair{"the Jira token", stored->settings.jira_token_expires}}) {
      if (auto const warning = expiry_warning(what, date)) {
        context.out().warning(*warning);
        warnings.push_back(*warning);
      }
    }
  }
  auto& out = context.out();
  out.line(
      fmt::format("connection {}: {} <-> {}", context.connection_name(),
                  stored ? stored->settings.organisation_url : "not set up", stored ? stored->settings.jira_url : "not set up"),
      Style::strong);
  print(out, status);
  json::Array items;
  for (auto const& item : status.items) items.push_back(to_json(item));
  json::Array held;
  for (auto const& one : status.held) held.push_back(one.to_json());
  int const code = status.parked() > 0 || !status.held.empty() ? exit_code(ErrorKind::remote) : 0;
  out.result(json::Object{{"connection", context.connection_name()},
                          {"items", std::move(items)},
                          {"unsettled", static_cast<std::uint64_t>(status.intents.size())},
                          {"eventsWaiting", static_cast<std::uint64_t>(status.events)},
                          {"parked", static_cast<std::uint64_t>(status.parked())},
                          {"held", std::move(held)},
                          {"warnings", std::move(warnings)},
                          {"lastRun", status.runs.empty() ? json::Value() : status.runs.front().to_json()},
                          {"exit", code}});
  return code;
}

}  // namespace

void register_status(App& app) {
  auto options = std::make_shared<Options>();
  app.command("status", "Show items, the last run, what waits, what is parked and what is held.")
      .details("Reads the store only; neither service is asked. Exits 6 while something is parked or held.")
      .flag("--check", options->check, "Verify the store's invariants; exit 11 when one is broken.")
      .value("--backup", "FILE", options->backup, "Copy the store to a new file, also while a run is at work.")
      .example("tandem status", "The dashboard.")
      .example("tandem status --backup tandem-backup.mdb", "A consistent copy; put it back as data.mdb.")
      .exits({3, 6, 11})
      .run([options](Context& context) { return show(context, *options); });
}

}  // namespace tandem::cli
