#include "cli/trace_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace tandem::cli {

Result<std::shared_ptr<TraceFile>> TraceFile::open(std::string const& path, Redactor const& redactor) {
  int const descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    return fail(Error{
        ErrorKind::config,
        fmt::format("the trace file {} cannot be written: {}", path, std::strerror(errno)),  // NOLINT(concurrency-mt-unsafe)
        {{"cure", "check --trace-http"}}});
  }
  std::shared_ptr<TraceFile> out(new TraceFile(descriptor, redactor));
  struct stat seen {};
  if (::fstat(descriptor, &seen) == 0 && S_ISREG(seen.st_mode) && (seen.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(Error{ErrorKind::config,
                      fmt::format("others may use the trace file {} (mode {:04o})", path, seen.st_mode & 07777U),
                      {{"cure", fmt::format("remove it, or run: chmod 600 {}", path)}}});
  }
  return out;
}

TraceFile::~TraceFile() { ::close(descriptor_); }

void TraceFile::append(std::string_view line) const {
  auto const text = redactor_.clean(line) + "\n";
  [[maybe_unused]] auto const written = ::write(descriptor_, text.data(), text.size());
}

}  // namespace tandem::cli
