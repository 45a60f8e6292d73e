// The primitive types of OData as dataverse §7 (literals in URLs) and §11 (values in JSON) have them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tandem/base/json/value.hpp>

#include "support/contract/csdl.hpp"

namespace tandem::test::contract {

bool is_guid(std::string_view text);
// "2026-01-05T10:00:00Z": whole seconds or a fraction, UTC.
bool is_utc_time(std::string_view text);
bool is_date(std::string_view text);

// Why `literal` cannot stand for a value of `type` in a URL; nothing when it can.
std::optional<std::string> literal_fault(Csdl const& csdl, std::string_view type, std::string_view literal);
// Why `value` is none of primitive or enumeration `type` in JSON. null is the caller's to judge.
std::optional<std::string> value_fault(Csdl const& csdl, std::string_view type, json::Value const& value);

}  // namespace tandem::test::contract
