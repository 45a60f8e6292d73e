// The server over real sockets: whatever a client does, it is answered or let go, and the others are not kept waiting (L1, L4).
#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "server.hpp"
#include "unit/sandbox/box.hpp"
#include "unit/sandbox/http/socket_client.hpp"

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

// Answers with what it was asked.
class Echo final : public sandbox::Service {
 public:
  Response handle(Request const& request) override {
    if (request.path() == "/broken") throw std::runtime_error("on purpose");
    Response response{200,
                      {{"Content-Type", "text/plain"}},
                      request.method + " " + std::to_string(request.target.size()) + " [" + request.body + "]"};
    response.with("X-Type", std::string(request.header("Content-Type")));
    return response;
  }
  tandem::Result<tandem::Unit> load(json::Value const&) override { return tandem::Unit{}; }
  [[nodiscard]] json::Value state() const override { return json::Object{}; }
  tandem::Result<bool> configure(std::string_view, json::Value const&) override { return false; }
  Response edit_as(std::string_view, Request const&) override { return {}; }
};

struct Running {
  Running() : world(sandbox::VirtualClock(kStart)), server(ServiceName::jira) {
    world.add(ServiceName::jira, std::make_unique<Echo>());
    port = server.bind(0);
    REQUIRE(port > 0);
    server.start(world);
  }
  void plan(std::string const& faults) { world.set_faults(*sandbox::faults_from_json(*json::parse(faults))); }
  std::string ask(std::string const& bytes) {
    SocketClient client(port);
    client.send(bytes);
    client.finish_sending();
    return client.read_to_end();
  }
  World world;
  sandbox::Server server;
  int port = -1;
};

