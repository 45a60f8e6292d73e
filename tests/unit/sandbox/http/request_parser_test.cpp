// The sandbox's HTTP/1.1 parser (L1, L5): what reaches a service, and what is refused before.
#include <catch2/catch.hpp>

#include "http/request_parser.hpp"

using sandbox::http::RequestParser;
using State = RequestParser::State;

namespace {

std::string const kHead = "POST /rest/api/3/issue?x=1 HTTP/1.1\r\nHost: a\r\n";

sandbox::Request parsed(std::string const& bytes) {
  RequestParser parser;
  REQUIRE(parser.feed(bytes) == State::done);
  return parser.take();
}

}  // namespace

TEST_CASE("a body arrives as it was sent, whatever its type and method [L1]") {
  struct Case {
    std::string name, bytes, method, target, body;
  };
  auto const c = GENERATE_COPY(values<Case>({
      {"multipart", kHead + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 12\r\n\r\n--b\r\n\r\nx\r\n--",
       "POST", "/rest/api/3/issue?x=1", "--b\r\n\r\nx\r\n--"},
      {"chunked", kHead + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", "POST",
       "/rest/api/3/issue?x=1", "abc0123456789"},
      {"GET with a body", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", "GET", "/", "{}"},
      {"no body", "DELETE /x HTTP/1.1\r\nHost: a\r\n\r\n", "DELETE", "/x", ""},
      {"binary", kHead + std::string("Content-Length: 3\r\n\r\n\0\xff\n", 24), "POST", "/rest/api/3/issue?x=1",
       std::string("\0\xff\n", 3)},
      {"absolute target", "GET http://a:1/b?c HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/b?c", ""},
      {"absolute target without path", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/", ""},
      {"bare line feeds, empty lines before", "\r\n\nGET / HTTP/1.1\nHost: a\n\n", "GET", "/", ""},
      {"HTTP/1.0 without a host", "GET / HTTP/1.0\r\n\r\n", "GET", "/", ""},
      {"equal lengths twice", kHead + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", "POST", "/rest/api/3/issue?x=1", "x"},
  }));
  CAPTURE(c.name);
  auto const request = parsed(c.bytes);
  CHECK(request.method == c.method);
  CHECK(request.target == c.target);
  CHECK(request.body == c.body);

  // Byte by byte gives the same.
  RequestParser slow;
  for (std::size_t i = 0; i < c.bytes.size(); ++i) {
    CHECK(slow.state() != State::refused);
    slow.feed(c.bytes.substr(i, 1));
  }
  REQUIRE(slow.state() == State::done);
  CHECK(slow.take().body == c.body);
}

TEST_CASE("headers keep their order, their case and their repetitions [L1]") {
  auto const request = parsed("GET / HTTP/1.1\r\nHost: a\r\nPrefer:  b \r\nx-A: \r\nPREFER: c\r\n\r\n");
  std::vector<sandbox::Header> const expected{{"Host", "a"}, {"Prefer", "b"}, {"x-A", ""}, {"PREFER", "c"}};
  CHECK(request.headers == expected);
}

TEST_CASE("a target of 200 KB reaches the service [L1]") {
  std::string const query(200'000, 'q');
  CHECK(parsed("GET /?" + query + " HTTP/1.1\r\nHost: a\r\n\r\n").target.size() == query.size() + 2);
}

TEST_CASE("what is no request is refused with a status [L1]") {
  struct Case {
    std::string name, bytes;
    int status;
  };
  auto const c = GENERATE_COPY(values<Case>({
      {"not HTTP", "hello\r\n", 400},
      {"no version", "GET /\r\n", 400},
      {"another version", "GET / HTTP/2.0\r\n", 505},
      {"a TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 12), 400},
      {"a method that is no token", "G(T / HTTP/1.1\r\n", 400},
      {"a relative target", "GET x HTTP/1.1\r\n", 400},
      {"a blank in the target", "GET /a b HTTP/1.1\r\n", 400},
      {"a control character in the target", std::string("GET /a\0b HTTP/1.1\r\n", 19), 400},
      {"a target beyond every limit", "GET /" + std::string(300'000, 'x'), 414},
      {"a header without a colon", "GET / HTTP/1.1\r\nHost: a\r\nabc\r\n", 400},
      {"a header that is folded", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n", 400},
      {"a header without a name", "GET / HTTP/1.1\r\n: a\r\n", 400},
      {"a NUL in a header", std::string("GET / HTTP/1.1\r\nA: \0\r\n", 23), 400},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"a length that is no number", kHead + "Content-Length: 1x\r\n\r\n", 400},
      {"a negative length", kHead + "Content-Length: -1\r\n\r\n", 400},
      {"a length beyond 64 bits", kHead + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {"two lengths", kHead + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"length and chunks", kHead + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"another coding", kHead + "Transfer-Encoding: gzip\r\n\r\n", 501},
      {"a huge body", kHead + "Content-Length: 9999999999\r\n\r\n", 413},
      {"a chunk without a size", kHead + "Transfer-Encoding: chunked\r\n\r\n\r\n", 400},
      {"a chunk size that is no number", kHead + "Transfer-Encoding: chunked\r\n\r\n0x3\r\n", 400},
      {"a huge chunk", kHead + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffff0\r\n", 413},
      {"a chunk longer than it says", kHead + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400},
  }));
  CAPTURE(c.name);
  RequestParser parser;
  CHECK(parser.feed(c.bytes) == State::refused);
  CHECK(parser.refusal() == c.status);
  CHECK_FALSE(parser.reason().empty());
  CHECK_FALSE(parser.keep_alive());
  CHECK(parser.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == State::refused);
}

TEST_CASE("too many or too long headers are refused [L1]") {
  RequestParser many;
  std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 200; ++i) text += "A: b\r\n";
  many.feed(text);
  CHECK(many.refusal() == 431);
  RequestParser large;
  large.feed("GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(600'000, 'x'));
  CHECK(large.refusal() == 431);
  RequestParser trailers;
  trailers.feed(kHead + "Transfer-Encoding: chunked\r\n\r\n0\r\n");
  for (int i = 0; i < 2000 && trailers.state() == State::body; ++i) trailers.feed("A: " + std::string(1000, 'x') + "\r\n");
  CHECK(trailers.refusal() == 431);
}

TEST_CASE("requests behind one another are taken one by one [L1]") {
  RequestParser parser;
  parser.feed(
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET /b HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\nGET");
  REQUIRE(parser.state() == State::done);
  CHECK(parser.keep_alive());
  CHECK(parser.take().target == "/a");
  REQUIRE(parser.state() == State::done);
  CHECK_FALSE(parser.keep_alive());
  CHECK(parser.take().target == "/b");
  CHECK(parser.state() == State::head);
  CHECK_FALSE(parser.idle());
}

TEST_CASE("a client that expects a word before its body gets it once the head is here [L1]") {
  RequestParser parser;
  parser.feed(kHead + "Expect: 100-continue\r\nContent-Length: 2\r\n");
  CHECK_FALSE(parser.wants_continue());
  parser.feed("\r\n");
  CHECK(parser.wants_continue());
  parser.feed("a");
  CHECK(parser.feed("b") == State::done);
  CHECK_FALSE(parser.wants_continue());
}

TEST_CASE("an answer's head says the length and cannot be split by a value [L1]") {
  using sandbox::Response;
  CHECK(sandbox::http::response_head(Response{200, {{"A", "b\r\nC: d"}, {"Content-Length", "9"}}, "abc"}, true) ==
        "HTTP/1.1 200 OK\r\nA: b  C: d\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n");
  CHECK(sandbox::http::response_head(Response{204, {}, ""}, false) == "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}
