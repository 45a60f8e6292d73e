// ClientProof: how an application proves to Entra who it is (entra.md §1): a secret, an assertion signed with its certificate, or
// a token of another identity provider that Entra was told to trust.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/result.hpp>
#include <tandem/base/secret.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::entra {

struct FormField {
  std::string_view name;
  Secret value;
};

class ClientProof {
 public:
  virtual ~ClientProof() = default;
  // What to add to the form of one request. Made afresh for each: assertions are short-lived, token files are replaced by others.
  // `endpoint` is the token endpoint as it is used, `now` the time that goes into an assertion. Errors: config.
  virtual Result<std::vector<FormField>> fields(std::string_view endpoint, Instant now) = 0;
  // What the credential is called, as part of the cache's key.
  [[nodiscard]] virtual std::string_view name() const = 0;
  // When it ends, where the credential itself says so.
  [[nodiscard]] virtual std::optional<Instant> expires() const { return std::nullopt; }
};

std::unique_ptr<ClientProof> secret_proof(Secret secret);

// Gives the other provider's token, asked for anew each time. Errors: config, transient.
using AssertionSource = std::function<Result<Secret>()>;
std::unique_ptr<ClientProof> federated_proof(AssertionSource source);

// The two fields that carry an assertion.
std::vector<FormField> assertion_fields(Secret assertion);

}  // namespace tandem::entra
