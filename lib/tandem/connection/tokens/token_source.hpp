// TokenSource: where the auth decorator gets access tokens from (entra.md §7, jira.md §1).
#pragma once

#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>

namespace tandem::connection {

class TokenSource {
 public:
  virtual ~TokenSource() = default;
  // A token with enough life left: from the cache, else asked for. Thread-safe, single flight: one thread asks, the others wait
  // for it.
  virtual Result<Secret> token() = 0;
  // A token other than `rejected`, which a service answered with 401. Single flight as well.
  virtual Result<Secret> renewed(Secret const& rejected) = 0;
};

}  // namespace tandem::connection
