// `explain`: why something is done or not, for a record, an issue or a delivery (SPEC X1); or what a reason means. Reads only.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/connection/jira/webhook/hint.hpp>
#include <tandem/link/link_table.hpp>
#include <tandem/sync/event/deliveries.hpp>
#include <tandem/sync/event/outbox.hpp>
#include <tandem/sync/explain_look.hpp>
#include <tandem/sync/link_items.hpp>

#include "cli/app.hpp"
#include "cli/context.hpp"
#include "cli/suggest.hpp"
#include "commands.hpp"
#include "event_drain.hpp"

namespace tandem::cli {

namespace {

using sync::explain::Answer;
using sync::explain::Condition;
using sync::explain::Effect;
using sync::explain::Explained;

struct Options {
  std::optional<std::string> what, item, field, comment, file, effect, side;
  [[nodiscard]] bool asks_for(Effect const& one) const {
    if (effect && one.name != *effect) return false;
    return !side || one.direction == "both" || one.direction == "to-" + *side;
  }
};

constexpr std::string_view kEffects = "auto-create|field|status|case-close|comments|attachments";

ReasonText const* reason_named(std::string_view code) {
  auto const all = all_reasons();
  auto const found = std::find_if(all.begin(), all.end(), [&](ReasonText const& one) { return one.code == code; });
  return found == all.end() ? nullptr : &*found;
}

// "; did you mean before-baseline?" where the text has a code's form; "" where it is nothing like one.
std::string meant_reason(std::string const& text) {
  if (text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") != std::string::npos) return {};
  std::vector<std::string> codes;
  for (auto const& reason : all_reasons()) codes.emplace_back(reason.code);
  return did_you_mean(text, codes);
}

int explain_reason(Output& out, ReasonText const& reason) {
  out.line(reason.code, Style::strong);
  out.line(fmt::format("  {}", reason.sentence));
  out.line(fmt::format("  what to do: {}", reason.cure));
  out.result(json::Object{{"code", reason.code}, {"sentence", reason.sentence}, {"cure", reason.cure}});
  return 0;
}

std::string title_of(Effect const& effect) {
  if (effect.name != "field") return effect.name;
  bool const to_jira = effect.direction == "to-jira";
  return to_jira ? fmt::format("{} -> {}, from Dynamics to Jira", effect.column, effect.field)
                 : fmt::format("{} -> {}, from Jira to Dynamics", effect.field, effect.column);
}

std::string verdict_of(Effect const& effect) {
  auto const* const decisive = effect.decisive();
  if (decisive == nullptr) return "yes: " + effect.outcome;
  if (decisive->answer == Answer::unknown) return fmt::format("unknown: \"{}\" cannot be told", decisive->asks);
  return fmt::format("no{}: \"{}\" does not hold", decisive->reason ? ", " + std::string(code_of(*decisive->reason)) : "",
                     decisive->asks);
}

std::string evidence_of(Condition const& condition) {
  auto out = condition.found;
  if (condition.at) out += fmt::format("{}{}", out.empty() ? "" : ", ", to_rfc3339_seconds(*condition.at));
  if (!condition.run.empty()) out += fmt::format("{}run {}", out.empty() ? "" : ", ", condition.run);
  return out;
}

bool same(Condition const& a, Condition const& b) { return a.asks == b.asks && a.answer == b.answer && a.found == b.found; }

// Conditions that an effect shares with the one before it are told once. A run asks no further than to the one that decides; `all` tells the
// others too.
void print(Output& out, std::vector<Effect> const& effects, bool all) {
  Effect const* before = nullptr;
  for (auto const& effect : effects) {
    auto const answer = effect.answer();
    out.line(fmt::format("{}: {}", title_of(effect), verdict_of(effect)), answer == Answer::yes  ? Style::good
                                                                          : answer == Answer::no ? Style::strong
                                                                                                 : Style::warning);
    auto const& conditions = effect.conditions;
    std::size_t shared = 0;
    while (before != nullptr && shared < conditions.size() && shared < before->conditions.size() &&
           same(conditions[shared], before->conditions[shared]) && conditions[shared].answer == Answer::yes)
      ++shared;
    if (shared < 2) shared = 0;
    Table table({{.title = "condition"}, {.title = "holds"}, {.title = "evidence", .may_wrap = true}});
    if (shared > 0) table.row({"as above", "yes", {fmt::format("the first {} conditions", shared), Style::faint}});
    auto const* const decisive = effect.decisive();
    for (std::size_t i = shared; i < conditions.size(); ++i) {
      auto const& one = conditions[i];
      bool const decides = &one == decisive;
      if (!all && decisive != nullptr && &one > decisive) break;
      table.row({{one.asks, decides ? Style::strong : Style::plain},
                 {std::string(name_of(one.answer)), one.answer == Answer::no ? Style::bad : Style::plain},
                 evidence_of(one)});
    }
    out.table(table);
    if (decisive != nullptr && !decisive->cure.empty()) out.line(fmt::format("what would change it: {}", decisive->cure));
    out.line("");
    before = &effect;
  }
}

void print(Output& out, Explained const& one, bool all) {
  auto const record = one.number.empty() ? one.record : one.number;
  out.line(
      fmt::format("{}{}{}, item {}", record.empty() ? "no record" : record, one.title.empty() ? "" : " \"" + one.title + "\"",
                  one.issue_key.empty() ? ", no issue" : " and " + one.issue_key, one.item),
      Style::strong);
  out.line("");
  if (one.effects.empty()) out.line("nothing of what is asked for applies to it");
  print(out, one.effects, all);
}

// What was kept of a delivery; nothing when there is none with this id.
Result<std::optional<std::vector<sync::explain::Delivery>>> find_deliveries(store::Store& store, std::string const& id) {
  std::optional<std::vector<sync::explain::Delivery>> out;
  TANDEM_CHECK(store.read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const hints, sync::event::find_delivery(reader, id));
    if (!hints) return Unit{};
    out.emplace();
    for (auto const& hint : *hints) {
      sync::explain::Delivery one{hint};
      TANDEM_TRY(auto const waiting, sync::event::find_waiting(reader, hint.subject()));
      one.waits = waiting.has_value();
      if (!hint.issue.empty()) {
        TANDEM_TRY(one.links, link::find_by_issue(reader, hint.issue));
      }
      out->push_back(std::move(one));
    }
    return Unit{};
  }));
  return out;
}

