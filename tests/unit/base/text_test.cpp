// UTF-8 text: counting, cutting, comparing, printing.
#include <catch2/catch.hpp>

#include <tandem/base/text/percent.hpp>
#include <tandem/base/text/utf8.hpp>

using namespace tandem;

TEST_CASE("valid UTF-8 is exactly what the standard allows [S3]") {
  auto const [bytes, valid] = GENERATE(table<std::string, bool>({
      {"", true},
      {"plain", true},
      {"\xc3\xa9", true},
      {"\xe2\x82\xac", true},
      {"\xf0\x9f\x98\x80", true},
      {"\xf4\x8f\xbf\xbf", true},
      {"\xc0\x80", false},           // overlong
      {"\xe0\x80\x80", false},       // overlong
      {"\xed\xa0\x80", false},       // surrogate
      {"\xf4\x90\x80\x80", false},   // past U+10FFFF
      {"\xff", false},
      {"\x80", false},
      {"\xc3", false},               // cut
      {"\xe2\x82", false},
      {"\xc3(", false},
  }));
  CAPTURE(bytes);
  CHECK(text::is_valid(bytes) == valid);
}

TEST_CASE("lengths count code points or UTF-16 units, as each service does [C2]") {
  std::string const word = "aé€😀";
  CHECK(text::code_points(word) == 4);
  CHECK(text::utf16_units(word) == 5);
}

TEST_CASE("cutting never leaves half a character [C9]") {
  std::string const word = "aé€😀z";
  auto const [most, points, units] = GENERATE(table<std::size_t, std::string, std::string>({
      {0, "", ""},
      {1, "a", "a"},
      {2, "aé", "aé"},
      {3, "aé€", "aé€"},
      {4, "aé€😀", "aé€"},
      {5, "aé€😀z", "aé€😀"},
      {6, "aé€😀z", "aé€😀z"},
      {99, "aé€😀z", "aé€😀z"},
  }));
  CAPTURE(most);
  CHECK(text::cut_code_points(word, most) == points);
  CHECK(text::cut_utf16(word, most) == units);
}

TEST_CASE("labels are compared without case, accents and blanks [G2]") {
  auto const [a, b, same] = GENERATE(table<std::string, std::string, bool>({
      {"In Progress", "  in   progress ", true},
      {"Priorité", "PRIORITE", true},
      {"Straße", "STRASSE", true},
      {"ÄÖÜ", "aou", true},
      {"Ångström", "angstrom", true},
      {"e\xcc\x81", "é", true},  // combining accent
      {"ŁÓDŹ", "łódź", true},
      {"ΑΒΓ", "αβγ", true},
      {"ПРИВЕТ", "привет", true},
      {"on\xc2\xa0hold", "on hold", true},
      {"Done", "Dono", false},
      {"a b", "ab", false},
  }));
  CAPTURE(a, b);
  CHECK((text::folded(a) == text::folded(b)) == same);
}

TEST_CASE("foreign text cannot move the cursor or turn the line around [S2]") {
  CHECK(text::printable("plain é 😀") == "plain é 😀");
  CHECK(text::printable("a\x1b[31mb") == "a\\u{1b}[31mb");
  CHECK(text::printable("a\nb\tc\r") == "a\\u{a}b\\u{9}c\\u{d}");
  CHECK(text::printable("a\nb\tc\r", true) == "a\nb\tc\\u{d}");
  CHECK(text::printable("\xc2\x9b") == "\\u{9b}");           // C1 CSI
  CHECK(text::printable("\xe2\x80\xae") == "\\u{202e}");     // right-to-left override
  CHECK(text::printable("\xff") == "\xef\xbf\xbd");          // a bad byte becomes U+FFFD
}

TEST_CASE("width on a terminal: combining marks none, wide characters two") {
  auto const [word, width] = GENERATE(table<std::string, std::size_t>(
      {{"", 0}, {"abc", 3}, {"é", 1}, {"e\xcc\x81", 1}, {"日本", 4}, {"😀", 2}, {"ｱ", 1}, {"Ａ", 2}}));
  CAPTURE(word);
  CHECK(text::display_width(word) == width);
}

TEST_CASE("percent-encoding keeps only the unreserved characters and comes back [S2]") {
  CHECK(text::percent_encoded("A-z_0.9~") == "A-z_0.9~");
  CHECK(text::percent_encoded("a b/c?d&e=f+g%'\"é") == "a%20b%2Fc%3Fd%26e%3Df%2Bg%25%27%22%C3%A9");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  CHECK(text::percent_decoded(text::percent_encoded(all)) == all);
  CHECK(text::percent_decoded("100%") == "100%");
  CHECK(text::percent_decoded("%zz%4") == "%zz%4");
  CHECK(text::percent_decoded("a+b") == "a+b");
}

TEST_CASE("small ASCII helpers") {
  CHECK(text::trimmed(" \t x y \r\n") == "x y");
  CHECK(text::trimmed("  ").empty());
  CHECK(text::equal_ignoring_case("Retry-After", "retry-AFTER"));
  CHECK_FALSE(text::equal_ignoring_case("Retry-After", "Retry-Afte"));
  CHECK(text::ascii_lower("ÄbC") == "Äbc");
}
