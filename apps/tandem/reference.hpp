// What a person types to name an issue or a record: an id, a key, a number, or the address from a browser.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tandem::cli {

// The key ("SUP-12", in capital letters) or the id ("10040") that `text` is or that its address /browse/KEY names; nothing for anything else.
std::optional<std::string> issue_reference(std::string_view text);
// The GUID in lower case without braces, if `text` is one or its address names one by id=; nothing for anything else.
std::optional<std::string> record_guid(std::string_view text);
// record_guid(), else the text as it is: a record's number.
std::string record_reference(std::string_view text);

}  // namespace tandem::cli
