// The wire against a raw socket: what libcurl does by itself is what these tests are about.
#include <catch2/catch.hpp>

#include <atomic>
#include <cstdlib>
#include <optional>

#include <tandem/connection/http/curl_transport.hpp>

#include "socket_server.hpp"
#include "support.hpp"

using namespace tandem;
using namespace tandem::test;
using http::Repeat;

namespace {

http::Request request_to(std::string url, std::string method = "GET", std::string body = {}, Repeat repeat = Repeat::safe) {
  http::Request request;
  request.url = std::move(url);
  request.method = std::move(method);
  request.body = std::move(body);
  request.repeat = repeat;
  request.endpoint = request.method + " /x";
  return request;
}

std::shared_ptr<http::CurlTransport> wire(http::CurlSettings settings = {}) {
  auto made = http::CurlTransport::make(std::move(settings));
  REQUIRE(made.has_value());
  return *made;
}

class StringSource final : public http::BodySource {
 public:
  explicit StringSource(std::string text) : text_(std::move(text)) {}
  Result<Unit> rewind() override {
    at_ = 0;
    return Unit{};
  }
  Result<std::string> read(std::size_t most) override {
    auto part = text_.substr(at_, std::min<std::size_t>(most, 1000));
    at_ += part.size();
    return part;
  }
  std::uint64_t size() const override { return text_.size(); }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

TEST_CASE("a create that was executed but whose answer never came on a reused connection is executed once [R1]") {
  SocketServer server([](RawRequest const& request) { return request.line() == "GET /warm" ? ok() : std::string(); });
  auto const curl = wire();
  REQUIRE(curl->send(request_to(server.url("/warm"))).has_value());  // the connection that the create will reuse

  auto const [method, body] = GENERATE(table<std::string, std::string>({
      {"POST", "{\"summary\":\"x\"}"},
      {"PUT", "{}"},
      {"PATCH", std::string(200'000, 'x')},
      {"POST", ""},  // no body: over a fresh connection
      {"DELETE", ""},
  }));
  CAPTURE(method, body.size());
  auto const reply = curl->send(request_to(server.url("/create"), method, body, Repeat::only_if_unsent));
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == ErrorKind::unknown_outcome);
  CHECK(server.executed(method + " /create") == 1);
  auto const requests = server.requests();
  REQUIRE(requests.size() == 2);
  CHECK((requests[0].connection == requests[1].connection) == !body.empty());
}

TEST_CASE("a request that may be repeated survives the loss of a reused connection [R5]") {
  std::atomic<int> lost{0};  // each connection has a thread of the server
  SocketServer server([&lost](RawRequest const& request) {
    return request.line() == "POST /search" && lost++ == 0 ? std::string() : ok("found");
  });
  auto const curl = wire();
  REQUIRE(curl->send(request_to(server.url("/warm"))).has_value());
  auto const reply = curl->send(request_to(server.url("/search"), "POST", "{}"));
  REQUIRE(reply.has_value());
  CHECK(reply->body == "found");
  CHECK(server.executed("POST /search") == 2);
}

TEST_CASE("method, headers, body and answer travel unchanged") {
  SocketServer server([](RawRequest const&) {
    return "HTTP/1.1 207 Multi\r\nX-One: a\r\nx-one-more:  b \r\nSet-Cookie: s=1\r\nContent-Length: 4\r\n\r\nbody";
  });
  auto const curl = wire();
  auto request =
      request_to(server.url("/a/../b?q=%27x%27&$select=a"), "PATCH", "{\"a\":1}", GENERATE(Repeat::safe, Repeat::only_if_unsent));
  request.headers = {{"Content-Type", "application/json"}, {"If-None-Match", "*"}};
  auto const reply = curl->send(request);
  REQUIRE(reply.has_value());
  CHECK(reply->status == 207);
  CHECK(reply->header("X-ONE") == "a");
  CHECK(reply->header("X-One-More") == "b");
  CHECK(reply->body == "body");
  REQUIRE(curl->send(request).has_value());
  auto const seen = server.requests();
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].line() == "PATCH /a/../b?q=%27x%27&$select=a");
  CHECK(seen[0].body == "{\"a\":1}");
  CHECK(seen[0].head.find("Content-Type: application/json\r\n") != std::string::npos);
  CHECK(seen[0].head.find("If-None-Match: *") != std::string::npos);
  CHECK(seen[0].head.find("Expect") == std::string::npos);
  CHECK(seen[1].connection == seen[0].connection);                    // kept alive
  CHECK(seen[1].head.find("Cookie") == std::string::npos);            // cookies are not kept
}

TEST_CASE("a redirect is an answer, not a way to go [S5]") {
  SocketServer server(
      [](RawRequest const&) { return "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"; });
  auto const reply = wire()->send(request_to(server.url("/"), "POST", "{}"));
  REQUIRE(reply.has_value());
  CHECK(reply->status == 302);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("an answer over the cap is cut off: an error for a read, an unknown outcome for a write [S3]") {
  SocketServer server([](RawRequest const&) { return ok(std::string(5000, 'x')); });
  auto const [repeat, kind] = GENERATE(
      table<Repeat, ErrorKind>({{Repeat::safe, ErrorKind::remote}, {Repeat::only_if_unsent, ErrorKind::unknown_outcome}}));
  auto request = request_to(server.url("/"), "POST", "{}", repeat);
  request.most_answer_bytes = 4999;
  auto const reply = wire()->send(request);
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == kind);
  request.most_answer_bytes = 5000;
  CHECK(wire()->send(request).has_value());
}

TEST_CASE("a source streams a body and a sink takes a good answer only [I3]") {
  int status = GENERATE(200, 404);
  SocketServer server([status](RawRequest const& request) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(request.body.size()) + "\r\n\r\n" +
           request.body;
  });
  std::string const content(100'000, 'y');
  auto request = request_to(server.url("/"), "POST");
  request.source = std::make_shared<StringSource>(content);
  std::string taken;
  request.sink = [&](std::string_view bytes) -> Result<Unit> {
    taken += bytes;
    return Unit{};
  };
  auto const reply = wire()->send(request);
  REQUIRE(reply.has_value());
  CHECK(taken == (status == 200 ? content : ""));
  CHECK(reply->body == (status == 200 ? "" : content));
}

TEST_CASE("a sink's refusal ends the transfer with its own error") {
  SocketServer server([](RawRequest const&) { return ok("bytes"); });
  auto request = request_to(server.url("/"));
  request.sink = [](std::string_view) -> Result<Unit> { return fail(ErrorKind::store, "disk full"); };
  auto const reply = wire()->send(request);
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == ErrorKind::store);
}

