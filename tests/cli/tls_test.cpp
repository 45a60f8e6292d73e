// TLS as an administrator meets it: a private CA, a name that does not fit, a certificate that has ended (SPEC A12, S5). nginx stands in
// front of the sandbox; without nginx the cases say that they were skipped.
#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "background.hpp"
#include "driver.hpp"
#include "support/key_pair.hpp"

using namespace tandem;
using namespace cli_test;

namespace {

constexpr char const* kNginx = "/usr/sbin/nginx";

bool skipped() {
  if (::access(kNginx, X_OK) == 0) return false;
  std::cout << "TLS cases skipped: nginx is not installed\n";
  return true;
}

int free_port() {
  int const fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

bool listens(int port) {
  int const fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool const good = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return good;
}

// A TLS front for each of the sandbox' services, which then know themselves by its addresses.
class Front {
 public:
  Front(Sandbox const& sandbox, test::ServerCertificate const& certificate) {
    folder_.write("server.pem", certificate.certificate_pem);
    folder_.write("server.key", certificate.key_pem);
    authority_ = folder_.write("ca.pem", certificate.authority_pem);
    std::string servers;
    json::Object urls;
    for (auto const* const name : {"entra", "dataverse", "jira", "media"}) {
      ports_[name] = free_port();
      urls.set(name, url(name));
      servers += fmt::format(
          "server {{ listen 127.0.0.1:{} ssl http2; ssl_certificate {}; ssl_certificate_key {}; client_max_body_size 0; "
          "location / {{ proxy_pass {}; proxy_http_version 1.1; proxy_set_header Connection \"\"; }} }}\n",
          ports_[name], folder_.path("server.pem"), folder_.path("server.key"), sandbox.value(name));
    }
    std::filesystem::create_directories(folder_.path("tmp"));
    auto const temporary = folder_.path("tmp");
    auto const configuration = folder_.write(
        "nginx.conf",
        fmt::format("daemon off; master_process off; worker_processes 1; pid {0}/pid; error_log {0}/error.log;\n"
                    "events {{ worker_connections 256; }}\n"
                    "http {{ log_format seen '$server_protocol $status'; access_log {0}/access.log seen;\n"
                    "client_body_temp_path {0}/b; proxy_temp_path {0}/p; fastcgi_temp_path {0}/f; uwsgi_temp_path {0}/u; "
                    "scgi_temp_path {0}/s;\n{1}}}\n",
                    temporary, servers));
    program_.emplace(kNginx, Call{{"-e", temporary + "/start.log", "-c", configuration}, {}, ""});
    for (int i = 0; i < 200 && !listens(ports_["media"]); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{25});
    sandbox.post("config", json::Object{{"urls", std::move(urls)}});
  }

  [[nodiscard]] std::string url(std::string const& name) const { return fmt::format("https://localhost:{}", ports_.at(name)); }
  [[nodiscard]] std::string const& authority() const { return authority_; }
  [[nodiscard]] std::map<std::string, std::string> options() const {
    return {{"--org-url", url("dataverse")}, {"--authority-host", url("entra")}, {"--jira-url", url("jira")}};
  }
  [[nodiscard]] std::string log() const {
    std::ifstream in(folder_.path("tmp") + "/access.log");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

 private:
  Folder folder_;
  std::string authority_;
  std::map<std::string, int> ports_;
  std::optional<Background> program_;
};

std::int64_t requests(Sandbox const& sandbox) { return sandbox.get("requests")["total"].integer().value_or(-1); }

}  // namespace

TEST_CASE("with the private CA everything works over TLS, by HTTP/2 [A12]") {
  if (skipped()) return;
  Sandbox const sandbox;
  Front const front(sandbox, test::make_server_certificate("localhost"));
  Operator const ann(sandbox);
  auto options = front.options();
  options["--ca-file"] = front.authority();
  auto const set = ann.connect(options);
  CAPTURE(set.out, set.err, front.log());
  REQUIRE(set.code == 0);
  CHECK(ann.tandem({"auth", "check"}).code == 0);
  REQUIRE(ann.tandem({"items", "apply", "-f", TANDEM_SOURCE "/examples/items/support-cases.json", "--baseline", "all"}).code ==
          0);
  auto const sync = ann.tandem({"sync-once"});
  CAPTURE(sync.out, sync.err);
  CHECK(sync.code == 0);
  CHECK(sandbox.get("state")["jira"]["issues"].items().size() == 12);
  CHECK(front.log().find("HTTP/2.0 200") != std::string::npos);
  CHECK(front.log().find("HTTP/1.1") == std::string::npos);
}

TEST_CASE("a server that cannot prove who it is gets nothing [A12] [S5]") {
  if (skipped()) return;
  struct Row {
    std::string name, host;
    bool expired, with_authority;
    std::string word;
  };
  auto const row = GENERATE(values<Row>({{"an authority that is not trusted", "localhost", false, false, "--ca-file"},
                                         {"another host's certificate", "other.example", false, true, "certificate"},
                                         {"a certificate that has ended", "localhost", true, true, "expired"}}));
  CAPTURE(row.name);
  Sandbox const sandbox;
  Front const front(sandbox, test::make_server_certificate(row.host, row.expired));
  Operator const ann(sandbox);
  auto options = front.options();
  if (row.with_authority) options["--ca-file"] = front.authority();
  auto const before = requests(sandbox);
  auto const set = ann.connect(options, {{"TANDEM_DEADLINE", "3s"}});
  CAPTURE(set.err);
  CHECK(set.code == 5);
  CHECK(set.err.find("localhost") != std::string::npos);
  CHECK(set.err.find(row.word) != std::string::npos);
  CHECK(requests(sandbox) == before);
  CHECK_FALSE(std::filesystem::exists(ann.state()));
}

TEST_CASE("another authority's server is refused also when some private CA is trusted [A12]") {
  if (skipped()) return;
  Sandbox const sandbox;
  Front const front(sandbox, test::make_server_certificate("localhost"));
  Operator const ann(sandbox);
  auto options = front.options();
  options["--ca-file"] = ann.folder().write("other.pem", test::make_server_certificate("localhost").authority_pem);
  auto const set = ann.connect(options, {{"TANDEM_DEADLINE", "3s"}});
  CAPTURE(set.err);
  CHECK(set.code == 5);
  CHECK(requests(sandbox) == 0);
}
