// `status`: what the operator looks at (board/), once, drawn again and again (--watch), or as a page (--html); --check and --backup.
#include <memory>

#include <fmt/format.h>

#include <tandem/store/lmdb_store.hpp>
#include <tandem/sync/check.hpp>

#include "board/page.hpp"
#include "board/show.hpp"
#include "board/watch.hpp"
#include "board/words.hpp"
#include "cli/app.hpp"
#include "cli/context.hpp"
#include "cli/replace_file.hpp"
#include "cli/version.hpp"
#include "commands.hpp"

namespace tandem::cli {

namespace {

struct Options {
  bool check = false;
  std::optional<std::string> backup, html;
  std::optional<std::int64_t> watch;  // seconds
};

constexpr std::int64_t kLongestPause = 3600;

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

Result<Unit> one_thing_at_a_time(Options const& options) {
  if (int{options.check} + int{options.backup.has_value()} + int{options.html.has_value()} + int{options.watch.has_value()} <= 1)
    return Unit{};
  return fail(ErrorKind::usage, "--check, --backup, --html and --watch are each a run of their own: give one of them");
}

Result<int> show(Context& context, Options const& options) {
  TANDEM_CHECK(one_thing_at_a_time(options));
  if (options.watch) return watch_board(context, std::chrono::seconds{*options.watch});
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

  TANDEM_TRY(auto const board, read_board(*store, context.connection_name(), machine_time()));
  for (auto const& expiry : board.expiries) {
    if (expiry.days && *expiry.days <= kWarnDays) context.out().warning(expiry_text(expiry));
  }
  auto report = board_json(board);
  if (options.html) {
    TANDEM_CHECK(replace_file(*options.html, context.log().redactor().clean(page_of(board, version_line())), {}));
    report.set("html", *options.html);
    context.out().note(fmt::format("wrote {}", *options.html));
  } else {
    print_board(context.out(), board);
  }
  context.out().result(report);
  return board.exit();
}

}  // namespace

void register_status(App& app) {
  auto options = std::make_shared<Options>();
  app.command("status", "Show items, cycles, what waits, is parked or held, what expires, and what to do about it.")
      .details(
          "Reads the store only; neither service is asked and no lock is taken. When the next cycle is due is read off the last "
          "ones. "
          "Exits 6 while something is parked or held. A new FILE of --html is readable for all whatever the umask; one that is "
          "there "
          "keeps its permissions.")
      .integer("--watch", options->watch, 1, kLongestPause,
               "On a terminal: draw it anew every so many seconds, until Ctrl-C. [5]")
      .bare("5", "SECONDS")
      .value("--html", "FILE", options->html, "Write it as one web page with charts of the past cycles, instead of printing it.")
      .flag("--check", options->check, "Verify the store's invariants; exit 11 when one is broken.")
      .value("--backup", "FILE", options->backup, "Copy the store to a new file, also while a run is at work.")
      .example("tandem status", "The dashboard.")
      .example("tandem status --watch", "The dashboard, kept up to date on a terminal.")
      .example("tandem status -q --html /var/www/tandem/index.html", "A page for a web server; it asks nothing of anybody.")
      .example("tandem status --backup tandem-backup.mdb", "A consistent copy; put it back as data.mdb.")
      .exits({3, 6, 11, 130, 143})
      .run([options](Context& context) { return show(context, *options); });
}

}  // namespace tandem::cli
