#include <tandem/store/run_lock.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace tandem::store {

namespace {

std::string holder_of(int fd) {
  std::array<char, 256> text{};
  auto const got = ::pread(fd, text.data(), text.size() - 1, 0);
  if (got <= 0) return "another process";
  std::string line(text.data(), static_cast<std::size_t>(got));
  return line.substr(0, line.find('\n'));
}

void sign(int fd) {
  std::array<char, 128> host{};
  ::gethostname(host.data(), host.size() - 1);
  auto const line = fmt::format("process {} on {}\n", ::getpid(), host.data());
  // The content is only for people: a failure to write it changes nothing.
  if (::ftruncate(fd, 0) == 0) [[maybe_unused]]
    auto const written = ::pwrite(fd, line.data(), line.size(), 0);
}

}  // namespace

Result<RunLock> RunLock::take(std::filesystem::path const& directory, Millis patience, Clock& clock,
                              std::function<bool()> const& stop) {
  auto const file = directory / "run.lock";
  int const fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EROFS) {
    return fail(ErrorKind::store, fmt::format("the state directory is on a read-only file system ({}): make it writable, or name "
                                              "another one by --state-dir",
                                              file.string()));
  }
  if (fd < 0) return fail(ErrorKind::store, fmt::format("cannot open {}: {}", file.string(), std::strerror(errno)));
  RunLock lock(fd);
  auto const give_up = clock.now() + patience;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK)
      return fail(ErrorKind::store, fmt::format("cannot lock {}: {}", file.string(), std::strerror(errno)));
    if (clock.now() >= give_up) {
      return fail(ErrorKind::locked, fmt::format("another run holds this connection's lock: {}", holder_of(fd)));
    }
    if (!clock.sleep_for(Millis{50}, stop)) return fail(ErrorKind::cancelled, "stopped while waiting for the lock");
  }
  sign(fd);
  return lock;
}

RunLock::RunLock(RunLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
RunLock& RunLock::operator=(RunLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
RunLock::~RunLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace tandem::store
