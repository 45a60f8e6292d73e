// What a run leaves for monitoring, CI and people: metrics that a strict reader takes, Markdown that nothing breaks, a command without secrets.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../folder.hpp"
#include "cli/replace_file.hpp"
#include "run_report/failure_command.hpp"
#include "run_report/markdown.hpp"
#include "run_report/metrics_text.hpp"
#include "run_report/report_file.hpp"
#include "run_report/summary_text.hpp"

using namespace tandem;
using namespace tandem::cli;

namespace {

using Labels = std::map<std::string, std::string>;
struct Sample {
  std::string name;
  Labels labels;
  double value = 0;
};

// Prometheus' text format, strictly: every name has HELP and TYPE once, before its samples, which stand together; names, labels, escapes and
// numbers are as the format wants them; no sample twice; the last line ends.
class Exposition {
 public:
  explicit Exposition(std::string const& text) {
    REQUIRE((text.empty() || text.back() == '\n'));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      if (line.starts_with("# HELP ")) {
        auto const [name, help] = word_and_rest(line.substr(7));
        CHECK_FALSE(help.empty());
        REQUIRE(families_.insert(name).second);
        family_ = name;
        typed_ = false;
      } else if (line.starts_with("# TYPE ")) {
        auto const [name, type] = word_and_rest(line.substr(7));
        CHECK(name == family_);
        CHECK(type == "gauge");
        typed_ = true;
      } else {
        REQUIRE(typed_);
        samples.push_back(sample(line));
        CHECK(samples.back().name == family_);
        REQUIRE(seen_.insert({samples.back().name, samples.back().labels}).second);
      }
    }
  }
  [[nodiscard]] std::optional<double> value(std::string const& name, Labels const& some = {}) const {
    for (auto const& one : samples) {
      if (one.name != name) continue;
      bool const fits = std::all_of(some.begin(), some.end(), [&](auto const& pair) {
        auto const at = one.labels.find(pair.first);
        return at != one.labels.end() && at->second == pair.second;
      });
      if (fits) return one.value;
    }
    return std::nullopt;
  }
  std::vector<Sample> samples;

 private:
  static std::pair<std::string, std::string> word_and_rest(std::string const& text) {
    auto const space = text.find(' ');
    REQUIRE(space != std::string::npos);
    REQUIRE(std::regex_match(text.substr(0, space), std::regex("[a-zA-Z_:][a-zA-Z0-9_:]*")));
    return {text.substr(0, space), text.substr(space + 1)};
  }
  static Sample sample(std::string const& line) {
    Sample out;
    auto const open = line.find('{');
    REQUIRE(open != std::string::npos);
    out.name = line.substr(0, open);
    std::size_t at = open + 1;
    while (line.at(at) != '}') {
      auto const equals = line.find("=\"", at);
      REQUIRE(equals != std::string::npos);
      auto const key = line.substr(at, equals - at);
      REQUIRE(std::regex_match(key, std::regex("[a-zA-Z_][a-zA-Z0-9_]*")));
      std::string value;
      for (at = equals + 2; line.at(at) != '"'; ++at) {
        if (line[at] != '\\') {
          value += line[at];
          continue;
        }
        auto const escape = line.at(++at);
        REQUIRE((escape == '\\' || escape == '"' || escape == 'n'));
        value += escape == 'n' ? '\n' : escape;
      }
      REQUIRE(out.labels.emplace(key, value).second);
      ++at;
      REQUIRE((line.at(at) == ',' || line.at(at) == '}'));
      if (line[at] == ',') ++at;
    }
    REQUIRE(line.at(at + 1) == ' ');
    auto const number = line.substr(at + 2);
    REQUIRE(std::regex_match(number, std::regex("-?[0-9]+(\\.[0-9]+)?")));
    out.value = std::stod(number);
    return out;
  }
  std::set<std::string> families_;
  std::set<std::pair<std::string, Labels>> seen_;
  std::string family_;
  bool typed_ = false;
};

