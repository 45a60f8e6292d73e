// RunLock: one run at a time per connection (SPEC R6), by a kernel lock on `run.lock` that dies with the process.
//
// The file holds who has it (pid, host, start) for the message to others; its content decides nothing.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include <tandem/base/result.hpp>
#include <tandem/base/time/clock.hpp>

namespace tandem::store {

class RunLock {
 public:
  // Waits up to `patience` for the lock. Errors: locked, naming the holder; store, when the file cannot be opened.
  static Result<RunLock> take(std::filesystem::path const& directory, Millis patience, Clock& clock,
                              std::function<bool()> const& stop = {});
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&& other) noexcept;
  ~RunLock();

 private:
  explicit RunLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace tandem::store
