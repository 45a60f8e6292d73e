// Percent-encoding (RFC 3986): everything but A-Z a-z 0-9 - . _ ~ is encoded. For query values, path segments and form bodies.
#pragma once

#include <string>
#include <string_view>

namespace tandem::text {

std::string percent_encoded(std::string_view bytes);
std::string percent_decoded(std::string_view text);  // a bad escape is kept as it is; "+" is kept

}  // namespace tandem::text
