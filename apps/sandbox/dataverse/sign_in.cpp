#include "dataverse/sign_in.hpp"

#include <fmt/format.h>

#include <tandem/base/ids/uuid.hpp>
#include <tandem/base/text/utf8.hpp>

#include "entra/token.hpp"

namespace sandbox::dataverse {

namespace {

std::string without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return tandem::text::ascii_lower(url);
}

// The user whose column has the value, an id in lower case.
Row const* user_with(Engine const& engine, Table const& users, std::string_view column, std::string_view value) {
  auto const index = users.index_of(column);
  if (index < 0 || value.empty()) return nullptr;
  for (auto const& [id, row] : engine.database.data(users).rows) {
    if (row.text(index) == value) return &row;
  }
  return nullptr;
}

}  // namespace

Checked<Caller> sign_in(Engine const& engine, Request const& request, Response& unauthorised) {
  unauthorised = Response{401, {}, ""};
  unauthorised.with("WWW-Authenticate", engine.settings.www_authenticate.value_or(
                                            fmt::format("Bearer authorization_uri={}/{}/oauth2/authorize, resource_id={}/",
                                                        engine.urls.entra, engine.tenant_id, engine.urls.dataverse)));
  auto const header = request.header("Authorization");
  constexpr std::string_view kBearer = "Bearer ";
  if (!tandem::text::equal_ignoring_case(header.substr(0, kBearer.size()), kBearer)) return refuse(401, "", "");
  auto const token = entra::read_token(header.substr(kBearer.size()));
  if (!token) {
    unauthorised.with("401_error_reason", "IDX12741: JWT must have three segments (JWS) or five segments (JWE).");
    return refuse(401, "", "");
  }
  if (token->audience != entra::kDataverseAppId && without_slash(token->audience) != without_slash(engine.urls.dataverse)) {
    unauthorised.with(
        "401_error_reason",
        fmt::format(
            "IDX10214: Audience validation failed. Audiences: '{}'. Did not match: validationParameters.ValidAudience: '{}'.",
            token->audience, engine.urls.dataverse));
    return refuse(401, "", "");
  }
  if (token->expires_at <= tandem::epoch_millis(engine.clock.now()) / 1000) {
    unauthorised.with("401_error_reason", "IDX10223: Lifetime validation failed. The token is expired.");
    return refuse(401, "", "");
  }
  auto const* users = engine.schema.table("systemuser");
  Refusal const not_a_member{403, "0x80072560", "The user is not a member of the organization."};
  if (users == nullptr || !engine.settings.application_user || tandem::text::ascii_lower(token->tenant) != engine.tenant_id)
    return tl::unexpected(not_a_member);
  auto const* row = user_with(engine, *users, "applicationid", tandem::text::ascii_lower(token->application));
  if (row == nullptr) return tl::unexpected(not_a_member);
  auto const disabled = users->index_of("isdisabled");
  bool const is_disabled = disabled >= 0 && row->get(disabled) == Cell{true};
  if (is_disabled || engine.settings.user_disabled) {
    auto const& answer = engine.settings.disabled_user;
    return refuse(answer.status, answer.code,
                  fmt::format("The specified user(Id = {}) is disabled. Consider enabling this user.", row->id()));
  }
  if (!engine.settings.has_roles)
    return refuse(403, "0x80042f09", fmt::format("The user (Id = {}) has not been assigned any roles.", row->id()));
  return Caller{row->id(), true, {}};
}

Checked<Caller> impersonate(Engine const& engine, Request const& request, Caller const& caller) {
  auto const object = request.header("CallerObjectId");
  auto const legacy = request.header("MSCRMCallerID");
  if (object.empty() && legacy.empty()) return caller;
  SANDBOX_TRY([[maybe_unused]] auto const held, need_named(engine, caller, "prvActOnBehalfOfAnotherUser", "systemuser"));
  auto const* users = engine.schema.table("systemuser");
  auto const id = tandem::normalized_uuid(object.empty() ? legacy : object);
  if (!id || users == nullptr) return tl::unexpected(invalid_argument("The id of the user to act for is no GUID."));
  auto const* row =
      object.empty() ? engine.database.find(*users, *id) : user_with(engine, *users, "azureactivedirectoryobjectid", *id);
  if (row == nullptr) return refuse(403, "0x80072560", "The user is not a member of the organization.");
  return Caller{row->id(), caller.application, caller.user_id};
}

}  // namespace sandbox::dataverse
