// Rows from a world file: columns by logical name, times relative to the load, lookups by table and alias.
//
// {"@id":"fabrikam","name":"Fabrikam","primarycontactid":{"contact":"yvonne"},"createdon":"-1h"}. An alias stands for the same id
// in every world ("@id" may also be a GUID). createdon is "-1h" unless given, modifiedon is createdon, createdby is the world's
// "defaultUser". Errors: config, naming table and row.
#pragma once

#include <map>
#include <string>

#include "dataverse/engine.hpp"

namespace sandbox::dataverse {

std::string id_of_alias(std::string_view table, std::string_view alias);  // a GUID stays itself

tandem::Result<tandem::Unit> load_row(Engine& engine, Table const& table, tandem::json::Value const& value,
                                      std::string const& default_user);

// `count` rows of one table: {"table":"incident","columns":{"title":"Case {n}","prioritycode":{"cycle":[1,2,3]}}}.
tandem::Result<tandem::Unit> grow_rows(Engine& engine, tandem::json::Value const& recipe, std::size_t count,
                                       std::string const& default_user);

}  // namespace sandbox::dataverse
