// `push-event`: payloads of Jira's webhooks are proved, read, and kept as hints before any request; then handled if nobody else is at work
// (SPEC F1-F3, F6, F7, F11). Once a hint is kept, the exit code is 0: a receiver must not have Jira repeat it.
#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include <unistd.h>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/jira/webhook/payload.hpp>
#include <tandem/connection/jira/webhook/proof.hpp>
#include <tandem/connection/stored_connection.hpp>
#include <tandem/sync/event/deliveries.hpp>
#include <tandem/sync/event/drain.hpp>

#include "cli/app.hpp"
#include "cli/context.hpp"
#include "cli/files.hpp"
#include "cli/progress_line.hpp"
#include "cli/terminal.hpp"
#include "commands.hpp"
#include "event_drain.hpp"
#include "event_lines.hpp"
#include "run_report/after_run.hpp"
#include "sync_report.hpp"

namespace tandem::cli {

namespace {

using jira::webhook::Hint;
using jira::webhook::Ignored;

// A commit costs two flushes of the disk, however much it holds. What is gathered for one is lost if the process is killed before, so a
// writer that pauses is not made to wait until it is full.
constexpr std::size_t kEventsPerCommit = 2048;

struct Options {
  std::optional<std::string> file, signature, token, delivery_id, issue, metrics_file;
  bool ndjson = false, enqueue_only = false;
};

// What becomes of one payload.
struct Event {
  std::optional<std::size_t> line;  // of --ndjson
  std::string name;  // `webhookEvent`
  std::vector<Hint> hints;
  std::string delivery;
  std::string outcome = "queued";  // else ignored, repeated, refused, invalid
  std::optional<Reason> reason;
  std::optional<Error> error;
  std::vector<sync::event::QueuedHint> kept;
};

Event refused(Event event, Error error) {
  event.outcome = error.kind == ErrorKind::auth ? "refused" : "invalid";
  event.error = std::move(error);
  return event;
}

// Proof, then structure. No request, no store.
Event read_one(GivenPayload const& given, std::optional<Secret> const& secret) {
  Event event;
  event.line = given.line;
  event.delivery = given.delivery;
  if (given.fault) return refused(std::move(event), *given.fault);
  bool const by_hand = !given.issue.empty() && text::trimmed(given.body).empty();
  jira::webhook::Proof const proof{given.signature, given.token};
  if (secret && (proof.given() || !by_hand)) {
    if (auto const proved = jira::webhook::check_proof(proof, secret->expose(), given.body); !proved)
      return refused(std::move(event), proved.error());
  }
  auto const name_issue = [&](Hint& hint) { (jira::webhook::is_id(given.issue) ? hint.issue : hint.issue_key) = given.issue; };
  if (by_hand) {
    Hint hint;
    hint.kind = jira::webhook::Kind::by_hand;
    name_issue(hint);
    event.hints.push_back(std::move(hint));
    return event;
  }
  auto reading = jira::webhook::read_payload(given.body);
  if (!reading) return refused(std::move(event), std::move(reading).error());
  event.name = reading->event;
  if (reading->ignored != Ignored::no) {
    event.outcome = "ignored";
    event.reason = reading->ignored == Ignored::unneeded ? Reason::unneeded_event : Reason::unknown_event;
    return event;
  }
  event.hints = std::move(reading->hints);
  for (auto& hint : event.hints) {
    if (!hint.names_issue() && !given.issue.empty()) name_issue(hint);
  }
  return event;
}

// All in one commit: a delivery is known exactly when its hints are kept.
Result<Unit> keep(store::Store& store, std::vector<Event>& events) {
  return store.write([&](store::Writer& writer) -> Result<Unit> {
    for (auto& event : events) {
      if (event.hints.empty()) continue;
      std::vector<sync::event::QueuedHint> about;
      for (auto const& hint : event.hints) about.push_back(sync::event::queued(hint));
      if (!event.delivery.empty()) {
        TANDEM_TRY(bool const fresh, sync::event::take_delivery(writer, event.delivery, about));
        if (!fresh) {
          event.outcome = "repeated";
          event.reason = Reason::repeated_delivery;
          continue;
        }
      }
      for (auto const& hint : about) TANDEM_CHECK(sync::event::append(writer, hint));
      event.kept = std::move(about);
    }
    return Unit{};
  });
}

// Outcomes by what they are about.
class Outcomes final : public DigestObserver {
 public:
  Outcomes(Output& out, RunDigest& digest) : DigestObserver(digest), out_(out), progress_(out) {}
  void run_started(std::string const& run) override {
    DigestObserver::run_started(run);
    out_.set_run(run);
  }
  void progress(sync::Progress const& progress) override { progress_.show(progress); }
  void event_handled(sync::event::EventOutcome const& outcome) override {
    DigestObserver::event_handled(outcome);
    by_subject_[outcome.waiting.hint.subject()] = outcome;
  }
  [[nodiscard]] sync::event::EventOutcome const* of(sync::event::QueuedHint const& hint) const {
    auto const found = by_subject_.find(hint.subject());
    return found == by_subject_.end() ? nullptr : &found->second;
  }

