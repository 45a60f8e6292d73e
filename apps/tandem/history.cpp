// `history`: what was written, by which run, before and after, and why (SPEC R7). Reads the store only; neither service is asked.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/jira/webhook/hint.hpp>
#include <tandem/connection/stored_connection.hpp>
#include <tandem/link/reference.hpp>
#include <tandem/mapping/item_store.hpp>
#include <tandem/sync/history_actions.hpp>
#include <tandem/sync/history_query.hpp>
#include <tandem/sync/undo/undo.hpp>

#include "cli/app.hpp"
#include "cli/context.hpp"
#include "cli/suggest.hpp"
#include "commands.hpp"

namespace tandem::cli {

namespace {

constexpr std::string_view kMoreThere = "older entries are left out: --most N shows more, --since TIME all from then on";
constexpr std::size_t kMostShown = 160;  // of a value, in the table; JSON has all that is kept

struct Options {
  std::optional<std::string> item, issue, record, link, run, field, side, since, until;
  std::vector<std::string> actions, reasons;
  std::optional<std::int64_t> most;
  bool newest_first = false, lines = false;
  [[nodiscard]] bool narrows() const {
    return item || issue || record || link || run || field || side || since || until || !actions.empty() || !reasons.empty();
  }
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
    if (!entry.undoes.empty()) lines.push_back("takes back run " + entry.undoes);
    table.row({to_rfc3339_seconds(entry.at),
               entry.number.empty() ? entry.record : entry.number,
               entry.issue_key,
               {lines.front(), Style::strong}});
    for (std::size_t i = 1; i < lines.size(); ++i) table.row({"", "", "", lines[i]});
  }
  out.table(table);
  if (answer.more) out.note(kMoreThere);
}

Result<Instant> time_of(std::string_view option, std::string const& given) {
  if (auto const at = parse_instant(given)) return *at;
  if (auto const day = parse_date(given)) return Instant{std::chrono::sys_days{*day}};
  // Only what is shown depends on it, so this machine's clock will do.
  if (auto const back = parse_duration(given)) return std::chrono::floor<Millis>(std::chrono::system_clock::now()) - *back;
  return fail(ErrorKind::usage,
              fmt::format("{} is \"{}\", but takes a time (2026-11-02T09:00:00Z), a day (2026-11-02) or a duration (2h, 7d)",
                          option, given));
}

// To which services the store belongs: neither is asked.
Result<link::Sites> sites_of(store::Store& store) {
  TANDEM_TRY(auto const binding, connection::ConnectionStore(store).binding());
  return binding ? link::Sites{binding->jira_url, binding->organisation_url} : link::Sites{};
}

Result<std::string> issue_named(std::string const& given, link::Sites const& sites) {
  std::string const text(text::trimmed(given));
  if (jira::webhook::is_id(text)) return text;
  return link::parse_issue(text, sites);
}

Result<std::string> record_named(std::string const& given, link::Sites const& sites) {
  TANDEM_TRY(auto const record, link::parse_record(given, sites));
  return record.id.empty() ? record.name : record.id;
}

// An issue, a record, or a link's id, which has the form of a record's.
Result<sync::HistoryLink> link_named(std::string const& given, link::Sites const& sites) {
  std::string const text(text::trimmed(given));
  if (jira::webhook::is_id(text)) return sync::HistoryLink{text, text};
  TANDEM_TRY(auto const reference, link::parse_reference(text, sites));
  sync::HistoryLink out;
  if (reference.key) out.issue = *reference.key;
  if (reference.record) out.record = reference.record->id.empty() ? reference.record->name : reference.record->id;
  return out;
}

Result<Unit> known(std::string_view option, std::vector<std::string> const& given, std::vector<std::string> const& all,
                   std::string_view cure) {
  for (auto const& one : given) {
    if (std::find(all.begin(), all.end(), one) != all.end()) continue;
    return fail(Error{ErrorKind::usage,
                      fmt::format("{} {} is not known{}", option, one, did_you_mean(one, all)),
                      {{"cure", std::string(cure)}}});
  }
  return Unit{};
}

// What may be named only as it is spelt.
Result<Unit> check_words(Options const& options) {
  std::vector<std::string> actions, reasons;
  std::string list;
  for (auto const& action : sync::history_actions()) {
    actions.emplace_back(action.name);
    list += fmt::format("{}{}", list.empty() ? "" : ", ", action.name);
  }
  for (auto const& reason : all_reasons()) reasons.emplace_back(reason.code);
  TANDEM_CHECK(known("--action", options.actions, actions, list));
  TANDEM_CHECK(known("--reason", options.reasons, reasons, "`tandem help reasons` lists them"));
  if (options.side && !sync::side_named(*options.side))
    return fail(ErrorKind::usage, fmt::format("--side {}: expected dynamics or jira", *options.side));
  if (options.link && (options.issue || options.record))
    return fail(ErrorKind::usage, "--link names both sides of a link: --issue and --record have no place beside it");
  return Unit{};
}

Result<sync::HistoryQuery> query_of(Options const& options, link::Sites const& sites) {
  TANDEM_CHECK(check_words(options));
  sync::HistoryQuery query;
  query.item = options.item.value_or("");
  query.run = options.run.value_or("");
  if (options.issue) {
    TANDEM_TRY(query.issue, issue_named(*options.issue, sites));
  }
  if (options.record) {
    TANDEM_TRY(query.record, record_named(*options.record, sites));
  }
  if (options.link) {
    TANDEM_TRY(query.link, link_named(*options.link, sites));
  }
  query.field = options.field.value_or("");
  query.actions = {options.actions.begin(), options.actions.end()};
  query.reasons = {options.reasons.begin(), options.reasons.end()};
  if (options.side) query.side = sync::side_named(*options.side);
  if (options.since) {
    TANDEM_TRY(query.since, time_of("--since", *options.since));
    query.most = 100'000;
  }
  if (options.until) {
    TANDEM_TRY(query.until, time_of("--until", *options.until));
  }
  if (query.since && query.until && *query.until < *query.since)
    return fail(ErrorKind::usage, fmt::format("--until {} is before --since {}", *options.until, *options.since));
  if (options.most) query.most = static_cast<std::size_t>(*options.most);
  return query;
}

// A name that no item has by now may be misspelt, or of one that was removed.
Result<Unit> note_unknown_item(Context& context, store::Store& store, std::string const& name) {
  std::vector<std::string> names;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const items, mapping::load_items(reader));
    for (auto const& [held, stored] : items) names.push_back(held);
    return Unit{};
  }));
  if (std::find(names.begin(), names.end(), name) == names.end())
    context.out().note(fmt::format("there is no item {} now{}", name, did_you_mean(name, names)));
  return Unit{};
}

