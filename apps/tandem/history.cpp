// `history`: what was written, by which run, before and after, and why (SPEC R7). Reads the store only; neither service is asked.
#include <memory>
#include <set>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/jira/webhook/hint.hpp>
#include <tandem/connection/stored_connection.hpp>
#include <tandem/link/reference.hpp>
#include <tandem/sync/history_query.hpp>

#include "cli/app.hpp"
#include "cli/context.hpp"
#include "commands.hpp"

namespace tandem::cli {

namespace {

constexpr std::size_t kMostShown = 160;  // of a value, in the table; JSON has all that is kept

struct Options {
  std::optional<std::string> item, issue, record, run, field, since;
  std::optional<std::int64_t> most;
};

std::string brief(std::string_view value) {
  if (value.empty()) return "(empty)";
  std::string shown;
  for (char const c : value) shown += c == '\n' || c == '\r' ? ' ' : c;
  auto const cut = text::cut_code_points(shown, kMostShown);
  return cut.size() == shown.size() ? shown : std::string(cut) + "…";
}

std::string change_of(sync::HistoryEntry const& entry, sync::FieldHistory const& field) {
  bool const made = entry.action == "created-issue" && field.before.empty();
  return made ? fmt::format("{} = {}", field.field, brief(field.after))
              : fmt::format("{}: {} -> {}", field.field, brief(field.before), brief(field.after));
}

std::string run_of(sync::HistoryEntry const& entry) { return entry.run.empty() ? std::string("no run") : "run " + entry.run; }

// Each entry begins with its time; what it changed follows, one field a line. A line tells when the run or the item is another one.
void print(Output& out, sync::HistoryAnswer const& answer, std::string_view which) {
  if (answer.entries.empty()) {
    out.line(fmt::format("nothing was written {}", which));
    return;
  }
  Table table({{.title = "time"},
               {.title = "record"},
               {.title = "issue"},
               {.title = "what was written, before -> after", .may_wrap = true}});
  std::string run;
  for (auto const& entry : answer.entries) {
    auto const told = fmt::format("{}, item {}", run_of(entry), entry.item);
    if (told != run) table.row({"", "", "", {told, Style::faint}});
    run = told;
    std::vector<std::string> lines{entry.action};
    for (auto const& field : entry.fields) lines.push_back(change_of(entry, field));
    if (!entry.reason.empty()) lines.push_back("reason: " + entry.reason);
    table.row({to_rfc3339_seconds(entry.at),
               entry.number.empty() ? entry.record : entry.number,
               entry.issue_key,
               {lines.front(), Style::strong}});
    for (std::size_t i = 1; i < lines.size(); ++i) table.row({"", "", "", lines[i]});
  }
  out.table(table);
  if (answer.more) out.note("older entries are left out: --most N shows more, --since TIME all from then on");
}

Result<Instant> since_of(std::string const& given) {
  if (auto const at = parse_instant(given)) return *at;
  if (auto const day = parse_date(given)) return Instant{std::chrono::sys_days{*day}};
  // Only what is shown depends on it, so this machine's clock will do.
  if (auto const back = parse_duration(given)) return std::chrono::floor<Millis>(std::chrono::system_clock::now()) - *back;
  return fail(ErrorKind::usage,
              fmt::format("--since is \"{}\", but takes a time (2026-11-02T09:00:00Z), a day (2026-11-02) or a duration (2h, 7d)",
                          given));
}

// To which services the store belongs: neither is asked.
Result<link::Sites> sites_of(store::Store& store) {
  TANDEM_TRY(auto const binding, connection::ConnectionStore(store).binding());
  return binding ? link::Sites{binding->jira_url, binding->organisation_url} : link::Sites{};
}

Result<sync::HistoryQuery> query_of(Options const& options, link::Sites const& sites) {
  sync::HistoryQuery query;
  query.item = options.item.value_or("");
  query.run = options.run.value_or("");
  if (options.issue && jira::webhook::is_id(text::trimmed(*options.issue))) {
    query.issue = text::trimmed(*options.issue);
  } else if (options.issue) {
    TANDEM_TRY(query.issue, link::parse_issue(*options.issue, sites));
  }
  if (options.record) {
    TANDEM_TRY(auto const record, link::parse_record(*options.record, sites));
    query.record = record.id.empty() ? record.name : record.id;
  }
  query.field = options.field.value_or("");
  if (options.since) {
    TANDEM_TRY(query.since, since_of(*options.since));
    query.most = 100'000;
  }
  if (options.most) query.most = static_cast<std::size_t>(*options.most);
  return query;
}

Result<int> show(Context& context, Options const& options) {
  TANDEM_TRY(auto* const store, context.open_for_reading());
  TANDEM_TRY(auto const sites, sites_of(*store));
  TANDEM_TRY(auto const query, query_of(options, sites));
  sync::HistoryAnswer answer;
  TANDEM_CHECK(store->read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(answer, sync::find_history(reader, query));
    return Unit{};
  }));
  bool const any = options.item || options.issue || options.record || options.run || options.field || options.since;
  print(context.out(), answer, any ? "that fits" : "yet");
  json::Array entries;
  for (auto const& entry : answer.entries) {
    auto shown = entry.to_json();
    shown.set("trigger", entry.run.starts_with(sync::kEventRun) ? "event" : "run");
    entries.push_back(std::move(shown));
  }
  context.out().result(json::Object{{"entries", std::move(entries)}, {"more", answer.more}});
  return 0;
}

}  // namespace

void register_history(App& app) {
  auto options = std::make_shared<Options>();
  app.command("history", "Show what was written, by which run, before and after.")
      .details(
          "Reads the store only; neither service is asked. The newest entries come last. Entries are kept for historyDays; a run "
          "whose id "
          "begins with \"event-\" was one that only handled events.")
      .value("--item", "ITEM", options->item, "Only of this item.")
      .value("--issue", "KEY", options->issue, "Only of this issue: its key, id or address; also under a key that it had before.")
      .value("--record", "REF", options->record, "Only of this record: its id, number or address.")
      .value("--run", "ID", options->run, "Only of this run.")
      .value("--field", "FIELD", options->field, "Only changes of this field.")
      .value("--since", "TIME", options->since,
             "From this time on: 2026-11-02T09:00:00Z, 2026-11-02, or 2h and 7d back from now.")
      .integer("--most", options->most, 1, 1'000'000, "At most so many, the newest [50; with --since 100000].")
      .example("tandem history --issue SUP-12", "What tandem wrote about one issue and its record.")
      .example("tandem history --since 24h --field summary --output json", "Every summary that was written since yesterday.")
      .exits({3, 11})
      .run([options](Context& context) { return show(context, *options); });
}

}  // namespace tandem::cli
