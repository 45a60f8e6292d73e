// The proof that a payload came from whoever knows the webhook secret (SPEC F6; contract: jira.md §12 "Headers").
//
// A signature is "sha256=<hex>": HMAC-SHA256 of the raw bytes, before anything is parsed. A token is Automation's fixed header, equal to
// the secret itself. All comparisons take constant time. Any bytes are safe.
#pragma once

#include <string_view>

#include <tandem/base/result.hpp>

namespace tandem::jira::webhook {

struct Proof {
  std::string_view signature, token;  // "" = not given
  [[nodiscard]] bool given() const { return !signature.empty() || !token.empty(); }
};

// Each proof that is given must hold, and one must be given. Errors: auth.
Result<Unit> check_proof(Proof const& proof, std::string_view secret, std::string_view raw_body);

}  // namespace tandem::jira::webhook
