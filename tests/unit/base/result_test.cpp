// Errors are values: kinds and their exit codes, context, and the macros that pass them on.
#include <catch2/catch.hpp>

#include <tandem/base/result.hpp>

using namespace tandem;

namespace {
Result<int> half(int number) {
  if (number % 2 != 0) return fail(Error{ErrorKind::config, "odd", {{"number", std::to_string(number)}}});
  return number / 2;
}
Result<int> quarter(int number) {
  TANDEM_TRY(auto const first, half(number));
  TANDEM_TRY(auto const second, half(first));
  return second;
}
Result<Unit> both(int a, int b) {
  TANDEM_CHECK(half(a));
  TANDEM_CHECK(half(b));
  return Unit{};
}
}  // namespace

TEST_CASE("each kind of error has the exit code of the table") {
  auto const [kind, code] = GENERATE(table<ErrorKind, int>({
      {ErrorKind::usage, 2},
      {ErrorKind::config, 3},
      {ErrorKind::auth, 4},
      {ErrorKind::throttled, 5},
      {ErrorKind::transient, 5},
      {ErrorKind::unknown_outcome, 6},
      {ErrorKind::remote, 6},
      {ErrorKind::conflict, 6},
      {ErrorKind::refused, 7},
      {ErrorKind::locked, 8},
      {ErrorKind::not_found, 9},
      {ErrorKind::store, 11},
      {ErrorKind::cancelled, 143},
      {ErrorKind::internal, 1},
  }));
  CHECK(exit_code(kind) == code);
  CHECK_FALSE(name_of(kind).empty());
}

TEST_CASE("an error passes through callers unchanged and values come out") {
  CHECK(quarter(8).value() == 2);
  auto const failed = quarter(6);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().message == "odd");
  CHECK(failed.error().find("number") == "3");
  CHECK(both(2, 4).has_value());
  CHECK_FALSE(both(2, 3).has_value());
}

TEST_CASE("context grows outwards and is printed in one line") {
  auto const error = Error{ErrorKind::remote, "rejected", {{"field", "summary"}}}.with("issue", "SUP-1").with("field", "outer");
  CHECK(error.to_line() == "rejected (field=summary, issue=SUP-1, field=outer)");
  CHECK(error.find("field") == "summary");
  CHECK(error.find("none").empty());
  CHECK(Error{ErrorKind::remote, "plain", {}}.to_line() == "plain");
}