 private:
  Output& out_;
  ProgressLine progress_;
  std::map<std::string, sync::event::EventOutcome> by_subject_;
};

// What is told of one kept hint: the drain's outcome, else that it waits.
sync::event::EventOutcome outcome_of(sync::event::QueuedHint const& hint, Outcomes const& outcomes) {
  sync::event::EventOutcome told;
  if (auto const* const found = outcomes.of(hint)) told = *found;
  auto const key = told.issue_key;
  told.waiting.hint = hint;
  told.issue_key = key.empty() ? hint.issue_key : key;
  return told;
}

class Report {
 public:
  explicit Report(Output& out) : out_(out) {}

  void tell(Event const& event, Outcomes const& outcomes) {
    auto const prefix = event.line ? fmt::format("line {}: ", *event.line) : std::string{};
    if (event.error) {
      exit_ = sync::worse_exit(exit_, exit_code(event.error->kind));
      out_.line(fmt::format("{}{}: {}", prefix, event.outcome, event.error->to_line()), Style::bad);
    }
    json::Object shown{{"event", event.name}, {"delivery", event.delivery}, {"outcome", event.outcome}};
    if (event.line) shown.set("line", static_cast<std::uint64_t>(*event.line));
    if (event.error) shown.set("error", event.error->to_line());
    if (event.reason) {
      shown.set("reason", code_of(*event.reason));
      auto const& text = text_of(*event.reason);
      out_.line(fmt::format("{}{}: {}, {}: {}", prefix, event.name.empty() ? "event" : event.name, event.outcome, text.code,
                            text.sentence));
    }
    json::Array hints;
    for (auto const& hint : event.kept) {
      auto const outcome = outcome_of(hint, outcomes);
      out_.line(prefix + to_line(outcome));
      hints.push_back(to_json(outcome));
    }
    shown.set("hints", std::move(hints));
    events_.push_back(std::move(shown));
  }

  int finish() {
    out_.result(json::Object{{"events", std::move(events_)}, {"exit", exit_}});
    return exit_;
  }

