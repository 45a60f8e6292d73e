// Events on their way from Jira to push-event: the sandbox's own command and folder, and the receivers of examples/ (SPEC L3, F1, F11).
#include <catch2/catch.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iterator>
#include <thread>

#include "background.hpp"
#include "synced.hpp"
#include "unit/sandbox/http/socket_client.hpp"

using namespace tandem;
using namespace cli_test;
using namespace std::chrono_literals;

namespace {

std::string const kExamples = std::string(TANDEM_SOURCE) + "/examples/";
std::string const kProgramFolder = std::filesystem::path(TANDEM_PROGRAM).parent_path().string();

bool within_seconds(int seconds, std::function<bool()> const& holds) {
  for (int i = 0; i < seconds * 20; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(50ms);
  }
  return holds();
}

std::string text_of(std::string const& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What a shell needs to run tandem as this operator.
std::string exports(Synced const& world, std::string const& home) {
  return "export PATH='" + kProgramFolder + "':/usr/bin:/bin TANDEM_STATE_DIR='" + world.ann.state() + "' XDG_CONFIG_HOME='" +
         world.ann.folder().path("config") + "' HOME='" + home + "'\n";
}

void keep_webhook_secret(Synced const& world) {
  REQUIRE(
      world.ann.tandem({"auth", "set", "--webhook-secret-env", "HOOK"}, {{"HOOK", world.sandbox.value("webhookSecret")}}).code ==
      0);
}

// An edit in Jira, after one in Dynamics that only an event lets arrive: nobody runs a cycle here.
bool arrives(Synced const& world, std::size_t at, std::string const& title, std::function<void()> const& step = {}) {
  auto const issue = world.issue(at);
  world.retitle(issue, title);
  world.jira("PUT", "/rest/api/3/issue/" + std::string(issue["key"].text()),
             json::Object{{"fields", json::Object{{"labels", json::Array{"touched"}}}}});
  return within_seconds(20, [&] {
    if (step) step();
    return world.issue(at)["fields"]["summary"].text() == title;
  });
}

// The commands of a crontab's lines, in their order, as cron would give them to sh.
std::vector<std::string> commands_of(std::string const& crontab) {
  std::vector<std::string> out;
  std::istringstream lines(text_of(crontab));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#' || line.find(" * ") == std::string::npos) continue;
    std::size_t at = 0;
    for (int i = 0; i < 5; ++i) at = line.find(' ', at) + 1;
    out.push_back(line.substr(at));
  }
  return out;
}

int shell(std::string const& script) { return run("/bin/sh", {{"-c", script}, {}, {}}).code; }

}  // namespace

TEST_CASE("the sandbox hands each webhook to a command, which is push-event with the signature in its environment [L3][F6]") {
  Folder const hook;
  hook.write("hook", "cat >/dev/null\n");
  Synced const world({"--webhook-exec", "/bin/sh " + hook.path("hook")});
  keep_webhook_secret(world);
  std::filesystem::rename(hook.write("hook.next", exports(world, world.ann.folder().path("home")) + "exec tandem push-event -\n"),
                          hook.path("hook"));
  CHECK(arrives(world, 0, "By a command"));
  CHECK(within_seconds(10, [&] { return world.waiting() == 0; }));
  CHECK(world.ann.tandem({"status", "--check"}).code == 0);
}

TEST_CASE(
    "examples/webhook: its crontab takes what a receiver wrote as files, and the example of cron runs the cycle [F1][F11][L3]") {
  Folder const home;
  Synced const world({"--webhook-dir", home.path("inbox")});
  keep_webhook_secret(world);
  for (auto const& entry : std::filesystem::directory_iterator(home.path("inbox"))) std::filesystem::remove(entry.path());
  auto const receive = commands_of(kExamples + "webhook/tandem.crontab");
  REQUIRE(receive.size() == 2);
  auto const cycle = commands_of(kExamples + "cron/tandem.crontab");
  REQUIRE(cycle.size() == 2);
  CHECK(cycle.front() == receive.back());
  auto const as_ann = exports(world, home.path());
  shell(as_ann + receive.front());  // an empty inbox is no fault that cron would mail
  CHECK(arrives(world, 1, "By a file", [&] {
    shell(as_ann + receive.front());
    CHECK(shell(as_ann + cycle.front()) == 0);
  }));
  // Our own writes come back as events, and end there.
  CHECK(within_seconds(20, [&] {
    shell(as_ann + receive.front());
    return std::filesystem::is_empty(home.path("inbox"));
  }));
  CHECK(shell(as_ann + cycle.front()) == 0);
  CHECK(world.waiting() == 0);
  // The line that writes the page, with a directory of ours in the place of the web server's.
  auto page = cycle.back();
  std::string const directory = "/var/www/tandem";
  REQUIRE(page.find(directory) != std::string::npos);
  page.replace(page.find(directory), directory.size(), home.path());
  CHECK(shell(as_ann + page) == 0);
  CHECK(text_of(home.path("index.html")).ends_with("</html>\n"));
}

TEST_CASE("examples/webhook: Debian's webhook takes a signed payload byte for byte, and refuses a wrong one [F6]") {
  if (::access("/usr/bin/webhook", X_OK) != 0) {
    std::puts("examples: /usr/bin/webhook is not installed, examples/webhook/hooks.json was not tried");
    return;
  }
  int port = 0;
  {
    Sandbox const ports;  // a port that was free a moment ago
    auto const url = ports.value("media");
    port = std::stoi(url.substr(url.rfind(':') + 1));
  }
  auto const address = "http://127.0.0.1:" + std::to_string(port) + "/hooks/jira";
  Synced const world({"--webhook-url", address});
  keep_webhook_secret(world);
  auto const script =
      world.file("receiver", exports(world, world.ann.folder().path("home")) + "exec /usr/bin/webhook -hooks '" + kExamples +
                                 "webhook/hooks.json' -ip 127.0.0.1 -port " + std::to_string(port) + "\n");
  Background receiver("/bin/sh", Call{{script}, {}, ""});
  REQUIRE(within_seconds(10, [&] {
    try {
      sandbox_test::SocketClient const client(port);
      return true;
    } catch (std::runtime_error const&) {
      return false;
    }
  }));
  CHECK(arrives(world, 2, "By Debian's webhook"));
  CHECK(within_seconds(10, [&] { return world.waiting() == 0; }));
  world.sandbox.configure("webhooks", json::Object{{"wrongSignature", true}});
  world.jira("PUT", "/rest/api/3/issue/" + std::string(world.issue(3)["key"].text()),
             json::Object{{"fields", json::Object{{"labels", json::Array{"forged"}}}}});
  CHECK(within_seconds(10, [&] {
    auto const hooks = world.sandbox.get("webhooks");
    return hooks["counts"]["retried"].integer().value_or(0) > 0 || hooks["counts"]["failed"].integer().value_or(0) > 0;
  }));
  CHECK(within_seconds(10, [&] { return world.waiting() == 0; }));
  receiver.send(15);
  receiver.wait();
}
