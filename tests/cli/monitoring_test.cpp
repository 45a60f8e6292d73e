// What a run shows on a terminal, writes into a log, and leaves for monitoring, with the real program.
#include <catch2/catch.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tandem/base/time/instant.hpp>

#include "background.hpp"
#include "synced.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

std::string text_of(std::string const& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// `tandem` on a terminal of 80 columns: what it shows, both streams together.
std::string on_terminal(Operator const& ann, std::vector<std::string> args) {
  auto const state = "TANDEM_STATE_DIR=" + ann.state();
  auto const config = "XDG_CONFIG_HOME=" + ann.folder().path("config");
  auto const home = "HOME=" + ann.folder().path("home");
  args.insert(args.begin(), TANDEM_PROGRAM);
  std::vector<char*> argv;
  for (auto& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  std::vector<std::string> pairs{state, config, home, "TERM=xterm", "LC_ALL=C", "PATH=/usr/bin:/bin"};
  std::vector<char*> environment;
  for (auto& pair : pairs) environment.push_back(pair.data());
  environment.push_back(nullptr);
  winsize const size{24, 80, 0, 0};
  int master = -1;
  auto const child = ::forkpty(&master, nullptr, nullptr, &size);
  REQUIRE(child >= 0);
  if (child == 0) {
    ::execve(TANDEM_PROGRAM, argv.data(), environment.data());
    ::_exit(127);
  }
  std::string shown;
  std::array<char, 4096> piece{};
  for (ssize_t got = 0; (got = ::read(master, piece.data(), piece.size())) > 0;)
    shown.append(piece.data(), static_cast<std::size_t>(got));
  ::close(master);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  return shown;
}

std::vector<json::Value> log_lines(std::string const& text) {
  std::vector<json::Value> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    CAPTURE(line);
    auto parsed = json::parse(line);
    REQUIRE(parsed.has_value());
    CHECK(parse_instant((*parsed)["time"].text()).has_value());
    CHECK_FALSE((*parsed)["level"].text().empty());
    CHECK_FALSE((*parsed)["message"].text().empty());
    lines.push_back(std::move(*parsed));
  }
  return lines;
}

std::string metric(std::string const& file, std::string const& name) {
  std::istringstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name + "{")) return line.substr(line.rfind(' ') + 1);
  }
  return {};
}

}  // namespace

TEST_CASE("on a terminal a run shows its progress in one line of 80 columns, and nowhere else [E11]") {
  Sandbox const sandbox({"--latency-ms", "jira=10,dataverse=10"});
  Operator const ann(sandbox);
  REQUIRE(ann.connect().code == 0);
  REQUIRE(ann.tandem({"items", "apply", "-f", kSupportCases, "--baseline", "all"}).code == 0);
  auto const shown = on_terminal(ann, {"sync-once"});
  CAPTURE(shown);
  CHECK(shown.find("\r\x1b[Ksupport-cases: 12 of 12 records") != std::string::npos);
  CHECK(shown.find("\r\x1b[Ksupport-cases: 12 created") != std::string::npos);  // the line is gone before the summary
  for (char const c : shown) CHECK(static_cast<unsigned char>(c) < 0x80);
  std::string line;
  for (char const c : shown) {
    if (c == '\r' || c == '\n') {
      CHECK(line.size() <= 80 + 3);  // "\x1b[K" takes no room
      line.clear();
    } else {
      line += c;
    }
  }
  CHECK(on_terminal(ann, {"sync-once", "--sweep"}).find("12 of 12 links") != std::string::npos);
  CHECK(on_terminal(ann, {"sync-once", "--sweep", "--no-progress"}).find("\x1b[K") == std::string::npos);
  CHECK(on_terminal(ann, {"sync-once", "--sweep", "-q"}).empty());
  auto const rebuilt = on_terminal(ann, {"link", "rebuild", "--dry-run"});
  CHECK(rebuilt.find("support-cases: 12 marks") != std::string::npos);
  auto const piped = ann.tandem({"sync-once", "--sweep"});
  CHECK(piped.out == "support-cases: 0 created, 0 updated, 12 unchanged, 0 failed\n");
  CHECK(piped.err.empty());
  auto const quiet = ann.tandem({"sync-once", "-q"});
  CHECK(quiet.all().empty());  // or cron would mail it
  CHECK(on_terminal(ann, {"items", "remove", "support-cases", "--with-links"}).find("12 of 12 links") != std::string::npos);
}

