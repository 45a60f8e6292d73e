// The state directory's disk gives out under the real program: read-only, and full. What was known stays, the exit code is 11, and the next run goes
// on as if nothing had happened (SPEC R9, R1).
#include <catch2/catch.hpp>

#include <array>
#include <csignal>
#include <functional>
#include <iostream>
#include <optional>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>

#include "driver.hpp"
#include "support/read_only_disk.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

// A program's run in a child that was made worse first; nothing when it could not be.
std::optional<Ran> ran_after(std::function<bool()> const& make_worse, std::function<Ran()> const& program) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  auto const child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::string text = "null";
    if (make_worse()) {
      auto const ran = program();
      text = json::to_text(json::Object{{"code", ran.code}, {"out", ran.out}, {"err", ran.err}});
    }
    std::string_view left = text;
    while (!left.empty()) {
      auto const wrote = ::write(ends[1], left.data(), left.size());
      if (wrote <= 0) break;
      left.remove_prefix(static_cast<std::size_t>(wrote));
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> piece{};
  for (;;) {
    auto const got = ::read(ends[0], piece.data(), piece.size());
    if (got <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  auto const told = json::parse(text).value();
  if (told.is_null()) return std::nullopt;
  return Ran{static_cast<int>(told["code"].integer().value_or(-1)), std::string(told["out"].text()),
             std::string(told["err"].text())};
}

struct Begun {
  Sandbox sandbox;
  Operator ann{sandbox};
  Begun() {
    REQUIRE(ann.connect().code == 0);
    REQUIRE(ann.tandem({"items", "apply", "-f", std::string(TANDEM_SOURCE) + "/examples/items/support-cases.json", "--baseline",
                        "all"})
                .code == 0);
  }
  [[nodiscard]] std::size_t issues() const { return sandbox.get("state")["jira"]["issues"].items().size(); }
};

}  // namespace

TEST_CASE("on a read-only disk nothing is written to either system, readers still answer, and the next run does it all [R9]") {
  Begun const begun;
  auto const read_only = [] { return test::make_disk_read_only(true); };
  auto const on_read_only = [&](std::vector<std::string> args) {
    return ran_after(read_only, [&] { return begun.ann.tandem(args); });
  };
  auto const run = on_read_only({"sync-once"});
  if (!run) {
    std::cout << "SKIPPED: the kernel takes no filter on system calls here: the read-only disk was not tried\n";
    return;
  }
  CAPTURE(run->out, run->err);
  CHECK(run->code == 11);
  CHECK(run->err.find("read-only file system") != std::string::npos);
  CHECK(run->err.find("writable") != std::string::npos);
  CHECK(begun.issues() == 0);
  for (std::vector<std::string> const& args :
       {std::vector<std::string>{"push-event", "--issue", "SUP-1", "--enqueue-only"}, {"items", "disable", "support-cases"}}) {
    auto const refused = on_read_only(args);
    REQUIRE(refused.has_value());
    CAPTURE(args, refused->err);
    CHECK(refused->code == 11);
    CHECK(refused->err.find("read-only file system") != std::string::npos);
  }
  for (std::vector<std::string> const& args :
       {std::vector<std::string>{"status"}, {"items", "list"}, {"sync-once", "--dry-run"}}) {
    auto const answered = on_read_only(args);
    REQUIRE(answered.has_value());
    CAPTURE(args, answered->out, answered->err);
    CHECK(answered->code == 0);
  }
  CHECK(begun.issues() == 0);
  CHECK(begun.ann.tandem({"sync-once"}).code == 0);
  CHECK(begun.issues() == 12);
}

TEST_CASE("a disk that fills up in the middle of a run ends it with 11, and later runs make each issue once [R1][R9]") {
  Begun const begun;
  // No file may grow beyond a few pages more than the store has now; the signal that comes with it is ignored, as on a full disk.
  auto const before = begun.ann.tandem({"status", "--output", "json"});
  REQUIRE(before.code == 0);
  std::size_t full = 0;
  for (rlim_t const kilobytes : {40, 60, 80, 100, 130, 160}) {
    auto const ran = ran_after(
        [&] {
          struct rlimit limit {
            kilobytes * 1024, kilobytes * 1024
          };
          std::signal(SIGXFSZ, SIG_IGN);
          return ::setrlimit(RLIMIT_FSIZE, &limit) == 0;
        },
        [&] { return begun.ann.tandem({"sync-once"}); });
    REQUIRE(ran.has_value());
    CAPTURE(kilobytes, ran->out, ran->err);
    if (ran->code == 11) {
      ++full;
      CHECK(ran->err.find("full") != std::string::npos);
    } else {
      CHECK((ran->code == 0 || ran->code == 6));
    }
    CHECK(begun.ann.tandem({"status", "--check"}).code == 0);
  }
  CHECK(full >= 2);
  for (int i = 0; i < 2; ++i) {
    begun.sandbox.post("clock", json::Object{{"advance", "7h"}});
    auto const run = begun.ann.tandem({"sync-once", "--retry-parked"});
    CAPTURE(run.err);
    CHECK(run.code == 0);
  }
  CHECK(begun.issues() == 12);
  CHECK(begun.ann.tandem({"sync-once", "--dry-run", "--exit-code"}).code == 0);
}
