// One accepted socket: reads with a time-out, writes everything, and can go away rudely.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace sandbox::http {

class Connection {
 public:
  explicit Connection(int fd);  // owns it
  ~Connection();
  Connection(Connection const&) = delete;
  Connection& operator=(Connection const&) = delete;

  enum class Read { some, ended, timed_out };
  // Waits for bytes and puts them into `into` (replacing it). `ended`: the client closed or its connection broke.
  Read read(std::string& into, std::chrono::milliseconds timeout);
  // false when the client is gone or does not read for half a minute.
  bool write(std::string_view bytes, bool more_follows = false);
  // The end, also for the client: whatever it sent and we did not read is thrown away.
  void cut();
  // The end after an answer to a request that was not read to its end: the answer must not be lost to a reset, so the rest is read for a moment.
  void close_gently();
  [[nodiscard]] bool client_is_gone() const;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace sandbox::http
