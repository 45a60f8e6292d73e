// W13: how fast events are taken, without any network: proved by their signature, read, and kept durably.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

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

// One process for each event, as many at once as there are senders: a receiver starts one for each request that comes in.
Measured processes(Receiver const& receiver, int senders) {
  struct Sender {
    std::thread thread;
    std::vector<Measured> sent;
  };
  std::vector<Sender> all_senders(static_cast<std::size_t>(senders));
  auto const began = std::chrono::steady_clock::now();
  for (int sender = 0; sender < senders; ++sender) {
    auto& one = all_senders[static_cast<std::size_t>(sender)];
    one.thread = std::thread([&receiver, &one, sender, senders] {
      auto const file = receiver.path(fmt::format("payload-{}", sender));
      for (int i = sender; i < kProcesses; i += senders) {
        auto const body = payload(i);
        std::ofstream(file) << body;
        one.sent.push_back(receiver.push({"--signature", signature(body), "--delivery-id", fmt::format("d-{}", i), "-"}, file));
      }
    });
  }
  for (auto& sender : all_senders) sender.thread.join();
  Measured all;
  all.wall = std::chrono::steady_clock::now() - began;
  for (auto const& sender : all_senders) {
    for (auto const& one : sender.sent) {
      all.units += 1;
      all.cpu += one.cpu;
      all.peak_kilobytes = std::max(all.peak_kilobytes, one.peak_kilobytes);
    }
  }
  all.figures = {{"durable events a second", all.units / all.wall.count(), {}, 200}};
  return all;
}

int cores() { return std::max(2, static_cast<int>(std::thread::hardware_concurrency())); }
Measured one_by_one(Receiver const& receiver) { return processes(receiver, 1); }
Measured side_by_side(Receiver const& receiver) { return processes(receiver, cores()); }

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
                 [](Surroundings const& around) { return fresh(around, one_by_one); }});
  all.push_back({"W13-enqueue-parallel", fmt::format("the same, {} processes at once: one for each core", cores()),
                 [](Surroundings const& around) { return fresh(around, side_by_side); }});
  all.push_back({"W13-enqueue-ndjson", fmt::format("one process of push-event --ndjson --enqueue-only, {} signed events", kLines),
                 [](Surroundings const& around) { return fresh(around, lines); }});
}

}  // namespace bench
