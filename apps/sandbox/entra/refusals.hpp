// The refusals of the token endpoint: AADSTS code, HTTP status, OAuth error and text (entra.md §3).
//
// Texts hold placeholders ({app}, {tenant}, {resource}, {scope}, {value}, {name}) that `refusal` fills. Statuses that the contract does
// not vouch for are by family.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandbox::entra {

struct RefusalKind {
  int code;
  int status;
  std::string_view error, text;
};

struct Refusal {
  int code = 0;
  int status = 400;
  std::string error, text;  // the text without code and trailer
};

using Facts = std::vector<std::pair<std::string_view, std::string>>;

RefusalKind const* refusal_kind(int code);  // null: no row of the table
Refusal refusal(int code, Facts const& facts = {});  // REQUIRES: a row of the table
std::vector<int> refusal_codes();  // in the table's order

}  // namespace sandbox::entra
