// W13: how fast events are taken, without any network: proved by their signature, read, and kept durably.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/json/write.hpp>

#include "bench.hpp"

namespace bench {

namespace {

namespace json = tandem::json;

constexpr int kProcesses = 200;
constexpr int kLines = 10'000;
std::string const kSecret = "a secret of the bench";

// A connection to nowhere: a request would fail at once, and be seen.
class Receiver {
 public:
  explicit Receiver(Surroundings const& around)
      : tandem_(around.tandem),
        folder_(around.folder),
        environment_{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TANDEM_STATE_DIR=" + around.folder + "/state",
                     "XDG_CONFIG_HOME=" + around.folder + "/config", "HOME=" + around.folder} {
    auto with_secrets = environment_;
    for (auto const* const secret : {"CLIENT=c~secret-value", "TOKEN=jira-token"}) with_secrets.emplace_back(secret);
    with_secrets.push_back("HOOK=" + kSecret);
    run_program(tandem_,
                {"auth",
                 "set",
                 "--no-verify",
                 "-q",
                 "--org-url",
                 "http://127.0.0.1:9",
                 "--authority-host",
                 "http://127.0.0.1:9",
                 "--tenant-id",
                 "0a0a0a0a-0000-0000-0000-000000000001",
                 "--client-id",
                 "0a0a0a0a-0000-0000-0000-000000000002",
                 "--client-secret-env",
                 "CLIENT",
                 "--jira-url",
                 "http://127.0.0.1:9",
                 "--jira-email",
                 "bench@example.com",
                 "--jira-token-env",
                 "TOKEN",
                 "--webhook-secret-env",
                 "HOOK"},
                with_secrets);
  }
  Measured push(std::vector<std::string> args, std::string const& input) const {
    args.insert(args.begin(), {"push-event", "--enqueue-only", "-q"});
    return run_program(tandem_, args, environment_, input);
  }
  [[nodiscard]] std::string path(std::string const& name) const { return folder_ + "/" + name; }

 private:
  std::string tandem_, folder_;
  std::vector<std::string> environment_;
};

// About what Jira sends for an edit: some 4 KB.
std::string payload(int issue) {
  json::Object const fields{{"summary", fmt::format("Issue {}", issue)},
                            {"description", std::string(3500, 'x')},
                            {"updated", "2026-11-02T09:00:00.000+0000"}};
  return json::to_text(json::Object{
      {"timestamp", 1793955600000},
      {"webhookEvent", "jira:issue_updated"},
      {"issue_event_type_name", "issue_updated"},
      {"issue", json::Object{{"id", std::to_string(10'000 + issue)}, {"key", fmt::format("SUP-{}", issue)}, {"fields", fields}}},
      {"changelog", json::Object{{"id", std::to_string(issue)}, {"items", json::Array{json::Object{{"field", "summary"}}}}}}});
}

std::string signature(std::string const& body) { return "sha256=" + tandem::to_hex(tandem::hmac_sha256(kSecret, body)); }

// Several threads would not change it: each event is a process, and commits come one after the other.
Measured single(Receiver const& receiver) {
  Measured all;
  for (int i = 0; i < kProcesses; ++i) {
    auto const body = payload(i);
    std::ofstream(receiver.path("payload")) << body;
    auto const one =
        receiver.push({"--signature", signature(body), "--delivery-id", fmt::format("d-{}", i), "-"}, receiver.path("payload"));
    all.units += 1;
    all.wall += one.wall;
    all.cpu += one.cpu;
    all.peak_kilobytes = std::max(all.peak_kilobytes, one.peak_kilobytes);
  }
  all.figures = {{"durable events a second", all.units / all.wall.count(), {}, 200}};
  return all;
}

Measured lines(Receiver const& receiver) {
  {
    std::ofstream file(receiver.path("lines"));
    for (int i = 0; i < kLines; ++i) {
      auto const body = payload(i);
      json::Object const headers{{"X-Hub-Signature", signature(body)},
                                 {"X-Atlassian-Webhook-Identifier", fmt::format("d-{}", i)}};
      file << json::to_text(json::Object{{"headers", headers}, {"body", body}}) << "\n";
    }
  }
  auto measured = receiver.push({"--ndjson", receiver.path("lines")}, "");
  measured.units = kLines;
  measured.figures = {{"durable events a second", measured.units / measured.wall.count(), {}, 5000}};
  return measured;
}

// A fresh state for each run: a delivery that is known already would cost nothing.
Run fresh(Surroundings const& around, Measured (*measure)(Receiver const&)) {
  return [around, measure, run = 0]() mutable {
    auto own = around;
    own.folder += fmt::format("/{}", ++run);
    std::filesystem::create_directories(own.folder);
    return measure(Receiver(own));
  };
}

}  // namespace

void add_enqueue(std::vector<Workload>& all) {
  all.push_back({"W13-enqueue-single",
                 fmt::format("{} processes of push-event --enqueue-only, one signed event each", kProcesses),
                 [](Surroundings const& around) { return fresh(around, single); }});
  all.push_back({"W13-enqueue-ndjson", fmt::format("one process of push-event --ndjson --enqueue-only, {} signed events", kLines),
                 [](Surroundings const& around) { return fresh(around, lines); }});
}

}  // namespace bench
