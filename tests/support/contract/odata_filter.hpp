// A $filter as OData defines it: parsed, and each comparison checked against the types of the metadata document.
//
// Takes what dataverse §7 lists: eq ne gt ge lt le, and or not (), contains startswith endswith, any/all, a path through a lookup, and
// Microsoft.Dynamics.CRM.Name(PropertyName=…,PropertyValue(s)=…). Literals as §7 writes them; a choice is compared with a number, an enumeration
// of the metadata tables with its typed name.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "support/contract/csdl.hpp"

namespace tandem::test::contract {

// The type of a property path of `type` ("title", "primarycontactid/fullname"); "" when it names nothing; "?" when it cannot be known
// (columns of a customer's own).
std::string type_of_path(Csdl const& csdl, std::string_view type, std::string_view path);

// Calls `fault` with what is wrong, "" never.
void check_filter(Csdl const& csdl, std::string_view type, std::string_view filter,
                  std::function<void(std::string)> const& fault);

// A column or table that a customer added: a publisher's prefix, as in new_area or _new_productid_value. Not in the metadata document.
bool is_custom(std::string_view name);

}  // namespace tandem::test::contract
