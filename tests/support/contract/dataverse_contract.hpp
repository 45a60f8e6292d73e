// DataverseContract: one exchange with Dataverse against its metadata document and what the contract says beside it.
//
// Request, strictly: every name in the address, in $select $filter $orderby $expand and in bodies, literals and values by type, bind names and
// what they may refer to, parameters of actions and functions, each part of a $batch; headers (dataverse §2), a page's link followed as it was
// given (§8), If-Match or If-None-Match on every PATCH (§12). Answer, leniently: status, content type, known members' types, every selected
// column, error shape (§4). Customers' own tables and columns (new_area) are not in the document: only their form is checked.
#pragma once

#include <string>

#include <tandem/base/json/value.hpp>

#include "support/contract/csdl.hpp"
#include "support/contract/finding.hpp"
#include "support/contract/multipart.hpp"
#include "support/contract/odata_json.hpp"
#include "support/contract/odata_url.hpp"
#include "support/contract/session.hpp"
#include "world/world.hpp"

namespace tandem::test::contract {

class DataverseContract {
 public:
  DataverseContract(Csdl csdl, json::Value entity_definitions) : csdl_(std::move(csdl)), facts_(std::move(entity_definitions)) {}
  void check(sandbox::Exchange const& exchange, Session& session, Findings& findings) const;

 private:
  void check_one(sandbox::Request const& request, sandbox::Response const& response, Session& session, Findings& findings,
                 bool in_batch) const;
  void check_batch(sandbox::Request const& request, sandbox::Response const& response, Session& session,
                   Findings& findings) const;
  void check_part(BatchPart const& asked, BatchPart const* answered, Session& session, Findings& findings) const;
  void check_body(sandbox::Request const& request, Target const& target, Findings& findings) const;
  void check_answer(sandbox::Request const& request, sandbox::Response const& response, Target const& target,
                    Selection const& selection, Session& session, Findings& findings) const;

  Csdl csdl_;
  ColumnFacts facts_;
};

}  // namespace tandem::test::contract