// "" or the part that is asked for. Errors: usage, where it is asked for more than one thing.
Result<std::optional<sync::explain::Part>> part_of(Options const& options) {
  using Part = std::optional<sync::explain::Part>;
  int const asked = (options.field ? 1 : 0) + (options.comment ? 1 : 0) + (options.file ? 1 : 0);
  if (asked > 1) return fail(ErrorKind::usage, "--field, --comment and --file ask for different things: give one of them");
  auto const& given = options.comment ? options.comment : options.file;
  if (!given) return Part{};
  auto const kind = options.comment ? link::TwinKind::comment : link::TwinKind::file;
  if (auto const note = normalized_uuid(*given)) return Part{{kind, *note}};
  if (jira::webhook::is_id(*given)) return Part{{kind, *given}};
  return fail(ErrorKind::usage,
              fmt::format("\"{}\" is no id of a {}: Jira's are numbers, those of Dynamics' notes GUIDs", *given, name_of(kind)));
}

// Errors: usage, for an effect or a side that there is not.
Result<Unit> check_words(Options const& options) {
  std::vector<std::string> effects;
  for (std::string_view rest = kEffects; !rest.empty();) {
    auto const bar = std::min(rest.find('|'), rest.size());
    effects.emplace_back(rest.substr(0, bar));
    rest.remove_prefix(std::min(bar + 1, rest.size()));
  }
  if (options.effect && std::find(effects.begin(), effects.end(), *options.effect) == effects.end())
    return fail(Error{ErrorKind::usage,
                      fmt::format("there is no effect {}{}", *options.effect, did_you_mean(*options.effect, effects)),
                      {{"cure", std::string(kEffects)}}});
  if (options.side && *options.side != "dynamics" && *options.side != "jira")
    return fail(ErrorKind::usage, fmt::format("--side {}: expected dynamics or jira", *options.side));
  return Unit{};
}

