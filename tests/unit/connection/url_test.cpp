#include <catch2/catch.hpp>

#include <tandem/connection/http/url.hpp>

using namespace tandem::http;

TEST_CASE("a URL's origin is what credentials are bound to [S5]") {
  auto const [text, origin] = GENERATE(table<std::string, std::string>({
      {"https://Org.CRM4.dynamics.com/api/data/v9.2/WhoAmI?x=1", "https://org.crm4.dynamics.com"},
      {"https://org.crm4.dynamics.com:443", "https://org.crm4.dynamics.com"},
      {"https://org.crm4.dynamics.com:8443/", "https://org.crm4.dynamics.com:8443"},
      {"http://127.0.0.1:8080/x", "http://127.0.0.1:8080"},
      {"HTTP://[::1]:80/", "http://[::1]"},
  }));
  CAPTURE(text);
  auto const url = parse_url(text);
  REQUIRE(url.has_value());
  CHECK(url->origin() == origin);
}

TEST_CASE("anything unusual is no URL [S2]") {
  auto const text =
      GENERATE(as<std::string>{}, "", "org.crm.dynamics.com", "ftp://x", "https://", "https:///path",
               "https://user@evil.example/", "https://a:b@evil.example/", "https://a b/", "https://a\r\nX: y/", "https://a\\b/",
               "https://x:0/", "https://x:99999/", "https://x:8a/", "https://-x/", "https://\xC3\xA9/", "javascript://x");
  CAPTURE(text);
  CHECK_FALSE(parse_url(text).has_value());
}

TEST_CASE("only this machine is loopback [A12]") {
  auto const [text, loopback] = GENERATE(table<std::string, bool>({
      {"http://localhost:1/", true},
      {"http://127.0.0.1/", true},
      {"http://127.9.9.9/", true},
      {"http://[::1]/", true},
      {"http://127.evil.example/", false},
      {"http://localhost.evil.example/", false},
      {"http://10.0.0.1/", false},
      {"http://[::2]/", false},
  }));
  CAPTURE(text);
  CHECK(parse_url(text)->loopback() == loopback);
}
