// From a schema of an OpenAPI 3.0 document to JSON Schema draft-04, in one of two readings.
//
// strict, for what we send: members that are not listed are refused where a schema lists any (the services take and drop them silently, so a
// wrong name would never show); members marked readOnly are not ours to send; null only where `nullable`.
// lenient, for what is answered: null everywhere, further members allowed. `required` holds in both.
// `format` becomes a pattern or a range: int32, int64, date, date-time ("2026-01-05T10:00:00.000+0100", jira §6).
#pragma once

#include <tandem/base/json/value.hpp>

namespace tandem::test::contract {

enum class Reading { strict, lenient };

// A self-contained schema: `node` with the definitions that it reaches in `components` (the document's components/schemas).
json::Value draft4_of(json::Value const& components, json::Value const& node, Reading reading);

}  // namespace tandem::test::contract
