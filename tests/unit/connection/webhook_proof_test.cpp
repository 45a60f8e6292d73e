// Signature and token (SPEC F6; jira.md §12 "Headers").
#include <catch2/catch.hpp>

#include <tandem/connection/jira/webhook/proof.hpp>

using namespace tandem;
using namespace tandem::jira::webhook;

namespace {
constexpr std::string_view kSecret = "It's a Secret to Everybody";
constexpr std::string_view kBody = "Hello World!";
constexpr std::string_view kSignature = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";
}  // namespace

TEST_CASE("the documented signature matches, in either case of letters [F6]") {
  CHECK(check_proof({kSignature, ""}, kSecret, kBody).has_value());
  CHECK(check_proof({"SHA256=A4771C39FBE90F317C7824E83DDEF3CAAE9CB3D976C214ACE1F2937E133263C9", ""}, kSecret, kBody).has_value());
  CHECK(check_proof({"", kSecret}, kSecret, kBody).has_value());
  CHECK(check_proof({kSignature, kSecret}, kSecret, kBody).has_value());
}

TEST_CASE("anything else is refused: another body, secret, method or form, or no proof at all [F6]") {
  std::string const hex(kSignature.substr(7));
  auto const [signature, token, body] = GENERATE_COPY(table<std::string, std::string, std::string>({
      {std::string(kSignature), "", "Hello World"},
      {std::string(kSignature), "", ""},
      {"sha256=" + hex.substr(0, 62), "", std::string(kBody)},
      {"sha256=", "", std::string(kBody)},
      {"sha1=" + hex, "", std::string(kBody)},
      {hex, "", std::string(kBody)},
      {"=", "", std::string(kBody)},
      {"", "It's a Secret", std::string(kBody)},
      {"", "", std::string(kBody)},
      {std::string(kSignature), "wrong", std::string(kBody)},  // each proof that is given must hold
  }));
  CAPTURE(signature, token, body);
  auto const checked = check_proof({signature, token}, kSecret, body);
  REQUIRE_FALSE(checked.has_value());
  CHECK(checked.error().kind == ErrorKind::auth);
  CHECK(checked.error().to_line().find("Everybody") == std::string::npos);
}
