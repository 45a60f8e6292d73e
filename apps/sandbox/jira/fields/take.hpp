// Field values on their way in: checks what a client sent and gives the stored form. The error text is keyed by the field by callers (contract §1).
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

// Where the value goes: options, components and versions depend on it.
struct Destination {
  Site const& site;
  Project const& project;
  std::string type;  // issue type id
  bool strict_adf = true;
};

using Taken = tl::expected<json::Value, std::string>;

// The whole value, as in `fields` or the `set` operation; null clears.
Taken take_value(Destination const& to, Field const& field, json::Value const& sent);
// One operation of `update` on the value that is stored now.
Taken take_operation(Destination const& to, Field const& field, json::Value const& stored, std::string_view operation,
                     json::Value const& sent);

// Checks a rich text value (also of a comment).
std::optional<std::string> rich_text_fault(Site const& site, json::Value const& document, bool strict);

}  // namespace sandbox::jira