TEST_CASE("with --log-format json every command writes objects to stderr, and its exit code last") {
  auto const listed = run(TANDEM_PROGRAM, {{"help", "commands", "--output", "json"}, {{"HOME", "/nonexistent"}}, {}});
  for (auto const& command : json::parse(listed.out).value()["commands"].items()) {
    std::istringstream words(command["path"].scalar_text());
    std::vector<std::string> args;
    for (std::string word; words >> word;) args.push_back(word);
    args.insert(args.end(), {"--no-such-option", "--log-format", "json"});
    auto const ran = run(TANDEM_PROGRAM, {args, {{"HOME", "/nonexistent"}}, {}});
    CAPTURE(command["path"].scalar_text(), ran.err);
    auto const lines = log_lines(ran.err);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0]["type"].text() == "exit_error");
    CHECK(lines[0]["code"].integer() == ran.code);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
  }
}

TEST_CASE("a log in JSON knows run, item, reason and the remote system's request; the summary is in it too") {
  Synced const world;
  auto const well = world.ann.tandem({"sync-once", "--log-format", "json", "-vv"});
  CHECK(well.code == 0);
  CHECK(well.out == "support-cases: 0 created, 0 updated, 0 unchanged, 0 failed\n");
  std::set<std::string> runs;
  bool request = false;
  bool summary = false;
  for (auto const& line : log_lines(well.err)) {
    if (line.has("run")) runs.insert(std::string(line["run"].text()));
    request = request || !line["requestId"].text().empty();
    summary = summary || (line["event"].text() == "finished_item" && line["item"].text() == "support-cases");
  }
  CHECK(runs.size() == 1);
  CHECK(request);
  CHECK(summary);

  // A value that Jira refuses: the record fails, the run ends with 6, and the last line says so.
  world.retitle(world.issue(0), "Refused");
  world.sandbox.post("faults", json::Array{json::Object{
                                   {"when", "before"}, {"match", "PUT /rest/api/3/issue"}, {"do", "status"}, {"status", 400}}});
  auto const failed = world.ann.tandem({"sync-once", "--log-format", "json"});
  CAPTURE(failed.err);
  CHECK(failed.code == 6);
  auto const lines = log_lines(failed.err);
  REQUIRE(lines.size() >= 2);
  CHECK(lines.back()["code"].integer() == 6);
  CHECK(lines.back()["cure"].text() == "look at `tandem status`");
  bool told = false;
  for (auto const& line : lines)
    told = told || (line["level"].text() == "warn" && line["item"].text() == "support-cases" && !line["reason"].text().empty() &&
                    !line["number"].text().empty());
  CHECK(told);
}

