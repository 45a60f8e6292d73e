// A secret that cannot be printed, copied by accident or left in memory.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tandem {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(Secret&& other) noexcept : value_(std::exchange(other.value_, {})) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept;
  Secret(Secret const&) = delete;
  Secret& operator=(Secret const&) = delete;
  ~Secret() { wipe(); }

  [[nodiscard]] bool empty() const { return value_.empty(); }
  [[nodiscard]] std::string_view expose() const { return value_; }  // the one way to the bytes; easy to search for
  [[nodiscard]] Secret clone() const { return Secret(value_); }

 private:
  void wipe();
  std::string value_;
};

}  // namespace tandem
