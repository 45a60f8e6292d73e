// What an access token says about itself (entra.md §2), for diagnosis only: it is never validated.
#pragma once

#include <string>
#include <vector>

#include <tandem/base/secret.hpp>

namespace tandem::entra {

// Empty fields when it is not a readable JWT.
struct Claims {
  std::vector<std::string> audiences;
  std::string tenant, application;
};
Claims claims_of(Secret const& token);

}  // namespace tandem::entra
