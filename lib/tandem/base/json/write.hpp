// JSON text from a Value. Control characters are escaped, UTF-8 is kept, numbers are written as their text.
#pragma once

#include <string>

#include <tandem/base/json/value.hpp>

namespace tandem::json {

std::string to_text(Value const& value);        // compact, in the object's order
std::string to_pretty(Value const& value);      // two spaces, one member a line, final newline left out
std::string to_canonical(Value const& value);   // compact, keys sorted: equal values give equal bytes

}  // namespace tandem::json
