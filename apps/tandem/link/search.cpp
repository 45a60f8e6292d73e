// `link search --item NAME TEXT`: records that could be linked, found on the server (SPEC D2).
#include <memory>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/find_record.hpp>
#include <tandem/sync/read_panel.hpp>

#include "link/link.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> text, item;
  std::optional<std::int64_t> limit;
};

std::string said(std::string_view text) { return fmt::format("\"{}\"", text); }

Result<int> search(Context& context, Options const& options) {
  if (!options.item) return fail(Error{ErrorKind::usage, "--item is missing: the item whose table is searched", {}});
  TANDEM_TRY(auto const session, LinkSession::open(context, false));
  TANDEM_TRY(auto const* const item, session->items.named(*options.item));
  auto const& compiled = *item->compiled;
  auto const most = static_cast<std::size_t>(options.limit.value_or(50));
  TANDEM_TRY(auto const found, sync::search_records(session->run, compiled, options.text.value_or(""), most));

  std::vector<Column> columns{{.title = "id"}, {.title = "linked to"}};
  auto const shown = sync::display_columns(compiled);
  for (auto const& name : shown) {
    auto const* attribute = compiled.entity().attribute(name);
    auto const label = attribute == nullptr || attribute->label.empty() ? name : attribute->label;
    columns.push_back({.title = label, .may_wrap = true});
  }
  Table table(std::move(columns));
  json::Array rows;
  TANDEM_CHECK(session->store.read([&](store::Reader& reader) -> Result<Unit> {
    for (auto const& record : found.records) {
      TANDEM_TRY(auto const link, link::find_by_record(reader, item->name(), record.id));
      std::vector<Cell> cells{record.id, link ? link->issue_key : "-"};
      json::Object values;
      for (auto const& column : sync::shown_columns(compiled, record)) {
        cells.emplace_back(column.shown);
        values.set(column.column, json::Object{{"label", column.label}, {"value", column.raw}, {"shown", column.shown}});
      }
      table.row(std::move(cells));
      rows.push_back(json::Object{{"id", record.id},
                                  {"number", compiled.record_number(record)},
                                  {"name", compiled.record_title(record)},
                                  {"url", session->run.dataverse().record_url(compiled.entity().logical_name, record.id)},
                                  {"columns", std::move(values)},
                                  {"linked", link.has_value()},
                                  {"issue", link ? json::Value(link->issue_key) : json::Value()},
                                  {"kind", link ? json::Value(link::name_of(link->kind)) : json::Value()}});
    }
    return Unit{};
  }));
  auto& out = context.out();
  if (!table.empty()) out.table(table);
  auto const& table_name = compiled.entity().logical_name;
  std::string told;
  if (found.table_shows_nothing) {
    told = fmt::format(
        "the table {} shows the application user not one record: it is empty, or the role's read access does not reach them "
        "(below organisation level records are invisible, not refused)",
        table_name);
  } else if (found.records.empty()) {
    told = fmt::format("nothing matches {} in the table {}", said(options.text.value_or("")), table_name);
  } else if (found.more) {
    told = fmt::format("the first {}; there are more: give more of the name, or --limit", found.records.size());
  }
  if (!told.empty()) out.note(told);
  out.result(json::Object{{"item", item->name()},
                          {"entity", table_name},
                          {"records", std::move(rows)},
                          {"more", found.more},
                          {"tableShowsNothing", found.table_shows_nothing}});
  return 0;
}

}  // namespace

void register_link_search(App& app) {
  auto options = std::make_shared<Options>();
  app.command("link search", "Find records that an issue could be linked to.")
      .details(
          "Searches the table's name and, for cases, the number, on the server. The text is taken literally: quotation marks and "
          "wildcards mean themselves. An id finds that record.")
      .argument("TEXT", options->text, "A part of the record's name or number.", true)
      .value("--item", "ITEM", options->item, "The item whose table is searched.")
      .integer("--limit", options->limit, 1, 5000, "At most so many records (50).")
      .example("tandem link search --item support-cases printer", "Cases about printers, and whether they are linked.")
      .example("tandem link search --item support-cases \"O'Brien 50%\"", "Exactly this text.")
      .exits({3, 4, 5, 9, 11})
      .run([options](Context& context) { return search(context, *options); });
}

}  // namespace tandem::cli