json::Value shown(sync::HistoryEntry const& entry) {
  auto object = entry.to_json();
  bool const event = entry.run.starts_with(sync::kEventRun), undo = entry.run.starts_with(sync::undo::kUndoRun);
  object.set("trigger", event ? "event" : undo ? "undo" : "run");
  if (auto const side = sync::side_written(entry.action)) object.set("side", name_of(*side));
  return object;
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
  auto& out = context.out();
  if (answer.entries.empty() && options.item) TANDEM_CHECK(note_unknown_item(context, *store, *options.item));
  if (options.newest_first) std::reverse(answer.entries.begin(), answer.entries.end());
  if (options.lines) {
    for (auto const& entry : answer.entries) out.json_line(shown(entry));
    if (answer.more) out.note(kMoreThere);
    return 0;
  }
  print(out, answer, options.narrows() ? "that fits" : "yet");
  json::Array entries;
  for (auto const& entry : answer.entries) entries.push_back(shown(entry));
  out.result(json::Object{{"entries", std::move(entries)}, {"more", answer.more}});
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
      .value("--link", "LINK", options->link, "Only of this link: its issue or its record, as for link show, or its id.")
      .value("--issue", "ISSUE", options->issue,
             "Only of this issue: its key, id or address; also under a key that it had before.")
      .value("--record", "RECORD", options->record, "Only of this record: its id, number or address.")
      .value("--side", "dynamics|jira", options->side, "Only what was written to this side.")
      .value("--field", "FIELD", options->field, "Only changes of this field.")
      .values("--action", "ACTION", options->actions, "Only what was done so: edited-issue, updated-record, moved-issue …")
      .values("--reason", "REASON", options->reasons, "Only what has this reason; tandem help reasons lists them.")
      .value("--run", "RUN", options->run, "Only of this run.")
      .value("--since", "TIME", options->since,
             "From this time on: 2026-11-02T09:00:00Z, 2026-11-02, or 2h and 7d back from now.")
      .value("--until", "TIME", options->until, "Up to this time, told in the same ways.")
      .integer("--most,--limit", options->most, 1, 1'000'000, "At most so many, the newest [50; with --since 100000].")
      .flag("--newest-first", options->newest_first, "The newest entries first.")
      .flag("--jsonl", options->lines, "One JSON object a line, for each entry one.")
      .example("tandem history --issue SUP-12", "What tandem wrote about one issue and its record.")
      .example("tandem history --since 24h --field summary --output json", "Every summary that was written since yesterday.")
      .example("tandem history --action edited-issue --side jira --until 2026-11-02 --jsonl", "For a script, line by line.")
      .exits({3, 11})
      .run([options](Context& context) { return show(context, *options); });
}

}  // namespace tandem::cli
