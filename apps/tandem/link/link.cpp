#include "link/link.hpp"

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/text/utf8.hpp>

#include "cli/terminal.hpp"
#include "commands.hpp"
#include "event_drain.hpp"
#include "sync_report.hpp"

namespace tandem::cli {

Result<std::unique_ptr<LinkSession>> LinkSession::open(Context& context, bool writing) {
  TANDEM_TRY(auto* const store, writing ? context.open_for_writing() : context.open_for_reading());
  TANDEM_TRY(auto connection, context.open_connection());
  TANDEM_TRY(auto items, sync::load_link_items(*connection, *store, writing));
  TANDEM_TRY(auto organisation, organisation_of(*connection));
  return std::make_unique<LinkSession>(context, *store, std::move(connection), std::move(items), std::move(organisation),
                                       writing);
}

LinkSession::LinkSession(Context& context, store::Store& opened, std::unique_ptr<connection::Connection> with,
                         sync::LinkItems all, std::string organisation_id, bool writing)
    : store(opened),
      connection(std::move(with)),
      items(std::move(all)),
      organisation(std::move(organisation_id)),
      options(configured_run(context.config())),
      input{*connection, store, context.log(), context.clock(), observer, [&context] { return must_stop(context); },
            organisation},
      run(input, options, to_hex(random_bytes(6))) {
  options.dry_run = !writing;
  context.out().set_run(run.run_id);
}

void warn(Context& context, LinkSession const& session) {
  for (auto const& [name, error] : session.items.unusable)
    context.out().warning(fmt::format("the item {} cannot be used: {}", name, error.to_line()), {{"item", name}});
  for (auto const& note : session.observer.notes) {
    auto const& text = text_of(note.reason);
    context.out().warning(fmt::format("{} {}: {} {}{} ({})", note.item, note.number, text.sentence, text.cure,
                                      note.detail.empty() ? "" : fmt::format(" [{}]", note.detail), text.code),
                          about(note));
  }
}

json::Array notes_json(std::vector<sync::Skipped> const& notes) {
  json::Array out;
  for (auto const& note : notes) {
    out.push_back(json::Object{{"item", note.item},
                               {"record", note.record},
                               {"number", note.number},
                               {"issue", note.issue_key},
                               {"reason", code_of(note.reason)},
                               {"detail", note.detail}});
  }
  return out;
}

Result<bool> confirmed(Context& context, std::string const& question, bool yes) {
  if (yes || context.out().json() || !can_ask()) return true;
  TANDEM_TRY(auto const answer, ask(question + " [y/N]"));
  auto const word = text::folded(answer);
  return word == "y" || word == "yes";
}

std::string age(std::optional<Instant> const& at, std::optional<Instant> const& now) {
  if (!at || !now) return {};
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(*now - *at).count();
  if (seconds < 60) return "just now";
  auto const counted = [](long long count, char const* what) {
    return fmt::format("{} {}{} ago", count, what, count == 1 ? "" : "s");
  };
  if (seconds < 3600) return counted(seconds / 60, "minute");
  if (seconds < 86'400) return counted(seconds / 3600, "hour");
  return counted(seconds / 86'400, "day");
}

std::string readable(Instant at) {
  auto text = to_rfc3339_seconds(at);  // 2026-11-02T09:00:00Z
  if (text.size() < 17) return text;
  text[10] = ' ';
  return text.substr(0, 16) + " UTC";
}

void register_link(App& app) {
  app.describe_group("link", "Tie an issue to a record by hand, and see what a link shows.");
  register_link_search(app);
  register_link_add(app);
  register_link_list(app);
  register_link_show(app);
  register_link_open(app);
  register_link_refresh(app);
  register_link_remove(app);
  register_link_rebuild(app);
  register_link_resolve(app);
}

}  // namespace tandem::cli
