#include "dataverse/refusal.hpp"

#include <fmt/format.h>

#include <tandem/base/json/write.hpp>
#include <tandem/base/text/utf8.hpp>

#include "dataverse/schema.hpp"

namespace sandbox::dataverse {

Refusal unknown_segment(Dialect dialect, std::string_view segment) {
  return {404, dialect == Dialect::older ? "0x8006088a" : "0x80060888",
          fmt::format("Resource not found for the segment '{}'.", segment)};
}

Refusal unknown_property(Dialect dialect, std::string_view property, std::string_view table) {
  return {400, dialect == Dialect::older ? "0x0" : "0x80060888",
          fmt::format("Could not find a property named '{}' on type 'Microsoft.Dynamics.CRM.{}'.", property, table)};
}

Refusal unknown_body_property(Dialect dialect, std::string_view property, std::string_view table) {
  if (dialect == Dialect::older) {
    return {
        400, "0x0",
        fmt::format(
            "An error occurred while validating input parameters: Microsoft.OData.ODataException: Invalid property '{}' was "
            "found "
            "in entity 'Microsoft.Dynamics.CRM.{}'. ---> System.InvalidOperationException: The property '{}' does not exist on "
            "type 'Microsoft.Dynamics.CRM.{}'.",
            property, table, property, table)};
  }
  return bad_payload(
      table, fmt::format("Microsoft.Crm.CrmException: Invalid property '{}' was found in entity 'Microsoft.Dynamics.CRM.{}'.",
                         property, table));
}

Refusal bad_payload(std::string_view table, std::string_view inner) {
  return {400, "0x80048d19",
          fmt::format("Error identified in Payload provided by the user for Entity :'{}', For more information on this error "
                      "please follow this "
                      "help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : {}",
                      table, inner)};
}

Refusal undeclared_navigation(std::string_view property, std::string_view set_name) {
  return bad_payload(
      set_name,
      fmt::format("Microsoft.OData.ODataException: An undeclared property '{}' which only has property annotations in the "
                  "payload but no property value was found in the payload. In OData, only declared navigation properties and "
                  "declared named streams can be represented as properties without values.",
                  property));
}

Refusal bad_query(Dialect dialect, std::string message) {
  return {400, dialect == Dialect::older ? "0x0" : "0x80060888", std::move(message)};
}

Refusal no_such_row(Table const& table, std::string_view id) {
  // Tables of the organisation itself print their schema name: SystemUser.
  return {404, "0x80040217", fmt::format("{} With Id = {} Does Not Exist", table.owned ? table.name : table.schema_name, id)};
}

Refusal no_such_key(std::string_view table) {
  return {404, "0x80060891", fmt::format("A record with the specified key values does not exist in {} entity", table)};
}

Refusal invalid_argument(std::string message) { return {400, "0x80040203", std::move(message)}; }

Refusal version_mismatch(Dialect dialect) {
  return {412, dialect == Dialect::older ? "" : "0x80060882",
          "The version of the existing record doesn't match the RowVersion property provided."};
}

Refusal wrong_verb(std::string_view method) {
  return {405, "0x0", fmt::format("The requested resource does not support http method '{}'.", method)};
}

Refusal no_http_resource(std::string_view url) {
  return {404, "", fmt::format("No HTTP resource was found that matches the request URI '{}'.", url)};
}

Response to_response(Refusal const& refusal, bool details) {
  tandem::json::Object error{{"code", refusal.code}, {"message", refusal.message}};
  if (details) {
    error.set("@" + std::string(kErrorDetails), "0");
    error.set("@Microsoft.PowerApps.CDS.ErrorDetails.SubErrorCode", "0");
    error.set("@Microsoft.PowerApps.CDS.HelpLink",
              "http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a" +
                  tandem::text::ascii_lower(refusal.code));
    error.set("@Microsoft.PowerApps.CDS.TraceText", "");
    error.set("@Microsoft.PowerApps.CDS.InnerError.Message", refusal.message);
  }
  tandem::json::Object const body{{"error", std::move(error)}};
  Response response{refusal.status, {}, tandem::json::to_text(body)};
  response.with("Content-Type", "application/json; odata.metadata=minimal").with("OData-Version", "4.0");
  return response;
}

}  // namespace sandbox::dataverse
