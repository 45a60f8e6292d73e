#include "run_report/report_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
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

Result<Unit> append_report(std::string const& path, std::string_view text) {
  int const descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return fail(fault(path, "cannot be opened"));
  if (write_all(descriptor, text) != 0) return fail(fault(path, "cannot be written"));
  return Unit{};
}

}  // namespace tandem::cli
