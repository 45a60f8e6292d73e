#include <tandem/connection/dataverse/errors.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <tandem/base/json/parse.hpp>
#include <tandem/base/text/utf8.hpp>

namespace tandem::dataverse {
namespace {

struct Meaning {
  std::string_view code, sentence;
};

constexpr std::string_view kNoApplicationUser = "0x80072560";
constexpr std::array<std::string_view, 2> kNoSuchSegment{"0x8006088a", "0x80060888"};

// What an administrator can cause, and cure.
constexpr std::array<Meaning, 30> kMeanings{{
    {kNoApplicationUser,
     "this environment has no enabled application user for the app; in the Power Platform admin center open the environment, "
     "Settings, "
     "Users + permissions, Application users, make a New app user for the client ID and give it a security role"},
    {"0x80042f09",
     "the application user has no security role; give it one in the Power Platform admin center, Application users, Edit "
     "security roles"},
    {"0x80048306", "the application user may not do this with this record; its role needs a deeper access level (Organization)"},
    {"0x80055000", "the application user may not put a case on hold; change its security role"},
    {"0x80060882", "the record was changed by somebody else in between"},
    {"0x80040237", "a record with this id exists already"},
    {"0x80060892", "another record has the same alternate key"},
    {"0x80040333", "a duplicate detection rule refuses this record"},
    {"0x80044331", "a text is longer than its column allows"},
    {"0x8004431a", "a choice has no option of this value"},
    {"0x80048408", "this status reason does not belong to that state"},
    {"0x8004f854", "the table's status transition rules do not let a record of this status be resolved; change its status first"},
    {"0x8004f855",
     "the table's status transition rules do not let a record of this status be cancelled; change its status first"},
    {"0x8004f856", "the table's status transition rules do not let a record of this status be reactivated"},
    {"0x8004f857", "the table's status transition rules do not let this record be activated"},
    {"0x8004f858", "the table's status transition rules do not let this record be deactivated"},
    {"0x8004440e", "the case has open activities and cannot be cancelled; complete or cancel them first"},
    {"0x80044411", "the case is resolved or cancelled already"},
    {"0x80044409", "the request to resolve names no case"},
    {"0x8003f451", "the case has active child cases and cannot be cancelled; cancel them first"},
    {"0x8003f452", "the case has active child cases and cannot be resolved; close them first"},
    {"0x8004f456", "the case cannot be closed while its child cases are open"},
    {"0x80100005", "an opportunity is won or lost by a message of its own, not by its state"},
    {"0x80044a02", "the file is larger than the organisation allows; raise the attachment limit in System settings, Email"},
    {"0x80043e09", "the organisation blocks this kind of file; see the blocked extensions in System settings, General"},
    {"0x80072491", "change tracking is not enabled for this table"},
    {"0x80072515", "the change tracking token is too old"},
    {"0x80040265", "a plug-in of this organisation refuses"},
    {"0x80040224", "a plug-in of this organisation failed"},
    {"0x80048d19", "the request names a column or relationship that this organisation has not got"},
}};

std::string_view meaning(std::string_view code) {
  auto const* const found = std::find_if(kMeanings.begin(), kMeanings.end(), [&](auto const& row) { return row.code == code; });
  return found == kMeanings.end() ? std::string_view() : found->sentence;
}

// 401: the body is empty, the reason is in a header.
Error token_refused(http::Response const& response, std::string_view organisation_url) {
  auto const reason = response.header("401_error_reason").value_or("");
  Error error{ErrorKind::auth, {}, {}};
  if (reason.find("IDX10214") != std::string_view::npos || text::ascii_lower(reason).find("audience") != std::string::npos) {
    error.message =
        fmt::format("Dataverse refuses the token: it was made for another organisation than {}; check the organisation URL",
                    organisation_url);
  } else if (reason.find("IDX10223") != std::string_view::npos || reason.find("IDX10222") != std::string_view::npos) {
    error.message =
        "Dataverse refuses the token as expired or not yet valid; run the command again, and check the tenant if it stays";
  } else {
    error.message =
        fmt::format("Dataverse refuses the token{}; check tenant, client and organisation URL with `tandem auth check`",
                    reason.empty() ? "" : ": " + http::one_line(reason, 200));
  }
  if (!reason.empty()) error.context.emplace_back("401_error_reason", http::one_line(reason, 200));
  return error;
}

std::string entity_in(std::string_view message) {
  constexpr std::string_view kMark = "for entity '";
  auto const at = message.find(kMark);
  if (at == std::string_view::npos) return {};
  auto const rest = message.substr(at + kMark.size());
  return http::one_line(rest.substr(0, rest.find('\'')), 128);
}

Error forbidden(ODataError const& odata) {
  Error error{ErrorKind::auth, {}, {}};
  auto const privilege = privilege_in(odata.message);
  if (!privilege.empty()) {
    auto const entity = entity_in(odata.message);
    error.message = fmt::format("Dataverse refuses: the application user lacks the privilege {}{}; add it to its security role",
                                privilege, entity.empty() ? "" : " on table " + entity);
    error.context.emplace_back("privilege", privilege);
    if (!entity.empty()) error.context.emplace_back("entity", entity);
  } else if (auto const known = meaning(odata.code); !known.empty()) {
    error.message = fmt::format("Dataverse refuses: {}", known);
  } else {
    error.message =
        fmt::format("Dataverse refuses{}; check the application user and its security role in the Power Platform admin center",
                    odata.message.empty() ? "" : ": " + http::one_line(odata.message));
  }
  return error;
}

ErrorKind kind_of(int status) {
  switch (status) {
    case 404: return ErrorKind::not_found;
    case 412: return ErrorKind::conflict;
    default: return ErrorKind::remote;
  }
}

Error rejected(http::Response const& response, ODataError const& odata, std::string_view organisation_url) {
  if (!odata.present) {
    return Error{response.status == 412 ? ErrorKind::conflict : ErrorKind::remote,
                 fmt::format("{} answered with status {} and not as Dataverse does; check the organisation URL", organisation_url,
                             response.status),
                 {}};
  }
  auto const known = meaning(odata.code);
  auto const words = http::one_line(odata.message);
  auto const text = known.empty() ? words : words.empty() ? std::string(known) : fmt::format("{} ({})", known, words);
  return Error{kind_of(response.status),
               fmt::format("Dataverse rejects the request: {}", text.empty() ? fmt::format("status {}", response.status) : text),
               {}};
}

}  // namespace

ODataError odata_error(std::string const& body) {
  auto const parsed = json::parse(body, {.bytes = 4U << 20U});
  if (!parsed || !(*parsed)["error"].is_object()) return {};
  auto const& error = (*parsed)["error"];
  ODataError out{true, text::ascii_lower(error["code"].text()), std::string(error["message"].text())};
  if (out.code == "0x0" || out.code == "0x00000000") out.code.clear();
  return out;
}

std::string privilege_in(std::string_view message) {
  auto const lower = text::ascii_lower(message);
  constexpr std::string_view kMark = "is missing prv";
  auto const at = lower.find(kMark);
  if (at == std::string::npos) return {};
  auto rest = message.substr(at + kMark.size() - 3);
  std::size_t end = 0;
  while (end < rest.size() && (std::isalnum(static_cast<unsigned char>(rest[end])) != 0 || rest[end] == '_')) ++end;
  return std::string(rest.substr(0, std::min<std::size_t>(end, 128)));
}

bool says_row_missing(http::Response const& response) {
  if (response.status != 404) return false;
  auto const odata = odata_error(response.body);
  return odata.present && std::find(kNoSuchSegment.begin(), kNoSuchSegment.end(), odata.code) == kNoSuchSegment.end();
}

Error error_of(http::Response const& response, http::Access access, std::string_view organisation_url,
               std::string_view endpoint) {
  auto const odata = odata_error(response.body);
  Error error;
  if (auto busy = http::not_now(response, access, "Dataverse")) {
    error = std::move(*busy);
    if (odata.present && response.status >= 500) error.context.emplace_back("said", http::one_line(odata.message, 200));
  } else if (response.status == 401) {
    error = token_refused(response, organisation_url);
  } else if (response.status == 403) {
    error = forbidden(odata);
  } else {
    error = rejected(response, odata, organisation_url);
  }
  error.context.emplace_back("status", fmt::to_string(response.status));
  if (!odata.code.empty()) error.context.emplace_back("code", http::one_line(odata.code, 32));
  auto id = response.header("x-ms-service-request-id");
  if (!id) id = response.header("REQ_ID");
  if (id) error.context.emplace_back("request-id", http::one_line(*id, 64));
  error.context.emplace_back("endpoint", std::string(endpoint));
  error.context.emplace_back("service", "dataverse");
  return error;
}

}  // namespace tandem::dataverse
