#include <tandem/connection/entra/client_proof.hpp>

#include <algorithm>

#include <tandem/base/text/utf8.hpp>

namespace tandem::entra {
namespace {

class SecretProof final : public ClientProof {
 public:
  explicit SecretProof(Secret secret) : secret_(std::move(secret)) {}
  Result<std::vector<FormField>> fields(std::string_view, Instant) override {
    std::vector<FormField> out;
    out.push_back({"client_secret", secret_.clone()});
    return out;
  }
  [[nodiscard]] std::string_view name() const override { return "client-secret"; }

 private:
  Secret secret_;
};

bool is_jwt(std::string_view text) {
  constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=";
  return std::count(text.begin(), text.end(), '.') == 2 && text.find_first_not_of(kBase64Url) == std::string_view::npos;
}

class FederatedProof final : public ClientProof {
 public:
  explicit FederatedProof(AssertionSource source) : source_(std::move(source)) {}
  Result<std::vector<FormField>> fields(std::string_view, Instant) override {
    TANDEM_TRY(auto const token, source_());
    auto const text = text::trimmed(token.expose());
    if (!is_jwt(text)) {
      return fail(ErrorKind::config,
                  "the federated token is no JWT; check where it comes from (a token file holds nothing but the token)");
    }
    return assertion_fields(Secret(std::string(text)));
  }
  [[nodiscard]] std::string_view name() const override { return "federated-token"; }

 private:
  AssertionSource source_;
};

}  // namespace

std::unique_ptr<ClientProof> secret_proof(Secret secret) { return std::make_unique<SecretProof>(std::move(secret)); }

std::unique_ptr<ClientProof> federated_proof(AssertionSource source) {
  return std::make_unique<FederatedProof>(std::move(source));
}

std::vector<FormField> assertion_fields(Secret assertion) {
  std::vector<FormField> out;
  out.push_back({"client_assertion_type", Secret("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")});
  out.push_back({"client_assertion", std::move(assertion)});
  return out;
}

}  // namespace tandem::entra
