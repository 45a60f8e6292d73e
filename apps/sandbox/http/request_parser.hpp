// Reads HTTP/1.1 requests from bytes as they arrive (RFC 9112). Pure: it knows no socket.
//
// The body is kept as sent, whatever its content type; chunked bodies are put together, trailers are dropped. Lines may end by CRLF
// or LF. What breaks the grammar or a limit ends in `refused` with the status to answer; nothing can be read from the connection then.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "world/service.hpp"

namespace sandbox::http {

struct Limits {
  std::size_t line =
      256U << 10U;  // request line, bytes: far longer than a service takes, so that the service is the one who refuses
  std::size_t head = 512U << 10U;  // request line and header lines together
  std::size_t headers = 200;  // how many
  std::size_t body = 256U << 20U;
};

class RequestParser {
 public:
  enum class State { head, body, done, refused };

  explicit RequestParser(Limits limits = {}) : limits_(limits) {}

  State feed(std::string_view bytes);
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool idle() const { return state_ == State::head && position_ == buffer_.size() && !has_line_; }
  // The head is here, the body is not, and the client waits for a word before it sends it.
  [[nodiscard]] bool wants_continue() const { return state_ == State::body && expects_ && position_ == buffer_.size(); }
  [[nodiscard]] bool keep_alive() const { return keep_alive_; }
  [[nodiscard]] int refusal() const { return refusal_; }  // HTTP status
  [[nodiscard]] std::string const& reason() const { return reason_; }

  // REQUIRES: done. What was sent behind the request (pipelining) is read on: look at `state` again.
  Request take();

 private:
  enum class Part { request_line, headers, length, chunk_size, chunk, chunk_end, trailers };

  void go_on();
  bool step();  // false: more bytes are needed, or the request is complete
  bool take_line(std::string_view& line);
  void read_request_line(std::string_view line);
  void read_header(std::string_view line);
  void end_head();
  void read_chunk_size(std::string_view line);
  bool take_bytes();
  void refuse(int status, std::string reason);

  Limits limits_;
  State state_ = State::head;
  Part part_ = Part::request_line;
  std::string buffer_;
  std::size_t position_ = 0, scanned_ = 0, head_bytes_ = 0;
  std::uint64_t wanted_ = 0;  // bytes of the body or chunk that are still to come
  bool has_line_ = false, keep_alive_ = true, expects_ = false, old_version_ = false;
  int refusal_ = 0;
  std::string reason_;
  Request request_;
};

// The head of an answer: status line, headers, length and `Connection`. `length` is of the body that HEAD would have had, too.
std::string response_head(Response const& response, bool keep_alive);
std::string_view reason_phrase(int status);

}  // namespace sandbox::http
