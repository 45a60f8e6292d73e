#include <tandem/sync/conversation/cycle.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include <tandem/link/link_table.hpp>
#include <tandem/sync/brakes.hpp>
#include <tandem/sync/workers.hpp>

namespace tandem::sync::conversation {

namespace {

constexpr std::size_t kLinksPerLook = 100;  // one bulk fetch; all of a look's texts are in memory at once
constexpr std::size_t kLinksPerListing = 100;
constexpr std::size_t kLinksPerCommit = 500;
constexpr int kRounds = 3;

// Which options the links of an item were put on the list for.
struct Queued {
  std::string mark;
  bool complete = false;
  std::string after;  // record: the list is filled in several commits
  [[nodiscard]] json::Value to_json() const { return json::Object{{"mark", mark}, {"complete", complete}, {"after", after}}; }
  static Result<Queued> from_json(json::Value const& value) {
    return Queued{std::string(value["mark"].text()), value["complete"].truthy(), std::string(value["after"].text())};
  }
};
constexpr store::Table<Queued> kQueued{"conversation_marks"};

// In which order plans are carried out: several workers end together if none begins a long one last.
std::vector<std::size_t> longest_first(std::vector<Plan> const& plans, int jobs) {
  std::vector<std::size_t> order(plans.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (jobs > 1) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return plans[a].changes.size() > plans[b].changes.size(); });
  }
  return order;
}

}  // namespace

Cycle::Cycle(RunContext& run, RunItem const& item, ItemRun& stats)
    : run_(run), item_(item), compiled_(*item.compiled), stats_(stats) {
  progress_.item = item.name();
  progress_.work = Work::conversations;
}

void Cycle::advance(std::uint64_t done) {
  progress_.done += done;
  progress_.seen = stats_.seen;
  progress_.failed = stats_.failed;
  run_.tell([&](Observer& observer) { observer.progress(progress_); });
}

// Comments and attachments switched on, or other options for them: each link of the item is looked at once.
Result<Unit> Cycle::queue_all_once() {
  auto const mark = mapping::conversation::mark_of(compiled_.item);
  for (;;) {
    bool complete = false;
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      TANDEM_TRY(auto held, kQueued.get(writer, item_.name()));
      if (!held || held->mark != mark) held = Queued{mark, false, ""};
      if (held->complete) {
        complete = true;
        return Unit{};
      }
      TANDEM_TRY(auto const links, link::links_of_item(writer, item_.name(), held->after, kLinksPerCommit));
      for (auto const& link : links) TANDEM_CHECK(link::note_conversation(writer, link.item, link.id));
      if (!links.empty()) held->after = links.back().record;
      held->complete = complete = links.size() < kLinksPerCommit;
      return kQueued.put(writer, item_.name(), *held);
    }));
    if (complete) return Unit{};
    TANDEM_CHECK(run_.go_on());
  }
}

Result<std::optional<std::uint64_t>> Cycle::check_brake() const {
  if (run_.options.allow_mass_change) return std::optional<std::uint64_t>{};
  DueChanges due;
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const all,
               link::conversations_of(reader, item_.name(), "", static_cast<std::size_t>(compiled_.item.brakes.max_updates) + 1));
    due.updates = all.size();
    return Unit{};
  }));
  TANDEM_CHECK(check_brakes(run_, compiled_.item, due));
  return std::optional(due.updates);
}

Result<Unit> Cycle::run(Found const& found) {
  if (!mapping::conversation::has_conversation(compiled_.item)) return Unit{};
  std::vector<std::string> only_here;
  if (run_.options.dry_run) {
    if (auto const mine = found.find(item_.name()); mine != found.end())
      only_here.assign(mine->second.begin(), mine->second.end());
  } else {
    TANDEM_CHECK(queue_all_once());
  }
  TANDEM_TRY(progress_.total, check_brake());
  if (progress_.total) *progress_.total += only_here.size();
  std::set<std::string> looked;
  std::string after;
  for (;;) {
    TANDEM_CHECK(run_.go_on());
    std::vector<link::DueConversation> entries;
    TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
      TANDEM_TRY(entries, link::conversations_of(reader, item_.name(), after, kLinksPerListing));
      return Unit{};
    }));
    if (entries.empty()) break;
    after = entries.back().link;
    auto const these = entries.size();
    auto const now = run_.dataverse_now();
    std::erase_if(entries, [&](link::DueConversation const& entry) {
      looked.insert(entry.link);
      if (entry.due(now, run_.options.retry_parked)) return false;
      ++stats_.skipped[std::string(code_of(entry.parked ? Reason::parked : Reason::retry_later))];
      return true;
    });
    TANDEM_CHECK(handle_news(entries));
    advance(these);
  }
  std::erase_if(only_here, [&](std::string const& link) { return looked.contains(link); });
  for (std::size_t at = 0; at < only_here.size(); at += kLinksPerLook) {
    std::vector<link::DueConversation> entries;
    for (auto i = at; i < std::min(at + kLinksPerLook, only_here.size()); ++i)
      entries.push_back({item_.name(), only_here[i], 0, {}, false, {}, {}});
    TANDEM_CHECK(handle(entries));
    advance(entries.size());
  }
  return Unit{};
}

