// tandem-sandbox as a program: its command line, its ends, its ports, large worlds (L1, N4).
#include <catch2/catch.hpp>

#include <httplib.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/parse.hpp>
#include <tandem/base/json/write.hpp>
#include <tandem/base/time/instant.hpp>

#include "background.hpp"
#include "driver.hpp"
#include "unit/sandbox/http/socket_client.hpp"

using namespace tandem;
using namespace cli_test;
using namespace std::chrono_literals;

namespace {

Ran sandbox_program(std::vector<std::string> args) { return run(SANDBOX_PROGRAM, {std::move(args), {}, {}}); }

int port_of(std::string const& url) { return std::stoi(url.substr(url.rfind(':') + 1)); }

std::string get(std::string const& path) { return "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"; }

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

// Until somebody listens there, for ten seconds at most.
bool listens(int port) {
  for (int i = 0; i < 200; ++i) {
    try {
      sandbox_test::SocketClient const client(port);
      return true;
    } catch (std::runtime_error const&) {
      std::this_thread::sleep_for(50ms);
    }
  }
  return false;
}

// The median of `times` calls.
template <class Call>
std::chrono::milliseconds median(int times, Call call) {
  std::vector<std::chrono::milliseconds> all;
  for (int i = 0; i < times; ++i) {
    auto const start = std::chrono::steady_clock::now();
    call();
    all.push_back(since(start));
  }
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

}  // namespace

TEST_CASE("tandem-sandbox explains itself, and a fault of its command line or world has its exit code [N4]") {
  auto const help = sandbox_program({"--help"});
  CHECK(help.code == 0);
  for (auto const* const part :
       {"--listen-base", "--world", "--webhook-dir", "tandem auth set", "/_sandbox/config", "Exit codes:"})
    CHECK_THAT(help.out, Catch::Contains(part));
  CHECK(sandbox_program({"--nothing"}).code == 2);
  CHECK(sandbox_program({"--latency-ms", "jira"}).code == 2);
  CHECK(sandbox_program({"--latency-ms", "nobody=5"}).code == 2);
  CHECK(sandbox_program({"--world", "nowhere"}).code == 9);
  CHECK(sandbox_program({"--world", "/nonexistent/world.json"}).code == 3);
  Folder const folder;
  std::ofstream(folder.path("bad.json")) << "{\n  oops";
  auto const bad = sandbox_program({"--world", folder.path("bad.json")});
  CHECK(bad.code == 3);
  CHECK_THAT(bad.err, Catch::StartsWith("tandem-sandbox: ") && Catch::Contains("line=2"));
}

TEST_CASE("a port that is taken is exit 5, and a signal ends it with 0 [N4]") {
  Sandbox const first;
  auto const taken = std::to_string(port_of(first.value("entra")));
  auto const second = sandbox_program({"--listen-base", taken});
  CHECK(second.code == 5);
  CHECK_THAT(second.err, Catch::Contains("port " + taken));
  for (int const signal : {SIGTERM, SIGINT}) {
    // Four ports in a row that nobody else has: below the range from which systems give out free ones, and tried again elsewhere.
    int code = -1;
    for (int attempt = 0; attempt < 5 && code != 0; ++attempt) {
      auto const base = 10'000 + (::getpid() * 16 + attempt * 4) % 20'000;
      Background running(SANDBOX_PROGRAM, {{"--listen-base", std::to_string(base)}, {}, {}});
      if (!listens(base)) continue;
      running.send(signal);
      code = running.wait().code;
    }
    CHECK(code == 0);
  }
}

TEST_CASE("half-open, half-sent and malformed connections on every port leave the others unharmed [L1]") {
  Sandbox const box;
  std::vector<int> ports;
  for (auto const* const name : {"entra", "dataverse", "jira", "media"}) ports.push_back(port_of(box.value(name)));
  std::vector<sandbox_test::SocketClient> idle;
  for (int i = 0; i < 40; ++i) {
    idle.emplace_back(ports[static_cast<std::size_t>(i) % 4]);
    if (i % 3 == 1) idle.back().send("POST /rest/api/3/issue HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{");
    if (i % 3 == 2) idle.back().send("GET /re");
  }
  for (int const port : ports) {
    for (auto const& bytes :
         {std::string("\x16\x03\x01\x02\r\n\r\n"), std::string("GET / HTTP/1.1\r\n\r\n"), std::string(100'000, 'x')}) {
      sandbox_test::SocketClient rude(port);
      rude.send(bytes);
      rude.finish_sending();
      rude.read_to_end();
    }
  }
  auto const start = std::chrono::steady_clock::now();
  sandbox_test::SocketClient polite(ports[2]);
  polite.send(get("/rest/api/3/serverInfo?x=" + std::string(20'000, 'x')));
  CHECK_THAT(polite.read_to_end(), Catch::StartsWith("HTTP/1.1 200 ") && Catch::Contains("\r\nDate: "));
  CHECK(since(start) < 2s);
  CHECK(box.get("requests")["total"].integer().value_or(0) >= 1);
}

TEST_CASE("a hundred thousand cases and a hundred thousand issues are ready in seconds, and pages stay fast [L1]") {
  Folder const folder;
  {
    json::Array issues;
    issues.reserve(100'000);
    auto const created = *parse_instant("2024-01-01T00:00:00Z");
    for (int i = 0; i < 100'000; ++i) {
      issues.emplace_back(json::Object{{"project", "SUP"},
                                       {"type", "10002"},
                                       {"created", to_rfc3339(created + std::chrono::seconds{i})},
                                       {"fields", json::Object{{"summary", "Issue " + std::to_string(i)}}}});
    }
    json::Object const world{{"extends", "support"}, {"jira", json::Object{{"issues", std::move(issues)}}}};
    std::ofstream(folder.path("large.json"), std::ios::binary) << json::to_text(world);
  }
  auto const start = std::chrono::steady_clock::now();
  Sandbox const box({"--world", folder.path("large.json"), "--records", "100000"});
  auto const ready = since(start);

  httplib::Client jira(box.value("jira"));
  jira.set_read_timeout(60);
  jira.set_basic_auth(box.value("jiraEmail"), box.value("jiraToken"));
  std::string token;
  auto const search = median(20, [&] {
    json::Object body{{"jql", "project = SUP AND updated >= 1704067200000 ORDER BY updated ASC, key ASC"},
                      {"fields", json::Array{json::Value("summary"), json::Value("updated")}},
                      {"maxResults", 100}};
    if (!token.empty()) body.append("nextPageToken", token);
    auto const page = jira.Post("/rest/api/3/search/jql", json::to_text(body), "application/json");
    REQUIRE(page);
    REQUIRE(page->status == 200);
    auto const read = json::parse(page->body);
    CHECK((*read)["issues"].items().size() == 100);
    token = (*read)["nextPageToken"].text();
  });

  httplib::Client entra(box.value("entra"));
  auto const granted = entra.Post("/" + box.value("tenantId") + "/oauth2/v2.0/token",
                                  httplib::Params{{"grant_type", "client_credentials"},
                                                  {"client_id", box.value("clientId")},
                                                  {"client_secret", box.value("clientSecret")},
                                                  {"scope", box.value("dataverse") + "/.default"}});
  REQUIRE(granted);
  REQUIRE(granted->status == 200);
  httplib::Client dataverse(box.value("dataverse"));
  dataverse.set_read_timeout(60);
  httplib::Headers const headers{{"Authorization", "Bearer " + (*json::parse(granted->body))["access_token"].text_or("")},
                                 {"Prefer", "odata.maxpagesize=500"}};
  std::string next =
      "/api/data/v9.2/"
      "incidents?$select=title,modifiedon&$filter=modifiedon%20ge%202020-01-01T00:00:00Z&$orderby=modifiedon%20asc";
  auto const rows = median(20, [&] {
    auto const page = dataverse.Get(next, headers);
    REQUIRE(page);
    REQUIRE(page->status == 200);
    auto const read = json::parse(page->body);
    CHECK((*read)["value"].items().size() == 500);
    next = std::string((*read)["@odata.nextLink"].text()).substr(box.value("dataverse").size());
  });
  std::printf(
      "sandbox: 100,000 cases and 100,000 issues ready in %lld ms; pages of 100 issues %lld ms, of 500 cases %lld ms (medians)\n",
      static_cast<long long>(ready.count()), static_cast<long long>(search.count()), static_cast<long long>(rows.count()));
  // Generous: a busy machine with sanitizers must pass, a scan of everything for each page must not.
  CHECK(ready < 60s);
  CHECK(search < 500ms);
  CHECK(rows < 500ms);
}