Result<int> explain(Context& context, Options const& options) {
  TANDEM_CHECK(check_words(options));
  TANDEM_TRY(auto const part, part_of(options));
  if (auto const* const reason = reason_named(*options.what)) return explain_reason(context.out(), *reason);
  if (auto const meant = meant_reason(*options.what); !meant.empty()) {
    return fail(Error{ErrorKind::not_found,
                      fmt::format("there is no reason {}{}", *options.what, meant),
                      {{"cure", "`tandem help reasons` lists them"}}});
  }
  TANDEM_TRY(auto* const store, context.open_for_reading());
  TANDEM_TRY(auto const connection, context.open_connection());
  TANDEM_TRY(auto const items, sync::load_link_items(*connection, *store, false));
  TANDEM_TRY(auto const organisation, organisation_of(*connection));
  auto run_options = configured_run(context.config());
  run_options.dry_run = true;
  sync::Observer nobody;
  sync::RunInput const input{
      *connection, *store, context.log(), context.clock(), nobody, [&context] { return must_stop(context); }, organisation};
  sync::RunContext run(input, run_options, "explain");
  auto& out = context.out();
  bool const all = context.config().integer("verbose") > 0;
  TANDEM_TRY(auto const deliveries, find_deliveries(*store, *options.what));
  json::Array events, explained;
  std::vector<std::string> subjects;
  if (deliveries) {
    for (auto const& delivery : *deliveries) {
      auto const effect = sync::explain::effect_of(delivery);
      print(out, std::vector<Effect>{effect}, all);
      events.push_back(to_json(effect));
      auto const& hint = delivery.hint;
      if (!hint.issue_key.empty() && !delivery.links.empty()) subjects.push_back(hint.issue_key);
    }
    if (deliveries->empty()) out.line("the delivery was taken by an earlier version, which did not keep what it was about");
  } else {
    subjects.push_back(*options.what);
  }
  for (auto const& subject : subjects) {
    TANDEM_TRY(auto const found,
               sync::explain::explain(run, items, {subject, options.item.value_or(""), options.field.value_or(""), part}));
    for (auto one : found) {
      std::erase_if(one.effects, [&](Effect const& effect) { return !options.asks_for(effect); });
      print(out, one, all);
      explained.push_back(to_json(one));
    }
  }
  for (auto const& [name, error] : items.unusable) {
    if (!options.item) out.note(fmt::format("the item {} is left out: {}", name, error.to_line()));
  }
  out.result(json::Object{{"events", std::move(events)}, {"explained", std::move(explained)}});
  return 0;
}

}  // namespace

void register_explain(App& app) {
  auto options = std::make_shared<Options>();
  app.command("explain", "Say why something is done or not, and what would change it.")
      .details(
          "For an issue or a record: each thing that tandem may do for it, with the conditions in the order in which a run asks "
          "them, up to the first that does not hold (-v tells the others too), and the evidence. For a delivery of a webhook: "
          "what "
          "became of it. For a reason's code: what it means. Both systems are read, nothing is written.")
      .argument("WHAT", options->what,
                "An issue (key, id, address), a record (number, id, address), a delivery's id, or a reason's code.", true)
      .value("--item", "ITEM", options->item, "Only under this item.")
      .value("--field", "FIELD", options->field, "Only the mapping of this field or column.")
      .value("--effect", std::string(kEffects), options->effect, "Only this of what tandem may do.")
      .value("--side", "dynamics|jira", options->side, "Only what would be written to this side.")
      .value("--comment", "ID", options->comment, "Only this comment (its id in Jira) or note (its id in Dynamics).")
      .value("--file", "ID", options->file, "Only this attachment (its id in Jira) or note's file (the note's id in Dynamics).")
      .example("tandem explain SUP-12 --field summary", "Why an edit did not arrive.")
      .example("tandem explain SUP-12 --comment 10021", "Why a comment did not become a note.")
      .example("tandem explain CAS-01002", "Why a case did not become an issue.")
      .example("tandem explain before-baseline", "What a reason means. `tandem help reasons` lists all of them.")
      .exits({3, 4, 5, 9, 11})
      .run([options](Context& context) { return explain(context, *options); });
}

}  // namespace tandem::cli
