// A raw client on loopback: sends any bytes, reads what comes, and can misbehave.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sandbox_test {

class SocketClient {
 public:
  explicit SocketClient(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("no connection");
  }
  ~SocketClient() { close(fd_); }
  SocketClient(SocketClient&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  SocketClient& operator=(SocketClient&&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      auto const sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the server may have had enough
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void finish_sending() { shutdown(fd_, SHUT_WR); }

  // Reads until `enough` is in what was read, or the server closes, or five seconds pass without a byte.
  std::string read_until(std::string_view enough) {
    std::string out;
    while (enough.empty() || out.find(enough) == std::string::npos) {
      pollfd watched{fd_, POLLIN, 0};
      if (poll(&watched, 1, 5000) <= 0) return out + "(nothing more came)";
      std::array<char, 65536> piece{};
      auto const got = recv(fd_, piece.data(), piece.size(), 0);
      if (got <= 0) return out;
      out.append(piece.data(), static_cast<std::size_t>(got));
    }
    return out;
  }
  std::string read_to_end() { return read_until(""); }

 private:
  int fd_;
};

}  // namespace sandbox_test
