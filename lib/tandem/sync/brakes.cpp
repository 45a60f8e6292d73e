#include <tandem/sync/brakes.hpp>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/rows.hpp>

namespace tandem::sync {

namespace {

constexpr int kIdsPerPage = 5000;

// Counts the rows of a query of ids that `counts` says yes to, until more than `most`.
Result<std::uint64_t> count_rows(RunContext& run, RunItem const& item, std::string filter, std::int64_t most,
                                 std::function<bool(Row const&)> const& counts) {
  dataverse::Query query;
  query.set_name = item.compiled->entity().set_name;
  query.primary_id = item.compiled->entity().primary_id;
  query.select = {query.primary_id};
  query.filter = std::move(filter);
  query.page_size = kIdsPerPage;
  std::uint64_t count = 0;
  TANDEM_TRY(auto page, run.dataverse().query(query));
  for (;;) {
    TANDEM_CHECK(run.go_on());
    TANDEM_TRY(auto const rows, joined(run, *item.compiled, std::move(page.records)));
    for (auto const& row : rows) {
      if (counts(row) && ++count > static_cast<std::uint64_t>(most)) return count;
    }
    if (page.next_link.empty()) return count;
    TANDEM_TRY(page, run.dataverse().next(page, query));
  }
}

}  // namespace

std::string feed_filter(std::optional<Instant> modified_from, std::optional<Instant> created_from, std::string const& filter) {
  std::string out;
  auto const add = [&](std::string const& part) { out += (out.empty() ? "" : " and ") + part; };
  if (modified_from) add("modifiedon ge " + dataverse::literal(*modified_from));
  if (created_from) add("createdon ge " + dataverse::literal(*created_from));
  if (!filter.empty()) add("(" + filter + ")");
  return out;
}

Result<Unit> check_brakes(RunContext const& run, mapping::Item const& item, DueChanges const& due) {
  if (run.options.allow_mass_change) return Unit{};
  auto const over = [&](std::uint64_t count, std::int64_t limit, std::string_view what, std::string_view key) -> Result<Unit> {
    if (count <= static_cast<std::uint64_t>(limit)) return Unit{};
    return fail(
        Error{ErrorKind::refused,
              fmt::format("more than {} {} are due in one run (brakes.{}). Check with --dry-run --allow-mass-change, then run "
                          "once with --allow-mass-change",
                          limit, what, key),
              {}});
  };
  TANDEM_CHECK(over(due.creates, item.brakes.max_creates, "new issues", "maxCreates"));
  return over(due.updates, item.brakes.max_updates, "changed links", "maxUpdates");
}

Result<DueChanges> count_ahead(RunContext& run, RunItem const& item, std::optional<Instant> lower) {
  auto const& definition = item.compiled->item;
  DueChanges due;
  if (definition.auto_create) {
    TANDEM_TRY(due.creates, count_rows(run, item, feed_filter(lower, item.stored.baseline, definition.filter),
                                       definition.brakes.max_creates, [](Row const& row) { return !row.link; }));
  }
  std::size_t links = 0;
  TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const some, link::links_of_item(reader, definition.name, "", 1));
    links = some.size();
    return Unit{};
  }));
  if (links > 0) {
    TANDEM_TRY(due.updates,
               count_rows(run, item, feed_filter(lower, std::nullopt, ""), definition.brakes.max_updates,
                          [](Row const& row) { return row.link && (!row.base || row.base->etag != row.record.etag); }));
  }
  return due;
}

}  // namespace tandem::sync
