#include <tandem/connection/sealed/key_file.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/sealed/sealer.hpp>

namespace tandem::sealed {
namespace {

constexpr std::size_t kMostKeyFile = 1024;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File const&) = delete;
  File& operator=(File const&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string why() { return std::strerror(errno); }

// Who besides the owner may do what.
enum class Others { may_read, may_nothing };

Result<std::optional<Secret>> read_key(std::string const& path, Others others) {
  File const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (file.get() < 0) {
    if (errno == ENOENT) return std::optional<Secret>{};
    return fail(ErrorKind::config, fmt::format("the key file {} cannot be read ({})", path, why()));
  }
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return fail(ErrorKind::config, fmt::format("the key file {} is no file", path));
  }
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(ErrorKind::config, fmt::format("the key file {} can be written by others; run: chmod 600 {}", path, path));
  }
  if (others == Others::may_nothing && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(ErrorKind::config, fmt::format("the key file {} can be read by others; run: chmod 600 {}", path, path));
  }
  std::string bytes(kMostKeyFile, '\0');
  auto const got = ::read(file.get(), bytes.data(), bytes.size());
  if (got < 0) return fail(ErrorKind::config, fmt::format("the key file {} cannot be read ({})", path, why()));
  bytes.resize(static_cast<std::size_t>(got));
  Secret const content(std::move(bytes));
  if (content.expose().size() == Sealer::kKeyBytes) return std::optional<Secret>(content.clone());
  auto key = key_from_base64(content);
  if (!key) return fail(ErrorKind::config, fmt::format("the key file {} holds no key: 32 bytes, or their base64", path));
  return std::optional<Secret>(std::move(*key));
}

std::string own_path(std::string const& directory, std::string const& store_id) {
  return fmt::format("{}/{}.key", directory, store_id);
}

std::string next_path(std::string const& directory, std::string const& store_id) {
  return fmt::format("{}/{}.key.next", directory, store_id);
}

tl::unexpected<Error> no_home(std::string const& directory, std::string const& reason) {
  return fail(
      ErrorKind::config,
      fmt::format("no key file can be made in {} ({}); name one with TANDEM_KEY_FILE, or give the key itself as TANDEM_KEY",
                  directory, reason));
}

// A fresh key in a file that did not exist, durably.
Result<Secret> write_new_key(std::string const& directory, std::string const& path) {
  Secret key(random_bytes(Sealer::kKeyBytes));
  File const file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file.get() < 0) return no_home(directory, why());
  Secret const text(to_base64(key.expose()) + "\n");
  auto const bytes = text.expose();
  if (::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) || ::fsync(file.get()) != 0) {
    auto const reason = why();
    ::unlink(path.c_str());
    return no_home(directory, reason);
  }
  return key;
}

}  // namespace

Result<Secret> key_from_base64(Secret const& text) {
  auto decoded = from_base64(text::trimmed(text.expose()));
  if (!decoded || decoded->size() != Sealer::kKeyBytes) {
    return fail(ErrorKind::config, "the sealing key is not 32 bytes as base64; make one with: openssl rand -base64 32");
  }
  return Secret(std::move(*decoded));
}

Result<Secret> load_key_file(std::string const& path) {
  TANDEM_TRY(auto key, read_key(path, Others::may_read));
  if (key) return std::move(*key);
  return fail(ErrorKind::config, fmt::format("the key file {} does not exist; check TANDEM_KEY_FILE", path));
}

Result<std::optional<Secret>> find_own_key_file(std::string const& directory, std::string const& store_id) {
  return read_key(own_path(directory, store_id), Others::may_nothing);
}

Result<Secret> load_or_create_key_file(std::string const& directory, std::string const& store_id) {
  TANDEM_TRY(auto found, find_own_key_file(directory, store_id));
  if (found) return std::move(*found);

  std::error_code error;
  auto const missing = !std::filesystem::exists(directory, error);
  std::filesystem::create_directories(directory, error);
  if (error) return no_home(directory, error.message());
  if (missing && ::chmod(directory.c_str(), S_IRWXU) != 0) return no_home(directory, why());

  // Written aside, then linked into place: a reader sees a whole key or none, and of two programs one wins.
  auto const path = own_path(directory, store_id);
  auto const aside = fmt::format("{}.{}.new", path, to_hex(random_bytes(8)));
  TANDEM_TRY(auto key, write_new_key(directory, aside));
  auto const linked = ::link(aside.c_str(), path.c_str());
  auto const reason = errno;
  ::unlink(aside.c_str());
  if (linked == 0) return key;
  if (reason != EEXIST) return no_home(directory, std::strerror(reason));
  TANDEM_TRY(auto winner, find_own_key_file(directory, store_id));
  if (winner) return std::move(*winner);
  return no_home(directory, "it vanished while it was made");
}

Result<Secret> make_next_key_file(std::string const& directory, std::string const& store_id) {
  auto const path = next_path(directory, store_id);
  ::unlink(path.c_str());  // left by a change that was broken off before anything was sealed with it
  return write_new_key(directory, path);
}

Result<std::optional<Secret>> find_next_key_file(std::string const& directory, std::string const& store_id) {
  return read_key(next_path(directory, store_id), Others::may_nothing);
}

Result<Unit> adopt_next_key_file(std::string const& directory, std::string const& store_id) {
  if (::rename(next_path(directory, store_id).c_str(), own_path(directory, store_id).c_str()) != 0)
    return no_home(directory, why());
  File const folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return no_home(directory, why());
  return Unit{};
}

}  // namespace tandem::sealed
