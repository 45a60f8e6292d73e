#include "server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <exception>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

#include "control/control.hpp"
#include "http/connection.hpp"
#include "http/request_parser.hpp"

namespace sandbox {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostConnections = 1000;
constexpr milliseconds kReadTimeout{10'000};   // between two pieces of a request
constexpr milliseconds kKeepAlive{120'000};    // longer than a client idles, so that a reused connection is alive
constexpr milliseconds kGlance{50};

}  // namespace

struct Server::Impl {
  explicit Impl(ServiceName name) : service(name) {}

  ~Impl() {
    stopping = true;
    if (listener >= 0) shutdown(listener, SHUT_RDWR);
    if (acceptor.joinable()) acceptor.join();
    std::unique_lock guard(mutex);
    for (int const fd : open) shutdown(fd, SHUT_RDWR);
    nobody_left.wait(guard, [this] { return open.empty() && leaving == 0; });
    if (listener >= 0) close(listener);
  }

  int bind(int port) {
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (listener < 0 || ::bind(listener, raw, size) != 0 || listen(listener, SOMAXCONN) != 0 ||
        getsockname(listener, raw, &size) != 0)
      return -1;
    return ntohs(address.sin_port);
  }

  void accept_all() {
    while (!stopping) {
      int const fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) {  // out of descriptors, or a client that left at once
        if (!stopping) std::this_thread::sleep_for(kGlance);
        continue;
      }
      std::lock_guard const guard(mutex);
      if (open.size() >= kMostConnections) {
        close(fd);
        continue;
      }
      try {
        std::thread([this, fd] { serve(fd); }).detach();
        open.insert(fd);  // the thread cannot leave before: it needs the lock
      } catch (std::system_error const&) {
        close(fd);  // no thread to be had
      }
    }
  }

  void serve(int fd) {
    {
      http::Connection connection(fd);
      http::RequestParser parser;
      while (!stopping && read_request(connection, parser)) {
        bool const keep_alive = parser.keep_alive();
        if (!answer(connection, parser.take(), keep_alive)) break;
      }
      std::lock_guard const guard(mutex);  // before the descriptor is closed: its number may come back at once
      open.erase(fd);
      ++leaving;
    }
    std::lock_guard const guard(mutex);
    --leaving;
    nobody_left.notify_all();
  }

  // false: there is no request to answer, and the connection is done with.
  bool read_request(http::Connection& connection, http::RequestParser& parser) const {
    using Parsed = http::RequestParser::State;
    std::string piece;
    bool continued = false;
    while (true) {
      if (parser.state() == Parsed::done) return true;
      if (parser.state() == Parsed::refused) return refuse(connection, parser.refusal(), parser.reason());
      if (!continued && parser.wants_continue()) {
        continued = true;
        if (!connection.write("HTTP/1.1 100 Continue\r\n\r\n")) return false;
      }
      switch (connection.read(piece, parser.idle() ? kKeepAlive : kReadTimeout)) {
        case http::Connection::Read::some: parser.feed(piece); break;
        case http::Connection::Read::ended: return false;
        case http::Connection::Read::timed_out:
          return parser.idle() ? false : refuse(connection, 408, "the rest of the request did not come");
      }
    }
  }

  // What never becomes a request of a service: as a gateway in front of it would.
  static bool refuse(http::Connection& connection, int status, std::string const& reason) {
    Response response{status, {{"Content-Type", "text/plain; charset=utf-8"}}, reason + "\n"};
    if (connection.write(http::response_head(response, false) + response.body)) connection.close_gently();
    return false;
  }

  bool write(http::Connection& connection, Response const& response, bool keep_alive, bool is_head) const {
    bool const bodiless =
        is_head || response.status < 200 || response.status == 204 || response.status == 304 || response.body.empty();
    if (!connection.write(http::response_head(response, keep_alive), !bodiless)) return false;
    return (bodiless || connection.write(response.body)) && keep_alive;
  }

  // false: this connection is over.
  bool answer(http::Connection& connection, Request const& request, bool keep_alive) {
    bool const is_head = request.method == "HEAD";
    if (service == ServiceName::jira && Control::is_control(request)) {
      return write(connection, Control(*world).handle(request), keep_alive, is_head);
    }
    auto in_flight = world->enter(service);
    auto outcome = send(request);
    std::this_thread::sleep_for(world->latency(service, request));
    switch (outcome.kind) {
      case Outcome::Kind::answered:
        in_flight.leave();  // before the client can send its next request
        return write(connection, outcome.response, keep_alive, is_head);
      case Outcome::Kind::held:
        write_part(connection, outcome, keep_alive);
        hold(connection, *outcome.held_until);
        break;
      case Outcome::Kind::cut: write_part(connection, outcome, keep_alive); break;
      case Outcome::Kind::lost: break;
    }
    connection.cut();
    return false;
  }

  // A fault of the box itself must not take the other clients with it.
  Outcome send(Request const& request) {
    try {
      return world->send(service, request);
    } catch (std::exception const& broken) {
      std::fputs(("tandem-sandbox: " + request.method + " " + request.target + ": " + broken.what() + "\n").c_str(), stderr);
      return {Outcome::Kind::answered, true, Response{500, {}, std::string("the sandbox is broken: ") + broken.what()}, 0, {}};
    }
  }

  // The headers with the full length, and a part of the body.
  static void write_part(http::Connection& connection, Outcome const& outcome, bool keep_alive) {
    auto const& body = outcome.response.body;
    if (!body.empty() && connection.write(http::response_head(outcome.response, keep_alive)))
      connection.write(std::string_view(body).substr(0, outcome.body_bytes));
  }

  // Until the world's clock has passed the time, or the client goes away.
  void hold(http::Connection const& connection, tandem::Instant until) const {
    while (!stopping && world->now() < until && !connection.client_is_gone()) std::this_thread::sleep_for(kGlance);
  }

  ServiceName service;
  World* world = nullptr;
  int listener = -1;
  std::atomic<bool> stopping = false;
  std::thread acceptor;
  std::mutex mutex;
  std::condition_variable nobody_left;
  std::set<int> open;     // descriptors of connections, guarded by `mutex`
  std::size_t leaving = 0;
};

Server::Server(ServiceName service) : impl_(std::make_unique<Impl>(service)) {}
Server::~Server() = default;

int Server::bind(int port) { return impl_->bind(port); }

void Server::start(World& world) {
  impl_->world = &world;
  impl_->acceptor = std::thread([impl = impl_.get()] { impl->accept_all(); });
}

}  // namespace sandbox
