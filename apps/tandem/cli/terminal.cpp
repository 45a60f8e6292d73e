#include "cli/terminal.hpp"

#include <cerrno>
#include <cstdio>

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "cli/stop.hpp"

namespace tandem::cli {

namespace {

// Turns echo off and, with the scope, back on.
class NoEcho {
 public:
  NoEcho() {
    known_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!known_) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~NoEcho() {
    if (known_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  NoEcho(NoEcho const&) = delete;
  NoEcho& operator=(NoEcho const&) = delete;

 private:
  termios before_{};
  bool known_ = false;
};

// Byte by byte from the descriptor: a buffered reader would keep a secret in its buffer.
Result<std::string> read_line() {
  std::string line;
  while (true) {
    char c = 0;
    auto const got = ::read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) {
      if (stop_requested()) return fail(ErrorKind::cancelled, "stopped");
      continue;
    }
    if (got <= 0) return fail(ErrorKind::config, "the terminal was closed");
    if (c == '\n') return line;
    if (line.size() < 65536) line += c;
  }
}

}  // namespace

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

std::size_t terminal_width(int descriptor) {
  winsize size{};
  if (!is_terminal(descriptor) || ::ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

bool can_ask() { return is_terminal(STDIN_FILENO) && is_terminal(STDERR_FILENO); }

Result<std::string> ask(std::string const& question) {
  std::fputs((question + ": ").c_str(), stderr);
  return read_line();
}

Result<Secret> ask_secret(std::string const& question) {
  std::fputs((question + " (not shown): ").c_str(), stderr);
  NoEcho const silent;
  auto line = read_line();
  std::fputs("\n", stderr);
  if (!line) return fail(std::move(line).error());
  return Secret(std::move(*line));
}

}  // namespace tandem::cli
