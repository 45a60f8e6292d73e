// TokenSource: where the auth decorator gets Dataverse access tokens from (contract: entra.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>

namespace tandem::entra {

class TokenSource {
 public:
  virtual ~TokenSource() = default;
  // A token with enough life left: from the cache, else asked for. Thread-safe, single flight: one thread asks, the others wait
  // for it.
  virtual Result<Secret> token() = 0;
  // A token other than `rejected`, which a service answered with 401. Single flight as well.
  virtual Result<Secret> renewed(Secret const& rejected) = 0;
};

// What a token says about itself, for diagnosis only: it is never validated. Empty fields when it is not a readable JWT.
struct Claims {
  std::vector<std::string> audiences;
  std::string tenant, application;
};
Claims claims_of(Secret const& token);

}  // namespace tandem::entra
