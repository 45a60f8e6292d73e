// tandem-sandbox: Entra, Dataverse, Jira and Jira's media host in a box, on loopback (SPEC L1, N4).
//
// Prints one JSON line when it is ready, ends on SIGTERM or SIGINT with 0. Exit codes: 2 the command line, 3 the world file,
// 5 a port that cannot be had, 9 no such built-in world.
#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <tandem/base/json/write.hpp>

#include "server.hpp"
#include "webhooks/couriers/couriers.hpp"
#include "world/make_world.hpp"
#include "world/world_file.hpp"

namespace {

namespace json = tandem::json;
using sandbox::ServiceName;

constexpr int kUsage = 2, kUnreachable = 5;

void say(std::string const& message) { std::fputs(("tandem-sandbox: " + message + "\n").c_str(), stderr); }

int complain(int code, std::string const& message) {
  say(message);
  return code;
}

struct Options {
  int listen_base = 0;
  std::string world = "support";
  std::string latency, limits = "off";
  sandbox::Targets webhooks;
  std::int64_t search_lag_ms = 0;
  std::uint64_t seed = 1;
  std::size_t records = 0;
  bool until_eof = false;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("--listen-base", options.listen_base,
                 "Entra listens on this port, Dataverse, Jira and media on the next three (default: free ports)")
      ->check(CLI::Range(1, 65532));
  app.add_option("--world", options.world,
                 "a built-in world, or a world file (JSON; \"extends\": \"support\" adds to a built-in one)")
      ->default_str("support");
  app.add_option("--latency-ms", options.latency,
                 "how long answers take, by service or request: 'jira=80,POST /rest/api/3/issue/bulk=500'");
  app.add_option("--search-lag-ms", options.search_lag_ms, "how long Jira's search index lags")->check(CLI::NonNegativeNumber);
  app.add_option("--limits", options.limits, "rate limits as the services document them, or none")
      ->check(CLI::IsMember({"documented", "off"}))
      ->default_str("off");
  app.add_option("--records", options.records, "further cases, made an hour before start");
  app.add_option("--seed", options.seed, "what generated ids depend on")->default_str("1");
  app.add_flag("--until-eof", options.until_eof, "end when standard input closes");
  // Each may be given several times.
  app.add_option("--webhook-dir", options.webhooks.folders,
                 "write each Jira webhook into this folder, as a line for push-event --ndjson")
      ->allow_extra_args(false);
  app.add_option("--webhook-url", options.webhooks.urls, "post each Jira webhook to this URL; {issue.key} in it is replaced")
      ->allow_extra_args(false);
  app.add_option("--webhook-exec", options.webhooks.commands,
                 "run this shell command for each Jira webhook: raw body on stdin, TANDEM_WEBHOOK_SIGNATURE, TANDEM_DELIVERY_ID")
      ->allow_extra_args(false);
  app.footer(
      R"(Try an item file (it prints one JSON line with URLs and credentials when it is ready):
  tandem-sandbox --listen-base 8400 | tee box.json
  TANDEM_CLIENT_SECRET=$(jq -r .clientSecret box.json) TANDEM_JIRA_TOKEN=$(jq -r .jiraToken box.json) tandem auth set \
    --org-url http://127.0.0.1:8401 --authority-host http://127.0.0.1:8400 --jira-url http://127.0.0.1:8402 \
    --tenant-id $(jq -r .tenantId box.json) --client-id $(jq -r .clientId box.json) --jira-email $(jq -r .jiraEmail box.json)
  tandem items apply -f examples/items/support-cases.json --baseline all && tandem sync-once

While it runs, on the Jira port:
  /browse/SUP-1                     an issue as a page
  GET    /_sandbox/state            both sides as JSON, ?side=jira|dataverse
  GET    /_sandbox/requests         what was asked, with counts; DELETE forgets
  POST   /_sandbox/edit             {"as":"alice","side":"dataverse","method":"PATCH","path":"/api/data/v9.2/…","body":{…}}
  POST   /_sandbox/clock            {"advance":"15m"}
  POST   /_sandbox/faults           [{"when":"after","match":"POST /rest/api/3/issue/bulk","nth":1,"do":"drop"}]; GET, DELETE
  POST   /_sandbox/config           {"jira.searchLag":"5s"}; GET lists every switch with its value
  POST   /_sandbox/webhooks         {"order":"shuffled","duplicates":0.2}; GET

Exit codes: 0 ended by SIGTERM, SIGINT or --until-eof; 2 the command line; 3 the world file; 5 a port is taken; 9 no such world.)");
}

// "jira=80,POST /rest/api/3/issue/bulk=500" -> {"jira":80,"POST /rest/api/3/issue/bulk":500}
std::optional<json::Value> latency_from(std::string const& text) {
  json::Object out;
  std::stringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    auto const equals = part.rfind('=');
    if (equals == std::string::npos || equals + 1 == part.size()) return std::nullopt;
    auto const number = part.substr(equals + 1);
    if (number.find_first_not_of("0123456789") != std::string::npos || number.size() > 7) return std::nullopt;
    out.set(part.substr(0, equals), json::Number{std::to_string(std::stol(number))});
  }
  return json::Value{std::move(out)};
}

