#include <tandem/connection/entra/aadsts.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/utf8.hpp>
#include <tandem/connection/http/retry_after.hpp>

namespace tandem::entra {
namespace {

constexpr std::string_view kReport = "report this as a fault of tandem with the trace id";
constexpr std::string_view kFederation = "compare issuer, subject and audience with the app's federated credentials in Entra";
constexpr std::string_view kConsent = "have an administrator grant admin consent to the app registration in Entra";
constexpr std::string_view kCloud = "set the authority host of that cloud with --authority-host";
constexpr std::string_view kSecretValue =
    "in Entra, App registrations, Certificates & secrets, make a new client secret and give its Value (not its Secret ID)";

constexpr std::array<Explained, 41> kExplained{{
    {7000215, "the client secret is wrong", kSecretValue},
    {7000222, "the client secret has expired", kSecretValue},
    {700016, "the client ID is unknown in this tenant",
     "check client ID and tenant ID (they are easily swapped) with `tandem auth set`"},
    {90002, "the tenant is unknown",
     "check the tenant ID (Entra, Overview), or set the authority host of another cloud with --authority-host"},
    {900023, "the tenant ID is neither a GUID nor a domain", "give the Directory (tenant) ID shown in Entra, Overview"},
    {90038, "the tenant lives in another national cloud", kCloud},
    {900382, "the tenant lives in another national cloud", kCloud},
    {900432, "the tenant lives in another national cloud", kCloud},
    {500011, "the organisation URL is unknown in this tenant", "check the organisation URL and that it belongs to this tenant"},
    {50001, "the organisation URL is unknown or disabled in this tenant",
     "check the organisation URL and that it belongs to this tenant"},
    {650057, "the organisation is not listed for this app", "check the organisation URL"},
    {70011, "the scope is not valid", "check the organisation URL: scheme and host only"},
    {1002012, "the scope does not end in /.default", "check the organisation URL: scheme and host only"},
    {28002, "the scope is not valid", "check the organisation URL: scheme and host only"},
    {28003, "the scope is empty", "check the organisation URL"},
    {700027, "the signature does not fit: the certificate is not registered on the app",
     "upload the public certificate to the app registration"},
    {700021, "the assertion names another client", kReport},
    {700023, "the assertion is meant for another tenant", "check the tenant ID"},
    {700024, "the assertion is outside its valid time", "check this machine's clock"},
    {50027, "the assertion cannot be read", kReport},
    {50012, "the assertion's signature is not valid", "check that certificate and key belong together"},
    {50013, "the assertion is not valid", "check that certificate and key belong together"},
    {700211, "no federated credential has this issuer", kFederation},
    {700212, "no federated credential has this audience", kFederation},
    {700213, "no federated credential has this subject", kFederation},
    {70021, "no federated credential matches", kFederation},
    {70003, "the grant type is missing or unknown", kReport},
    {7000218, "neither a secret nor an assertion was sent", kReport},
    {700025, "the app is registered as a public client",
     "register a confidential (web) app, or remove \"Allow public client flows\""},
    {7000112, "the application is disabled", "enable the app's service principal in Entra, Enterprise applications"},
    {70001, "the application is disabled or not installed in this tenant", "enable the app in Entra, Enterprise applications"},
    {53003, "Conditional Access blocks this app", "ask the Entra administrator to allow it for workload identities"},
    {53011, "Conditional Access blocks this app as risky", "ask the Entra administrator to review the workload identity's risk"},
    {65001, "consent is missing", kConsent},
    {650056, "consent is missing or the app is misconfigured", kConsent},
    {650052, "the app needs a service that this tenant has not got", "check the organisation URL and the tenant ID"},
    {90094, "an administrator must consent", kConsent},
    {900144, "a form field is missing", kReport},
    {90014, "a form field is missing", kReport},
    {50049, "the authority host is unknown", "check --authority-host"},
    {50196, "too many identical requests were made", "wait some minutes; then find out who asks in a loop with this client ID"},
}};

// Throttling and faults of Entra's own; also when they come with status 400.
constexpr std::array<std::int64_t, 7> kTransient{90055, 50000, 90006, 90024, 90033, 90090, 90012};

std::optional<std::int64_t> code_in(std::string_view description) {
  constexpr std::string_view kMark = "AADSTS";
  auto const at = description.find(kMark);
  if (at == std::string_view::npos) return std::nullopt;
  auto const rest = description.substr(at + kMark.size());
  std::int64_t code = 0;
  auto const [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), code);
  return error == std::errc{} ? std::optional(code) : std::nullopt;
}

std::string one_line(std::string_view text, std::size_t most) {
  std::string line = text::printable(text::trimmed(text.substr(0, text.find_first_of("\r\n"))));
  return std::string(text::cut_utf16(line, most));
}

}  // namespace

