// The dashboard by the real program: once, on a terminal, and as a page.
#include <catch2/catch.hpp>

#include <csignal>
#include <cstdlib>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tandem/base/time/instant.hpp>

#include "synced.hpp"

using namespace tandem;
using namespace cli_test;
namespace fs = std::filesystem;

namespace {

// A program at a terminal of its own.
class Terminal {
 public:
  Terminal(Call const& call, unsigned short columns, unsigned short rows) {
    winsize const size{rows, columns, 0, 0};
    child_ = ::forkpty(&master_, nullptr, nullptr, &size);
    if (child_ == 0) {
      ::clearenv();
      ::setenv("PATH", "/usr/bin:/bin", 1);
      ::setenv("TERM", "xterm", 1);
      for (auto const& [name, value] : call.environment) ::setenv(name.c_str(), value.c_str(), 1);
      std::vector<char*> arguments{
          const_cast<char*>("tandem")};  // NOLINT(cppcoreguidelines-pro-type-const-cast): execv's signature
      for (auto const& one : call.args)
        arguments.push_back(const_cast<char*>(one.c_str()));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
      arguments.push_back(nullptr);
      ::execv(TANDEM_PROGRAM, arguments.data());
      ::_exit(127);
    }
  }
  ~Terminal() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
    ::close(master_);
  }
  Terminal(Terminal const&) = delete;
  Terminal& operator=(Terminal const&) = delete;

