// `link show KEY`: the issue panel (SPEC D4).
#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include <tandem/sync/read_panel.hpp>

#include "cli/terminal.hpp"
#include "link/link.hpp"
#include "link/panel_text.hpp"

namespace tandem::cli {

namespace {

constexpr std::size_t kWidth = 80;

struct Options {
  std::optional<std::string> reference;
};

Result<int> show(Context& context, Options const& options) {
  TANDEM_TRY(auto const session, LinkSession::open(context, false));
  TANDEM_TRY(auto found, sync::find_links(session->run, session->items, *options.reference));
  // A record may be linked to another issue under each item: a panel per issue.
  std::map<std::string, std::vector<link::Link>> by_issue;
  for (auto& link : found.links) by_issue[link.issue].push_back(std::move(link));
  if (by_issue.empty() && found.issue) by_issue[found.issue->id] = {};
  auto& out = context.out();
  json::Array panels;
  auto const width = terminal_width(STDOUT_FILENO);
  bool first = true;
  for (auto const& [id, links] : by_issue) {
    auto issue = found.issue;
    if (!issue && !found.unreachable && by_issue.size() > 1) {
      TANDEM_TRY(issue, session->run.jira().get(id, sync::panel_fields(session->items.items), {}));
    }
    TANDEM_TRY(auto const panel, sync::read_panel(session->run, session->items, issue, links, found.unreachable));
    if (!first) out.line("");
    first = false;
    for (auto const& line : panel_lines(panel, width == 0 ? kWidth : std::min<std::size_t>(width, 120)))
      out.line(line.text, line.style);
    panels.push_back(panel.to_json());
  }
  warn(context, *session);
  int code = 0;
  if (found.unreachable) {
    out.warning(
        fmt::format("Jira or Dynamics could not be asked; this is what the store knows: {}", found.unreachable->to_line()));
    code = exit_code(found.unreachable->kind);
  }
  // One issue is the usual answer; several are a list.
  if (panels.size() == 1)
    out.result(panels.front());
  else
    out.result(json::Object{{"panels", std::move(panels)}});
  return code;
}

}  // namespace

void register_link_show(App& app) {
  auto options = std::make_shared<Options>();
  app.command("link show", "Show an issue with the records that it is linked to.")
      .details(
          "The record's display columns as Dynamics formats them, the link's kind, both statuses, the last sync, what is "
          "pending, "
          "held or still owed. Reads both systems; writes nothing.")
      .argument("KEY", options->reference, "The issue's key or page, or the record's id, number or page.", true)
      .example("tandem link show SUP-12", "The panel of one issue.")
      .example("tandem link show CAS-01001-S8K4Y2 --output json", "By the case number, for a script.")
      .exits({3, 4, 5, 9, 11})
      .run([options](Context& context) { return show(context, *options); });
}

}  // namespace tandem::cli
