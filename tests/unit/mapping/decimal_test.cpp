#include <catch2/catch.hpp>

#include <tandem/mapping/value/decimal.hpp>

using namespace tandem::mapping::value;

TEST_CASE("equal numbers have one normal form, whatever their writing [C2]") {
  auto const [text, normal] = GENERATE(table<std::string, std::string>({
      {"5", "5"},
      {"5.00", "5"},
      {"005", "5"},
      {"0.5e1", "5"},
      {"500E-2", "5"},
      {"-0", "0"},
      {"-0.00", "0"},
      {"0.10", "0.1"},
      {".5", "0.5"},
      {"+7", "7"},
      {"20000.0000", "20000"},
      {"1e3", "1000"},
      {"1.5e-3", "0.0015"},
      {"9223372036854775807", "9223372036854775807"},
      {"0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"},
  }));
  CAPTURE(text);
  CHECK(normal_decimal(text) == normal);
}

TEST_CASE("what is no decimal number has no normal form [C4]") {
  auto const text = GENERATE(as<std::string>(), "", "-", ".", "e5", "1,5", "1.5.2", "0x10", "NaN", "1e", "1e999999999999",
                             "1e900", "12 ", "1e-900");
  CAPTURE(text);
  CHECK_FALSE(normal_decimal(text).has_value());
}

TEST_CASE("decimals are ordered by value [C2]") {
  CHECK(compare_decimals("2", "10") < 0);
  CHECK(compare_decimals("-2", "-10") > 0);
  CHECK(compare_decimals("-1", "1") < 0);
  CHECK(compare_decimals("0.1", "0.11") < 0);
  CHECK(compare_decimals("1.5", "1.5") == 0);
}

TEST_CASE("rounding goes away from zero at half and carries [C2]") {
  CHECK(rounded_decimal("1.005", 2) == "1.01");
  CHECK(rounded_decimal("-1.005", 2) == "-1.01");
  CHECK(rounded_decimal("9.999", 2) == "10");
  CHECK(rounded_decimal("-0.4", 0) == "0");
  CHECK(rounded_decimal("0.5", 0) == "1");
  CHECK(rounded_decimal("1.234", 5) == "1.234");
}