TEST_CASE("metrics, summary and command follow how the run ended, and change nothing about it") {
  Synced const world;
  auto const path = [&](char const* name) { return world.ann.folder().path(name); };
  auto const sync = [&](std::vector<std::string> args) {
    args.insert(args.begin(), "sync-once");
    args.insert(args.end(), {"--metrics-file", path("m.prom"), "--summary-file", path("s.md"), "--on-failure",
                             "cat > '" + path("told") + "'; env > '" + path("env") + "'"});
    return world.ann.tandem(args, {{"TANDEM_CLIENT_SECRET", "planted-secret"}, {"ODD_NAME", world.sandbox.value("jiraToken")}});
  };
  std::ofstream(path("s.md")) << "an earlier step\n";
  world.retitle(world.issue(0), "A <b>new</b> | title");
  REQUIRE(sync({"--dry-run"}).code == 0);
  auto const planned = text_of(path("s.md"));
  CHECK(planned.starts_with("an earlier step\n### tandem sync-once (dry run): done\n"));
  CHECK(planned.find("| SUP-1 |") != std::string::npos);
  CHECK(planned.find("| A &lt;b&gt;new&lt;/b&gt; &#124; title |") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(path("m.prom")));

  REQUIRE(sync({}).code == 0);
  auto const good = text_of(path("m.prom"));
  CHECK(metric(good, "tandem_run_exit_code") == "0");
  CHECK(metric(good, "tandem_links") == "12");
  CHECK(good.find("side=\"jira\",action=\"edited-issue\"} 1\n") != std::string::npos);
  auto const succeeded = metric(good, "tandem_run_success_timestamp_seconds");
  CHECK(succeeded == metric(good, "tandem_run_timestamp_seconds"));
  struct stat seen {};
  REQUIRE(::stat(path("m.prom").c_str(), &seen) == 0);
  CHECK((seen.st_mode & 0777U) == 0644);
  CHECK(text_of(path("s.md")).starts_with(planned));
  CHECK_FALSE(std::filesystem::exists(path("told")));

  // Refused by Jira: somebody is needed. The success that was is remembered.
  world.retitle(world.issue(1), "Another");
  world.sandbox.configure("jira.deadToken", true);
  auto const refused = sync({});
  CAPTURE(refused.err);
  CHECK(refused.code == 4);
  auto const bad = text_of(path("m.prom"));
  CHECK(metric(bad, "tandem_run_exit_code") == "4");
  CHECK(std::abs(std::stod(metric(bad, "tandem_run_success_timestamp_seconds")) - std::stod(succeeded)) < 30);
  CHECK(text_of(path("told")).starts_with("### tandem sync-once: exit code 4\n"));
  auto const environment = text_of(path("env"));
  CHECK(environment.find("TANDEM_EXIT=4\n") != std::string::npos);
  CHECK(environment.find("TANDEM_STATE_DIR=" + world.ann.state()) != std::string::npos);
  CHECK(environment.find("planted-secret") == std::string::npos);
  CHECK(environment.find(world.sandbox.value("jiraToken")) == std::string::npos);
  world.sandbox.configure("jira.deadToken", false);

  // What cannot be told changes nothing.
  auto const mute = world.ann.tandem({"sync-once", "--metrics-file", "/nonexistent/m.prom", "--summary-file", "/dev/full"});
  CHECK(mute.code == 0);
  CHECK(mute.err.find("warning: no metrics were written: /nonexistent/m.prom") != std::string::npos);
  CHECK(mute.err.find("warning: no summary was written: /dev/full") != std::string::npos);
  auto const broken = world.ann.tandem({"sync-once", "--connection", "none", "--on-failure", "exit 7"});
  CHECK(broken.code == 3);
  CHECK(broken.err.find("warning: the command of --on-failure ended with exit code 7") != std::string::npos);
}

TEST_CASE("a run that meets another one leaves the other's metrics alone and calls nobody; push-event has metrics of its own") {
  Synced const world({"--latency-ms", "jira=200,dataverse=200"});
  auto const metrics = world.ann.folder().path("m.prom");
  auto const called = world.ann.folder().path("called");
  auto const before = world.requests();
  Background other(TANDEM_PROGRAM, {{"sync-once", "--sweep", "--jobs", "1"}, world.environment(), ""});
  while (other.running() && world.requests() == before) {
  }
  auto const locked = world.ann.tandem({"sync-once", "--metrics-file", metrics, "--on-failure", "touch '" + called + "'"});
  CHECK(locked.code == 8);
  other.wait();
  CHECK_FALSE(std::filesystem::exists(called));
  CHECK_FALSE(std::filesystem::exists(metrics));

  auto const pushed = world.ann.tandem({"push-event", "--issue", "SUP-1", "--metrics-file", metrics});
  CAPTURE(pushed.err);
  REQUIRE(pushed.code == 0);
  auto const text = text_of(metrics);
  CHECK(text.find("command=\"push-event\"") != std::string::npos);
  CHECK(text.find("command=\"sync-once\"") == std::string::npos);
  CHECK(metric(text, "tandem_run_events") == "1");
  CHECK(metric(text, "tandem_links").empty());
}