RunDigest some_run() {
  RunDigest digest;
  digest.command = "sync-once";
  digest.connection = "odd\"name\\with\nall";
  digest.run = "1a2b";
  digest.exit = 6;
  digest.duration = Millis{1'250};
  sync::RunRecord record;
  record.requests = 34;
  sync::ItemRun item;
  item.item = "cases";
  item.seen = 20;
  item.created = 12;
  item.unchanged = 7;
  item.failed = 1;
  item.skipped = {{"before-baseline", 3}, {"filtered-out", 4}};
  item.behind = Millis{90'500};
  record.items.push_back(item);
  item.item = "leads";
  item.error = "more than 500";
  record.items.push_back(item);
  digest.record = record;
  digest.writes[{"cases", "jira", "created-issue"}] = 12;
  digest.failed.push_back({"cases", "id", "CAS-1", "SUP-1", Reason::rejected, "no <b>such</b> | value\nat `all`"});
  digest.failed_count = 300;
  digest.traffic[static_cast<std::size_t>(http::Service::jira)].answers = {1, 0, 30, 0, 2, 0};
  digest.traffic[static_cast<std::size_t>(http::Service::jira)].waits = 2;
  digest.traffic[static_cast<std::size_t>(http::Service::jira)].waited = Millis{2'500};
  return digest;
}

std::string text_of_file(std::string const& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

struct WithoutUmask {
  explicit WithoutUmask(mode_t mask) : before(::umask(mask)) {}
  ~WithoutUmask() { ::umask(before); }
  mode_t before;
};

}  // namespace

TEST_CASE("metrics are what a strict reader of Prometheus' text format takes, whatever the labels hold") {
  auto const now = *parse_instant("2026-11-23T05:44:00.250Z");
  StateCounts state;
  state.items["cases"] = {12, 1, 2, 3};
  state.outbox = 4;
  state.succeeded_at = now - Millis{60'000};
  Exposition const metrics(metrics_text(some_run(), state, now));
  for (auto const& sample : metrics.samples) {
    CHECK(sample.name.starts_with("tandem_"));
    CHECK(sample.labels.at("connection") == "odd\"name\\with\nall");
    CHECK(sample.labels.at("command") == "sync-once");
  }
  auto const at = static_cast<double>(epoch_millis(now)) / 1000;
  CHECK(metrics.value("tandem_run_timestamp_seconds") == Approx(at).epsilon(1e-12));
  CHECK(metrics.value("tandem_run_success_timestamp_seconds") == Approx(at - 60).epsilon(1e-12));
  CHECK(metrics.value("tandem_run_exit_code") == 6);
  CHECK(metrics.value("tandem_run_duration_seconds") == 1.25);
  CHECK(metrics.value("tandem_run_writes", {{"item", "cases"}, {"side", "jira"}, {"action", "created-issue"}}) == 12);
  CHECK(metrics.value("tandem_run_skipped", {{"item", "cases"}, {"reason", "filtered-out"}}) == 4);
  CHECK(metrics.value("tandem_run_item_stopped", {{"item", "cases"}}) == 0);
  CHECK(metrics.value("tandem_run_item_stopped", {{"item", "leads"}}) == 1);
  CHECK(metrics.value("tandem_run_behind_seconds", {{"item", "cases"}}) == 90.5);
  CHECK(metrics.value("tandem_run_requests", {{"service", "jira"}, {"status", "4xx"}}) == 2);
  CHECK(metrics.value("tandem_run_requests", {{"service", "jira"}, {"status", "none"}}) == 1);
  CHECK_FALSE(metrics.value("tandem_run_requests", {{"service", "dataverse"}}));
  CHECK(metrics.value("tandem_run_throttle_wait_seconds", {{"service", "jira"}}) == 2.5);
  CHECK(metrics.value("tandem_parked", {{"item", "cases"}}) == 2);
  CHECK(metrics.value("tandem_held_fields", {{"item", "cases"}}) == 3);
  CHECK(metrics.value("tandem_outbox_events") == 4);
}

TEST_CASE("a run that did not come to something has no metric of it, and a good one is the last success itself") {
  RunDigest early;
  early.command = "sync-once";
  early.exit = 5;
  Instant const now{Millis{1'790'000'000'000}};
  Exposition const failed(metrics_text(early, std::nullopt, now));
  CHECK(failed.value("tandem_run_exit_code") == 5);
  CHECK_FALSE(failed.value("tandem_run_success_timestamp_seconds"));
  CHECK_FALSE(failed.value("tandem_outbox_events"));
  CHECK_FALSE(failed.value("tandem_run_seen"));
  early.exit = 0;
  CHECK(Exposition(metrics_text(early, std::nullopt, now)).value("tandem_run_success_timestamp_seconds") == 1'790'000'000);
}

TEST_CASE("foreign text can neither end a cell of a table nor become markup, HTML, a link or a call [S2]") {
  auto const [text, shown] = GENERATE(table<std::string, std::string>({{"a | b", "a &#124; b"},
                                                                       {"a\r\nb\tc", "a  b c"},
                                                                       {"`code`", "\\`code\\`"},
                                                                       {"<img src=x>&amp;", "&lt;img src=x&gt;&amp;amp;"},
                                                                       {"[x](y) ![z](w)", "\\[x\\](y) \\!\\[z\\](w)"},
                                                                       {"**b** ~~s~~ _e_", "\\*\\*b\\*\\* \\~\\~s\\~\\~ \\_e\\_"},
                                                                       {"snake_case", "snake_case"},
                                                                       {"@ann", "&#64;ann"},
                                                                       {"https://x.example", "https&#58;//x.example"},
                                                                       {"WWW.x.example", "WWW&#46;x.example"},
                                                                       {"a\\|b", "a\\\\&#124;b"},
                                                                       {"$x$ #1", "&#36;x&#36; \\#1"},
                                                                       {"\x1b[2J", "\\u{1b}\\[2J"}}));
  CAPTURE(text);
  CHECK(markdown_text(text) == shown);
  auto const table = markdown_table({"One", ">Two"}, {{text, "2"}});
  CHECK(std::count(table.begin(), table.end(), '\n') == 3);
  CHECK(std::count(table.begin(), table.end(), '|') == 9);
}

TEST_CASE("the summary tells how it ended, each item, and each failure with its cure") {
  auto const text = summary_text(some_run());
  CHECK(text.starts_with("### tandem sync-once: exit code 6\n"));
  CHECK(text.find("What to do: look at `tandem status`.") != std::string::npos);
  CHECK(text.find("\n| cases | 12 | 0 | 0 | 0 | 0 | 7 | 7 | 1 | 0 |\n") != std::string::npos);
  CHECK(text.find("**leads stopped**: more than 500") != std::string::npos);
  CHECK(text.find("| cases | CAS-1 | SUP-1 | rejected | no &lt;b&gt;such&lt;/b&gt; &#124; value at \\`all\\` |") !=
        std::string::npos);
  CHECK(text.find("… and 299 more") != std::string::npos);
  CHECK(text.find("before-baseline") != std::string::npos);
  CHECK(text.find("#### Plan") == std::string::npos);

  RunDigest dry;
  dry.command = "sync-once";
  dry.dry_run = true;
  dry.record.emplace();
  CHECK(summary_text(dry).find("Nothing would change.") != std::string::npos);
  for (int i = 0; i < 250; ++i) dry.plan({"cases", "SUP-1", "CAS-1", "update issue", "summary", "a|b", "c"});
  auto const plan = summary_text(dry);
  CHECK(plan.find("### tandem sync-once (dry run): done") == 0);
  CHECK(plan.find("| cases | SUP-1 | CAS-1 | update issue | summary | a&#124;b | c |") != std::string::npos);
  CHECK(plan.find("… and 50 more") != std::string::npos);

  for (auto& one : dry.planned) one.before = std::string(200, '|');
  dry.planned.resize(200);
  while (dry.planned.size() < 20'000) dry.planned.push_back(dry.planned.front());
  auto const large = summary_text(dry);
  CHECK(large.size() < (1U << 20U));
  CHECK(large.ends_with("\n… cut here.\n\n"));
}

TEST_CASE("a file for others is replaced as a whole, new ones for all to read; a fault leaves the old one") {
  cli_test::Folder const folder;
  WithoutUmask const strict(0077);
  auto const path = folder.path("t.prom");
  auto const mode = [&] { return std::filesystem::status(path).permissions() & std::filesystem::perms::mask; };
  auto const [keep, follow] = GENERATE(table<bool, bool>({{false, false}, {true, true}}));
  CAPTURE(keep, follow);
  Replacing const how{.keep_permissions = keep, .follow_links = follow};
  REQUIRE(replace_file(path, "one\n", how));
  CHECK(mode() == std::filesystem::perms(0644));
  std::filesystem::permissions(path, std::filesystem::perms(0640));
  REQUIRE(replace_file(path, "two\n", how));
  CHECK(text_of_file(path) == "two\n");
  CHECK(mode() == std::filesystem::perms(keep ? 0640 : 0644));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
  CHECK_FALSE(replace_file(folder.path("no/such.prom"), "x", how));
  CHECK_FALSE(replace_file(folder.path(), "x", how));
  CHECK_FALSE(replace_file("/dev/full", "x", how));
  CHECK_FALSE(replace_file("", "x", how));
  std::filesystem::create_symlink(path, folder.path("link.prom"));
  auto const linked = replace_file(folder.path("link.prom"), "three\n", how);
  CHECK(linked.has_value() == follow);
  CHECK(std::filesystem::is_symlink(folder.path("link.prom")));
  CHECK(text_of_file(path) == (follow ? "three\n" : "two\n"));
  std::filesystem::create_symlink(folder.path("later.prom"), folder.path("nowhere.prom"));
  CHECK(replace_file(folder.path("nowhere.prom"), "x", how).has_value() == follow);
  CHECK(std::filesystem::exists(folder.path("later.prom")) == follow);
}

TEST_CASE("a summary is appended to what earlier steps wrote, and a full disk is told") {
  cli_test::Folder const folder;
  auto const path = folder.write("summary.md", "before\n");
  REQUIRE(append_report(path, "after\n"));
  CHECK(text_of_file(path) == "before\nafter\n");
  REQUIRE(append_report(folder.path("new.md"), "x\n"));
  auto const full = append_report("/dev/full", "x");
  REQUIRE_FALSE(full);
  CHECK(full.error().to_line().find("No space") != std::string::npos);
}

TEST_CASE("the command of --on-failure is given the summary and the facts, and no secret [S1]") {
  cli_test::Folder const folder;
  Redactor redactor;
  redactor.add("s3cr3t-value");
  Environment const ours({{"PATH", "/usr/bin:/bin"},
                          {"HOME", "/home/s3cr3t-value"},
                          {"TANDEM_CLIENT_SECRET", "another"},
                          {"TANDEM_KEY", "key"},
                          {"MY_OWN_NAME", "s3cr3t-value"},
                          {"LANG", "C"}});
  auto const environment = command_environment(ours, redactor, {{"TANDEM_EXIT", "6"}, {"LANG", "de"}});
  CHECK(environment == std::map<std::string, std::string>{{"PATH", "/usr/bin:/bin"}, {"TANDEM_EXIT", "6"}, {"LANG", "de"}});
  auto const out = folder.path("got");
  std::string const input(300'000, 'x');  // more than a pipe holds
  REQUIRE(run_command("env | sort | grep -v -e ^_= -e ^PWD= -e ^SHLVL= > '" + out + "'; cat >> '" + out + "'", input, environment,
                      Millis{20'000}, system_clock()));
  CHECK(text_of_file(out) == "LANG=de\nPATH=/usr/bin:/bin\nTANDEM_EXIT=6\n" + input);
  // One that reads nothing is no fault.
  CHECK(run_command("true", input, environment, Millis{20'000}, system_clock()));
}

TEST_CASE("a command of --on-failure that fails or does not end is told, and what it started ends with it") {
  cli_test::Folder const folder;
  std::map<std::string, std::string> const environment{{"PATH", "/usr/bin:/bin"}};
  auto const failed = run_command("exit 3", "", environment, Millis{20'000}, system_clock());
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "ended with exit code 3");
  auto const unknown = run_command("no-such-command-here 2>/dev/null", "", environment, Millis{20'000}, system_clock());
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message == "ended with exit code 127");
  auto const pid = folder.path("pid");
  auto const slow = run_command("sleep 600 & echo $! > '" + pid + "'; wait", "", environment, Millis{1'000}, system_clock());
  REQUIRE_FALSE(slow);
  CHECK(slow.error().message == "took longer than 1s and was killed");
  auto const child = std::stoi(text_of_file(pid));
  bool gone = false;
  for (int i = 0; i < 200 && !gone; ++i) {
    std::ifstream stat("/proc/" + std::to_string(child) + "/stat");
    std::string line;
    gone = !std::getline(stat, line) || line.find(") Z ") != std::string::npos;
    if (!gone) ::usleep(10'000);
  }
  CHECK(gone);
}
