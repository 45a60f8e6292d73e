#include "http/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace sandbox::http {
namespace {

constexpr timeval kWriteTimeout{30, 0};
constexpr std::chrono::milliseconds kLinger{1000};

bool wait_readable(int fd, std::chrono::milliseconds timeout) {
  auto const until = std::chrono::steady_clock::now() + timeout;
  while (true) {
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    pollfd watched{fd, POLLIN, 0};
    int const ready = poll(&watched, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

}  // namespace

Connection::Connection(int fd) : fd_(fd) {
  int const on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &kWriteTimeout, sizeof kWriteTimeout);
}

Connection::~Connection() { close(fd_); }

Connection::Read Connection::read(std::string& into, std::chrono::milliseconds timeout) {
  into.clear();
  if (!wait_readable(fd_, timeout)) return Read::timed_out;
  std::array<char, 65536> piece{};
  while (true) {
    auto const got = recv(fd_, piece.data(), piece.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Read::ended;
    into.assign(piece.data(), static_cast<std::size_t>(got));
    return Read::some;
  }
}

bool Connection::write(std::string_view bytes, bool more_follows) {
  while (!bytes.empty()) {
    auto const sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | (more_follows ? MSG_MORE : 0));
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Connection::cut() { shutdown(fd_, SHUT_RDWR); }

void Connection::close_gently() {
  shutdown(fd_, SHUT_WR);
  auto const until = std::chrono::steady_clock::now() + kLinger;
  std::string rest;
  while (std::chrono::steady_clock::now() < until && read(rest, kLinger) == Read::some) {
  }
}

bool Connection::client_is_gone() const {
  char byte = 0;
  auto const got = recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

}  // namespace sandbox::http
