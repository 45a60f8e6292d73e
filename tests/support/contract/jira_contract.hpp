// JiraContract: one exchange with Jira against its OpenAPI description, the ADF schema, and what the contract says beside them.
//
// Request, strictly: method and path template, query names, types and required ones, content type, body schema, every ADF document, the kind
// of every field's value (by createmeta as this client saw it). Answer, leniently: a described status, content type, body schema.
// Beside the schemas: jira §1 (headers), §4 (a page token belongs to its query), §6 (rich text is ADF in v3), §9 (the media host gets no
// credentials). Thread-safe; schemas are compiled when first needed.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/base/json/value.hpp>

#include "support/contract/finding.hpp"
#include "support/contract/json_schema.hpp"
#include "support/contract/openapi_schema.hpp"
#include "support/contract/session.hpp"
#include "world/world.hpp"

namespace tandem::test::contract {

class JiraContract {
 public:
  JiraContract(json::Value openapi, json::Value const& adf_schema);
  void check(sandbox::Exchange const& exchange, Session& session, Findings& findings) const;
  // The described paths that have this method ("get").
  [[nodiscard]] std::vector<std::string> paths(std::string_view method) const;

 private:
  struct Endpoint {
    std::vector<std::string> segments;  // "{…}" is any
    std::string text;  // "/rest/api/3/issue/{issueIdOrKey}"
    json::Value const* item;
  };
  [[nodiscard]] Endpoint const* endpoint_of(std::string_view path) const;
  void check_query(sandbox::Request const& request, json::Value const& operation, Findings& findings) const;
  void check_headers(sandbox::Request const& request, json::Value const& operation, Findings& findings) const;
  void check_body(sandbox::Request const& request, Endpoint const& endpoint, json::Value const& operation, Session& session,
                  Findings& findings) const;
  void check_answer(sandbox::Exchange const& exchange, Endpoint const& endpoint, json::Value const& operation, Session& session,
                    Findings& findings) const;
  void check_left_out(sandbox::Exchange const& exchange, std::string const& schema, Findings& findings) const;
  static void check_sign_in(sandbox::Exchange const& exchange, Findings& findings);
  static void check_media(sandbox::Exchange const& exchange, Findings& findings);
  [[nodiscard]] Schema const& schema_for(std::string const& key, json::Value const& node, Reading reading) const;

  json::Value openapi_;
  Schema adf_;
  std::vector<Endpoint> endpoints_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Schema> schemas_;
};

}  // namespace tandem::test::contract
