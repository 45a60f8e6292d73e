#include "entra/assertion.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <tandem/base/ids/digest.hpp>
#include <tandem/base/text/utf8.hpp>

#include "entra/jwt.hpp"

namespace sandbox::entra {

using tandem::text::ascii_lower;
namespace json = tandem::json;

namespace {

// A token of the tenant itself, or of another tenant of Entra.
bool is_of_entra(std::string_view issuer) {
  auto const lower = ascii_lower(issuer);
  return lower.starts_with("https://sts.windows.net/") || lower.starts_with("https://login.microsoftonline.com/");
}

// `aud` is a text, or a list of texts.
std::vector<std::string> audiences_of(json::Value const& claims) {
  if (claims["aud"].is_string()) return {claims["aud"].text_or("")};
  std::vector<std::string> out;
  for (auto const& one : claims["aud"].items()) out.push_back(one.text_or(""));
  return out;
}

bool meet(std::vector<std::string> const& a, std::vector<std::string> const& b) {
  return std::any_of(a.begin(), a.end(), [&](auto const& one) { return std::find(b.begin(), b.end(), one) != b.end(); });
}

std::string printed(std::int64_t seconds) { return tandem::to_rfc3339_seconds(tandem::from_epoch_millis(seconds * 1000)); }

std::optional<Refusal> check_times(Jwt const& jwt, AssertionCheck const& check) {
  auto const until = jwt.claims["exp"].integer(), from = jwt.claims["nbf"].integer();
  // Within what a date can print: a claim may hold any number.
  constexpr std::int64_t kMost = 253'402'300'799;
  bool const readable = until && *until >= 0 && *until <= kMost && (!from || (*from >= 0 && *from <= kMost));
  if (!readable || (jwt.claims.has("nbf") && !from)) return refusal(50027);
  auto const skew = check.settings.clock_skew;
  if (*until + skew > check.now && from.value_or(0) <= check.now + skew) return std::nullopt;
  return refusal(700024, {{"now", printed(check.now)}, {"from", printed(from.value_or(0))}, {"until", printed(*until)}});
}

std::optional<Refusal> check_reuse(Jwt const& jwt, AssertionCheck const& check) {
  auto const id = jwt.claims["jti"].text();
  if (id.empty() || !check.settings.refuse_reused_jti) return std::nullopt;
  if (check.used_ids.emplace(id).second) return std::nullopt;
  return refusal(50013, {{"value", "The assertion was already used."}});
}

std::optional<Refusal> check_certificate(Jwt const& jwt, AssertionCheck const& check) {
  auto const& application = check.application;
  for (auto const* const claim : {"iss", "sub"}) {
    auto const said = jwt.claims[claim].text();
    if (ascii_lower(said) != application.client_id)
      return refusal(700021, {{"value", std::string(said)}, {"app", application.client_id}});
  }
  auto const sha256 = from_base64url(jwt.header["x5t#S256"].text()), sha1 = from_base64url(jwt.header["x5t"].text());
  auto const& known = application.certificates;
  auto const found = std::find_if(known.begin(), known.end(), [&](Certificate const& one) {
    return jwt.header.has("x5t#S256") ? sha256 == one.sha256 : sha1 == one.sha1;
  });
  auto const thumbprint = tandem::to_hex(jwt.header.has("x5t#S256") ? sha256.value_or("") : sha1.value_or(""));
  auto const unsigned_by_us = [&](std::string reason) {
    return refusal(700027, {{"value", std::move(reason)}, {"name", thumbprint}, {"app", application.client_id}});
  };
  if (found == known.end()) return unsigned_by_us("The key was not found.");
  if (!found->key.verifies(jwt.header["alg"].text(), jwt.signed_text, jwt.signature))
    return unsigned_by_us("The key was found, but the signature does not fit.");
  auto const at = tandem::from_epoch_millis(check.now * 1000);
  if (at < found->valid_from || at >= found->valid_until)
    return refusal(50012, {{"value", "The certificate is not within its validity period."}});
  if (!meet(audiences_of(jwt.claims), check.endpoints))
    return refusal(700023, {{"value", fmt::format("{}", fmt::join(audiences_of(jwt.claims), ", "))}});
  if (auto late = check_times(jwt, check)) return late;
  return check_reuse(jwt, check);
}

std::optional<Refusal> check_federated(Jwt const& jwt, AssertionCheck const& check) {
  auto const issuer = jwt.claims["iss"].text_or(""), subject = jwt.claims["sub"].text_or("");
  if (is_of_entra(issuer)) return refusal(700222);
  auto const presented = audiences_of(jwt.claims);
  auto const audience = fmt::format("{}", fmt::join(presented, ", "));
  auto const no_match = [&](int code, std::string const& value) {
    auto out = refusal(check.settings.one_federated_code ? 70021 : code,
                       {{"value", value}, {"issuer", issuer}, {"subject", subject}, {"audience", audience}});
    if (check.settings.federated_bad_request) {
      out.status = 400;
      out.error = "invalid_request";
    }
    return out;
  };
  std::vector<FederatedCredential const*> left;
  for (auto const& one : check.application.federated) {
    if (one.issuer == issuer) left.push_back(&one);
  }
  if (left.empty()) return no_match(700211, issuer);
  std::erase_if(left, [&](auto const* one) { return one->subject != subject; });
  if (left.empty()) return no_match(700213, subject);
  std::erase_if(left, [&](auto const* one) { return !meet(presented, one->audiences); });
  if (left.empty()) return no_match(700212, audience);

  auto const keys = check.directory.issuers.find(issuer);
  auto const id = jwt.header["kid"].text();
  bool found = false, holds = false;
  if (keys != check.directory.issuers.end()) {
    for (auto const& one : keys->second) {
      if (!one.id.empty() && one.id != id) continue;
      found = true;
      holds = holds || one.key.verifies(jwt.header["alg"].text(), jwt.signed_text, jwt.signature);
    }
  }
  if (!holds)
    return refusal(50013, {{"value", found ? "The signature does not fit the issuer's key." : "The key was not found."}});
  if (auto late = check_times(jwt, check)) return late;
  return check_reuse(jwt, check);
}

}  // namespace

std::optional<Refusal> AssertionCheck::refuse(std::string_view assertion) const {
  auto const jwt = parse_jwt(assertion);
  if (!jwt) return refusal(50027);
  // The client's own assertions name their certificate; an identity provider is a URL.
  auto const issuer = jwt->claims["iss"].text();
  bool const by_certificate =
      jwt->header.has("x5t#S256") || jwt->header.has("x5t") || issuer.find("://") == std::string_view::npos;
  auto const algorithm = jwt->header["alg"].text();
  if (algorithm != "RS256" && !(algorithm == "PS256" && by_certificate)) return refusal(50027);
  return by_certificate ? check_certificate(*jwt, *this) : check_federated(*jwt, *this);
}

}  // namespace sandbox::entra
