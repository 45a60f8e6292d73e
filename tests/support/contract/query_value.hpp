// Whether a query parameter's text is a value of the type that the API's description gives it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tandem/base/json/value.hpp>

namespace tandem::test::contract {

// What is wrong with `text` ("is not an integer"), or nothing. `schema` is an OpenAPI schema; an array's elements stand between commas.
std::optional<std::string> query_fault(json::Value const& schema, std::string_view text);

}  // namespace tandem::test::contract
