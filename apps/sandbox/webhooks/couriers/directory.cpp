#include "webhooks/couriers/directory.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>

namespace sandbox {

namespace fs = std::filesystem;

namespace {

constexpr int kDigits = 12;

std::uint64_t highest_number(fs::path const& folder, std::error_code& error) {
  std::uint64_t out = 0;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    auto const name = entry->path().filename().string();
    std::uint64_t number = 0;
    auto const parsed = std::from_chars(name.data(), name.data() + name.size(), number);
    if (parsed.ec == std::errc{} && parsed.ptr == name.data() + kDigits) out = std::max(out, number);
  }
  return out;
}

// "" when it went well, else what the system said.
std::string write_whole(fs::path const& path, std::string const& text) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wbe"), std::fclose);
  if (file == nullptr) return std::strerror(errno);
  if (std::fwrite(text.data(), 1, text.size(), file.get()) != text.size()) return std::strerror(errno);
  return std::fclose(file.release()) == 0 ? std::string() : std::strerror(errno);
}

}  // namespace

tandem::Result<DirectoryCourier> DirectoryCourier::open(fs::path folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  auto const last = error ? 0 : highest_number(folder, error);
  if (error)
    return tandem::fail(tandem::ErrorKind::config,
                        fmt::format("the webhook folder {} cannot be used: {}", folder.string(), error.message()));
  return DirectoryCourier(std::move(folder), last);
}

Answer DirectoryCourier::deliver(Delivery const& delivery) {
  auto event = delivery.event;
  std::replace(event.begin(), event.end(), ':', '-');
  auto const name = fmt::format("{:0{}}-{}.ndjson", last_ + 1, kDigits, event);
  auto const hidden = folder_ / ("." + name);
  auto fault = write_whole(hidden, ndjson_line(delivery));
  std::error_code error;
  if (fault.empty()) {
    fs::rename(hidden, folder_ / name, error);
    if (error) fault = error.message();
  }
  if (!fault.empty()) {
    fs::remove(hidden, error);
    return {Answer::Kind::refused, 0, fault};
  }
  ++last_;
  return {Answer::Kind::status, 200, name};
}

}  // namespace sandbox
