// Deliveries that leave the box: into a folder, to a command, to a URL (SPEC L3).
#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "fixture.hpp"
#include "webhooks/couriers/command.hpp"
#include "webhooks/couriers/couriers.hpp"
#include "webhooks/couriers/directory.hpp"
#include "webhooks/couriers/post.hpp"

using namespace webhook_test;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "tandem-webhooks-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = pattern;
  }
  ~Folder() { fs::remove_all(path); }
  Folder(Folder const&) = delete;
  Folder& operator=(Folder const&) = delete;
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (auto const& entry : fs::directory_iterator(path)) out.push_back(entry.path().filename().string());
    std::sort(out.begin(), out.end());
    return out;
  }
  [[nodiscard]] std::string text(std::string const& name) const {
    std::ifstream file(path / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  fs::path path;
};

Delivery delivery_to(std::string address, std::string body = "{\"a\":1}") {
  Delivery out;
  out.event = "jira:issue_updated";
  out.identifier = "id-1";
  out.headers = {{"X-Atlassian-Webhook-Identifier", "id-1"}, {"X-Hub-Signature", "sha256=00"}};
  out.address = std::move(address);
  out.body = std::make_shared<std::string const>(std::move(body));
  return out;
}

// Answers each connection with one status and keeps what it read.
class Receiver {
 public:
  explicit Receiver(std::vector<int> answers) : answers_(std::move(answers)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 8) != 0)
      throw std::runtime_error("cannot listen");
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Receiver() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  Receiver(Receiver const&) = delete;
  Receiver& operator=(Receiver const&) = delete;
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
  std::vector<std::string> requests() {
    std::lock_guard const guard(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (std::size_t i = 0;; ++i) {
      int const fd = accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      std::string text;
      char buffer[4096];
      while (!complete(text)) {
        auto const count = recv(fd, buffer, sizeof buffer, 0);
        if (count <= 0) break;
        text.append(buffer, static_cast<std::size_t>(count));
      }
      {
        std::lock_guard const guard(mutex_);
        requests_.push_back(text);
      }
      auto const status = answers_[std::min(i, answers_.size() - 1)];
      auto const answer = "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
      close(fd);
    }
  }
  static bool complete(std::string const& text) {
    auto const end = text.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    auto const length = text.find("Content-Length: ");
    return text.size() - end - 4 >= static_cast<std::size_t>(std::atoi(text.c_str() + length + 16));
  }

  std::vector<int> answers_;
  int listener_ = -1, port_ = 0;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

// Real threads carry: a bounded wait for something that surely comes.
bool comes_true(std::function<bool()> const& what) {
  for (int i = 0; i < 1000; ++i) {
    if (what()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return false;
}

}  // namespace

TEST_CASE("a folder gets one ndjson line a file, in an order that names keep [L3, F1]", "[webhooks]") {
  Folder folder;
  auto courier = sandbox::DirectoryCourier::open(folder.path / "inbox");
  REQUIRE(courier);
  for (int i = 0; i < 11; ++i) CHECK(is_success(courier->deliver(delivery_to(""))));
  // A second run goes on behind what is there.
  auto again = sandbox::DirectoryCourier::open(folder.path / "inbox");
  REQUIRE(again);
  again->deliver(delivery_to("", "last \"one\""));
  std::vector<std::string> names;
  for (auto const& entry : fs::directory_iterator(folder.path / "inbox")) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  REQUIRE(names.size() == 12);
  CHECK(names.front() == "000000000001-jira-issue_updated.ndjson");
  CHECK(names.back() == "000000000012-jira-issue_updated.ndjson");
  CHECK(folder.text("inbox/" + names.back()) ==
        R"({"headers":{"X-Atlassian-Webhook-Identifier":"id-1","X-Hub-Signature":"sha256=00"},"body":"last \"one\""})"
        "\n");
}

TEST_CASE("a folder that cannot be written is told and tried again, never skipped in silence [L3]", "[webhooks]") {
  Folder folder;
  auto courier = sandbox::DirectoryCourier::open(folder.path / "inbox");
  REQUIRE(courier);
  fs::remove_all(folder.path / "inbox");
  auto const answer = courier->deliver(delivery_to(""));
  CHECK(is_repeatable(answer));
  CHECK(answer.note.find("No such file") != std::string::npos);
  fs::create_directory(folder.path / "inbox");
  CHECK(courier->deliver(delivery_to("")).note == "000000000001-jira-issue_updated.ndjson");  // no gap
  std::ofstream(folder.path / "file") << "x";
  CHECK_FALSE(sandbox::DirectoryCourier::open(folder.path / "file"));
}

TEST_CASE("a command has the raw body on stdin, signature and identifier in its environment [L3]", "[webhooks]") {
  Folder folder;
  auto const out = (folder.path / "out").string();
  sandbox::CommandCourier courier;
  auto const body = std::string(300'000, 'x') + "\xC3\xA4";  // more than a pipe holds
  auto const answer = courier.deliver(delivery_to(
      "cat /dev/stdin >" + out + "; printf '%s %s' \"$TANDEM_WEBHOOK_SIGNATURE\" \"$TANDEM_DELIVERY_ID\" >" + out + ".env",
      body));
  CHECK(is_success(answer));
  CHECK(folder.text("out") == body);
  CHECK(folder.text("out.env") == "sha256=00 id-1");
  // It need not read, and without a signature there is none, whatever our own environment has.
  setenv("TANDEM_WEBHOOK_SIGNATURE", "stale", 1);
  auto bare = delivery_to("test -z \"${TANDEM_WEBHOOK_SIGNATURE+set}\"", body);
  bare.headers.clear();
  CHECK(is_success(courier.deliver(bare)));
  unsetenv("TANDEM_WEBHOOK_SIGNATURE");
}

TEST_CASE("a command's failure, signal or endless run counts as a receiver's fault [L3]", "[webhooks]") {
  sandbox::CommandCourier courier(std::chrono::milliseconds{100});
  auto const exited = courier.deliver(delivery_to("exit 4"));
  CHECK(exited.status == 500);
  CHECK(exited.note == "exit 4");
  CHECK(courier.deliver(delivery_to("kill -9 $$")).note == "ended by signal 9");
  auto const slow = courier.deliver(delivery_to("sleep 30"));
  CHECK(slow.kind == sandbox::Answer::Kind::timed_out);
  CHECK(is_repeatable(slow));
}

TEST_CASE("a URL gets the bytes and headers as they are [L3, jira §12]", "[webhooks]") {
  Receiver receiver({200, 503});
  std::atomic<bool> const stopping = false;
  auto const answer = sandbox::post(delivery_to(receiver.url()), stopping);
  CHECK(is_success(answer));
  auto const request = receiver.requests().at(0);
  CHECK(request.starts_with("POST /hook HTTP/1.1\r\n"));
  CHECK(request.find("X-Hub-Signature: sha256=00\r\n") != std::string::npos);
  CHECK(request.ends_with("\r\n\r\n{\"a\":1}"));
  CHECK(sandbox::post(delivery_to(receiver.url()), stopping).status == 503);
}

TEST_CASE("a URL where nobody listens is a refused connection [jira §12]", "[webhooks]") {
  std::string url;
  {
    Receiver const gone({200});
    url = gone.url();
  }
  std::atomic<bool> const stopping = false;
  auto const answer = sandbox::post(delivery_to(url), stopping);
  CHECK(answer.kind == sandbox::Answer::Kind::refused);
  CHECK(is_repeatable(answer));
}

TEST_CASE("all targets get every event; a failing one is told and tried again on the virtual clock [L3]", "[webhooks]") {
  Folder folder;
  Receiver receiver({503, 200});
  Box box(false);
  std::mutex mutex;
  std::vector<std::string> told;
  auto const tell = [&](std::string const& line) {
    std::lock_guard const guard(mutex);
    told.push_back(line);
  };
  sandbox::Targets targets;
  targets.folders = {(folder.path / "inbox").string()};
  targets.urls = {receiver.url()};
  targets.commands = {"cat >>" + (folder.path / "bodies").string()};
  auto couriers = sandbox::Couriers::start(box.world, targets, tell);
  REQUIRE(couriers);
  auto const key = box.create();
  auto const counted = [&](std::string const& name) { return box.world.webhooks_json()["counts"][name].integer().value_or(0); };
  REQUIRE(comes_true([&] { return counted("delivered") == 2 && counted("retried") == 1; }));
  CHECK(receiver.requests().size() == 1);
  box.world.advance(tandem::Millis{15 * 60'000});
  REQUIRE(comes_true([&] { return counted("delivered") == 3; }));
  auto const requests = receiver.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[1].find("X-Atlassian-Webhook-Retry: 1\r\n") != std::string::npos);
  CHECK(folder.text("inbox/000000000001-jira-issue_created.ndjson").find(key) != std::string::npos);
  CHECK(parsed(folder.text("bodies"))["issue"]["key"].text() == key);

  box.rules(R"({"hold":true})");
  box.comment(key);
  couriers->reset();
  REQUIRE(told.size() == 2);
  CHECK(told[0].find("jira:issue_created of " + key) != std::string::npos);
  CHECK(told[0].find("HTTP 503; tried again at") != std::string::npos);
  CHECK(told[1].find("3 deliveries still waited") != std::string::npos);
}

TEST_CASE("a slow command holds up neither the services nor the other targets, and ends with the couriers [L3]", "[webhooks]") {
  Folder folder;
  Box box(false);
  sandbox::Targets targets;
  targets.folders = {(folder.path / "inbox").string()};
  targets.commands = {"exec sleep 60"};
  auto couriers = sandbox::Couriers::start(box.world, targets, [](std::string const&) {});
  REQUIRE(couriers);
  auto const begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) box.create();
  REQUIRE(comes_true([&] { return box.world.webhooks_json()["counts"]["delivered"].integer() == 5; }));
  couriers->reset();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{20});
  CHECK(Folder{}.names().empty());
}

TEST_CASE("targets that cannot be used are refused before anything starts [L3]", "[webhooks]") {
  Box box(false);
  auto const tell = [](std::string const&) {};
  sandbox::Targets no_url, no_folder;
  no_url.urls = {"ftp://x"};
  no_folder.folders = {"/dev/null/inbox"};
  CHECK(sandbox::Couriers::start(box.world, no_url, tell).error().kind == tandem::ErrorKind::usage);
  CHECK(sandbox::Couriers::start(box.world, no_folder, tell).error().kind == tandem::ErrorKind::config);
  CHECK_FALSE(box.world.webhooks().listening());
}
