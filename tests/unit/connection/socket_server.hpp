// A raw HTTP server on loopback for the curl tests: it counts what it executed, and can lose an answer after having executed.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tandem::test {

struct RawRequest {
  std::string head;  // request line and headers
  std::string body;
  int connection = 0;  // number of the connection it came on
  [[nodiscard]] std::string line() const { return head.substr(0, head.find(" HTTP/")); }
};

class SocketServer {
 public:
  // The bytes to answer; "" = close the connection without an answer; "hang" = keep it open and say nothing.
  using Handler = std::function<std::string(RawRequest const&)>;

  explicit SocketServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 16);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  SocketServer(SocketServer const&) = delete;
  SocketServer& operator=(SocketServer const&) = delete;
  ~SocketServer() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
  }

  [[nodiscard]] std::string url(std::string const& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  [[nodiscard]] int executed(std::string const& line) {
    std::lock_guard const hold(mutex_);
    return executed_[line];
  }
  [[nodiscard]] std::vector<RawRequest> requests() {
    std::lock_guard const hold(mutex_);
    return requests_;
  }

 private:
  bool wait_readable(int socket) {
    while (!stop_) {
      pollfd poll_one{socket, POLLIN, 0};
      if (::poll(&poll_one, 1, 20) > 0) return true;
    }
    return false;
  }

  void run() {
    std::vector<std::thread> connections;
    int number = 0;
    while (wait_readable(listener_)) {
      int const socket = ::accept(listener_, nullptr, nullptr);
      if (socket < 0) continue;
      connections.emplace_back([this, socket, id = ++number] {
        serve(socket, id);
        ::close(socket);
      });
    }
    for (auto& connection : connections) connection.join();
  }

  void serve(int socket, int id) {
    std::string buffer;
    while (auto request = read(socket, buffer)) {
      request->connection = id;
      {
        std::lock_guard const hold(mutex_);
        ++executed_[request->line()];
        requests_.push_back(*request);
      }
      auto const reply = handler_(*request);
      if (reply == "hang") {
        while (!stop_) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return;
      }
      if (reply.empty()) return;
      ::send(socket, reply.data(), reply.size(), MSG_NOSIGNAL);
      if (reply.find("Connection: close") != std::string::npos) return;
    }
  }

  std::optional<RawRequest> read(int socket, std::string& buffer) {
    for (;;) {
      auto const end = buffer.find("\r\n\r\n");
      if (end != std::string::npos) {
        RawRequest request{buffer.substr(0, end), {}, 0};
        std::size_t length = 0;
        if (auto const at = request.head.find("Content-Length: "); at != std::string::npos) {
          length = static_cast<std::size_t>(std::stoul(request.head.substr(at + 16)));
        }
        if (buffer.size() >= end + 4 + length) {
          request.body = buffer.substr(end + 4, length);
          buffer.erase(0, end + 4 + length);
          return request;
        }
      }
      if (!wait_readable(socket)) return std::nullopt;
      char bytes[65536];
      auto const got = ::recv(socket, bytes, sizeof bytes, 0);
      if (got <= 0) return std::nullopt;
      buffer.append(bytes, static_cast<std::size_t>(got));
    }
  }

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::map<std::string, int> executed_;
  std::vector<RawRequest> requests_;
  std::thread thread_;
};

inline std::string ok(std::string const& body = "ok") {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace tandem::test