tandem::Result<sandbox::WorldOptions> world_options(Options const& options) {
  sandbox::WorldOptions out;
  out.seed = options.seed;
  out.records = options.records;
  out.world = options.world;
  bool const is_file = options.world.find('/') != std::string::npos || options.world.ends_with(".json");
  if (!is_file) return out;
  std::ifstream file(options.world, std::ios::binary);
  if (!file) return tandem::fail(tandem::ErrorKind::config, "cannot read the world file " + options.world);
  out.file_text = std::string(std::istreambuf_iterator<char>(file), {});
  return out;
}

tandem::Result<tandem::Unit> configure(sandbox::World& world, Options const& options) {
  if (!options.latency.empty()) {
    auto const latency = latency_from(options.latency);
    if (!latency) return tandem::fail(tandem::ErrorKind::usage, "--latency-ms is a list such as jira=80,dataverse=120");
    TANDEM_CHECK(world.configure("latencyMs", *latency));
  }
  TANDEM_CHECK(world.configure("limits", options.limits));
  TANDEM_CHECK(world.configure("jira.searchLag", options.search_lag_ms));
  return tandem::Unit{};
}

// `urls` as they were before anybody could change them.
void print_ready(sandbox::Urls const& urls, sandbox::Credentials const& credentials) {
  json::Object const line{{"entra", urls.entra},
                          {"dataverse", urls.dataverse},
                          {"jira", urls.jira},
                          {"media", urls.media},
                          {"tenantId", credentials.tenant_id},
                          {"clientId", credentials.client_id},
                          {"clientSecret", credentials.client_secret},
                          {"jiraEmail", credentials.jira_email},
                          {"jiraToken", credentials.jira_token},
                          {"webhookSecret", credentials.webhook_secret}};
  std::fputs((json::to_text(line) + "\n").c_str(), stdout);
  std::fflush(stdout);
}

// Until a signal, or the end of standard input where that was asked for.
void wait_for_the_end(sigset_t const& signals, bool until_eof) {
  int const signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
  std::array<pollfd, 2> watched{{{signal_fd, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
  while (true) {
    if (poll(watched.data(), until_eof ? 2 : 1, -1) < 0) continue;
    if (watched[0].revents != 0) return;
    std::array<char, 4096> buffer{};
    if (watched[1].revents != 0 && read(STDIN_FILENO, buffer.data(), buffer.size()) <= 0) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Jira Cloud, Dataverse and Microsoft Entra in a box, on loopback, from one in-memory world.", "tandem-sandbox"};
  declare(app, options);
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }

  // A connection needs a descriptor: as many as this user may have.
  rlimit descriptors{};
  if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0 && descriptors.rlim_cur < descriptors.rlim_max) {
    descriptors.rlim_cur = std::min<rlim_t>(descriptors.rlim_max, 8192);
    setrlimit(RLIMIT_NOFILE, &descriptors);
  }

  // All threads leave the signals to this one.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  auto world_built = world_options(options);
  if (!world_built) return complain(tandem::exit_code(world_built.error().kind), world_built.error().to_line());
  std::array<sandbox::Server, 4> servers{sandbox::Server(ServiceName::entra), sandbox::Server(ServiceName::dataverse),
                                         sandbox::Server(ServiceName::jira), sandbox::Server(ServiceName::media)};
  std::array<std::string*, 4> const urls{&world_built->urls.entra, &world_built->urls.dataverse, &world_built->urls.jira,
                                         &world_built->urls.media};
  for (std::size_t i = 0; i < servers.size(); ++i) {
    int const wanted = options.listen_base == 0 ? 0 : options.listen_base + static_cast<int>(i);
    int const port = servers[i].bind(wanted);
    if (port < 0)
      return complain(kUnreachable, fmt::format("port {} on 127.0.0.1 cannot be had; choose another --listen-base", wanted));
    *urls[i] = fmt::format("http://127.0.0.1:{}", port);
  }

  auto box = sandbox::make_world(*world_built);
  if (!box) return complain(tandem::exit_code(box.error().kind), box.error().to_line());
  auto& world = *box->world;
  if (auto const configured = configure(world, options); !configured) {
    return complain(tandem::exit_code(configured.error().kind), configured.error().message);
  }
  tandem::Result<std::unique_ptr<sandbox::Couriers>> couriers{nullptr};
  if (!options.webhooks.empty()) couriers = sandbox::Couriers::start(world, options.webhooks, say);
  if (!couriers) return complain(tandem::exit_code(couriers.error().kind), couriers.error().to_line());
  auto const addresses = world.urls();
  for (auto& server : servers) server.start(world);
  std::thread([&world] {  // held requests are executed when their time has come, also while nobody asks
    while (true) {
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
      world.tick();
    }
  })
      .detach();
  print_ready(addresses, box->credentials);
  wait_for_the_end(signals, options.until_eof);
  couriers->reset();
  std::_Exit(0);  // threads may be in the middle of a request: nothing here is worth waiting for
}