TEST_CASE("what was surely not sent says so, with the cure [R2]") {
  SECTION("nobody listens") {
    std::string url;
    {
      SocketServer server([](RawRequest const&) { return ok(); });
      url = server.url("/");
    }
    auto const reply = wire()->send(request_to(url, "POST", "{}", Repeat::only_if_unsent));
    REQUIRE_FALSE(reply.has_value());
    CHECK(reply.error().kind == ErrorKind::transient);
    CHECK(reply.error().find("reason") == "connect");
  }
  SECTION("no TLS is spoken there") {
    SocketServer server([](RawRequest const&) { return ok(); });
    auto url = server.url("/");
    url.replace(0, 4, "https");
    http::CurlSettings settings;
    settings.connect_timeout = Millis{200};  // the server waits for a request that never comes
    auto const reply = wire(settings)->send(request_to(url, "POST", "{}", Repeat::only_if_unsent));
    REQUIRE_FALSE(reply.has_value());
    CHECK(reply.error().kind == ErrorKind::transient);
  }
}

TEST_CASE("http is refused to any other machine, before anything is sent [A12]") {
  auto const url = GENERATE(as<std::string>{}, "http://192.0.2.1/", "http://jira.example/", "ftp://127.0.0.1/",
                            "file:///etc/passwd", "no url");
  auto const reply = wire()->send(request_to(url));
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == ErrorKind::config);
}

TEST_CASE("a read without an answer ends when the run is stopped, a write after a time of grace [E10]") {
  SocketServer server([](RawRequest const&) { return "hang"; });
  http::CurlSettings settings;
  settings.stop = [] { return true; };
  settings.grace = Millis{0};
  auto const [repeat, kind] = GENERATE(
      table<Repeat, ErrorKind>({{Repeat::safe, ErrorKind::cancelled}, {Repeat::only_if_unsent, ErrorKind::unknown_outcome}}));
  auto const reply = wire(settings)->send(request_to(server.url("/"), "POST", "{}", repeat));
  REQUIRE_FALSE(reply.has_value());
  bool const fits = reply.error().kind == kind || (server.requests().empty() && reply.error().kind == ErrorKind::cancelled);
  CHECK(fits);
}

TEST_CASE("a time-out after sending is an unknown outcome [R2]") {
  SocketServer server([](RawRequest const&) { return "hang"; });
  http::CurlSettings settings;
  settings.total_timeout = Millis{150};
  auto const reply = wire(settings)->send(request_to(server.url("/"), "POST", "{}", Repeat::only_if_unsent));
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().kind == ErrorKind::unknown_outcome);
  CHECK(reply.error().find("reason") == "time-out");
}

TEST_CASE("a proxy of the environment or the settings is never used for this machine") {
  ::setenv("http_proxy", "http://127.0.0.1:9", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:9", 1);
  SocketServer server([](RawRequest const&) { return ok(); });
  http::CurlSettings settings;
  settings.proxy = GENERATE(as<std::string>{}, "", "http://127.0.0.1:9");
  CHECK(wire(settings)->send(request_to(server.url("/"))).has_value());
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
}

TEST_CASE("a header that breaks the line is not sent [S2]") {
  SocketServer server([](RawRequest const&) { return ok(); });
  auto request = request_to(server.url("/"));
  request.headers = {{"X-A", "b\r\nX-Evil: 1"}};
  CHECK_FALSE(wire()->send(request).has_value());
  CHECK(server.requests().empty());
}

TEST_CASE("a CA file that cannot be read is a fault of the configuration [A12]") {
  http::CurlSettings settings;
  settings.ca_file = "/nonexistent/ca.pem";
  auto const made = http::CurlTransport::make(settings);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().kind == ErrorKind::config);
}
