// `link rebuild`: makes links anew from both systems, after the store was lost (SPEC D11).
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <tandem/mapping/conversation/options.hpp>
#include <tandem/sync/rebuild.hpp>
#include <tandem/sync/status/plan_status.hpp>

#include "cli/progress_line.hpp"
#include "link/link.hpp"

namespace tandem::cli {

namespace {

constexpr std::size_t kMostListed = 200;

struct Options {
  std::optional<std::string> prefer;
  std::vector<std::string> items;
  bool dry_run = false, yes = false;
};

sync::Prefer prefer_of(Options const& options) {
  if (options.prefer == "dynamics") return sync::Prefer::dynamics;
  return options.prefer == "jira" ? sync::Prefer::jira : sync::Prefer::neither;
}

std::string differing(sync::RebuiltLink const& found, sync::RunItem const& item) {
  std::string out;
  for (auto const& rule : item.compiled->rules) {
    if (std::find(found.differing.begin(), found.differing.end(), rule->key()) == found.differing.end()) continue;
    out += (out.empty() ? "" : ", ") + (rule->field.name.empty() ? rule->field.id : rule->field.name);
  }
  if (std::find(found.differing.begin(), found.differing.end(), sync::kStatusRule) != found.differing.end())
    out += out.empty() ? "status" : ", status";
  return out;
}

json::Object twins_json(std::size_t comments, std::size_t files) {
  return json::Object{{"comments", static_cast<std::uint64_t>(comments)}, {"files", static_cast<std::uint64_t>(files)}};
}

json::Object to_json(sync::RunItem const& item, sync::RebuildPlan const& plan) {
  json::Array links;
  for (auto const& found : plan.links) {
    json::Array fields;
    for (auto const& rule : found.differing) fields.emplace_back(rule);
    links.push_back(
        json::Object{{"issue", found.link.issue_key},
                     {"issueId", found.link.issue},
                     {"number", found.link.record_number},
                     {"record", found.link.record},
                     {"kind", link::name_of(found.link.kind)},
                     {"differing", std::move(fields)},
                     {"twins", twins_json(found.twins_of(link::TwinKind::comment), found.twins_of(link::TwinKind::file))},
                     {"twinsUnknown", found.twins_unknown}});
  }
  json::Array removals;
  for (auto const& removal : plan.removals)
    removals.push_back(json::Object{{"issue", removal.link.issue_key}, {"record", removal.link.record}});
  json::Array broken;
  for (auto const& link : plan.broken)
    broken.push_back(json::Object{{"issue", link.issue_key}, {"issueId", link.issue}, {"record", link.record}});
  json::Array left;
  for (auto const& one : plan.left)
    left.push_back(json::Object{{"issue", one.issue_key}, {"record", one.record}, {"why", one.why}});
  return json::Object{
      {"item", item.name()},     {"links", std::move(links)},       {"broken", std::move(broken)},
      {"left", std::move(left)}, {"removals", std::move(removals)}, {"known", static_cast<std::uint64_t>(plan.known)}};
}

void print(Output& out, sync::RunItem const& item, sync::RebuildPlan const& plan, sync::Prefer prefer) {
  bool const talks = mapping::conversation::has_conversation(item.compiled->item);
  std::vector<Column> columns{{.title = "issue"}, {.title = "record"}, {.title = "kind"}};
  if (talks) columns.push_back({.title = "twins"});
  columns.push_back({.title = "fields that differ", .may_wrap = true});
  Table links(std::move(columns));
  for (std::size_t i = 0; i < std::min(plan.links.size(), kMostListed); ++i) {
    auto const& found = plan.links[i];
    auto const fields = differing(found, item);
    std::vector<Cell> cells{found.link.issue_key, found.link.record_number, link::name_of(found.link.kind)};
    if (talks) cells.emplace_back(fmt::format("{}{}", found.twins.size(), found.twins_unknown.empty() ? "" : " (?)"));
    cells.emplace_back(fields.empty() ? std::string("-") : fields);
    links.row(std::move(cells));
  }
  if (!links.empty()) out.table(links);
  Table left({{.title = "issue"}, {.title = "record"}, {.title = "not linked, because", .may_wrap = true}});
  for (std::size_t i = 0; i < std::min(plan.left.size(), kMostListed); ++i)
    left.row({plan.left[i].issue_key.empty() ? "-" : plan.left[i].issue_key, plan.left[i].record, plan.left[i].why});
  if (!left.empty()) out.table(left);
  for (std::size_t i = 0; i < std::min(plan.broken.size(), kMostListed); ++i)
    out.note(fmt::format("{}: broken, since the issue or the record {} is gone; shown and never acted on",
                         plan.broken[i].issue_key, plan.broken[i].record));
  if (!left.empty())
    out.note("no issue is made by itself for a record that is not linked, until it is linked or the item has a new baseline");
  if (std::max(plan.links.size(), plan.left.size()) > kMostListed) out.note("… and more: --output json has them all");
  auto const apart = static_cast<std::size_t>(
      std::count_if(plan.links.begin(), plan.links.end(), [](auto const& found) { return !found.differing.empty(); }));
  auto const* what = prefer == sync::Prefer::neither    ? "held until `tandem link resolve`"
                     : prefer == sync::Prefer::dynamics ? "taken from Dynamics by the next run"
                                                        : "taken from Jira by the next run";
  out.line(fmt::format("{}: {} to rebuild, {} known already, {} left; {}", item.name(), plan.links.size(), plan.known,
                       plan.left.size(),
                       apart == 0 ? std::string("all values agree") : fmt::format("of {} some values differ: {}", apart, what)),
           Style::strong);
  if (!talks || plan.links.empty()) return;
  std::size_t comments = 0, files = 0;
  for (auto const& found : plan.links) {
    comments += found.twins_of(link::TwinKind::comment);
    files += found.twins_of(link::TwinKind::file);
    if (!found.twins_unknown.empty())
      out.note(fmt::format("{}: not all of its comments and files could be read: {}", found.link.issue_key, found.twins_unknown));
  }
  out.line(
      fmt::format("{} comments and notes, {} files have their twin; what has none and is older than the rebuild is not copied",
                  comments, files));
}

Result<Unit> check_prefer(sync::RunItem const& item, sync::Prefer prefer) {
  if (prefer != sync::Prefer::jira || item.compiled->item.mode != mapping::Mode::one_way) return Unit{};
  return fail(
      Error{ErrorKind::refused,
            fmt::format("the item {} is one-way: it does not write to Dynamics", item.name()),
            {{"reason", std::string(code_of(Reason::direction))}, {"cure", "choose --prefer dynamics, or leave it out"}}});
}

Result<int> rebuild(Context& context, Options const& options) {
  TANDEM_TRY(auto const session, LinkSession::open(context, !options.dry_run));
  auto& out = context.out();
  auto const prefer = prefer_of(options);
  std::vector<sync::RunItem const*> items;
  for (auto const& name : options.items) {
    TANDEM_TRY(auto const* const item, session->items.named(name));
    if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(item);
  }
  if (options.items.empty()) {
    for (auto const& item : session->items.items) items.push_back(&item);
  }
  if (items.empty()) return fail(Error{ErrorKind::config, "there is no item yet", {{"cure", "apply the item files first"}}});
  std::vector<sync::RebuildPlan> plans;
  json::Array report;
  std::size_t due = 0;
  ProgressLine line(out);
  for (auto const* item : items) {
    TANDEM_CHECK(check_prefer(*item, prefer));
    TANDEM_TRY(auto plan,
               sync::plan_rebuild(session->run, *item, prefer, [&](sync::Progress const& progress) { line.show(progress); }));
    line.end();
    print(out, *item, plan, prefer);
    report.push_back(to_json(*item, plan));
    due += plan.links.size() + plan.broken.size() + plan.left.size();
    plans.push_back(std::move(plan));
  }
  warn(context, *session);
  json::Object result{{"dryRun", options.dry_run}, {"items", std::move(report)}};
  if (options.dry_run || due == 0) {
    out.result(result);
    return 0;
  }
  TANDEM_TRY(bool const yes, confirmed(context, "Rebuild them?", options.yes));
  if (!yes) {
    out.note("nothing was changed");
    return 0;
  }
  sync::RebuildDone done;
  for (std::size_t i = 0; i < items.size(); ++i) {
    TANDEM_TRY(auto const part, sync::commit_rebuild(session->run, *items[i], plans[i], prefer));
    done.links += part.links;
    done.held += part.held;
    done.queued += part.queued;
    done.comments += part.comments;
    done.files += part.files;
    done.broken += part.broken;
  }
  int const code = done.held > 0 ? exit_code(ErrorKind::remote) : 0;
  result.set("rebuilt", static_cast<std::uint64_t>(done.links));
  result.set("held", static_cast<std::uint64_t>(done.held));
  result.set("queued", static_cast<std::uint64_t>(done.queued));
  result.set("broken", static_cast<std::uint64_t>(done.broken));
  result.set("twins", twins_json(done.comments, done.files));
  result.set("exit", code);
  out.result(result);
  out.line(fmt::format("{} {} rebuilt{}", done.links, done.links == 1 ? "link" : "links",
                       done.held > 0 ? fmt::format("; {} {} held: `tandem link resolve` decides", done.held,
                                                   done.held == 1 ? "field is" : "fields are")
                                     : ""));
  return code;
}

}  // namespace

void register_link_rebuild(App& app) {
  auto options = std::make_shared<Options>();
  app.command("link rebuild", "Make links anew from both systems, after the store was lost.")
      .details(
          "A link is where the note on a record and the property of an issue name each other. Equal values become the base; "
          "where "
          "they differ, --prefer says whose are taken, else the field is held. A link that was removed is not made again. Apply "
          "the "
          "item files first, with the baseline that they had. Copies of comments, notes and files are known again by their "
          "marks, "
          "names and contents; what has no copy and is older than the rebuild is not copied.")
      .values("--item", "ITEM", options->items, "Only this item's links; may be repeated.")
      .choice("--prefer", {"dynamics", "jira"}, options->prefer, "Whose values are taken where both sides differ.")
      .setting("jobs")
      .setting("lockTimeout")
      .group("Safety")
      .flag("-n,--dry-run", options->dry_run, "Show what would be rebuilt; change nothing.")
      .flag("-y,--yes", options->yes, "Do not ask.")
      .example("tandem link rebuild --dry-run", "What both systems still know.")
      .example("tandem link rebuild --item support-cases --prefer dynamics", "Where they differ, the record is right.")
      .exits({3, 4, 5, 6, 7, 8, 9, 11, 143})
      .run([options](Context& context) { return rebuild(context, *options); });
}

}  // namespace tandem::cli