std::optional<Explained> explained(std::int64_t code) {
  auto const* const found = std::find_if(kExplained.begin(), kExplained.end(), [&](auto const& row) { return row.code == code; });
  return found == kExplained.end() ? std::nullopt : std::optional(*found);
}

std::string plain_description(std::string_view description) {
  auto rest = description.substr(0, description.find("Trace ID:"));
  if (rest.starts_with("AADSTS")) {
    if (auto const colon = rest.find(':'); colon != std::string_view::npos) rest = rest.substr(colon + 1);
  }
  return one_line(text::trimmed(rest), 300);
}

Error refusal(http::Response const& response, std::string_view authority) {
  auto const parsed = json::parse(response.body, {.bytes = 1U << 20U});
  json::Value const body = parsed ? *parsed : json::Value();
  auto const description = body["error_description"].text();
  auto code = body["error_codes"].at(0).integer();
  if (!code) code = code_in(description);

  Error error;
  auto const transient_code = code && std::find(kTransient.begin(), kTransient.end(), *code) != kTransient.end();
  if (response.status == 429) {
    auto const wait = http::asked_wait(response);
    error.kind = ErrorKind::throttled;
    error.message =
        fmt::format("Microsoft Entra asks to wait{}; nothing is lost, the next run continues", wait ? " " + to_text(*wait) : "");
  } else if (response.status == 408 || response.status >= 500 || transient_code) {
    error.kind = ErrorKind::transient;
    error.message =
        fmt::format("Microsoft Entra at {} cannot answer now (status {}); the next run continues", authority, response.status);
  } else if (response.status >= 300 && response.status < 400) {
    error.kind = ErrorKind::config;
    error.message = fmt::format("{} answers with a redirect and is no Entra authority; check --authority-host", authority);
  } else if (auto const row = code ? explained(*code) : std::nullopt) {
    error.kind = ErrorKind::auth;
    error.message = fmt::format("Microsoft Entra refuses: {} (AADSTS{}); {}", row->cause, *code, row->cure);
  } else if (!description.empty() || body["error"].if_string() != nullptr) {
    error.kind = ErrorKind::auth;
    auto const words = plain_description(description);
    error.message =
        fmt::format("Microsoft Entra refuses: {}{}; check tenant ID, client ID, client secret and organisation URL",
                    words.empty() ? one_line(body["error"].text(), 100) : words, code ? fmt::format(" (AADSTS{})", *code) : "");
  } else if (response.status == 401 || response.status == 403) {
    error.kind = ErrorKind::auth;
    error.message = fmt::format("Microsoft Entra at {} refuses with status {} and no reason; check --authority-host", authority,
                                response.status);
  } else {
    error.kind = ErrorKind::remote;
    error.message =
        fmt::format("{} does not answer as Microsoft Entra does (status {}); check --authority-host", authority, response.status);
  }
  if (code) error.context.emplace_back("aadsts", fmt::to_string(*code));
  if (auto const id = body["trace_id"].text(); !id.empty()) error.context.emplace_back("trace-id", one_line(id, 64));
  if (auto const id = body["correlation_id"].text(); !id.empty()) error.context.emplace_back("correlation-id", one_line(id, 64));
  error.context.emplace_back("status", fmt::to_string(response.status));
  error.context.emplace_back("service", "entra");
  return error;
}

}  // namespace tandem::entra
