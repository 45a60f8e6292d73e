// Tokens of an OData expression (dataverse.md §7 "Literals").
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dataverse/refusal.hpp"

namespace sandbox::dataverse::odata {

struct Token {
  enum class Kind {
    word,         // eq, contains, modifiedon, Microsoft.Dynamics.CRM.In, true, null
    number,       // 42, -1.5
    text,         // 'O''Brien', unquoted
    json_text,    // "a", unquoted: inside PropertyValues=[…]
    guid,         // bare GUID, lower case
    date,         // 2024-05-01
    date_time,    // 2024-05-01T10:00:00Z
    enumeration,  // Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned': the text is UserOwned
    punctuation,  // ( ) [ ] , / = : ;
    end,
  };
  Kind kind = Kind::end;
  std::string text;
  std::size_t at = 0;  // offset in the expression, for error messages
};

using Aliases = std::map<std::string, std::string, std::less<>>;  // "@p1" -> its expression

// Errors: 400 "Syntax error at position …". Aliases are replaced by their literals.
Checked<std::vector<Token>> tokens_of(std::string_view expression, Aliases const& aliases, Dialect dialect);

}  // namespace sandbox::dataverse::odata
