// `link refresh KEY`: read the record now, without waiting for a cycle (SPEC D5).
#include <memory>

#include <fmt/format.h>

#include <tandem/sync/refresh.hpp>

#include "link/link.hpp"

namespace tandem::cli {

namespace {

struct Options {
  std::optional<std::string> reference, item;
};

std::string told(sync::Refreshed const& done) {
  auto const pair = fmt::format("{}: {} and {}", done.link.item, done.link.issue_key, done.link.record_number);
  if (done.end == sync::Refreshed::End::broken) return fmt::format("{}: broken. {}", pair, text_of(*done.reason).sentence);
  std::string what;
  auto const add = [&](std::uint64_t count, std::string const& text) {
    if (count > 0) what += fmt::format("{}{} {}", what.empty() ? "" : ", ", count, text);
  };
  add(done.marks, done.marks == 1 ? "mark written" : "marks written");
  add(done.stats.updated, "updated");
  add(done.stats.failed, "failed");
  if (what.empty()) what = "nothing to do";
  return fmt::format("{}: {}{}", pair, done.end == sync::Refreshed::End::restored ? "both are there again; " : "", what);
}

Result<int> refresh(Context& context, Options const& options) {
  TANDEM_TRY(auto const session, LinkSession::open(context, true));
  if (options.item) TANDEM_CHECK(session->items.named(*options.item));
  TANDEM_TRY(auto const found, sync::find_links(session->run, session->items, *options.reference));
  if (found.unreachable) return fail(*found.unreachable);
  auto& out = context.out();
  json::Array rows;
  int code = 0;
  for (auto const& link : found.links) {
    if (options.item && link.item != *options.item) continue;
    TANDEM_TRY(auto const* const item, session->items.named(link.item));
    TANDEM_TRY(auto const done, sync::refresh_link(session->run, *item, link));
    bool const broken = done.end == sync::Refreshed::End::broken;
    if (broken || done.stats.failed > 0 || done.stats.waiting > 0) code = exit_code(ErrorKind::remote);
    out.line(told(done), broken ? Style::bad : Style::plain);
    rows.push_back(json::Object{{"item", link.item},
                                {"issue", done.link.issue_key},
                                {"number", done.link.record_number},
                                {"record", link.record},
                                {"outcome", sync::name_of(done.end)},
                                {"reason", done.reason ? json::Value(code_of(*done.reason)) : json::Value()},
                                {"marks", static_cast<std::uint64_t>(done.marks)},
                                {"stats", done.stats.to_json()}});
  }
  if (rows.empty()) {
    return fail(Error{ErrorKind::not_found,
                      fmt::format("{} is not linked{}", found.shown, options.item ? " under the item " + *options.item : ""),
                      {{"reason", std::string(code_of(Reason::not_linked))}}});
  }
  warn(context, *session);
  out.result(json::Object{{"links", std::move(rows)}, {"notes", notes_json(session->observer.notes)}, {"exit", code}});
  return code;
}

}  // namespace

void register_link_refresh(App& app) {
  auto options = std::make_shared<Options>();
  app.command("link refresh", "Look at an issue's records now, and put the link's marks right.")
      .details(
          "A display-only item's web link is brought up to date; a synchronised pair is compared as a cycle would. A link note "
          "that "
          "somebody deleted comes back. An issue or record that is gone breaks the link; one that came back makes it whole.")
      .argument("KEY", options->reference, "The issue's key or page, or the record's id, number or page.", true)
      .value("--item", "ITEM", options->item, "Only the link under this item.")
      .setting("lockTimeout")
      .example("tandem link refresh SUP-12", "Do not wait for the next cycle.")
      .exits({3, 4, 5, 6, 7, 8, 9, 11, 143})
      .run([options](Context& context) { return refresh(context, *options); });
}

}  // namespace tandem::cli
