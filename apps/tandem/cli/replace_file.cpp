#include "cli/replace_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace tandem::cli {

namespace {

constexpr mode_t kReadable = 0644;

std::string reason() { return std::strerror(errno); }  // NOLINT(concurrency-mt-unsafe): glibc's is thread-safe

// Where the file really is: a link is followed, also one that leads nowhere yet.
std::string place_of(std::string const& path) {
  std::error_code fault;
  std::filesystem::path at(path);
  for (int links = 0; links < 40 && std::filesystem::is_symlink(at, fault); ++links) {
    auto const to = std::filesystem::read_symlink(at, fault);
    if (fault) break;
    at = to.is_absolute() ? to : at.parent_path() / to;
  }
  return at.string();
}

// Why it could not be written, "" when it was. Closes the file.
std::string written(int descriptor, std::string_view bytes, mode_t mode, bool required) {
  std::string why;
  // A file system without modes loses nothing, unless the file was narrower than that.
  if (::fchmod(descriptor, mode) != 0 && required) why = reason();
  while (!bytes.empty() && why.empty()) {
    auto const put = ::write(descriptor, bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR) why = reason();
    if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  if (why.empty() && ::fsync(descriptor) != 0) why = reason();
  if (::close(descriptor) != 0 && why.empty()) why = reason();
  return why;
}

}  // namespace

Result<Unit> replace_file(std::string const& path, std::string_view bytes, Replacing const& how) {
  auto const refuse = [&](std::string const& why, std::string cure) {
    return fail(Error{ErrorKind::config, fmt::format("{} cannot be written: {}", path, why), {{"cure", std::move(cure)}}});
  };
  if (path.empty()) return refuse("its name is empty", "name a file");
  auto const place = how.follow_links ? place_of(path) : path;
  struct stat seen {};
  bool const there = ::lstat(place.c_str(), &seen) == 0;
  if (there && S_ISDIR(seen.st_mode)) return refuse("it is a directory", "name a file in it");
  if (there && S_ISLNK(seen.st_mode)) return refuse("it is a link", "name the file that it points to");
  if (there && !S_ISREG(seen.st_mode)) return refuse("it is no regular file", "name a file");
  if (place.back() == '/') return refuse("it names a directory", "name a file in it");
  auto const draft = fmt::format("{}.{}.new", place, ::getpid());
  ::unlink(draft.c_str());
  int const descriptor = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    bool const missing = errno == ENOENT || errno == ENOTDIR;
    return refuse(reason(), missing ? "make its directory first"
                                    : "it is written beside its place and renamed: the directory must be writable");
  }
  bool const kept = there && how.keep_permissions;
  auto why = written(descriptor, bytes, kept ? seen.st_mode & 07777U : kReadable, kept);
  if (why.empty() && std::rename(draft.c_str(), place.c_str()) != 0) why = reason();
  if (why.empty()) return Unit{};
  ::unlink(draft.c_str());
  return refuse(why, there ? "the file is as it was" : "nothing was left there");
}

}  // namespace tandem::cli
