#include "server.hpp"

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <httplib.h>

#include "control/control.hpp"

namespace sandbox {

namespace {

constexpr std::size_t kThreads = 64;
constexpr std::time_t kReadTimeout = 5;        // a client that sends half a request
constexpr std::time_t kKeepAlive = 120;        // longer than a client idles, so that a reused connection is alive
constexpr std::size_t kMostPayload = 256U << 20U;

int port_of(sockaddr_storage const& address) {
  if (address.ss_family != AF_INET) return -1;
  sockaddr_in in{};
  std::memcpy(&in, &address, sizeof in);
  return ntohs(in.sin_port);
}

// A handler is not told its socket: it is the one whose ends have these ports.
int socket_between(int local_port, int remote_port) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = 1024;
  auto const most = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 65536));
  for (int fd = 3; fd < most; ++fd) {
    sockaddr_storage peer{}, own{};
    socklen_t peer_size = sizeof peer, own_size = sizeof own;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0 || port_of(peer) != remote_port) continue;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&own), &own_size) == 0 && port_of(own) == local_port) return fd;
  }
  return -1;
}

void cut_connection(int local_port, int remote_port) {
  if (int const fd = socket_between(local_port, remote_port); fd >= 0) shutdown(fd, SHUT_RDWR);
}

bool client_is_gone(int fd) {
  char byte = 0;
  auto const got = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

Request request_from(httplib::Request const& in) {
  Request out{in.method, in.target, {}, in.body};
  for (auto const& [name, value] : in.headers) {
    if (name != "REMOTE_ADDR" && name != "REMOTE_PORT" && name != "LOCAL_ADDR" && name != "LOCAL_PORT")
      out.headers.emplace_back(name, value);
  }
  return out;
}

void write_headers(Response const& from, httplib::Response& to) {
  to.status = from.status;
  for (auto const& [name, value] : from.headers) to.headers.emplace(name, value);
}

}  // namespace

struct Server::Impl {
  explicit Impl(ServiceName name) : service(name) {
    http.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    http.set_read_timeout(kReadTimeout);
    http.set_keep_alive_timeout(kKeepAlive);
    http.set_keep_alive_max_count(1'000'000);
    http.set_payload_max_length(kMostPayload);
    http.set_tcp_nodelay(true);
    auto const handler = [this](httplib::Request const& request, httplib::Response& response) { handle(request, response); };
    constexpr char const* kEverything = R"([\s\S]*)";
    http.Get(kEverything, handler).Post(kEverything, handler).Put(kEverything, handler);
    http.Patch(kEverything, handler).Delete(kEverything, handler).Options(kEverything, handler);
  }

  void handle(httplib::Request const& in, httplib::Response& out) {
    auto request = request_from(in);
    // The library reads no body of a GET. The service must see that there is one; the rest of it would be taken for the next request.
    bool const unread_body =
        (in.method == "GET" || in.method == "HEAD") && std::atoll(in.get_header_value("Content-Length").c_str()) > 0;
    if (unread_body) request.body = " ";
    if (service == ServiceName::jira && Control::is_control(request)) {
      auto const response = Control(*world).handle(request);
      write_headers(response, out);
      out.body = response.body;
      return;
    }
    auto outcome = world->send(service, request);
    std::this_thread::sleep_for(world->latency(service));
    switch (outcome.kind) {
      case Outcome::Kind::answered:
        write_headers(outcome.response, out);
        out.body = std::move(outcome.response.body);
        if (unread_body) {
          out.set_header("Connection", "close");
          close_after(in);
        }
        return;
      case Outcome::Kind::held: hold(in, *outcome.held_until); [[fallthrough]];
      case Outcome::Kind::lost: cut_connection(port, in.remote_port); return;
      case Outcome::Kind::cut: break;
    }
    send_cut(in, std::move(outcome), out);
  }

  // Headers with the full length, a part of the body, then the end of the connection.
  void send_cut(httplib::Request const& in, Outcome outcome, httplib::Response& out) {
    auto& response = outcome.response;
    if (response.body.empty()) return cut_connection(port, in.remote_port);
    std::string type = "application/octet-stream";
    for (auto const& [name, value] : response.headers) {
      if (name == "Content-Type")
        type = value;
      else
        out.headers.emplace(name, value);
    }
    out.status = response.status;
    auto const part = response.body.substr(0, outcome.body_bytes);
    auto const remote = in.remote_port;
    out.set_content_provider(response.body.size(), type,
                             [this, part, remote](std::size_t offset, std::size_t, httplib::DataSink& sink) {
                               if (offset == 0 && !part.empty()) return sink.write(part.data(), part.size());
                               cut_connection(port, remote);
                               return false;
                             });
  }

  // Until the world's clock has passed the time, or the client goes away.
  void hold(httplib::Request const& in, tandem::Instant until) {
    int const fd = socket_between(port, in.remote_port);
    while (fd >= 0 && world->now() < until && !client_is_gone(fd)) std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }

  void close_after(httplib::Request const& in) {
    if (int const fd = socket_between(port, in.remote_port); fd >= 0) shutdown(fd, SHUT_RD);
  }

  ServiceName service;
  httplib::Server http;
  int port = -1;
  World* world = nullptr;
};

Server::Server(ServiceName service) : impl_(std::make_unique<Impl>(service)) {}
Server::~Server() = default;

int Server::bind(int port) {
  if (port == 0)
    impl_->port = impl_->http.bind_to_any_port("127.0.0.1");
  else
    impl_->port = impl_->http.bind_to_port("127.0.0.1", port) ? port : -1;
  return impl_->port;
}

void Server::start(World& world) {
  impl_->world = &world;
  std::thread([this] { impl_->http.listen_after_bind(); }).detach();
}

}  // namespace sandbox
