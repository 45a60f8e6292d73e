#include "run_report/report_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace tandem::cli {

namespace {

Error fault(std::string const& path, std::string_view what) {
  return {ErrorKind::config, fmt::format("{} {}: {}", path, what, std::strerror(errno)), {}};  // NOLINT(concurrency-mt-unsafe)
}

// 0 when everything was written and the descriptor closed; else the system's error, which stays in errno.
int write_all(int descriptor, std::string_view text) {
  int failed = 0;
  while (!text.empty() && failed == 0) {
    auto const put = ::write(descriptor, text.data(), text.size());
    if (put < 0 && errno != EINTR) failed = errno;
    if (put > 0) text.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::close(descriptor) != 0 && failed == 0) failed = errno;
  errno = failed;
  return failed;
}

}  // namespace

Result<Unit> replace_report(std::string const& path, std::string_view text) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
    return fail(ErrorKind::config, fmt::format("{} is no regular file", path));
  auto const draft = fmt::format("{}.{}.new", path, ::getpid());
  ::unlink(draft.c_str());
  int const descriptor = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor < 0) return fail(fault(path, "cannot be made"));
  static_cast<void>(
      ::fchmod(descriptor, 0644));  // where the umask took bits away; on a file system without modes nothing is lost
  if (write_all(descriptor, text) != 0) {
    auto error = fault(path, "cannot be written");
    ::unlink(draft.c_str());
    return fail(std::move(error));
  }
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    auto error = fault(path, "cannot be replaced");
    ::unlink(draft.c_str());
    return fail(std::move(error));
  }
  return Unit{};
}

Result<Unit> append_report(std::string const& path, std::string_view text) {
  int const descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return fail(fault(path, "cannot be opened"));
  if (write_all(descriptor, text) != 0) return fail(fault(path, "cannot be written"));
  return Unit{};
}

}  // namespace tandem::cli
