#include "webhooks/couriers/command.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace sandbox {

namespace {

using std::chrono::milliseconds;

Answer unable(std::string_view what, int error) {
  return {Answer::Kind::refused, 0, fmt::format("{}: {}", what, std::strerror(error))};
}

// The body as a file in memory: unlike a pipe it cannot block us while the command does not read.
int file_of(std::string const& body) {
  int const fd = memfd_create("webhook-body", MFD_CLOEXEC);
  std::size_t written = 0;
  while (fd >= 0 && written < body.size()) {
    auto const count = write(fd, body.data() + written, body.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      int const error = errno;
      close(fd);
      errno = error;
      return -1;
    }
    written += static_cast<std::size_t>(count);
  }
  if (fd >= 0) lseek(fd, 0, SEEK_SET);
  return fd;
}

std::vector<std::string> environment_for(Delivery const& delivery) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view const held(*entry);
    if (!held.starts_with("TANDEM_WEBHOOK_SIGNATURE=") && !held.starts_with("TANDEM_DELIVERY_ID=")) out.emplace_back(held);
  }
  if (auto const signature = delivery.header("X-Hub-Signature"); !signature.empty())
    out.push_back("TANDEM_WEBHOOK_SIGNATURE=" + signature);
  out.push_back("TANDEM_DELIVERY_ID=" + delivery.identifier);
  return out;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// 0, or an errno.
int spawn(Delivery const& delivery, int input, pid_t& child) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);  // the services' sockets are ours alone
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  sigset_t none, broken;
  sigemptyset(&none);
  sigemptyset(&broken);
  sigaddset(&broken, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &broken);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<std::string> words{"sh", "-c", delivery.address};
  auto environment = environment_for(delivery);
  int const error =
      posix_spawn(&child, "/bin/sh", &files, &attributes, pointers_to(words).data(), pointers_to(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

}  // namespace

Answer CommandCourier::deliver(Delivery const& delivery) {
  int const input = file_of(*delivery.body);
  if (input < 0) return unable("no room for the body", errno);
  pid_t child = 0;
  int const error = spawn(delivery, input, child);
  close(input);
  if (error != 0) return unable("/bin/sh cannot be started", error);

  auto const end = std::chrono::steady_clock::now() + longest_;
  int status = 0;
  auto pause = milliseconds{1};
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (stopping_ || std::chrono::steady_clock::now() > end) {
      kill(-child, SIGTERM);
      std::this_thread::sleep_for(milliseconds{200});
      kill(-child, SIGKILL);
      waitpid(child, &status, 0);
      return {Answer::Kind::timed_out, 0, stopping_ ? "ended with the sandbox" : "took too long and was ended"};
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, milliseconds{20});
  }
  if (WIFSIGNALED(status)) return {Answer::Kind::status, 500, fmt::format("ended by signal {}", WTERMSIG(status))};
  int const code = WEXITSTATUS(status);
  return {Answer::Kind::status, code == 0 ? 200 : 500, fmt::format("exit {}", code)};
}

}  // namespace sandbox