Result<Unit> Cycle::run_links(std::vector<std::string> const& link_ids) {
  if (!mapping::conversation::has_conversation(compiled_.item) || link_ids.empty()) return Unit{};
  if (!run_.options.dry_run) {
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& id : link_ids) TANDEM_CHECK(link::note_conversation(writer, item_.name(), id, {{}, true}));
      return Unit{};
    }));
  }
  for (std::size_t at = 0; at < link_ids.size(); at += kLinksPerLook) {
    TANDEM_CHECK(run_.go_on());
    std::vector<link::DueConversation> entries;
    for (auto i = at; i < std::min(at + kLinksPerLook, link_ids.size()); ++i)
      entries.push_back({item_.name(), link_ids[i], 0, {}, false, {}, {}});
    TANDEM_CHECK(handle(entries));
  }
  return Unit{};
}

Result<Unit> Cycle::run_issue(std::string const& issue_id) {
  std::vector<std::string> ids;
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    TANDEM_TRY(auto const links, link::find_by_issue(reader, issue_id));
    for (auto const& link : links) {
      if (link.item == item_.name()) ids.push_back(link.id);
    }
    return Unit{};
  }));
  return run_links(ids);
}

void Cycle::tell_waiting(link::Link const& link) {
  run_.tell([&](Observer& observer) {
    observer.skipped({link.item, link.record, link.record_number, link.issue_key, Reason::open_intent,
                      "the outcome of a comment or file is not known yet"});
  });
}

void Cycle::tell(link::Link const& link, Plan const& plan) {
  run_.tell([&](Observer& observer) {
    observer.planned_conversation(link, plan);
    for (auto const& left : plan.left) {
      observer.skipped({link.item, link.record, link.record_number, link.issue_key, left.report.reason, left.report.detail});
    }
  });
  for (auto const& left : plan.left) ++stats_.skipped[std::string(code_of(left.report.reason))];
}

Result<Unit> Cycle::finish(link::DueConversation const& due, link::Link const& link, Outcome const& outcome,
                           std::optional<Error> failed, std::vector<std::string>& done) {
  stats_.comments += outcome.comments;
  stats_.notes += outcome.notes;
  stats_.files += outcome.files;
  auto failure = outcome.failure;
  if (failed)
    failure = Report{failed->kind == ErrorKind::not_found ? Reason::issue_missing : Reason::rejected, failed->to_line()};
  if (outcome.waiting > 0) {
    // What an earlier run left waiting is told, but does not fail this one.
    if (outcome.of_earlier_run)
      ++stats_.skipped[std::string(code_of(Reason::open_intent))];
    else
      stats_.waiting += outcome.waiting;
    tell_waiting(link);
    return Unit{};  // its entry stays: the next run settles it
  }
  if (outcome.fatal) return Unit{};
  if (!failure) {
    done.push_back(due.link);
    return Unit{};
  }
  return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
    TANDEM_TRY(auto const held, link::find_conversation(writer, due.item, due.link));
    Retry before;
    before.tries = held ? held->tries : due.tries;
    Retry fresh;
    fresh.reason = code_of(failure->reason);
    fresh.detail = failure->detail;
    auto const retry =
        run_.options.retries.failed(before.tries > 0 ? std::optional(before) : std::nullopt, fresh, run_.dataverse_now());
    ++stats_.failed;
    run_.tell([&](Observer& observer) {
      observer.failed({link.item, link.record, link.record_number, link.issue_key,
                       retry.parked ? Reason::parked : failure->reason, failure->detail});
    });
    return link::put_conversation(writer,
                                  {due.item, due.link, retry.tries, retry.next, retry.parked, retry.reason, retry.detail});
  });
}

// In one commit: each is a flush to the disk.
Result<Unit> Cycle::take_off(std::vector<std::string> const& done) {
  if (done.empty()) return Unit{};
  return run_.store().write([&](store::Writer& writer) -> Result<Unit> {
    for (auto const& id : done) TANDEM_CHECK(link::erase_conversation(writer, item_.name(), id));
    return Unit{};
  });
}

