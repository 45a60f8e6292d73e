#include <tandem/sync/event/drain.hpp>

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/broken_links.hpp>
#include <tandem/sync/conversation/cycle.hpp>
#include <tandem/sync/event/deliveries.hpp>
#include <tandem/sync/event/find_issues.hpp>
#include <tandem/sync/event/recorder.hpp>
#include <tandem/sync/item_cycle.hpp>
#include <tandem/sync/journal.hpp>
#include <tandem/sync/moved_issues.hpp>

namespace tandem::sync::event {

namespace {

using jira::webhook::Kind;

constexpr std::size_t kAtOnce = jira::Client::kMostFetch;
// Jira's reads lag an event by moments at most; what is older still afterwards waits for the next run.
// How long the issue of a file is looked for, by Jira's clock.
constexpr Millis kSeekFor = std::chrono::hours{1};
constexpr std::array kReadAgainAfter{Millis{300}, Millis{700}, Millis{1500}};

// One hint on its way to its outcome.
struct Handled {
  EventOutcome outcome;
  std::string issue;  // id, once known
  std::optional<jira::Issue> read;
  std::vector<link::Link> links;
  bool ended = false;

  void end_as(End end, std::optional<Reason> reason, std::string detail = {}) {
    outcome.end = end;
    outcome.reason = reason;
    outcome.detail = std::move(detail);
    ended = true;
  }
  [[nodiscard]] QueuedHint const& hint() const { return outcome.waiting.hint; }
  [[nodiscard]] bool stale() const {
    if (!read || !hint().updated) return false;
    auto const* text = read->field("updated");
    auto const at = text == nullptr ? std::nullopt : parse_instant(text->text());
    return at && *at < *hint().updated;
  }
};

class Drain {
 public:
  Drain(RunContext& run, std::vector<RunItem> const& items, DrainStats& stats) : run_(run), items_(items), stats_(stats) {
    std::set<std::string> fields{"updated"};
    for (auto const& item : items_) {
      for (auto const& field : item.compiled->issue_fields()) fields.insert(field);
    }
    fields_.assign(fields.begin(), fields.end());
    std::set<std::string> projects;
    for (auto const& item : items_) {
      if (item.compiled->item.attachments["enabled"].truthy() && item.compiled->schema.project)
        projects.insert(item.compiled->schema.project->key);
    }
    projects_.assign(projects.begin(), projects.end());
  }

