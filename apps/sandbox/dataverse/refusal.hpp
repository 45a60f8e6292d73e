// How Dataverse says no (dataverse.md §4): a status, a code and a text, in two dialects where servers of two ages differ.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "world/service.hpp"

namespace sandbox::dataverse {

struct Refusal {
  int status = 400;
  std::string code;
  std::string message;
};

template <class T>
using Checked = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refuse(int status, std::string code, std::string message) {
  return tl::unexpected<Refusal>(Refusal{status, std::move(code), std::move(message)});
}

// Older servers answer an unknown URL segment with 0x8006088a, an unknown column with 0x0; newer ones 0x80060888 for both.
enum class Dialect { older, newer };

Refusal unknown_segment(Dialect dialect, std::string_view segment);
Refusal unknown_property(Dialect dialect, std::string_view property, std::string_view table);  // in $select, $filter, …
Refusal unknown_body_property(Dialect dialect, std::string_view property, std::string_view table);  // in a body
Refusal undeclared_navigation(std::string_view property, std::string_view set_name);  // a wrong @odata.bind
Refusal bad_query(Dialect dialect, std::string message);  // syntax of an option
Refusal bad_payload(std::string_view table, std::string_view inner);  // 0x80048d19
struct Table;
Refusal no_such_row(Table const& table, std::string_view id);
Refusal no_such_key(std::string_view table);  // no row has that alternate key
Refusal invalid_argument(std::string message);  // 0x80040203
Refusal version_mismatch(Dialect dialect);
Refusal wrong_verb(std::string_view method);
Refusal no_http_resource(std::string_view url);  // wrong verb for a function or an action

// `details`: with the annotations of an error that a client may ask for.
Response to_response(Refusal const& refusal, bool details = false);
constexpr std::string_view kErrorDetails = "Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus";

}  // namespace sandbox::dataverse

// SANDBOX_TRY(auto x, checked()): passes a refusal on, else binds the value.
#define SANDBOX_TRY_(tmp, decl, ...)                       \
  auto tmp = (__VA_ARGS__);                                \
  if (!tmp) return tl::unexpected(std::move(tmp).error()); \
  decl = std::move(*tmp)
#define SANDBOX_TRY(decl, ...) SANDBOX_TRY_(TANDEM_CONCAT(sandbox_try_, __LINE__), decl, __VA_ARGS__)
