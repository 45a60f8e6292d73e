// Payloads as they are given to `push-event --ndjson`.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <unistd.h>

#include <fmt/format.h>

#include "event_lines.hpp"

using namespace tandem;
using namespace tandem::cli;

namespace {

void write_all(int descriptor, std::string const& text) {
  REQUIRE(::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

std::string line(std::string const& body) { return fmt::format("{{\"headers\":{{}},\"body\":\"{}\"}}\n", body); }

}  // namespace

TEST_CASE("lines of a writer that pauses are handed on before more is waited for [F1][F2]") {
  int ends[2] = {-1, -1};
  REQUIRE(::pipe(ends) == 0);
  write_all(ends[1], line("first") + line("second") + "{\"headers\":{},");
  std::vector<std::string> told;
  auto const take = [&](GivenPayload const& given) -> Result<Unit> {
    told.push_back(given.fault ? "a bad line" : given.body);
    return Unit{};
  };
  int pauses = 0;
  auto const pause = [&]() -> Result<Unit> {
    told.emplace_back("a pause");
    if (++pauses == 1)
      write_all(ends[1], "\"body\":\"third\"}\n");
    else
      ::close(ends[1]);
    return Unit{};
  };
  auto const read = read_event_lines(fmt::format("/dev/fd/{}", ends[0]), take, pause);
  ::close(ends[0]);
  REQUIRE(read.has_value());
  CHECK(told == std::vector<std::string>{"first", "second", "a pause", "third", "a pause"});
}

TEST_CASE("what cannot be kept at a pause ends the reading [F2]") {
  int ends[2] = {-1, -1};
  REQUIRE(::pipe(ends) == 0);
  write_all(ends[1], line("first"));
  auto const read = read_event_lines(
      fmt::format("/dev/fd/{}", ends[0]), [](GivenPayload const&) -> Result<Unit> { return Unit{}; },
      []() -> Result<Unit> { return fail(ErrorKind::store, "the disk is full"); });
  ::close(ends[0]);
  ::close(ends[1]);
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().message == "the disk is full");
}