 private:
  Output& out_;
  json::Array events_;
  int exit_ = 0;
};

Result<GivenPayload> given_once(Options const& options, Environment const& environment) {
  GivenPayload given;
  auto const either = [&](std::optional<std::string> const& option, char const* variable) {
    return option.value_or(environment.get(variable).value_or(""));
  };
  given.signature = either(options.signature, "TANDEM_WEBHOOK_SIGNATURE");
  given.token = either(options.token, "TANDEM_WEBHOOK_TOKEN");
  given.delivery = either(options.delivery_id, "TANDEM_DELIVERY_ID");
  given.issue = options.issue.value_or("");
  if (!options.file && options.issue) return given;  // by hand: nobody is going to write a payload
  if (!options.file && is_terminal(STDIN_FILENO))
    return fail(
        Error{ErrorKind::usage, "a payload is expected on stdin", {{"cure", "name a FILE, or an issue with --issue KEY"}}});
  auto body = !options.file || *options.file == "-" ? read_descriptor(STDIN_FILENO, "stdin", jira::webhook::kMostBytes)
                                                    : read_file(*options.file, jira::webhook::kMostBytes);
  if (!body) return fail(Error{ErrorKind::usage, body.error().message, {}});
  given.body = std::move(*body);
  return given;
}

Result<Unit> judge(Options const& options) {
  if (options.issue && !jira::webhook::is_issue_key(*options.issue) && !jira::webhook::is_id(*options.issue))
    return fail(ErrorKind::usage,
                fmt::format("--issue is \"{}\", but takes an issue's key such as SUP-12, or its id", *options.issue));
  if (!options.ndjson) return Unit{};
  if (options.signature || options.token || options.delivery_id || options.issue) {
    return fail(
        ErrorKind::usage,
        "with --ndjson each line carries its own headers: --signature, --token, --delivery-id and --issue do not go with it");
  }
  return Unit{};
}

Result<int> push_event(Context& context, Options const& options) {
  TANDEM_CHECK(judge(options));
  if (auto const token = options.token ? options.token : context.environment().get("TANDEM_WEBHOOK_TOKEN"))
    context.log().redactor().add(*token);
  std::optional<GivenPayload> single;
  if (!options.ndjson) {
    TANDEM_TRY(single, given_once(options, context.environment()));
  }
  TANDEM_TRY(auto* const store, context.open_for_appending());
  TANDEM_TRY(auto const secret, context.stored_secret(connection::kWebhookSecret));
  std::vector<Event> events;
  if (single) {
    bool const unproved = !secret && (!single->signature.empty() || !single->token.empty());
    if (unproved) context.log()(Level::info, "proof_not_checked", {{"why", "no webhook secret is stored"}});
    events.push_back(read_one(*single, secret));
    single.reset();
    TANDEM_CHECK(keep(*store, events));
  } else {
    std::vector<Event> batch;
    auto const keep_batch = [&]() -> Result<Unit> {
      if (batch.empty()) return Unit{};
      TANDEM_CHECK(keep(*store, batch));
      std::move(batch.begin(), batch.end(), std::back_inserter(events));
      batch.clear();
      return Unit{};
    };
    auto const take = [&](GivenPayload const& given) -> Result<Unit> {
      batch.push_back(read_one(given, secret));
      return batch.size() < kEventsPerCommit ? Result<Unit>(Unit{}) : keep_batch();
    };
    TANDEM_CHECK(read_event_lines(options.file.value_or("-"), take, keep_batch));
    TANDEM_CHECK(keep_batch());
  }

  RunDigest digest;
  digest.command = "push-event";
  digest.connection = context.connection_name();
  auto const began = context.clock().now();
  Outcomes outcomes(context.out(), digest);
  bool handled = false;
  bool const any = std::any_of(events.begin(), events.end(), [](Event const& event) { return !event.kept.empty(); });
  if (any && !options.enqueue_only) {
    context.set_deadline(context.config().duration("deadline"));
    TANDEM_TRY(auto const drained, drain_events(context, outcomes));
    if (drained.locked) context.out().note("queued: another run is at work and handles it");
    if (drained.error) digest.exit = code_of(*drained.error);
    handled = !drained.locked;
    digest.traffic = drained.traffic;
    if (drained.error) context.out().warning("the event waits for the next run: " + drained.error->to_line());
  }
  Report report(context.out());
  for (auto const& event : events) report.tell(event, outcomes);
  digest.duration = std::chrono::duration_cast<Millis>(context.clock().now() - began);
  if (handled && options.metrics_file) after_run(context, {*options.metrics_file, "", "", {}}, digest);
  // One payload that is not taken is an error like any other.
  if (!options.ndjson && events.front().error && !context.out().json()) return fail(*events.front().error);
  return report.finish();
}

}  // namespace

void register_push_event(App& app) {
  auto options = std::make_shared<Options>();
  app.command("push-event", "Take a Jira webhook's payload.")
      .details(
          "Reads one payload from FILE or stdin, keeps which issue it is about, and handles it at once unless another run is at "
          "work, which "
          "then does. A payload is only a hint: the issue is read again. Understood are webhooks and Automation's web requests. "
          "With a "
          "stored webhook secret (`tandem auth set --webhook-secret-…`), a payload without its proof is refused.")
      .argument("FILE", options->file, "The payload; - or nothing: stdin.")
      .flag("--ndjson", options->ndjson, "Read many: {\"headers\":{…},\"body\":\"raw text\"} a line, each with its own outcome.")
      .flag("--enqueue-only", options->enqueue_only, "Keep it and return, without any request: the next run handles it.")
      .value("--signature", "SIGNATURE", options->signature, "The header X-Hub-Signature; also TANDEM_WEBHOOK_SIGNATURE.")
      .value("--token", "TOKEN", options->token,
             "The fixed header of an Automation rule: the webhook secret; also TANDEM_WEBHOOK_TOKEN.")
      .value("--delivery-id", "ID", options->delivery_id,
             "The header X-Atlassian-Webhook-Identifier: a repeated delivery does nothing; also TANDEM_DELIVERY_ID.")
      .value("--issue", "KEY", options->issue, "The issue, where the payload does not name it or there is none.")
      .value("--metrics-file", "FILE", options->metrics_file,
             "Where events were handled, replace FILE by metrics of that, in Prometheus' text format; not the file of sync-once.")
      .setting("deadline")
      .setting("jobs")
      .example("tandem push-event --signature \"$SIGNATURE\" --delivery-id \"$ID\" -",
               "From a webhook receiver, with the raw body on stdin.")
      .example("tandem push-event --issue SUP-12", "Have a look at one issue, without a payload.")
      .example("cat inbox/*.ndjson | tandem push-event --ndjson --enqueue-only",
               "Take what was collected; the next run handles it.")
      .exits({3, 4, 11})
      .run([options](Context& context) { return push_event(context, *options); });
}

}  // namespace tandem::cli