  Result<Unit> go() {
    std::uint64_t after = 0;
    progress_.work = Work::events;
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(progress_.total, count_waiting(reader));
      return Unit{};
    }));
    for (;;) {
      TANDEM_CHECK(run_.go_on());
      if (run_.options.drain_until && run_.in.clock.now() >= *run_.options.drain_until) break;
      std::vector<Waiting> batch;
      TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
        TANDEM_TRY(batch, waiting(reader, after, kAtOnce));
        return Unit{};
      }));
      if (batch.empty()) break;
      after = batch.back().sequence;
      std::vector<Handled> all(batch.size());
      for (std::size_t i = 0; i < batch.size(); ++i) {
        all[i].outcome.waiting = std::move(batch[i]);
        all[i].issue = all[i].hint().issue;
        all[i].outcome.issue_key = all[i].hint().issue_key;
      }
      auto const done = handle(all);
      TANDEM_CHECK(finish(all, done));
      if (!done) return done;
    }
    auto const now = run_.jira_now();
    if (!now) return Unit{};
    return run_.store().write([&](store::Writer& writer) { return date_deliveries(writer, *now); });
  }

 private:
  Result<Unit> handle(std::vector<Handled>& all) {
    TANDEM_CHECK(find_issues(all));
    TANDEM_CHECK(resolve_keys(all));
    TANDEM_CHECK(find_links(all));
    TANDEM_CHECK(read_again(all));
    TANDEM_CHECK(judge_missing(all));
    TANDEM_CHECK(follow_keys(all));
    return reconcile(all);
  }

  // Files whose events name no issue (SPEC F8). What is not found waits, as the index may lag, for an hour by Jira's clock.
  Result<Unit> find_issues(std::vector<Handled>& all) {
    std::vector<Handled*> sought;
    for (auto& one : all) {
      if (!one.hint().issue.empty() || !one.hint().issue_key.empty()) continue;
      if (projects_.empty())
        one.end_as(End::skipped, Reason::attachments_off);
      else if (!one.hint().holds(Kind::attachment_created))  // deletions are not mirrored (SPEC F10)
        one.end_as(End::skipped, Reason::unneeded_event);
      else
        sought.push_back(&one);
    }
    if (sought.empty()) return Unit{};
    TANDEM_TRY(auto const now, run_.fresh_jira_time());
    std::vector<SoughtFile> files;
    for (auto* one : sought) {
      auto& hint = one->outcome.waiting.hint;
      if (!hint.sought) hint.sought = now;
      for (auto const& id : hint.attachments) files.push_back({id, hint.at.value_or(*hint.sought - kSeekFor)});
    }
    TANDEM_TRY(auto const found, find_issues_of_files(run_, projects_, files));
    for (auto* one : sought) {
      auto const& hint = one->hint();
      auto const issue = hint.attachments.empty() ? found.end() : found.find(hint.attachments.front());
      if (issue != found.end()) {
        one->issue = issue->second.id;
        one->outcome.issue_key = issue->second.key;
      } else if (now - *hint.sought < kSeekFor) {
        one->end_as(
            End::queued, Reason::attachment_issue_unknown,
            fmt::format("the issue of file {} is not found yet; it is looked for until {}",
                        hint.attachments.empty() ? "?" : hint.attachments.front(), to_rfc3339_seconds(*hint.sought + kSeekFor)));
      } else {
        one->end_as(End::skipped, Reason::attachment_issue_unknown);
      }
    }
    return Unit{};
  }

  // A hint by key alone: an old key of an issue that moved is answered too, under its new one.
  Result<Unit> resolve_keys(std::vector<Handled>& all) {
    for (auto& one : all) {
      if (one.ended || !one.issue.empty()) continue;
      TANDEM_TRY(auto issue, run_.jira().get(one.hint().issue_key, fields_, {}));
      if (!issue) {
        one.end_as(End::skipped, Reason::issue_missing, fmt::format("{} does not exist or cannot be seen", one.hint().issue_key));
        continue;
      }
      one.issue = issue->id;
    }
    return Unit{};
  }

  Result<Unit> find_links(std::vector<Handled>& all) {
    return run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(auto const intents, open_intents(reader));
      bool const creating =
          std::any_of(intents.begin(), intents.end(), [](Intent const& intent) { return intent.effect == Effect::create_issue; });
      for (auto& one : all) {
        if (one.ended) continue;
        TANDEM_TRY(one.links, link::find_by_issue(reader, one.issue));
        if (!one.links.empty()) continue;
        if (creating) {
          one.end_as(End::queued, Reason::open_intent, "a create is not settled: the issue may be the one that it made");
        } else {
          one.end_as(End::skipped, Reason::not_linked);
        }
      }
      return Unit{};
    });
  }

  Result<Unit> fetch(std::vector<Handled*> const& due) {
    std::set<std::string> ids;
    for (auto const* one : due) ids.insert(one->issue);
    if (ids.empty()) return Unit{};
    TANDEM_TRY(auto const issues, run_.jira().bulk_fetch({ids.begin(), ids.end()}, fields_, {}));
    for (auto* one : due) {
      auto const found =
          std::find_if(issues.begin(), issues.end(), [&](jira::Issue const& issue) { return issue.id == one->issue; });
      one->read = found == issues.end() ? std::nullopt : std::optional(*found);
      if (one->read) one->outcome.issue_key = one->read->key;
    }
    return Unit{};
  }

  Result<Unit> read_again(std::vector<Handled>& all) {
    std::vector<Handled*> due;
    for (auto& one : all) {
      if (!one.ended) due.push_back(&one);
    }
    TANDEM_CHECK(fetch(due));
    for (auto const pause : kReadAgainAfter) {
      std::erase_if(due, [](Handled const* one) { return !one->stale(); });
      if (due.empty()) return Unit{};
      if (!run_.in.clock.sleep_for(pause, run_.in.stop)) return run_.go_on();
      TANDEM_CHECK(fetch(due));
    }
    for (auto* one : due) {
      if (one->stale()) {
        one->end_as(End::queued, Reason::stale_read,
                    fmt::format("the event tells of a version of {}", to_rfc3339(*one->hint().updated)));
      }
    }
    return Unit{};
  }

  // A deleted issue is believed only after a direct read by an identity that is proven (SPEC D12). Any other event of an issue that cannot
  // be seen breaks nothing.
  Result<Unit> judge_missing(std::vector<Handled>& all) {
    for (auto& one : all) {
      if (one.ended || one.read) continue;
      auto const shown = one.links.front().issue_key;
      if (one.outcome.issue_key.empty()) one.outcome.issue_key = shown;
      if (!one.hint().holds(Kind::issue_deleted)) {
        one.end_as(End::skipped, Reason::issue_missing, fmt::format("{} does not exist or cannot be seen", shown));
        continue;
      }
      TANDEM_TRY(bool const gone, issue_is_gone(run_, one.issue));
      if (!gone) {
        one.end_as(End::queued, Reason::stale_read, fmt::format("{} was deleted, but can still be read", shown));
        continue;
      }
      TANDEM_CHECK(break_links(one));
    }
    return Unit{};
  }

  Result<Unit> break_links(Handled& one) {
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& link : one.links) TANDEM_CHECK(break_link(run_, writer, link.id, Reason::issue_missing));
      return Unit{};
    }));
    for (auto const& link : one.links) {
      one.outcome.items.push_back(link.item);
      auto& stats = stats_[link.item];
      stats.item = link.item;
      ++stats.skipped[std::string(code_of(Reason::issue_missing))];
    }
    one.end_as(End::broken, Reason::issue_missing, fmt::format("{} was deleted", one.outcome.issue_key));
    return Unit{};
  }

  // A new key owes link note and remote link (SPEC F9).
  Result<Unit> follow_keys(std::vector<Handled>& all) {
    return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto& one : all) {
        if (one.ended) continue;
        for (auto& link : one.links) {
          TANDEM_CHECK(follow_key(writer, link.id, one.read->key));
        }
      }
      return Unit{};
    });
  }

  Result<Unit> reconcile(std::vector<Handled>& all) {
    Recorder recorder(run_.in.observer);
    RunInput const input{run_.in.connection, run_.in.store,          run_.in.log, run_.in.clock, recorder,
                         run_.in.stop,       run_.in.organisation_id};
    RunContext inner(input, run_.options, run_.run_id);
    std::set<std::string> gone;  // link ids whose record is not there
    std::map<std::string, Error> stopped;  // items that could not be run
    std::map<std::string, jira::Issue> read;  // moments ago: they are not read again
    for (auto const& one : all) {
      if (!one.ended && one.read) read.emplace(one.issue, *one.read);
    }
    for (auto const& item : items_) {
      if (!item.compiled->item.synchronised()) continue;
      std::vector<std::string> records;
      for (auto const& one : all) {
        for (auto const& link : one.links) {
          if (!one.ended && link.item == item.name()) records.push_back(link.record);
        }
      }
      std::sort(records.begin(), records.end());
      records.erase(std::unique(records.begin(), records.end()), records.end());
      if (records.empty()) continue;
      auto& stats = stats_[item.name()];
      auto missing = ItemCycle(inner, item, stats).run_records(records, read);
      if (missing) {
        if (auto talked = conversation::Cycle(inner, item, stats).run_links(conversations_of(all, item.name())); !talked)
          missing = fail(std::move(talked).error());
      }
      if (!missing) {
        stopped.emplace(item.name(), missing.error());
        if (ends_run(missing.error().kind)) {
          judge(all, recorder, gone, stopped);
          return fail(std::move(missing).error());
        }
        continue;
      }
      for (auto const& record : *missing) gone.insert(item.name() + '\0' + record);
    }
    judge(all, recorder, gone, stopped);
    return Unit{};
  }

  // The links whose comments or files the events may be about. A new comment or file also tells as a change of its issue.
  static std::vector<std::string> conversations_of(std::vector<Handled> const& all, std::string const& item) {
    std::vector<std::string> ids;
    for (auto const& one : all) {
      bool about = false;
      for (auto const kind : {Kind::issue_updated, Kind::comment_created, Kind::comment_updated, Kind::comment_deleted,
                              Kind::attachment_created, Kind::attachment_deleted, Kind::automation, Kind::by_hand})
        about = about || one.hint().holds(kind);
      for (auto const& link : one.links) {
        if (about && !one.ended && link.item == item) ids.push_back(link.id);
      }
    }
    return ids;
  }

  void judge(std::vector<Handled>& all, Recorder const& recorder, std::set<std::string> const& gone,
             std::map<std::string, Error> const& stopped) {
    for (auto& one : all) {
      if (one.ended) continue;
      bool looked = false;
      bool wrote = false;
      bool jira_only = false;
      std::string displayed;  // an item that only displays
      std::optional<Report> waits, failed, held, left;
      for (auto const& link : one.links) {
        auto const* item = item_named(link.item);
        if (item == nullptr) continue;
        one.outcome.items.push_back(link.item);
        if (!item->compiled->item.synchronised()) {
          displayed = link.item;
          continue;
        }
        looked = true;
        auto const seen = recorder.of(link.item, link.record);
        wrote = wrote || seen.wrote;
        jira_only = jira_only || seen.left_to_jira;
        if (seen.failed) failed = seen.failed;
        if (seen.held) held = seen.held;
        if (seen.skipped && seen.skipped->reason == Reason::open_intent)
          waits = seen.skipped;
        else if (seen.skipped)
          left = seen.skipped;
        if (gone.contains(link.item + '\0' + link.record)) left = Report{Reason::record_missing, link.record_number};
        if (auto const found = stopped.find(link.item); found != stopped.end() && !seen.wrote && !seen.failed) {
          bool const open = found->second.kind == ErrorKind::unknown_outcome;
          waits = Report{open ? Reason::open_intent : Reason::unreachable, found->second.to_line()};
        }
      }
      if (!looked && !displayed.empty())
        one.end_as(End::skipped, Reason::display_only, displayed);
      else if (!looked)
        one.end_as(End::skipped, Reason::item_disabled);
      else if (waits)
        one.end_as(End::queued, waits->reason, waits->detail);
      else if (failed)
        one.end_as(End::failed, failed->reason, failed->detail);
      else if (held)
        one.end_as(End::held, held->reason, held->detail);
      else if (wrote)
        one.end_as(End::updated, std::nullopt);
      else if (left)
        one.end_as(End::skipped, left->reason, left->detail);
      else
        one.end_as(End::unchanged, jira_only ? Reason::direction : Reason::no_change);
    }
  }

  // Keeps what was found, and tells it. What an error kept from being handled waits, whatever it was.
  Result<Unit> finish(std::vector<Handled>& all, Result<Unit> const& done) {
    for (auto& one : all) {
      if (!one.ended) one.end_as(End::queued, Reason::unreachable, done ? "" : done.error().to_line());
    }
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& one : all) {
        if (one.outcome.end != End::queued)
          TANDEM_CHECK(remove(writer, one.outcome.waiting));
        else if (one.hint().sought)
          TANDEM_CHECK(keep(writer, one.outcome.waiting));
      }
      return Unit{};
    }));
    for (auto const& one : all) {
      run_.in.log(Level::info, "handled_event",
                  {{"issue", one.outcome.issue_key},
                   {"outcome", std::string(name_of(one.outcome.end))},
                   {"reason", one.outcome.reason ? std::string(code_of(*one.outcome.reason)) : ""}});
      run_.tell([&](Observer& observer) { observer.event_handled(one.outcome); });
      if (one.outcome.end == End::failed) ++progress_.failed;
    }
    progress_.done += all.size();
    progress_.seen = progress_.done;
    progress_.total = std::max(progress_.total.value_or(0), progress_.done);
    run_.tell([&](Observer& observer) { observer.progress(progress_); });
    return Unit{};
  }

  RunItem const* item_named(std::string const& name) const {
    auto const found = std::find_if(items_.begin(), items_.end(), [&](RunItem const& item) { return item.name() == name; });
    return found == items_.end() ? nullptr : &*found;
  }

  RunContext& run_;
  std::vector<RunItem> const& items_;
  DrainStats& stats_;
  Progress progress_;
  std::vector<std::string> fields_;
  std::vector<std::string> projects_;  // keys of those with items that mirror files
};

}  // namespace

std::string_view name_of(End end) {
  switch (end) {
    case End::updated: return "updated";
    case End::unchanged: return "unchanged";
    case End::skipped: return "skipped";
    case End::broken: return "broken";
    case End::failed: return "failed";
    case End::held: return "held";
    case End::queued: break;
  }
  return "queued";
}

Result<Unit> drain(RunContext& run, std::vector<RunItem> const& items, DrainStats& stats) {
  return Drain(run, items, stats).go();
}

Result<Unit> tell_waiting(RunContext& run) {
  std::uint64_t after = 0;
  for (;;) {
    std::vector<Waiting> batch;
    TANDEM_CHECK(run.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(batch, waiting(reader, after, kAtOnce));
      return Unit{};
    }));
    if (batch.empty()) return Unit{};
    after = batch.back().sequence;
    for (auto& one : batch) {
      EventOutcome outcome;
      outcome.issue_key = one.hint.issue_key;
      outcome.waiting = std::move(one);
      outcome.detail = "a dry run does not handle it";
      run.tell([&](Observer& observer) { observer.event_handled(outcome); });
    }
  }
}

}  // namespace tandem::sync::event