std::string get(std::string const& path) { return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"; }

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace

TEST_CASE("multipart bodies, bodies of GET and long URLs reach the service as sent [L1]") {
  Running box;
  CHECK_THAT(
      box.ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5\r\n\r\n--b\r\n"),
      Catch::StartsWith("HTTP/1.1 200 OK\r\n") && Catch::Contains("[--b\r\n]") &&
          Catch::Contains("X-Type: multipart/form-data; boundary=b\r\n"));
  CHECK_THAT(box.ask("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"), Catch::Contains("GET 1 [{}]"));
  CHECK_THAT(box.ask(get("/" + std::string(100'000, 'x'))), Catch::Contains("GET 100001 []"));
  CHECK_THAT(box.ask("PATCH / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
             Catch::Contains("PATCH 1 [abc]"));
}

TEST_CASE("HEAD has the length and no body, and the connection stays [L1]") {
  Running box;
  SocketClient client(box.port);
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  auto const head = client.read_until("\r\n\r\n");
  CHECK_THAT(
      head, Catch::Contains("Content-Length: 9\r\n") && Catch::EndsWith("\r\n\r\n") && Catch::Contains("Date: Tue, 10 Feb 2026"));
  client.send(get("/a"));
  CHECK_THAT(client.read_until("]"), Catch::EndsWith("GET 2 []"));
}

TEST_CASE("a client is told to go on with its body [L1]") {
  Running box;
  SocketClient client(box.port);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  CHECK_THAT(client.read_until("]"), Catch::EndsWith("POST 1 [abc]"));
}

TEST_CASE("a request that is none gets a status, and its connection ends [L1]") {
  auto const [bytes, status] = GENERATE(table<std::string, std::string>({
      {"hello\r\n\r\n", "400"},
      {"GET / HTTP/3\r\nHost: a\r\n\r\n", "505"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\nabc", "400"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\nabc", "413"},
      {"GET /broken HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "500"},
  }));
  CAPTURE(bytes);
  Running box;
  CHECK_THAT(box.ask(bytes), Catch::StartsWith("HTTP/1.1 " + status + " ") && Catch::Contains("Connection: close\r\n"));
  CHECK_THAT(box.ask(get("/")), Catch::StartsWith("HTTP/1.1 200 "));
}

TEST_CASE("forty half-open and half-sent connections keep nobody waiting [L1]") {
  Running box;
  std::vector<SocketClient> idle;
  for (int i = 0; i < 40; ++i) {
    idle.emplace_back(box.port);
    if (i % 4 == 1) idle.back().send("GET / HT");
    if (i % 4 == 2) idle.back().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    if (i % 4 == 3) idle.back().finish_sending();
  }
  auto const start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) CHECK_THAT(box.ask(get("/")), Catch::StartsWith("HTTP/1.1 200 "));
  CHECK(since(start) < 2s);
}

TEST_CASE("a client that reads nothing of a large answer stops nobody [L1]") {
  Running box;
  SocketClient deaf(box.port);
  std::string const body(8U << 20U, 'x');
  deaf.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  auto const start = std::chrono::steady_clock::now();
  CHECK_THAT(box.ask(get("/")), Catch::StartsWith("HTTP/1.1 200 "));
  CHECK(since(start) < 2s);
}

TEST_CASE("faults are real: no byte, half a body, or a wait [L4]") {
  Running box;
  SECTION("lost") {
    box.plan(R"([{"when":"after","nth":1}])");
    CHECK(box.ask(get("/")).empty());
    CHECK(box.world.requests()["log"].at(0)["executed"].truthy());
  }
  SECTION("cut after as many bytes as the plan says") {
    box.plan(R"([{"when":"body","nth":1,"bytes":3}])");
    CHECK_THAT(box.ask(get("/")), Catch::Contains("Content-Length: 8\r\n") && Catch::EndsWith("\r\n\r\nGET"));
  }
  SECTION("held until the virtual clock has passed the time") {
    box.plan(R"([{"when":"after","do":"hold","for":"1m","nth":1}])");
    SocketClient client(box.port);
    client.send(get("/"));
    while (box.world.requests()["total"].integer() != 1) std::this_thread::sleep_for(1ms);
    box.world.advance(61s);
    CHECK(client.read_to_end().empty());
  }
  SECTION("a part, then silence, then the end") {
    box.plan(R"([{"when":"body","do":"hold","for":"1m","nth":1}])");
    SocketClient client(box.port);
    client.send(get("/"));
    CHECK_THAT(client.read_until("GET "), Catch::EndsWith("\r\n\r\nGET "));
    box.world.advance(61s);
    CHECK(client.read_to_end().empty());
  }
  CHECK_THAT(box.ask(get("/")), Catch::StartsWith("HTTP/1.1 200 "));
}

TEST_CASE("latency is waited side by side, and the log knows the greatest concurrency [L2]") {
  Running box;
  REQUIRE(box.world.configure("latencyMs", json::Object{{"jira", 200}, {"GET /quick", 1}}).value());
  auto const start = std::chrono::steady_clock::now();
  std::vector<std::thread> clients;
  for (int i = 0; i < 6; ++i) clients.emplace_back([&box] { box.ask(get("/slow")); });
  for (auto& client : clients) client.join();
  CHECK(since(start) >= 200ms);
  CHECK(since(start) < 900ms);
  auto const requests = box.world.requests();
  CHECK(requests["greatestConcurrency"]["jira"].integer().value_or(0) >= 2);
  CHECK(requests["greatestConcurrency"]["jira"].integer().value_or(9) <= 6);
  CHECK(requests["greatestConcurrency"]["entra"].integer() == 0);
  CHECK(requests["counts"]["GET /slow"].integer() == 6);
  auto const again = std::chrono::steady_clock::now();
  CHECK_THAT(box.ask(get("/quick")), Catch::StartsWith("HTTP/1.1 200 "));
  CHECK(since(again) < 150ms);
  box.world.forget_requests();
  CHECK(box.world.requests()["greatestConcurrency"]["jira"].integer() == 0);
}

TEST_CASE("the control API is on the Jira port, and no fault touches it [L4]") {
  Running box;
  box.plan(R"([{"do":"drop"}])");
  CHECK_THAT(box.ask(get("/_sandbox/faults")), Catch::Contains(R"("do":"drop")"));
  CHECK_THAT(box.ask("DELETE /_sandbox/faults HTTP/1.1\r\nHost: a\r\n\r\n"), Catch::StartsWith("HTTP/1.1 204 "));
  CHECK_THAT(box.ask(get("/")), Catch::StartsWith("HTTP/1.1 200 "));
}
