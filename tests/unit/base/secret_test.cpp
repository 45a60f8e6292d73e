// A secret cannot be printed, copied by accident or compared away; the compiler is the test.
#include <catch2/catch.hpp>

#include <concepts>
#include <ostream>
#include <type_traits>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <tandem/base/json/value.hpp>
#include <tandem/base/secret.hpp>

using namespace tandem;

namespace {
template <class T>
concept Streamable = requires(std::ostream& out, T const& value) { out << value; };
}

static_assert(!Streamable<Secret>, "a secret has no text form for streams [S1]");
static_assert(!fmt::is_formattable<Secret>::value, "a secret has no text form for fmt [S1]");
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>, "copies are made by clone() alone");
static_assert(!std::is_convertible_v<Secret, std::string> && !std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>, "a secret is made on purpose");
static_assert(!std::is_constructible_v<json::Value, Secret>, "a secret cannot enter JSON [S1]");
static_assert(!std::equality_comparable<Secret>, "comparing goes through equal_in_constant_time");
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);

TEST_CASE("a secret moves and leaves nothing behind [S1]") {
  auto const word = GENERATE(as<std::string>{}, "short", "a secret that is longer than any small buffer of a string");
  Secret first(word);
  Secret second(std::move(first));
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move): this is the promise
  CHECK(first.expose().empty());
  CHECK(second.expose() == word);
  Secret third("other");
  third = std::move(second);
  CHECK(second.empty());  // NOLINT(bugprone-use-after-move)
  CHECK(third.expose() == word);
  auto const copy = third.clone();
  CHECK(copy.expose() == third.expose());
}
