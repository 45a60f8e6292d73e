// The values of Jira's fields: their kinds as the service describes them, ADF documents, and where in a request body they stand.
#pragma once

#include <string>
#include <string_view>

#include <tandem/base/json/value.hpp>

#include "support/contract/finding.hpp"
#include "support/contract/json_schema.hpp"
#include "support/contract/session.hpp"

namespace tandem::test::contract {

// Remembers the fields that an answer of createmeta, editmeta or `field` describes.
void learn_fields(std::string_view endpoint, json::Value const& answer, Session& session);

// The fields, updates and rich texts of a request body, wherever the endpoint has them.
void check_field_values(std::string_view endpoint, json::Value const& body, Session const& session, Schema const& adf,
                        Findings& findings);

}  // namespace tandem::test::contract
