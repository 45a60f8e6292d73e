#include "entra/settings.hpp"

#include <functional>
#include <vector>

#include "entra/refusals.hpp"

namespace sandbox::entra {

namespace json = tandem::json;

namespace {

struct Switch {
  std::string name, accepts;
  std::function<bool(Settings&, json::Value const&)> set;  // false: the value makes no sense
  std::function<json::Value(Settings const&)> get;
};

Switch flag(std::string name, bool Settings::*member) {
  return {std::move(name), "true or false",
          [member](Settings& settings, json::Value const& value) {
            if (!value.is_bool()) return false;
            settings.*member = value.truthy();
            return true;
          },
          [member](Settings const& settings) { return json::Value(settings.*member); }};
}

Switch choice(std::string name, bool Settings::*member, std::string no, std::string yes) {
  return {std::move(name), "\"" + no + "\" or \"" + yes + "\"",
          [=](Settings& settings, json::Value const& value) {
            if (value.text() != no && value.text() != yes) return false;
            settings.*member = value.text() == yes;
            return true;
          },
          [=](Settings const& settings) { return json::Value(settings.*member ? yes : no); }};
}

Switch seconds(std::string name, std::int64_t Settings::*member, std::int64_t least) {
  constexpr std::int64_t kMost = 1'000'000'000;
  return {std::move(name), "a number from " + std::to_string(least),
          [=](Settings& settings, json::Value const& value) {
            auto const number = value.integer();
            if (!number || *number < least || *number > kMost) return false;
            settings.*member = *number;
            return true;
          },
          [=](Settings const& settings) { return json::Value(settings.*member); }};
}

Switch code(std::string name, int Settings::*member, std::vector<int> allowed, std::string accepts) {
  return {std::move(name), std::move(accepts),
          [member, allowed = std::move(allowed)](Settings& settings, json::Value const& value) {
            for (int const one : allowed) {
              if (value.integer() != one) continue;
              settings.*member = one;
              return true;
            }
            return false;
          },
          [member](Settings const& settings) { return json::Value(settings.*member); }};
}

constexpr std::string_view kTroubles[] = {"none", "throttled", "throttledSilently", "unavailable"};

Switch trouble() {
  return {"entra.trouble", "\"none\", \"throttled\", \"throttledSilently\" or \"unavailable\"",
          [](Settings& settings, json::Value const& value) {
            for (std::size_t i = 0; i < std::size(kTroubles); ++i) {
              if (value.text() != kTroubles[i]) continue;
              settings.trouble = static_cast<Settings::Trouble>(i);
              return true;
            }
            return false;
          },
          [](Settings const& settings) { return json::Value(kTroubles[static_cast<std::size_t>(settings.trouble)]); }};
}

std::vector<int> any_code() {
  auto out = refusal_codes();
  out.push_back(0);
  return out;
}

std::vector<Switch> const& switches() {
  static std::vector<Switch> const all{
      flag("entra.secretExpired", &Settings::secret_expired),
      seconds("entra.tokenLifetime", &Settings::token_lifetime, 1),
      flag("entra.extExpiresIn", &Settings::ext_expires_in),
      flag("entra.expiresInAsText", &Settings::expires_in_as_text),
      seconds("entra.refreshIn", &Settings::refresh_in, 0),
      choice("entra.tokenAudience", &Settings::token_for_app_id, "url", "appId"),
      trouble(),
      seconds("entra.retryAfter", &Settings::retry_after, 0),
      code("entra.refuse", &Settings::refuse, any_code(), "an AADSTS code of the token endpoint, or 0"),
      seconds("entra.loopLimit", &Settings::loop_limit, 0),
      choice("entra.trailer", &Settings::blank_trailer, "crlf", "blank"),
      flag("entra.errorUri", &Settings::error_uri),
      flag("entra.echoRequestId", &Settings::echo_request_id),
      code("entra.missingField", &Settings::missing_field, {900144, 90014}, "900144 or 90014"),
      code("entra.missingGrantType", &Settings::missing_grant, {900144, 70003}, "900144 or 70003"),
      flag("entra.doubleSlashScope", &Settings::double_slash),
      seconds("entra.clockSkew", &Settings::clock_skew, 0),
      flag("entra.refuseReusedJti", &Settings::refuse_reused_jti),
      choice("entra.federatedCodes", &Settings::one_federated_code, "new", "old"),
      choice("entra.federatedStatus", &Settings::federated_bad_request, "401", "400"),
  };
  return all;
}

}  // namespace

tandem::Result<bool> Settings::set(std::string_view name, json::Value const& value) {
  for (auto const& one : switches()) {
    if (one.name != name) continue;
    if (!one.set(*this, value)) return tandem::fail(tandem::ErrorKind::usage, one.name + " is " + one.accepts);
    return true;
  }
  return false;
}

json::Object Settings::values() const {
  json::Object out;
  for (auto const& one : switches()) out.append(one.name, one.get(*this));
  return out;
}

}  // namespace sandbox::entra
