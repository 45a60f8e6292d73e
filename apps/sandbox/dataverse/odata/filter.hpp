// $filter as a tree (dataverse.md §7). Untyped: names are resolved where it is compiled, against a table or a metadata object.
//
//   or    := and ("or" and)*            and := unary ("and" unary)*
//   unary := "not" unary | "(" or ")" | call | lambda | operand op operand | path
//   path  := name ("/" name)*          lambda := path "/" (any|all) "(" [variable ":" or] ")"
//   call  := contains|startswith|endswith "(" path "," text ")" | Microsoft.Dynamics.CRM.Name "(" PropertyName=…,PropertyValue(s)=… ")"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dataverse/odata/lexer.hpp"

namespace sandbox::dataverse::odata {

struct Literal {
  enum class Kind { null, boolean, number, text, guid, date, date_time, enumeration };
  Kind kind = Kind::null;
  std::string text;  // as written, without quotes; "true" or "false" for booleans
};

using Path = std::vector<std::string>;  // "primarycontactid/fullname"

struct Filter {
  enum class Kind { all, any, negate, compare, text_call, function, flag, lambda };
  Kind kind = Kind::all;
  std::vector<Filter> parts;  // all, any, negate; lambda: its condition, or none for any()
  std::string op;  // compare: eq ne gt ge lt le; text_call: contains…; function: "In", …; lambda: any all
  Path path;
  Literal literal;  // compare, text_call
  std::vector<std::string> values;  // function
  Path other;  // compare: a column on the right-hand side instead of a literal
};

// Errors: 400 with position. Nesting is limited to kMostDepth.
constexpr int kMostDepth = 100;
Checked<Filter> parse_filter(std::string_view expression, Aliases const& aliases, Dialect dialect);

}  // namespace sandbox::dataverse::odata
