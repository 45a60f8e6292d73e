// `link remove KEY`: cut a link that was made by hand (SPEC D6, D7).
#include <memory>

#include <fmt/format.h>

#include <tandem/sync/journal.hpp>
#include <tandem/sync/unlink.hpp>

#include "link/link.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> reference, item;
  bool force = false, dry_run = false, yes = false;
};

tl::unexpected<Error> refused(Reason reason, std::string message, std::string cure) {
  return fail(
      Error{ErrorKind::refused, std::move(message), {{"reason", std::string(code_of(reason))}, {"cure", std::move(cure)}}});
}

// The one link that is meant.
Result<link::Link> one_link(sync::FoundLinks const& found, Options const& options) {
  std::vector<link::Link> left;
  for (auto const& link : found.links) {
    if (!options.item || link.item == *options.item) left.push_back(link);
  }
  if (left.empty()) {
    return fail(Error{ErrorKind::not_found,
                      fmt::format("{} is not linked{}", found.shown, options.item ? " under the item " + *options.item : ""),
                      {{"reason", std::string(code_of(Reason::not_linked))}}});
  }
  if (left.size() == 1) return std::move(left.front());
  std::string names;
  for (auto const& link : left)
    names += fmt::format("{}{} ({} and {})", names.empty() ? "" : ", ", link.item, link.issue_key, link.record_number);
  return fail(Error{ErrorKind::usage,
                    fmt::format("{} has {} links: {}", found.shown, left.size(), names),
                    {{"reason", std::string(code_of(Reason::ambiguous))}, {"cure", "say which with --item"}}});
}

Result<Unit> may_be_cut(LinkSession const& session, link::Link const& link, Options const& options) {
  if (link.kind == link::Kind::automatic && !options.force) {
    return refused(Reason::automatic_link,
                   fmt::format("the link of {} and {} was made automatically by the item {}; it is not removed by hand",
                               link.issue_key, link.record_number, link.item),
                   "leave it, or cut it with --force, which the history keeps");
  }
  return session.store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const intent, sync::find_intent(reader, link.id));
    if (!intent) return Unit{};
    return refused(Reason::open_intent, fmt::format("an earlier write for {} is not settled yet", link.record_number),
                   "run `tandem sync-once` first, which finds out whether it was executed");
  });
}

Result<int> remove(Context& context, Options const& options) {
  TANDEM_TRY(auto const session, LinkSession::open(context, !options.dry_run));
  if (options.item && session->items.find(*options.item) == nullptr) TANDEM_CHECK(session->items.named(*options.item));
  TANDEM_TRY(auto const found, sync::find_links(session->run, session->items, *options.reference));
  TANDEM_TRY(auto const link, one_link(found, options));
  TANDEM_CHECK(may_be_cut(*session, link, options));
  auto& out = context.out();
  json::Object report{{"item", link.item},
                      {"issue", link.issue_key},
                      {"record", link.record},
                      {"number", link.record_number},
                      {"kind", link::name_of(link.kind)},
                      {"forced", link.kind == link::Kind::automatic}};
  auto const pair = fmt::format("{} and {} under the item {}", link.issue_key, link.record_number, link.item);
  if (options.dry_run) {
    out.line(fmt::format("would cut the link of {}: issue property, link note and web link go; issue and record stay", pair));
    report.set("dryRun", true);
    out.result(report);
    return 0;
  }
  TANDEM_TRY(bool const yes, confirmed(context, fmt::format("Cut the link of {}? Issue and record stay.", pair), options.yes));
  if (!yes) {
    out.note("nothing was changed");
    return 0;
  }
  auto const* item = session->items.find(link.item);
  TANDEM_CHECK(session->store.write([&](store::Writer& writer) {
    return sync::commit_unlink(session->run, writer, link, item, link.kind == link::Kind::automatic ? "forced" : "");
  }));
  TANDEM_TRY(auto const removed, sync::write_removals(session->run, &link));
  json::Array left;
  for (auto const& mark : removed.left) {
    out.warning(fmt::format("the {} stays for now and is taken away by a later run: {}", mark.mark, mark.why.to_line()));
    left.push_back(json::Object{{"mark", mark.mark}, {"why", mark.why.to_line()}});
  }
  if (found.unreachable && removed.left.empty()) out.warning(found.unreachable->to_line());
  int const code = removed.fatal ? exit_code(removed.fatal->kind) : removed.left.empty() ? 0 : exit_code(ErrorKind::remote);
  report.set("dryRun", false);
  report.set("removed", true);
  report.set("owed", std::move(left));
  report.set("exit", code);
  out.result(report);
  out.line(fmt::format("{} are no longer linked; neither was changed", pair), Style::strong);
  return code;
}

}  // namespace

void register_link_remove(App& app) {
  auto options = std::make_shared<Options>();
  app.command("link remove", "Cut a link that was made by hand; issue and record stay as they are.")
      .details(
          "The issue property goes first, then the note on the record and the web link on the issue. What a system does not let "
          "go "
          "of now is taken away by the next run. The record keeps a mark: no issue is made for it under this item until it is "
          "linked again or the item has a new baseline.")
      .argument("KEY", options->reference, "The issue's key or page, or the record's id, number or page.", true)
      .value("--item", "ITEM", options->item, "The link under this item, where there are several.")
      .flag("--force", options->force, "Also a link that was made automatically; the history keeps that.")
      .setting("lockTimeout")
      .group("Safety")
      .flag("-n,--dry-run", options->dry_run, "Say what would be cut; change nothing.")
      .flag("-y,--yes", options->yes, "Do not ask.")
      .example("tandem link remove SUP-12", "The issue has one link.")
      .example("tandem link remove SUP-12 --item support-cases --yes", "One of several, from a script.")
      .exits({3, 4, 5, 6, 7, 8, 9, 11, 143})
      .run([options](Context& context) { return remove(context, *options); });
}

}  // namespace tandem::cli
