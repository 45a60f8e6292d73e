// Flips: a field that something else keeps changing back is not written for ever (SPEC R6).
//
// A flip is a write of a value that was written to the same field of the same link before, within an hour of the service's clock: in between
// somebody undid it. Table "flips": (link, rule) -> the writes of the last hour.
#pragma once

#include <string_view>

#include <tandem/base/json/value.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/store/table.hpp>

namespace tandem::sync {

// Notes a write of `value`; gives how many flips the last hour holds, this one included.
Result<int> note_write(store::Writer& writer, std::string_view link, std::string_view rule, json::Value const& value, Instant at);
// Flips in the hour before `now`.
Result<int> flips_of(store::Reader& reader, std::string_view link, std::string_view rule, Instant now);
// A person decided: counting starts anew.
Result<Unit> forget_flips(store::Writer& writer, std::string_view link, std::string_view rule);
// Of all of the link's fields: the link goes.
Result<Unit> forget_flips_of(store::Writer& writer, std::string_view link);

}  // namespace tandem::sync
