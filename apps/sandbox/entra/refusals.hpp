// Which HTTP status and OAuth error an AADSTS code comes with (entra.md §3, the rows that this endpoint gives).
#pragma once

#include <string_view>

namespace sandbox::entra {

struct RefusalKind {
  int code;
  int status;
  std::string_view error;
};

constexpr RefusalKind kRefusals[] = {
    {7000215, 401, "invalid_client"},         // wrong secret
    {7000222, 401, "invalid_client"},         // secret expired
    {7000218, 401, "invalid_client"},         // neither secret nor assertion
    {700016, 400, "unauthorized_client"},     // application unknown in this tenant
    {90002, 400, "invalid_request"},          // tenant unknown
    {900023, 400, "invalid_request"},         // tenant malformed
    {500011, 400, "invalid_resource"},        // organisation unknown
    {70011, 400, "invalid_scope"},            // scope malformed
    {1002012, 400, "invalid_scope"},          // scope without /.default
    {70003, 400, "unsupported_grant_type"},   // another grant
    {900144, 400, "invalid_request"},         // a field is missing
};

}  // namespace sandbox::entra