  // Whether `text` comes within ten seconds, in what was not read yet.
  bool shows(std::string const& text) {
    read_on([&] { return seen_.find(text) != std::string::npos; });
    auto const at = seen_.find(text);
    if (at == std::string::npos) return false;
    seen_.erase(0, at + text.size());
    return true;
  }
  void resize(unsigned short columns, unsigned short rows) const {
    winsize const size{rows, columns, 0, 0};
    ::ioctl(master_, TIOCSWINSZ, &size);
  }
  void type(std::string const& keys) const {
    REQUIRE(::write(master_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }
  void send(int signal) const { ::kill(child_, signal); }
  int code() {
    int status = 0;
    bool ended = false;
    read_on([&] { return ended = ::waitpid(child_, &status, WNOHANG) == child_; });
    if (!ended) return -1;
    child_ = -1;
    while (read_some()) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  [[nodiscard]] std::string const& rest() const { return seen_; }

 private:
  void read_on(std::function<bool()> const& enough) {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!enough() && std::chrono::steady_clock::now() < end) {
      pollfd ready{master_, POLLIN, 0};
      if (::poll(&ready, 1, 50) > 0) read_some();
    }
  }
  // False at the end: nobody has the terminal open any more.
  bool read_some() {
    char piece[4096];
    auto const got = ::read(master_, piece, sizeof piece);
    if (got > 0) seen_.append(piece, static_cast<std::size_t>(got));
    return got > 0;
  }
  int master_ = -1;
  pid_t child_ = -1;
  std::string seen_;
};

std::string text_of(std::string const& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

TEST_CASE("status tells of cycles, limits and credentials, and what to do, in table and JSON") {
  Synced const world({"--limits", "documented"});
  for (int i = 0; i < 4; ++i) {
    world.sandbox.post("clock", json::Object{{"advance", "5m"}});
    REQUIRE(world.ann.tandem({"sync-once"}).code == 0);
  }
  // Whether it is soon is judged by this machine's clock.
  auto const soon =
      to_text(Date{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()) + std::chrono::days{10}});
  REQUIRE(world.ann.connect({{"--client-secret-expires", soon}}).code == 0);
  REQUIRE(world.ann.tandem({"sync-once", "--link", std::string(world.issue(0)["key"].text())}).code == 0);
  auto const requests = world.requests();
  auto const ran = world.ann.tandem({"status", "--output", "json"});
  CAPTURE(ran.out);
  CHECK(ran.code == 0);
  auto const status = json::parse(ran.out).value();
  CHECK(status["schedule"]["everyMs"].integer().value_or(0) == 300'000);
  CHECK(status["lastRun"]["scope"].text() == "issue");
  CHECK(status["lastRun"]["limits"]["dataverse"]["left"].integer().value_or(-1) > 0);
  CHECK(status["limits"]["jira"]["of"].integer().value_or(0) > 0);
  CHECK(status["items"].at(0)["lagMs"].integer() == 0);
  CHECK(status["items"].at(0)["mode"].text() == "one-way");
  CHECK(status["history"]["created"].integer() == 12);
  CHECK(status["credentials"].at(0)["expires"].text() == soon);
  CHECK(status["advice"].at(0)["what"].text() == "the client secret expires on " + soon + " (in 10 days)");
  auto const text = world.ann.tandem({"status"});
  for (auto const* const part :
       {"one every 5m", "12 issues created", "requests and", "the client secret expires on 2", "--client-secret-expires DATE`"})
    CHECK(text.out.find(part) != std::string::npos);
  // In the C locale nothing but plain characters.
  auto const plain = world.ann.tandem({"status"}, {{"LC_ALL", "C"}}).out;
  CHECK(std::all_of(plain.begin(), plain.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
  CHECK(world.requests() == requests);
}

TEST_CASE("status --watch draws on a terminal, follows the window and the store, and gives the terminal back") {
  Synced const world;
  Terminal terminal({{"status", "--watch", "1"}, world.environment(), {}}, 100, 40);
  CHECK(terminal.shows("\x1b[?1049h\x1b[?25l"));
  CHECK(terminal.shows("every 1s, Ctrl-C ends"));
  CHECK(terminal.shows("last cycle"));
  CHECK(terminal.shows("support-cases"));
  // A lower window: cut, and it says so.
  terminal.resize(60, 8);
  CHECK(terminal.shows("more lines: make the window higher"));
  terminal.resize(120, 50);
  CHECK(terminal.shows("support-cases"));
  // What others do meanwhile: neither waits for the other.
  CHECK(world.ann.tandem({"items", "disable", "support-cases"}).code == 0);
  CHECK(terminal.shows("no item is enabled"));
  CHECK(world.ann.tandem({"auth", "remove", "--yes"}).code == 0);
  CHECK(terminal.shows("the connection is not set up"));
  auto const [end, code] = GENERATE(table<int, int>({{SIGINT, 130}, {SIGTERM, 143}}));
  if (end == SIGINT)
    terminal.type("\x03");
  else
    terminal.send(end);
  CHECK(terminal.code() == code);
  CHECK(terminal.rest().ends_with("\x1b[?25h\x1b[?1049l"));
}

TEST_CASE("status --watch ends at one Ctrl-C also where Ctrl-S stopped the terminal") {
  Synced const world;
  Terminal terminal({{"status", "--watch", "1"}, world.environment(), {}}, 100, 40);
  CHECK(terminal.shows("support-cases"));
  terminal.type("\x13");
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));  // until a drawing waits for the terminal
  terminal.type("\x03");
  CHECK(terminal.code() == 130);
  CHECK(terminal.rest().ends_with("\x1b[?25h\x1b[?1049l"));
}

TEST_CASE("status --watch is refused where it cannot draw, and takes whole seconds") {
  Synced const world;
  struct Case {
    std::vector<std::string> args;
    std::string said;
  };
  for (auto const& one : std::vector<Case>{
           {{"status", "--watch"}, "--watch needs a terminal at stdout"},
           {{"status", "--watch", "-q"}, "--watch needs a terminal at stdout"},
           {{"status", "--watch=3"}, "--watch needs a terminal at stdout"},
           {{"status", "--watch", "--output", "json"}, "--watch draws for people"},
           {{"status", "--watch", "0"}, "--watch is \"0\", but takes a whole number from 1 to 3600"},
           {{"status", "--watch", "5s"}, "--watch is \"5s\""},
           {{"status", "--watch", "--html", "x.html"}, "give one of them"},
           {{"status", "--check", "--backup", "x.mdb"}, "give one of them"},
           {{"status", "--html"}, "--html needs a value"},
           {{"status", "--html", "--watch"}, "--html needs a value"},
       }) {
    auto const ran = world.ann.tandem(one.args);
    CAPTURE(one.args, ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.find(one.said) != std::string::npos);
  }
  Terminal dumb({{"status", "--watch"},
                 [&] {
                   auto environment = world.environment();
                   environment["TERM"] = "dumb";
                   return environment;
                 }(),
                 {}},
                80, 24);
  CHECK(dumb.shows("--watch needs a terminal"));
  CHECK(dumb.code() == 2);
}

TEST_CASE("status --html replaces one file whole, keeps its permissions, and says what is in the way") {
  Synced const world;
  Folder const home;
  auto const page = home.path("index.html");
  auto const wrote = world.ann.tandem({"status", "--html", page});
  CHECK(wrote.code == 0);
  CHECK(wrote.out.empty());
  CHECK(wrote.err == "wrote " + page + "\n");
  CHECK(text_of(page).starts_with("<!DOCTYPE html>"));
  CHECK(text_of(page).find("support-cases") != std::string::npos);
  CHECK((fs::status(page).permissions() & fs::perms::group_read) != fs::perms::none);
  CHECK(world.ann.tandem({"status", "-q", "--html", page}).all().empty());

  SECTION("permissions and links") {
    fs::permissions(page, fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read);
    home.write("link.html", "");
    fs::remove(home.path("link.html"));
    fs::create_symlink("index.html", home.path("link.html"));
    std::ofstream(page) << "old";
    CHECK(world.ann.tandem({"status", "-q", "--html", home.path("link.html")}).code == 0);
    CHECK(fs::is_symlink(home.path("link.html")));
    CHECK(text_of(page).starts_with("<!DOCTYPE html>"));
    CHECK(fs::status(page).permissions() == (fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read));
  }
  SECTION("a strict umask, as under systemd: a new page is for the web server all the same") {
    fs::remove(page);
    auto const before = ::umask(0077);
    auto const strict = world.ann.tandem({"status", "-q", "--html", page});
    ::umask(before);
    CHECK(strict.code == 0);
    CHECK((fs::status(page).permissions() & fs::perms::mask) == fs::perms(0644));
  }
  SECTION("JSON beside it") {
    auto const both = world.ann.tandem({"status", "--html", page, "-o", "json"});
    CHECK(json::parse(both.out).value()["html"].text() == page);
    CHECK(json::parse(both.out).value()["items"].items().size() == 1);
  }
  SECTION("what is in the way") {
    std::ofstream(page) << "as it was";
    struct Case {
      std::string file, said;
    };
    std::vector<Case> cases{{home.path(), "it is a directory: name a file in it"},
                            {home.path("new/"), "it names a directory"},
                            {home.path("none/index.html"), "No such file or directory: make its directory first"},
                            {page + "/x.html", "Not a directory: make its directory first"},
                            {"/dev/full", "it is no regular file"},
                            {"", "its name is empty"},
                            {"/proc/tandem.html", "cannot be written"}};
    for (auto const& one : cases) {
      auto const ran = world.ann.tandem({"status", "--html", one.file});
      CAPTURE(one.file, ran.err);
      CHECK(ran.code == 3);
      CHECK(ran.err.find(one.said) != std::string::npos);
    }
    // A disk without room, played by a limit on the size of files: nothing is left of the try.
    auto const exports = [&] {
      std::string text;
      for (auto const& [name, value] : world.environment()) text += "export " + name + "='" + value + "'\n";
      return text;
    }();
    auto const full =
        run("/bin/bash", {{"-c", exports + "trap '' XFSZ; ulimit -f 1; exec " TANDEM_PROGRAM " status --html " + page}, {}, {}});
    CAPTURE(full.err);
    CHECK(full.code == 3);
    CHECK(full.err.find("File too large") != std::string::npos);
    CHECK(full.err.find("the file is as it was") != std::string::npos);
    CHECK(text_of(page) == "as it was");
    std::size_t files = 0;
    for ([[maybe_unused]] auto const& entry : fs::directory_iterator(home.path())) ++files;
    CHECK(files == 1);
  }
}
