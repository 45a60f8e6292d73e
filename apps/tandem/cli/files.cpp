#include "cli/files.hpp"

#include <cerrno>
#include <cstring>

#include <array>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace tandem::cli {

namespace {
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(Descriptor const&) = delete;
  Descriptor& operator=(Descriptor const&) = delete;
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

std::string reason() { return std::strerror(errno); }  // NOLINT(concurrency-mt-unsafe): glibc's is thread-safe
}  // namespace

Result<std::string> read_descriptor(int descriptor, std::string const& what, std::size_t most_bytes) {
  std::string all;
  std::array<char, 65536> piece{};
  while (true) {
    auto const got = ::read(descriptor, piece.data(), piece.size());
    if (got < 0) return fail(ErrorKind::config, fmt::format("{} cannot be read: {}", what, reason()));
    if (got == 0) return all;
    all.append(piece.data(), static_cast<std::size_t>(got));
    if (all.size() > most_bytes) return fail(ErrorKind::config, fmt::format("{} is larger than {} bytes", what, most_bytes));
  }
}

Result<std::optional<std::string>> read_file_if_there(std::string const& path, std::size_t most_bytes) {
  Descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::string>{};
    return fail(ErrorKind::config, fmt::format("{} cannot be read: {}", path, reason()));
  }
  TANDEM_TRY(auto text, read_descriptor(file.get(), path, most_bytes));
  return std::optional<std::string>(std::move(text));
}

Result<std::string> read_file(std::string const& path, std::size_t most_bytes) {
  TANDEM_TRY(auto text, read_file_if_there(path, most_bytes));
  if (!text) return fail(ErrorKind::config, fmt::format("{} does not exist", path));
  return std::move(*text);
}

Result<bool> make_private_file(std::string const& path, std::string_view bytes) {
  // Written under another name and linked into place: a reader never sees half a file, and of two makers one wins.
  auto const draft = fmt::format("{}.{}", path, ::getpid());
  ::unlink(draft.c_str());
  {
    Descriptor const file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.get() < 0) return fail(ErrorKind::config, fmt::format("{} cannot be made: {}", path, reason()));
    while (!bytes.empty()) {
      auto const put = ::write(file.get(), bytes.data(), bytes.size());
      if (put < 0) {
        auto const why = reason();
        ::unlink(draft.c_str());
        return fail(ErrorKind::config, fmt::format("{} cannot be written: {}", path, why));
      }
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    if (::fsync(file.get()) != 0) return fail(ErrorKind::config, fmt::format("{} cannot be written: {}", path, reason()));
  }
  int const linked = ::link(draft.c_str(), path.c_str());
  int const why = errno;
  ::unlink(draft.c_str());
  if (linked == 0) return true;
  if (why == EEXIST) return false;
  return fail(ErrorKind::config,
              fmt::format("{} cannot be made: {}", path, std::strerror(why)));  // NOLINT(concurrency-mt-unsafe)
}

Result<Unit> make_private_directories(std::string const& path) {
  std::filesystem::path made;
  for (auto const& part : std::filesystem::path(path).lexically_normal()) {
    made /= part;
    if (made.empty() || ::mkdir(made.c_str(), 0700) == 0 || errno == EEXIST) continue;
    if (errno == EROFS || errno == EACCES || errno == EPERM) {
      int const why = errno;
      if (std::error_code ignored; std::filesystem::is_directory(made, ignored))
        continue;  // some systems say so of existing ones
      errno = why;
    }
    return fail(ErrorKind::config, fmt::format("the directory {} cannot be made: {}", made.string(), reason()));
  }
  struct stat seen {};
  if (::stat(path.c_str(), &seen) != 0 || !S_ISDIR(seen.st_mode))
    return fail(ErrorKind::config, fmt::format("{} is not a directory", path));
  return Unit{};
}

std::string writable_by_others(std::string const& path) {
  struct stat seen {};
  if (::stat(path.c_str(), &seen) != 0) return {};
  if (seen.st_uid != ::geteuid() && seen.st_uid != 0) return fmt::format("{} belongs to another user", path);
  if ((seen.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (seen.st_mode & S_ISVTX) == 0) {
    return fmt::format("others can write to {} (mode {:04o})", path, seen.st_mode & 07777U);
  }
  return {};
}

}  // namespace tandem::cli
