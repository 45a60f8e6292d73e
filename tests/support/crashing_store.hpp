// A Store that dies at a CrashPoint: before a commit (nothing of it is kept) or after it (all of it is).
#pragma once

#include <tandem/store/store.hpp>

#include "support/crash_point.hpp"

namespace tandem::test {

class CrashingStore final : public store::Store {
 public:
  CrashingStore(store::Store& inner, CrashPoint& crash) : inner_(inner), crash_(crash) {}

  Result<Unit> read(std::function<Result<Unit>(store::Reader&)> const& body) override {
    if (crash_.dead()) return fail(ErrorKind::internal, "the process is dead");
    return inner_.read(body);
  }
  Result<Unit> write(std::function<Result<Unit>(store::Writer&)> const& body) override {
    if (!crash_.step(Moment::before_commit)) return fail(ErrorKind::internal, "died before a commit");
    auto done = inner_.write(body);
    if (!crash_.step(Moment::after_commit)) return fail(ErrorKind::internal, "died after a commit");
    return done;
  }

 private:
  store::Store& inner_;
  CrashPoint& crash_;
};

}  // namespace tandem::test
