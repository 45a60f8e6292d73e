#include "cli/subprocess.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <array>
#include <chrono>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/stop.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves its declaration to the program

namespace tandem::cli {

Result<std::string> output_of(std::vector<std::string> const& words, Millis timeout, std::size_t most_bytes) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return fail(ErrorKind::config, fmt::format("{} cannot be started: {}", words.front(), std::strerror(errno)));
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto const& word : words) argv.push_back(const_cast<char*>(word.c_str()));  // posix_spawn does not change them
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);  // we ignore it; the program must not inherit that
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = -1;
  int const started = ::posix_spawnp(&child, words.front().c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (started != 0) {
    ::close(ends[0]);
    return fail(ErrorKind::config, fmt::format("{} cannot be started: {}", words.front(), std::strerror(started)));
  }

  std::string text;
  std::string fault;
  auto const until = std::chrono::steady_clock::now() + timeout;
  while (fault.empty()) {
    if (stop_requested()) fault = "stopped";
    if (std::chrono::steady_clock::now() > until)
      fault = fmt::format("{} printed no secret within {}", words.front(), to_text(timeout));
    pollfd waiting{ends[0], POLLIN, 0};
    if (::poll(&waiting, 1, 100) <= 0) continue;
    std::array<char, 4096> piece{};
    auto const got = ::read(ends[0], piece.data(), piece.size());
    if (got <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > most_bytes) fault = fmt::format("{} printed more than {} bytes", words.front(), most_bytes);
  }
  ::close(ends[0]);
  if (!fault.empty()) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (stop_requested()) return fail(ErrorKind::cancelled, "stopped");
  if (!fault.empty()) return fail(ErrorKind::config, fault);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return fail(ErrorKind::config, WIFEXITED(status)
                                       ? fmt::format("{} failed with exit code {}", words.front(), WEXITSTATUS(status))
                                       : fmt::format("{} was ended by a signal", words.front()));
  }
  return text;
}

}  // namespace tandem::cli
