#include "run_report/failure_command.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <array>
#include <vector>

#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/stop.hpp"

namespace tandem::cli {

namespace {

constexpr std::array kPassedOn{
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TZ", "TMPDIR", "MAILTO", "HOSTNAME",
    // So that `tandem status` in the command finds the same connection. They name places and no secrets.
    "TANDEM_CONFIG", "TANDEM_KEY_FILE", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "STATE_DIRECTORY",
    "CREDENTIALS_DIRECTORY",
    // In which job of a CI this was.
    "CI", "GITHUB_RUN_ID", "GITHUB_REPOSITORY", "GITHUB_SERVER_URL", "CI_JOB_URL", "BUILD_URL"};

constexpr Millis kBetweenLooks{50};

// The input as a file without a name: no reader can block us, and one that reads nothing does no harm. -1 with errno.
int file_of(std::string_view input) {
  int const descriptor = ::memfd_create("summary", MFD_CLOEXEC);
  while (descriptor >= 0 && !input.empty()) {
    auto const put = ::write(descriptor, input.data(), input.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) break;
    input.remove_prefix(static_cast<std::size_t>(put));
  }
  if (descriptor >= 0) ::lseek(descriptor, 0, SEEK_SET);
  return descriptor;
}

int start(pid_t& child, std::string const& command, int input, std::vector<char*> environment) {
  std::string shell = "sh";
  std::string option = "-c";
  auto text = command;
  std::array<char*, 4> argv{shell.data(), option.data(), text.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);  // we ignore it; the command must not inherit that
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);  // a group of its own, which can be killed as a whole
  posix_spawnattr_setflags(&attributes, static_cast<short>(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP));
  int const started = ::posix_spawn(&child, "/bin/sh", &actions, &attributes, argv.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return started;
}

}  // namespace

std::map<std::string, std::string> command_environment(Environment const& ours, Redactor const& redactor,
                                                       std::map<std::string, std::string> const& facts) {
  auto out = facts;
  for (auto const* const name : kPassedOn) {
    auto const value = ours.get(name);
    if (value && redactor.clean(*value) == *value) out.emplace(name, *value);
  }
  return out;
}

Result<Unit> run_command(std::string const& command, std::string_view input,
                         std::map<std::string, std::string> const& environment, Millis timeout, Clock& clock) {
  std::vector<std::string> pairs;
  for (auto const& [key, value] : environment) pairs.push_back(key + "=" + value);
  std::vector<char*> pointers;
  pointers.reserve(pairs.size() + 1);
  for (auto& pair : pairs) pointers.push_back(pair.data());
  pointers.push_back(nullptr);
  int const descriptor = file_of(input);
  if (descriptor < 0)
    return fail(ErrorKind::config,
                fmt::format("cannot be given its input: {}", std::strerror(errno)));  // NOLINT(concurrency-mt-unsafe)
  pid_t child = -1;
  int const started = start(child, command, descriptor, std::move(pointers));
  ::close(descriptor);
  if (started != 0)
    return fail(ErrorKind::config,
                fmt::format("cannot be started: {}", std::strerror(started)));  // NOLINT(concurrency-mt-unsafe)

  auto const until = clock.now() + timeout;
  int status = 0;
  for (;;) {
    auto const ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) break;
    bool const stopped = ended < 0 ? errno != EINTR : !clock.sleep_for(kBetweenLooks, stop_requested);
    if (!stopped && clock.now() < until) continue;
    ::kill(-child, SIGKILL);
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (stopped) return fail(ErrorKind::cancelled, "was stopped");
    return fail(ErrorKind::config, fmt::format("took longer than {} and was killed", to_text(timeout)));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Unit{};
  return fail(ErrorKind::config, WIFEXITED(status) ? fmt::format("ended with exit code {}", WEXITSTATUS(status))
                                                   : fmt::format("was ended by signal {}", WTERMSIG(status)));
}

}  // namespace tandem::cli
