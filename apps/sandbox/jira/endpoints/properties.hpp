// Entity properties of issues (contract §2): PUT replaces and answers 201 or 200; none of it moves `updated` or writes history.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

Response get_property_keys(Site& site, Call const& call);
Response get_property(Site& site, Call const& call);
Response put_property(Site& site, Call const& call);
Response delete_property(Site& site, Call const& call);

// Shared with comment properties.
json::Value property_keys_json(Properties const& properties, std::string const& self);
std::optional<Refusal> property_fault(std::string_view key, json::Value const& value);
Response property_written(Site const& site, bool created);

}  // namespace sandbox::jira
