#include <tandem/connection/jira/webhook/proof.hpp>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::jira::webhook {

namespace {

tl::unexpected<Error> refused(std::string message, std::string cure) {
  return fail(Error{ErrorKind::auth, std::move(message), {{"cure", std::move(cure)}}});
}

}  // namespace

Result<Unit> check_proof(Proof const& proof, std::string_view secret, std::string_view raw_body) {
  if (!proof.given()) {
    return refused("the payload comes without a proof, and this connection has a webhook secret",
                   "pass the header X-Hub-Signature on as --signature, or the fixed header of an Automation rule as --token");
  }
  if (!proof.signature.empty()) {
    auto const equals = proof.signature.find('=');
    auto const method = proof.signature.substr(0, equals);
    if (equals == std::string_view::npos || !text::equal_ignoring_case(method, "sha256"))
      return refused("the signature is not of the form sha256=HEX", "pass on the whole header X-Hub-Signature");
    auto const expected = to_hex(hmac_sha256(secret, raw_body));
    if (!equal_in_constant_time(text::ascii_lower(proof.signature.substr(equals + 1)), expected)) {
      return refused(
          "the signature does not match the payload",
          "give the secret of Jira's webhook to `tandem auth set --webhook-secret-…`, and pass on the body byte for byte");
    }
  }
  // Digests have one length, so that the comparison does not tell the secret's.
  if (!proof.token.empty() && !equal_in_constant_time(sha256(proof.token), sha256(secret)))
    return refused("the token is not the webhook secret", "put the webhook secret into the fixed header of the Automation rule");
  return Unit{};
}

}  // namespace tandem::jira::webhook
