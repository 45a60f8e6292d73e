// UUIDs, digests and encodings, against published vectors.
#include <catch2/catch.hpp>

#include <set>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/ids/uuid.hpp>

using namespace tandem;

namespace {
constexpr auto kDns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";  // RFC 4122 appendix C
constexpr auto kUrl = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";
}  // namespace

TEST_CASE("name-based ids agree with other implementations of RFC 4122 [H3]") {
  auto const [space, name, expected] = GENERATE(table<std::string, std::string, std::string>({
      {kDns, "www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2"},  // RFC 9562 appendix A.4
      {kDns, "python.org", "886313e1-3b8a-5372-9b90-0c9aee199e5d"},       // the Python manual, uuid
      {kUrl, "http://python.org/", "4c565f0d-3f5a-5890-b41b-20cf47701c5e"},
  }));
  CAPTURE(name);
  CHECK(uuid5(space, name) == expected);
}

TEST_CASE("the name space of an id is taken in any case, and must be a UUID") {
  CHECK(uuid5("6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "x") == uuid5(kDns, "x"));
  CHECK(uuid5(kDns, "x") != uuid5(kUrl, "x"));
  CHECK_THROWS(uuid5("dns", "x"));
}

TEST_CASE("random ids are version 4 and differ") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    auto const id = random_uuid();
    CHECK(is_uuid(id));
    CHECK(id[14] == '4');
    CHECK(std::string("89ab").find(id[19]) != std::string::npos);
    seen.insert(id);
  }
  CHECK(seen.size() == 100);
}

TEST_CASE("a UUID is 36 characters, braces only around it") {
  auto const [text, normal] = GENERATE(table<std::string, std::optional<std::string>>({
      {"6ba7b810-9dad-11d1-80b4-00c04fd430c8", kDns},
      {"6BA7B810-9DAD-11D1-80B4-00C04FD430C8", kDns},
      {"{6ba7b810-9dad-11d1-80b4-00c04fd430c8}", kDns},
      {"{6ba7b810-9dad-11d1-80b4-00c04fd430c8", std::nullopt},
      {"6ba7b8109dad11d180b400c04fd430c8", std::nullopt},
      {"6ba7b810-9dad-11d1-80b4-00c04fd430cg", std::nullopt},
      {"6ba7b810-9dad-11d1-80b4-00c04fd430c8 ", std::nullopt},
      {"", std::nullopt},
  }));
  CAPTURE(text);
  CHECK(normalized_uuid(text) == normal);
}

TEST_CASE("digests agree with their standards") {
  CHECK(to_hex(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");                                   // FIPS 180
  CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");         // FIPS 180
  CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");  // RFC 4231
}

TEST_CASE("base64 agrees with RFC 4648 and refuses what is not base64") {
  auto const [plain, text] = GENERATE(table<std::string, std::string>({{"", ""},
                                                                       {"f", "Zg=="},
                                                                       {"fo", "Zm8="},
                                                                       {"foo", "Zm9v"},
                                                                       {"foob", "Zm9vYg=="},
                                                                       {"fooba", "Zm9vYmE="},
                                                                       {"foobar", "Zm9vYmFy"}}));
  CHECK(to_base64(plain) == text);
  CHECK(from_base64(text) == plain);
  CHECK(to_base64url(std::string("\xfb\xff\xfe", 3)) == "-__-");
  for (auto const* const bad : {"Zg", "Zg=", "Z===", "Zm9v!", "Zm 9v", "=Zm9"}) {
    CAPTURE(bad);
    CHECK_FALSE(from_base64(bad).has_value());
  }
}

TEST_CASE("comparing in constant time still compares") {
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "ab"));
  CHECK(equal_in_constant_time("", ""));
}
