#include "crash/interruption.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/mapping/richtext/adf.hpp>
#include <tandem/mapping/richtext/text.hpp>

#include "crash/ending.hpp"

namespace tandem::test {

namespace {

using namespace std::chrono_literals;

constexpr auto kSearchLag = 10min;
constexpr std::size_t kMostFaults = 3;  // described of one scenario

// What a copy of the process tells the one that made it.
struct Report {
  std::string ending;  // of the uninterrupted play
  std::uint64_t steps = 0, writes = 0;
  Counts counts;

  [[nodiscard]] std::string to_text() const {
    return json::to_text(json::Object{{"ending", ending},
                                      {"steps", static_cast<std::int64_t>(steps)},
                                      {"writes", static_cast<std::int64_t>(writes)},
                                      {"points", static_cast<std::int64_t>(counts.points)},
                                      {"duplicates", static_cast<std::int64_t>(counts.duplicates)},
                                      {"losses", static_cast<std::int64_t>(counts.losses)},
                                      {"differences", static_cast<std::int64_t>(counts.differences)},
                                      {"faults", counts.faults}});
  }
  static Report from_text(std::string const& text) {
    Report out;
    auto const parsed = json::parse(text);
    if (!parsed) {
      out.counts.differences = 1;
      out.counts.faults = "a copy of the process ended without a report\n";
      return out;
    }
    auto const number = [&](std::string_view name) { return static_cast<std::uint64_t>((*parsed)[name].integer().value_or(0)); };
    out.ending = (*parsed)["ending"].text();
    out.steps = number("steps");
    out.writes = number("writes");
    out.counts = {number("points"), number("duplicates"), number("losses"), number("differences"),
                  std::string((*parsed)["faults"].text())};
    return out;
  }
};

// In the process that called: what its copy reported, once that has ended. In the copy: the way to report, by `tell`.
class Copy {
 public:
  Copy() {
    int ends[2];
    std::fflush(nullptr);
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    process_ = fork();
    if (process_ < 0) throw std::runtime_error("no fork");
    out_ = ends[1];
    if (process_ == 0) {
      close(ends[0]);
      return;
    }
    close(ends[1]);
    std::string text;
    char piece[65536];
    for (ssize_t got = 0; (got = read(ends[0], piece, sizeof piece)) > 0;) text.append(piece, static_cast<std::size_t>(got));
    close(ends[0]);
    int status = 0;
    waitpid(process_, &status, 0);
    report = Report::from_text(text);
  }
  [[nodiscard]] bool inside() const { return process_ == 0; }
  // Ends the copy.
  [[noreturn]] void tell(Report const& told) const {
    auto const text = told.to_text();
    for (std::string_view rest = text; !rest.empty();) {
      auto const sent = ::write(out_, rest.data(), rest.size());
      if (sent <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::fflush(nullptr);
    _exit(0);
  }

  Report report;

 private:
  pid_t process_;
  int out_ = -1;
};

struct Death {
  std::string where;
  bool late = false;
};

class Play {
 public:
  Play(Scenario const& scenario, Setting const& setting) : scenario_(scenario), setting_(setting), story_(scenario.world) {
    if (scenario.prepare) scenario.prepare(story_);
    if (setting.search_lags) {
      // What the run is about has reached the index; what it writes will not have by the time that it is resumed.
      story_.world().advance(kSearchLag);
      story_.configure("jira.searchLag", fmt::format("{}m", kSearchLag.count()));
    }
    from_ = story_.world().now();
    story_.forget_requests();
    for (auto const& issue : story_.issues()) issues_.emplace_back(issue["key"].text());
  }

  Counts run() {
    // Which record becomes which issue would depend on who edited it last.
    if (setting_.person == Person::over && issues_.empty()) return {};
    Copy const whole;
    if (whole.inside()) play_whole(whole);
    if (!whole.report.counts.faults.empty()) return whole.report.counts;
    expected_ = whole.report.ending;
    kill_everywhere();
    counts_.points = points_;
    return counts_;
  }

 private:
  [[noreturn]] void play_whole(Copy const& copy) {
    Report report;
    auto const fault = [&](std::string const& what) {
      ++report.counts.differences;
      report.counts.faults += fmt::format("{}, uninterrupted: {}\n", scenario_.name, what);
    };
    try {
      story_.own_store();
      story_.forget_requests();
      CrashPoint never;
      auto const acted = scenario_.dies(story_, &never);
      report.steps = never.steps();
      report.writes = story_.writes().size();
      if (!acted.failed.empty()) fault(acted.failed);
      if (report.writes == 0 && report.steps < 4) fault("nothing is done");
      story_.world().advance(260s);
      resume(nullptr, report.counts, "uninterrupted");
      auto const done = ending(story_, from_);
      for (auto const& text : scenario_.shows) {
        if (done.find(text) == std::string::npos) fault(fmt::format("its end does not show {}\n{}", text, done));
      }
      interfere();
      catch_up(report.counts, "uninterrupted");
      report.ending = ending(story_, from_, depth());
      still(report.counts, "uninterrupted");
    } catch (std::exception const& caught) {
      fault(caught.what());
    } catch (...) {
      fault("an assertion failed");
    }
    std::filesystem::remove_all(story_.store_path());
    copy.tell(report);
  }

  // The run that dies, with a copy of this process for each way to die.
  void kill_everywhere() {
    CrashPoint crash;
    Death death;
    // True in the copy.
    auto const branch = [&](char const* how, bool late, bool cut) {
      if (!begin_copy()) return false;
      death = {fmt::format("{}, step {}", how, crash.steps()), late};
      cut ? crash.cut() : crash.die();
      return true;
    };
    auto const offset = std::hash<std::string>{}(scenario_.name);
    crash.at_each = [&](Moment moment) {
      if ((crash.steps() + offset) % setting_.every != 0) return;
      switch (moment) {
        case Moment::before_request:
          if (branch("before a request, which is lost", false, false)) return;
          if (setting_.late) branch("before a request, which is executed late", true, false);
          return;
        case Moment::after_request:
          if (branch("after a request", false, false)) return;
          if (setting_.cut) branch("after a request whose answer broke off", false, true);
          return;
        case Moment::before_commit: branch("before a commit", false, false); return;
        case Moment::after_commit: branch("after a commit", false, false); return;
      }
    };
    Acted acted;
    std::string thrown;
    try {
      acted = scenario_.dies(story_, &crash);
    } catch (...) {
      if (!copy_) throw;
      thrown = "an assertion failed before the death";
    }
    if (!copy_) return;
    crash.die();
    finish(death, acted, thrown);
  }

  // Forks. True in the copy, which begins to count anew; false where the copy has ended and its counts were taken.
  bool begin_copy() {
    auto copy = std::make_unique<Copy>();
    if (!copy->inside()) {
      take(copy->report);
      return false;
    }
    copy_ = std::move(copy);
    points_ = 1;
    counts_ = {};
    told_ = 0;
    story_.own_store();
    return true;
  }

  // In a copy: what a later process makes of it.
  [[noreturn]] void finish(Death const& death, Acted const& acted, std::string const& thrown) {
    try {
      if (!thrown.empty()) fault(death.where, thrown);
      if (setting_.soon) {
        story_.world().advance(5s);
        resume(nullptr, counts_, death.where + ", resumed at once", true);
      }
      story_.world().advance(60s);
      if (death.late) {
        for (auto const& one : acted.late) story_.world().send(one.service, one.request);
      }
      story_.world().advance(200s);
      interfere();
      resume_at(death.where, setting_.again > 0 ? setting_.deaths : 0);
    } catch (std::exception const& caught) {
      fault(death.where, caught.what());
    } catch (...) {
      fault(death.where, "an assertion failed");
    }
    std::filesystem::remove_all(story_.store_path());
    Report report;
    report.counts = counts_;
    report.counts.points = points_;
    copy_->tell(report);
  }

  // The resuming run, with further copies where it is to die too.
  void resume_at(std::string where, int deaths) {
    CrashPoint crash;
    if (deaths > 0) {
      crash.at_each = [&](Moment) {
        if (crash.steps() % setting_.again != 0 || !begin_copy()) return;
        where += fmt::format(", and again at step {}", crash.steps());
        crash.die();
      };
    }
    resume(&crash, counts_, where);
    if (crash.dead()) {
      story_.world().advance(200s);
      return resume_at(where, deaths - 1);
    }
    catch_up(counts_, where);
    judge(where);
  }

  // Once more where a person did something, where a pause began before the outcome was known, or where the index was behind: all of it has arrived
  // then, in whatever order.
  void catch_up(Counts& counts, std::string const& where) {
    if (setting_.person == Person::nothing && !setting_.soon && !setting_.search_lags) return;
    for (int i = 0; i < 2; ++i) {
      story_.world().advance(setting_.search_lags ? kSearchLag : 5min);
      // An index that was behind shows again what was looked at before: for a brake these are candidates.
      auto const acted = cycle({.allow_mass_change = scenario_.part == "trouble"})(story_, nullptr);
      if (acted.failed.empty()) continue;
      ++counts.differences;
      counts.faults += fmt::format("{}, {}: the run after it ended with: {}\n", scenario_.name, where, acted.failed);
    }
  }

  [[nodiscard]] Depth depth() const {
    switch (setting_.person) {
      case Person::beside: return Depth::unordered;
      case Person::over: return Depth::states;
      case Person::nothing: break;
    }
    return Depth::whole;
  }

  void interfere() {
    if (setting_.person == Person::nothing) return;
    // At the same minute however the run ended: copies of comments tell it.
    if (auto const at = from_ + 15min; at > story_.world().now())
      story_.world().advance(std::chrono::duration_cast<Millis>(at - story_.world().now()));
    auto const edit = [&](std::string_view as, sandbox::ServiceName side, std::string method, std::string target,
                          json::Object const& body) {
      auto const answer = story_.world().edit(
          as, side, {std::move(method), target, {{"Content-Type", "application/json"}, {"If-Match", "*"}}, json::to_text(body)});
      if (answer.status / 100 != 2) throw std::runtime_error(fmt::format("a person's {} is refused: {}", target, answer.body));
    };
    bool const over = setting_.person == Person::over;
    // What is closed cannot be edited, and which records are depends on how far the run got.
    bool const closes = scenario_.world.item_text.find("\"status\"") != std::string::npos;
    for (auto const& one : story_.cases()) {
      if (closes || one.number.substr(0, 9) > "CAS-01002" || one.row["statecode"].integer().value_or(0) != 0) continue;
      edit("alice", sandbox::ServiceName::dataverse, "PATCH", "/api/data/v9.2/incidents(" + one.id + ")",
           over ? json::Object{{"title", "The last word on " + one.number}}
                : json::Object{{"emailaddress", "alice@example.test"}});
      if (over) break;
    }
    if (over) return;
    for (auto const& issue : story_.issues()) {
      auto const path = "/rest/api/3/issue/" + std::string(issue["key"].text());
      if (std::find(issues_.begin(), issues_.end(), issue["key"].text()) == issues_.end()) continue;
      edit("bob", sandbox::ServiceName::jira, "POST", path + "/comment", {{"body", words("Bob was here")}});
    }
  }
  static json::Value words(std::string const& text) { return mapping::richtext::to_adf(mapping::richtext::from_text(text)).adf; }

  void resume(CrashPoint* crash, Counts& counts, std::string const& where, bool at_once = false) {
    // Some resuming runs let time pass, and what is on its way would come later than any service executes it.
    bool const plain = at_once && scenario_.part == "trouble";
    auto const acted = plain ? cycle({.allow_mass_change = true})(story_, crash) : scenario_.resumes(story_, crash);
    if (acted.failed.empty() || (crash != nullptr && crash->dead())) return;
    ++counts.differences;
    counts.faults += fmt::format("{}, {}: the resuming run ended with: {}\n", scenario_.name, where, acted.failed);
  }

  // One more run writes nothing.
  void still(Counts& counts, std::string const& where) {
    story_.forget_requests();
    static_cast<void>(scenario_.last(story_, nullptr));
    auto const writes = story_.writes();
    if (writes.empty()) return;
    ++counts.differences;
    counts.faults += fmt::format("{}, {}: one more run writes: {} …\n", scenario_.name, where, writes.front());
  }

  void judge(std::string const& where) {
    auto const departure = compare(expected_, ending(story_, from_, depth()));
    counts_.duplicates += departure.doubled;
    counts_.losses += departure.lost;
    counts_.differences += departure.different;
    if (!departure.shown.empty()) counts_.faults += fmt::format("{}, {}:\n{}", scenario_.name, where, departure.shown);
    still(counts_, where);
  }

  void fault(std::string const& where, std::string const& what) {
    ++counts_.differences;
    counts_.faults += fmt::format("{}, {}: {}\n", scenario_.name, where, what);
  }

  void take(Report const& report) {
    points_ += report.counts.points;
    auto counts = report.counts;
    counts.points = 0;
    if (!counts.faults.empty() && ++told_ > kMostFaults) counts.faults.clear();
    counts_ += counts;
  }

  Scenario const& scenario_;
  Setting const& setting_;
  Story story_;
  Instant from_;
  std::vector<std::string> issues_;  // that were there before the run
  std::string expected_;
  std::unique_ptr<Copy> copy_;  // in a copy of the process: the way to report
  Counts counts_;
  std::uint64_t points_ = 0;
  std::size_t told_ = 0;
};

}  // namespace

Counts& Counts::operator+=(Counts const& other) {
  points += other.points;
  duplicates += other.duplicates;
  losses += other.losses;
  differences += other.differences;
  faults += other.faults;
  return *this;
}

Act cycle(sync::RunOptions options) {
  return [options](Story& story, CrashPoint* crash) {
    auto ran = story.run(options, crash);
    Acted acted{std::move(ran.late), {}};
    if (!ran.record) {
      acted.failed = ran.record.error().to_line();
    } else if (ran.record->exit != 0 && ran.record->exit != 6) {
      acted.failed = fmt::format("exit {} {}", ran.record->exit, ran.record->error);
      for (auto const& item : ran.record->items) acted.failed += " " + item.error;
    }
    return acted;
  };
}

Act command(std::function<void(Story&, sync::RunContext&, sync::LinkItems const&)> body) {
  return [body = std::move(body)](Story& story, CrashPoint* crash) {
    auto worked = story.work([&](sync::RunContext& run, sync::LinkItems const& items) { body(story, run, items); }, crash);
    return Acted{std::move(worked.late), {}};
  };
}

Act both(Act first, Act second) {
  return [first = std::move(first), second = std::move(second)](Story& story, CrashPoint* crash) {
    auto acted = first(story, crash);
    if (!acted.failed.empty() || (crash != nullptr && crash->dead())) return acted;
    return second(story, crash);
  };
}

Act after(Millis time, Act act) {
  return [time, act = std::move(act)](Story& story, CrashPoint* crash) {
    story.world().advance(time);
    return act(story, crash);
  };
}

bool applies(Setting const& setting, Scenario const& scenario) {
  auto const& text = scenario.world.item_text;
  auto const holds = [&](char const* member) { return text.find(member) != std::string::npos; };
  // The issues of two items are made in another order then, and ids look like numbers in people's texts.
  if (setting.soon && !scenario.world.more_items.empty()) return false;
  switch (setting.person) {
    case Person::nothing: return true;
    // No event tells of what the person does. Which edit is the later one is told by the record's version as a whole (SPEC E5).
    case Person::beside:
      return scenario.part != "values" && scenario.part != "trouble" && scenario.part != "events" && !holds("\"conflict\"");
    // Who wins must not depend on what was carried over before: the last edit does.
    case Person::over:
      return (scenario.part == "fields" || scenario.part == "conversations" || scenario.part == "events") &&
             !holds("\"conflict\"") && !holds("\"status\"");
  }
  return true;
}

Counts interrupt_everywhere(Scenario const& scenario, Setting const& setting) { return Play(scenario, setting).run(); }

}  // namespace tandem::test