Result<Unit> Cycle::handle_news(std::vector<link::DueConversation> const& entries) {
  std::vector<link::Link> asked;
  std::map<std::string, std::string> told;
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    for (auto const& entry : entries) {
      // A webhook may be ahead of every listing, and a failure is told by a whole look.
      if (entry.by_event || entry.tries > 0 || entry.parked) continue;
      TANDEM_TRY(auto link, link::find_link(reader, entry.link));
      if (!link || link->state == link::State::broken) continue;
      if (!entry.issue_updated.empty()) told[entry.link] = entry.issue_updated;
      asked.push_back(std::move(*link));
    }
    return Unit{};
  }));
  auto found = without_news(run_, compiled_, std::move(asked), told);
  if (!found && ends_run(found.error().kind)) return fail(std::move(found).error());
  // What the listings of many cannot tell, a look at each does; it also says which of them is in the way.
  auto const quiet = found ? std::move(*found) : std::set<std::string>{};
  if (!run_.options.dry_run) TANDEM_CHECK(take_off({quiet.begin(), quiet.end()}));
  std::vector<link::DueConversation> some;
  for (auto const& entry : entries) {
    if (quiet.contains(entry.link)) continue;
    some.push_back(entry);
    if (some.size() < kLinksPerLook) continue;
    TANDEM_CHECK(handle(std::exchange(some, {})));
  }
  return handle(some);
}

Result<Unit> Cycle::handle(std::vector<link::DueConversation> const& entries) {
  if (entries.empty()) return Unit{};
  if (!rules_) {
    TANDEM_TRY(rules_, rules_of(run_, compiled_));
  }
  std::map<std::string, link::DueConversation> due;
  std::vector<link::Link> links;
  std::vector<link::DueConversation> gone;
  TANDEM_CHECK(run_.store().read([&](store::Reader& reader) -> Result<Unit> {
    for (auto const& entry : entries) {
      TANDEM_TRY(auto link, link::find_link(reader, entry.link));
      if (!link || link->state == link::State::broken) {
        gone.push_back(entry);
        continue;
      }
      due[entry.link] = entry;
      links.push_back(std::move(*link));
    }
    return Unit{};
  }));
  if (!gone.empty() && !run_.options.dry_run) {
    TANDEM_CHECK(run_.store().write([&](store::Writer& writer) -> Result<Unit> {
      for (auto const& entry : gone) TANDEM_CHECK(link::erase_conversation(writer, entry.item, entry.link));
      return Unit{};
    }));
  }
  std::map<std::string, Outcome> sums;
  for (int round = 0; round < kRounds && !links.empty(); ++round) {
    TANDEM_TRY(auto const looked, look(run_, *rules_, links));
    if (run_.options.dry_run) {
      for (auto const& one : looked) {
        if (one.failed) {
          ++stats_.failed;
          continue;
        }
        if (!one.intents.empty()) tell_waiting(one.both.link);
        auto const plan = plan_conversation(one.both, *rules_);
        tell(one.both.link, plan);
        for (auto const& change : plan.changes) {
          if (change.step == Step::keep) continue;
          if (change.twin.kind == link::TwinKind::file)
            ++stats_.files;
          else
            ++(change.twin.original == link::Side::dynamics ? stats_.comments : stats_.notes);
        }
      }
      return Unit{};
    }
    bool const first = round == 0;
    std::vector<Outcome> outcomes(looked.size());
    std::vector<Plan> plans(looked.size());
    for_each_of(looked.size(), run_.options.jobs, [&](std::size_t i) {
      if (!looked[i].failed && looked[i].intents.empty()) plans[i] = plan_conversation(looked[i].both, *rules_);
    });
    auto const order = longest_first(plans, run_.options.jobs);
    for_each_of(looked.size(), run_.options.jobs, [&](std::size_t nth) {
      auto const i = order[nth];
      auto const& one = looked[i];
      if (one.failed) return;
      if (!one.intents.empty()) {
        outcomes[i] = settle(run_, compiled_, one);
        outcomes[i].of_earlier_run = first;
        return;
      }
      outcomes[i] = apply(run_, compiled_, one, plans[i], rules_->files.verify);
    });
    std::vector<link::Link> again;
    std::vector<std::string> done;
    std::optional<Error> fatal;
    for (std::size_t i = 0; i < looked.size(); ++i) {
      auto const& link = looked[i].both.link;
      auto& outcome = outcomes[i];
      for (auto& report : outcome.left) plans[i].left.push_back({link::TwinKind::file, {}, "", "", std::move(report)});
      if (looked[i].intents.empty() && !looked[i].failed) tell(link, plans[i]);
      if (outcome.fatal && !fatal) fatal = outcome.fatal;
      auto& sum = sums[link.id];
      outcome.comments += sum.comments;
      outcome.notes += sum.notes;
      outcome.files += sum.files;
      if (outcome.again && !outcome.fatal && round + 1 < kRounds) {
        sum = outcome;
        again.push_back(link);
      } else {
        TANDEM_CHECK(finish(due[link.id], link, outcome, looked[i].failed, done));
      }
    }
    TANDEM_CHECK(take_off(done));
    if (fatal) return fail(std::move(*fatal));
    links = std::move(again);
  }
  return Unit{};
}

}  // namespace tandem::sync::conversation
